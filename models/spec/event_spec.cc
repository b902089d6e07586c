#include "models/spec/event_spec.h"

#include <array>
#include <concepts>
#include <string_view>
#include <type_traits>

namespace firedrill::models {
namespace {

bool goes_down(const ComponentEvent& component) {
  return component.state == ProcessState::down || component.state == ProcessState::isolated;
}

}  // namespace

std::optional<Fault> fault_of(const EventAction& action) {
  return std::visit(
      [](const auto& event) -> std::optional<Fault> {
        using Event = std::remove_cvref_t<decltype(event)>;
        if constexpr (std::same_as<Event, ComponentEvent>) {
          if (!goes_down(event)) return std::nullopt;
        }
        if constexpr (std::constructible_from<Fault, const Event&>) return Fault(event);
        return std::nullopt;
      },
      action);
}

EventAction as_action(const Fault& fault) {
  return std::visit([](const auto& event) { return EventAction(event); }, fault);
}

std::string key_of(const EventAction& action) {
  static constexpr std::array<std::string_view, std::variant_size_v<EventAction>> keys{
      "outage",    "clientError", "listerError", "estimatorError", "partition", "link",
      "component", "flap",        "random",      "taint",          "untaint",   "label",
      "condition", "nodes",       "join",        "unjoin",         "scale",     "rollout",
      "readyCap",  "status",      "apply",       "patch",          "delete",    "end"};
  return std::string(keys.at(action.index()));
}

bool can_end(const EventAction& action) {
  return std::holds_alternative<FlapEvent>(action) || std::holds_alternative<RandomEvent>(action) ||
         fault_of(action).has_value();
}

}  // namespace firedrill::models
