#pragma once

/// Where checks report: a violation goes into the timeline as it is found, and is kept for whoever
/// judges the run.

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/timeline/check_events.h"
#include "analysis/timeline/invariants.h"
#include "analysis/timeline/recorder.h"
#include "sim/engine.h"

namespace firedrill::models {

/// An invariant that did not hold: the first time, and how often in all.
struct Violation {
  timeline::InvariantViolated first;
  sim::Time time{};
  std::int64_t count = 0;
};

/// What a violation is about; both may be empty.
struct ViolationSubject {
  std::string cluster = {};
  std::string workload = {};
};

class Violations {
 public:
  /// Both must outlive it.
  Violations(sim::Engine& engine, timeline::Recorder& recorder)
      : engine_(engine), recorder_(recorder) {}

  /// Led to by the present cause, which goes on as if nothing had been said.
  void report(timeline::Invariant invariant, std::string message, ViolationSubject subject = {});
  /// Found by looking at the timeline's event being delivered, which is its cause.
  void remark(timeline::Invariant invariant, std::string message);

  /// One for each invariant that was violated, in the order of their first time.
  [[nodiscard]] const std::vector<Violation>& all() const { return all_; }

 private:
  void keep(const timeline::InvariantViolated& event);

  sim::Engine& engine_;
  timeline::Recorder& recorder_;
  std::vector<Violation> all_;
};

}  // namespace firedrill::models
