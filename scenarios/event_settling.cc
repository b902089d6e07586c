/// Which events of a scenario the profile's system has.

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/cluster.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/event_reading.h"

namespace firedrill::scenarios {
namespace {

using policy::System;

/// Kinds of objects that events are about, and whose they are. Templates are everybody's.
struct OwnedKind {
  std::string_view kind;
  System system;
};
constexpr std::array owned_kinds{OwnedKind{"Cluster", System::karmada},
                                 OwnedKind{"ClusterTaintPolicy", System::karmada},
                                 OwnedKind{"WorkloadRebalancer", System::karmada},
                                 OwnedKind{"FederatedResourceQuota", System::karmada},
                                 OwnedKind{"PropagationPolicy", System::karmada},
                                 OwnedKind{"ClusterPropagationPolicy", System::karmada},
                                 OwnedKind{"ResourceBinding", System::karmada},
                                 OwnedKind{"ClusterResourceBinding", System::karmada},
                                 OwnedKind{"ManagedCluster", System::clusternet},
                                 OwnedKind{"Subscription", System::clusternet},
                                 OwnedKind{"FeedInventory", System::clusternet}};

class Settling {
 public:
  explicit Settling(const Reading& reading) : reading_(reading) {}

  /// Whether the system has no counterpart of the event, which is reported then.
  bool lacks(const models::ScenarioEvent& event) {
    const std::string key = models::key_of(event.action);
    const std::string at = api::child_pointer(event.pointer, key);
    const bool lacking =
        std::visit([&](const auto& action) { return check(action, at); }, event.action);
    if (lacking && !event.id.empty()) left_out_.insert(event.id);
    return lacking;
  }

  /// Whether it ends what was left out.
  [[nodiscard]] bool ends_nothing(const models::ScenarioEvent& event) const {
    const auto* end = std::get_if<models::EndEvent>(&event.action);
    return end != nullptr && left_out_.contains(end->id);
  }

 private:
  bool report(const std::string& pointer, std::string_view what) const {
    report_lacking(reading_, pointer, what, "leave the event out for this profile");
    return true;
  }

  template <class Action>
  bool check(const Action& /*action*/, const std::string& /*at*/) const {
    return false;
  }

  bool check(const models::ComponentEvent& event, const std::string& at) const {
    if (!reading_.runs(System::clusternet)) return false;
    if (event.name != "descheduler" && event.name != models::estimator_name) return false;
    return report(api::child_pointer(at, "name"), event.name);
  }

  bool check(const models::RandomEvent& event, const std::string& at) const {
    models::ComponentEvent component;
    component.name = event.name;
    return event.fault == "component" && check(component, at);
  }

  bool check(const models::TaintEvent& event, const std::string& at) const {
    if (!reading_.runs(System::karmada) || event.effect != "PreferNoSchedule") return false;
    return report(api::child_pointer(at, "effect"), "effect PreferNoSchedule");
  }

  bool check(const models::ApplyEvent& event, const std::string& at) const {
    if (!event.object.present() || !event.object.document().is_object()) return false;
    const auto kind = event.object.document().find("kind");
    if (kind == event.object.document().end() || !kind->is_string()) return false;
    return check_kind(kind->get<std::string>(), at);
  }

  bool check(const models::PatchEvent& event, const std::string& at) const {
    return check_kind(event.target.kind, at);
  }
  bool check(const models::DeleteEvent& event, const std::string& at) const {
    return check_kind(event.target.kind, at);
  }

  bool check_kind(std::string_view kind, const std::string& at) const {
    const auto* owned = std::ranges::find(owned_kinds, kind, &OwnedKind::kind);
    if (owned == owned_kinds.end() || reading_.runs(owned->system)) return false;
    return report(api::child_pointer(at, "kind"), kind);
  }

  const Reading& reading_;
  std::set<std::string> left_out_;
};

}  // namespace

void settle_events(models::WorldSpec& world, Reading& reading) {
  Settling settling(reading);
  std::vector<models::ScenarioEvent> kept;
  for (std::size_t i = 0; i < world.events.size(); ++i) {
    models::ScenarioEvent& event = world.events[i];
    event.pointer = api::child_pointer("/events", i);
    if (settling.lacks(event)) continue;
    if (auto* joined = std::get_if<models::ClusterSpec>(&event.action)) {
      settle_cluster(*joined, world.options, world.seed, api::child_pointer(event.pointer, "join"),
                     reading);
    }
    kept.push_back(std::move(event));
  }
  std::erase_if(kept, [&](const auto& event) { return settling.ends_nothing(event); });
  world.events = std::move(kept);
}

}  // namespace firedrill::scenarios
