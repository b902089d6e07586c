#pragma once

/// Timeline events by which a run judges itself. Fields stand in the order in which they are
/// written.

#include <string>
#include <string_view>

#include "policy/api/describe.h"

namespace firedrill::timeline {

/// An expectation of the scenario does not hold.
struct ExpectationFailed {
  static constexpr std::string_view kind = "ExpectationFailed";

  std::string expect;
  std::string expected;
  std::string actual;

  friend bool operator==(const ExpectationFailed&, const ExpectationFailed&) = default;
};

template <class V>
void describe(V& v, ExpectationFailed& e) {
  v.begin(ExpectationFailed::kind, "An expectation of the scenario does not hold.");
  v.required("expect", e.expect, "JSON pointer of the expectation.");
  v.required("expected", e.expected, "What was expected.");
  v.required("actual", e.actual, "What was found.");
}

/// What must hold at every instant does not.
struct InvariantViolated {
  static constexpr std::string_view kind = "InvariantViolated";

  std::string invariant;
  std::string message;
  std::string cluster = {};
  std::string workload = {};

  friend bool operator==(const InvariantViolated&, const InvariantViolated&) = default;
};

template <class V>
void describe(V& v, InvariantViolated& e) {
  v.begin(InvariantViolated::kind, "What must hold at every instant does not.");
  v.required("invariant", e.invariant, "Name of the invariant.");
  v.required("message", e.message, "How it fails.");
  v.field("cluster", e.cluster, "Cluster.");
  v.field("workload", e.workload, "Workload.");
}
}  // namespace firedrill::timeline
