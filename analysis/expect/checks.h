#pragma once

/// How each form of an expectation is decided; a part of analysis/expect/expectations.h, not meant
/// for others.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/expect/end_state.h"
#include "analysis/expect/expectations.h"

namespace firedrill::analysis {

/// A state that lasted from `from` until just before `until`.
struct Expectations::Moment {
  sim::Time from;
  sim::Time until;
  const RunState& state;
  /// What the events at `from` were about, by index; may name one twice.
  const std::vector<std::uint32_t>& workloads;
  const std::vector<std::uint32_t>& clusters;
};

/// Decides its verdict once. Not called again after that.
class Expectations::Check {
 public:
  Check() = default;
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  virtual ~Check() = default;

  virtual void event(const timeline::TimelineEvent&, Verdict&) {}
  virtual void moment(const Moment&, Verdict&) {}
  virtual void finish(sim::Time end, const MetricTable& metrics, const RunState&, Verdict&) = 0;
  /// Appends the instants after which it can say more.
  virtual void instants(std::vector<sim::Time>&) const {}

 protected:
  static void pass(Verdict& verdict) { verdict.decided = true; }
  static void fail(Verdict& verdict,
                   std::string expected,
                   std::string actual,
                   Evidence evidence = {});
};

/// Requires: the expectation has one form; it and the endings outlive the check, and the scenario
/// that a final state is compared with is among them.
[[nodiscard]] std::unique_ptr<Expectations::Check> make_check(const Expectation& expectation,
                                                              const Endings& endings);

}  // namespace firedrill::analysis
