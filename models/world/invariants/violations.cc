#include "models/world/invariants/violations.h"

#include <algorithm>
#include <utility>

namespace firedrill::models {

void Violations::report(timeline::Invariant invariant,
                        std::string message,
                        ViolationSubject subject) {
  timeline::InvariantViolated event{.invariant = std::string(timeline::info(invariant).name),
                                    .message = std::move(message),
                                    .cluster = std::move(subject.cluster),
                                    .workload = std::move(subject.workload)};
  keep(event);
  const std::uint64_t cause = engine_.current_cause();
  recorder_.record(std::move(event));
  engine_.set_current_cause(cause);
}

void Violations::remark(timeline::Invariant invariant, std::string message) {
  timeline::InvariantViolated event{.invariant = std::string(timeline::info(invariant).name),
                                    .message = std::move(message)};
  keep(event);
  recorder_.remark(std::move(event));
}

void Violations::keep(const timeline::InvariantViolated& event) {
  const auto known = std::ranges::find_if(all_, [&event](const Violation& violation) {
    return violation.first.invariant == event.invariant;
  });
  if (known != all_.end()) {
    ++known->count;
  } else {
    all_.push_back({.first = event, .time = engine_.now(), .count = 1});
  }
}

}  // namespace firedrill::models
