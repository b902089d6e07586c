#include "scenarios/suite/words.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/duration.h"

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;

/// The object of a line; an object without anything if it is none.
Json parsed(std::string_view line) {
  Json json = Json::parse(line, nullptr, false);
  return json.is_object() ? json : Json::object();
}

/// "TaintAdded member1": what the events are called and whose they are.
std::string selector_words(const timeline::Selector& selector) {
  const Json& json = selector.json().document();
  std::string words;
  for (const std::string_view key : {"kind", "workload", "cluster"}) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) continue;
    words += (words.empty() ? "" : " ") + found->get<std::string>();
  }
  return words;
}

std::string state_words(const analysis::Expectation& e) {
  std::string words;
  if (!e.workload.empty()) words += " workload " + e.workload;
  if (!e.cluster.empty()) words += " cluster " + e.cluster;
  return words;
}

std::string form_words(const analysis::Expectation& e) {
  if (!e.metric.empty()) return "metric " + e.metric + state_words(e);
  if (e.event) return "event " + selector_words(*e.event);
  if (e.never) return "never " + selector_words(*e.never);
  if (e.at) return "at " + api::format_duration(*e.at) + state_words(e);
  if (e.always) return "always" + state_words(e);
  if (e.final_state) return "final as in " + e.final_state->same_as + state_words(e);
  if (!e.invariant.empty()) return "invariant " + e.invariant;
  if (e.preflight) return "preflight";
  if (e.order.empty()) return "expectation";
  std::string words = "order";
  for (const timeline::Selector& selector : e.order)
    words += (words == "order" ? " " : ", ") + selector_words(selector);
  return words;
}

/// Values by "a.b.c".
void flatten(const Json& json, const std::string& name, std::vector<std::string>& names) {
  if (!json.is_object()) {
    names.push_back(name);
    return;
  }
  for (const auto& [key, value] : json.items())
    flatten(value, name + '\n' + key, names);
}

const Json* at(const Json& json, std::string_view name) {
  const Json* value = &json;
  while (!name.empty()) {
    name.remove_prefix(1);
    const std::size_t end = std::min(name.find('\n'), name.size());
    if (!value->is_object()) return nullptr;
    const auto found = value->find(std::string(name.substr(0, end)));
    if (found == value->end()) return nullptr;
    value = &*found;
    name.remove_prefix(end);
  }
  return value;
}

std::string text_at(const Json& json, std::string_view name) {
  const Json* value = at(json, name);
  return value == nullptr ? "none" : value->dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The event's time as a Go duration.
std::string time_words(const Json& event) {
  const auto t = event.find("t");
  if (t == event.end() || !t->is_number()) return "?";
  constexpr double nanoseconds = 1e9;
  constexpr double seconds_max = 9e9;
  const double seconds = std::clamp(t->get<double>(), 0.0, seconds_max);
  return api::format_duration(
      api::Duration{static_cast<std::int64_t>(seconds * nanoseconds + 0.5)});
}

}  // namespace

std::string case_name(const analysis::Expectation& expectation, std::size_t index) {
  return fmt::format("/expect/{} {}", index, form_words(expectation));
}

std::string event_words(std::string_view line) {
  const Json json = parsed(line);
  const auto kind = json.find("kind");
  const auto seq = json.find("seq");
  if (kind == json.end() || !kind->is_string() || seq == json.end()) return {};
  std::string words =
      fmt::format("seq {} at {}: {}", seq->dump(), time_words(json), kind->get<std::string>());
  constexpr std::array<std::string_view, 5> objects{"workload", "cluster", "fault", "event",
                                                    "component"};
  std::string about;
  for (const std::string_view object : objects) {
    const auto found = json.find(object);
    if (found == json.end() || !found->is_string()) continue;
    about += (about.empty() ? " of " : ", ") + found->get<std::string>();
  }
  return words + about;
}

std::optional<std::int64_t> format_of_header(std::string_view line) {
  const Json json = parsed(line);
  const auto kind = json.find("kind");
  const auto format = json.find("format");
  if (kind == json.end() || *kind != "Header" || format == json.end() ||
      !format->is_number_integer())
    return std::nullopt;
  return format->get<std::int64_t>();
}

std::string member_differences(std::string_view expected, std::string_view actual) {
  constexpr std::size_t shown_max = 8;
  const Json left = parsed(expected);
  const Json right = parsed(actual);
  std::vector<std::string> names;
  flatten(left, "", names);
  flatten(right, "", names);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string words;
  std::size_t count = 0;
  for (const std::string& name : names) {
    if (name == "\ndigest" || text_at(left, name) == text_at(right, name)) continue;
    if (++count > shown_max) continue;
    std::string shown = name.substr(std::min<std::size_t>(1, name.size()));
    std::ranges::replace(shown, '\n', '.');
    words += fmt::format("{}{} {} instead of {}", words.empty() ? "" : ", ", shown,
                         text_at(right, name), text_at(left, name));
  }
  if (count > shown_max) words += fmt::format(" and {} more", count - shown_max);
  return words;
}

}  // namespace firedrill::scenarios
