#include "analysis/expect/expectation.h"

#include "analysis/metrics/metric.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace detail {

api::Result<Threshold> threshold_of_number(double number) {
  return Threshold{number, false};
}

std::optional<double> number_of_threshold(const Threshold& threshold) {
  return threshold.is_duration ? std::nullopt : std::optional(threshold.number);
}

api::Result<Threshold> threshold_of_text(std::string text) {
  const api::Result<api::Duration> duration = api::parse_duration(text);
  if (!duration.ok()) return api::Problem{duration.problem()};
  return Threshold{sim::to_seconds(duration.value()), true};
}

std::optional<std::string> text_of_threshold(const Threshold& threshold) {
  return api::format_duration(sim::from_seconds(threshold.number));
}

api::Result<Always> always_of_bool(bool value) {
  if (!value) return api::Problem{"always is true or a window"};
  return Always{.from_first = true, .window = {}};
}

std::optional<bool> bool_of_always(const Always& always) {
  return always.from_first ? std::optional(true) : std::nullopt;
}

}  // namespace detail

int Expectation::forms() const {
  return int{!metric.empty()} + int{event.has_value()} + int{never.has_value()} +
         int{!order.empty()} + int{at.has_value()} + int{always.has_value()} +
         int{final_state.has_value()} + int{!invariant.empty()} + int{preflight.has_value()};
}

int Expectation::bounds() const {
  return int{below.has_value()} + int{above.has_value()} + int{equals.has_value()} +
         int{!between.empty()};
}

bool Expectation::says_state() const {
  return ready_replicas || assigned_replicas || pending_replicas || taints || condition;
}

bool is_metric(const std::string& name) {
  const Metric* metric = find_metric(name);
  return metric != nullptr && (!metric->by_resource() || name != metric->name);
}

}  // namespace firedrill::analysis
