#pragma once

/// Whoever consumes a timeline as it arises or as it is read from a file: writers, metrics,
/// expectations.

#include "analysis/timeline/events.h"
#include "analysis/timeline/header.h"

namespace firedrill::timeline {

/// Called in order: `begin` once, `event` for each in `seq` order, `end` once; a run that breaks
/// off never calls `end`. What a sink throws ends the run.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  virtual void begin(const Header& header) = 0;
  virtual void event(const TimelineEvent& event) = 0;
  /// `footer.digest` is empty in a live run.
  virtual void end(const Footer& footer) = 0;
};

}  // namespace firedrill::timeline
