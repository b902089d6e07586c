#pragma once

/// Holds the timeline to its own rules: time, numbering, causes.

#include <cstdint>

#include "analysis/timeline/sink.h"
#include "models/world/invariants/violations.h"

namespace firedrill::models {

class TimelineChecks final : public timeline::Sink {
 public:
  /// Checks nothing until it is told where to report.
  void report_to(Violations* violations) { violations_ = violations; }

  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer&) override {}

 private:
  Violations* violations_ = nullptr;
  std::uint64_t seq_ = 0;
  sim::Time time_ = sim::start_time;
};

}  // namespace firedrill::models
