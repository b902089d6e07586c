#pragma once

/// Holds a run against its expectations as it goes on: each is decided at the first instant that
/// decides it. A sink, to be served after whoever measures the run.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/expect/end_state.h"
#include "analysis/expect/expectation.h"
#include "analysis/metrics/metric.h"
#include "analysis/run_state.h"
#include "analysis/timeline/sink.h"

namespace firedrill::analysis {

/// What a verdict is about: whom to ask why.
struct Evidence {
  std::uint64_t event = 0;    ///< `seq` of the event that decided it; 0: no single one did.
  std::string workload = {};  ///< In full, or as the expectation names it; "" if none.
  std::string cluster = {};
};

/// What became of one expectation.
struct Verdict {
  bool decided = false;  ///< It can't change any more.
  bool passed = true;    ///< Of undecided ones: nothing spoke against it yet.
  std::string expected;  ///< In words; both empty unless it failed.
  std::string actual;
  sim::Time time{};        ///< When it was decided.
  Evidence evidence = {};  ///< Of a failed one.
};

class Expectations final : public timeline::Sink {
 public:
  /// Called once for each that fails, with the expectation's pointer: "/expect/3".
  using OnFailure = std::function<void(timeline::ExpectationFailed)>;

  /// `endings` has every scenario that a final state is compared with.
  Expectations(std::vector<Expectation> expectations,
               ScenarioFacts facts,
               OnFailure on_failure,
               Endings endings = {});
  ~Expectations() override;

  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer&) override {}

  /// Instants at which something may be decided without an event, ascending. A live run that puts
  /// `pass` on them (after all else at that instant) has its failures reported then; else they are
  /// reported with the next event.
  [[nodiscard]] std::vector<sim::Time> instants() const;

  /// Time has gone on to `now`, and nothing more happens at it.
  void pass(sim::Time now);

  /// The run is over at `end`: decides what is open. To be called before the timeline is closed, so
  /// that the failures still stand in it.
  void finish(sim::Time end, const MetricTable& metrics);

  /// In the order of the expectations.
  [[nodiscard]] const std::vector<Verdict>& verdicts() const { return verdicts_; }
  [[nodiscard]] bool all_passed() const;

  /// What one expectation has seen so far; one class a form.
  class Check;
  struct Moment;

 private:
  void close_instant(sim::Time until);
  void report(std::size_t index, sim::Time time);

  std::vector<Expectation> expectations_;
  Endings endings_;
  std::vector<std::unique_ptr<Check>> checks_;
  std::vector<Verdict> verdicts_;
  OnFailure on_failure_;
  RunState state_;
  sim::Time now_{};
  std::vector<std::uint32_t> touched_workloads_;
  std::vector<std::uint32_t> touched_clusters_;
};

}  // namespace firedrill::analysis
