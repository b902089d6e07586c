#pragma once

/// One run of a scenario: builds the world, plays it, measures it and holds it to its expectations.
/// The only entry that every command shares. No global state: runs in several threads are several
/// calls.

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <vector>

#include "analysis/expect/expectations.h"
#include "analysis/metrics/metric.h"
#include "analysis/timeline/header.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/sink.h"
#include "models/world/invariants/violations.h"
#include "scenarios/scenario.h"
#include "scenarios/source/limits.h"

namespace firedrill::scenarios {

struct RunOptions {
  /// Where the timeline goes as JSON lines, while it arises; committing it is the caller's. Null:
  /// the text is only digested.
  timeline::Output* timeline = nullptr;
  /// Whether the timeline's text is made at all, for its digest, where it goes nowhere.
  bool digest = true;
  /// The limit of that name; 0 stands for the usual rule.
  std::uint64_t events_at_one_instant = 0;
  std::uint64_t random_faults = Limits{}.random_faults;  ///< The limit of that name.
  /// Runs every round of every periodic loop, also those that find nothing to do.
  bool dense = false;
  /// Asked now and then; true breaks the run off with Interrupted.
  std::function<bool()> stop = {};
};

/// The run was broken off because whoever started it wished so.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// The run was ended by one of its limits. `what` says at which time, what there is too much of,
/// and how the limit is raised.
class RunLimitReached : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What came of a run.
struct RunResult {
  timeline::Header header;
  timeline::Footer footer;  ///< With the digest of the timeline's text.
  analysis::MetricTable metrics;
  std::vector<analysis::Verdict> verdicts;  ///< In the order of the scenario's `expect`.
  /// Invariants that did not hold, whatever the scenario expects: a fault of the program or of a
  /// policy.
  std::vector<models::Violation> violations;

  /// Every expectation and every invariant held.
  [[nodiscard]] bool passed() const;
};

/// Plays the scenario to its end; before it, silently, those whose ends it is compared with. The
/// sinks are served after the timeline's text, in their order; what one throws ends the run. Throws
/// RunLimitReached when the run makes no progress or chance makes more faults than it may,
/// timeline::ResourceError when the output gives out, Interrupted when told to stop.
[[nodiscard]] RunResult run(const Scenario& scenario,
                            std::span<timeline::Sink* const> sinks = {},
                            const RunOptions& options = {});

}  // namespace firedrill::scenarios
