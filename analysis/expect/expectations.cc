#include "analysis/expect/expectations.h"

#include <algorithm>
#include <utility>

#include "analysis/expect/checks.h"

namespace firedrill::analysis {

Expectations::Expectations(std::vector<Expectation> expectations,
                           ScenarioFacts facts,
                           OnFailure on_failure,
                           Endings endings)
    : expectations_(std::move(expectations)),
      endings_(std::move(endings)),
      verdicts_(expectations_.size()),
      on_failure_(std::move(on_failure)),
      state_(std::move(facts)) {
  for (const Expectation& expectation : expectations_)
    checks_.push_back(make_check(expectation, endings_));
}

Expectations::~Expectations() = default;

void Expectations::event(const timeline::TimelineEvent& event) {
  close_instant(event.time);
  state_.apply(event.payload);
  if (const std::string* name = workload_of(event.payload)) {
    touched_workloads_.push_back(state_.workload(*name).index);
  }
  if (const std::string* name = cluster_of(event.payload)) {
    touched_clusters_.push_back(state_.cluster(*name).index);
  }
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    if (verdicts_[i].decided) continue;
    checks_[i]->event(event, verdicts_[i]);
    report(i, event.time);
  }
}

std::vector<sim::Time> Expectations::instants() const {
  std::vector<sim::Time> times;
  for (const auto& check : checks_)
    check->instants(times);
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

void Expectations::pass(sim::Time now) {
  close_instant(now + sim::Duration{1});
}

void Expectations::finish(sim::Time end, const MetricTable& metrics) {
  pass(end);
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    if (verdicts_[i].decided) continue;
    checks_[i]->finish(end, metrics, state_, verdicts_[i]);
    report(i, end);
  }
}

bool Expectations::all_passed() const {
  return std::ranges::all_of(verdicts_, &Verdict::passed);
}

// Time leaves the present instant: what its events have led to lasts until then.
void Expectations::close_instant(sim::Time until) {
  if (until <= now_) return;
  const Moment moment{now_, until, state_, touched_workloads_, touched_clusters_};
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    if (verdicts_[i].decided) continue;
    checks_[i]->moment(moment, verdicts_[i]);
    report(i, now_);
  }
  now_ = until;
  touched_workloads_.clear();
  touched_clusters_.clear();
}

void Expectations::report(std::size_t index, sim::Time time) {
  Verdict& verdict = verdicts_[index];
  if (!verdict.decided) return;
  verdict.time = time;
  if (verdict.passed || !on_failure_) return;
  on_failure_({.expect = "/expect/" + std::to_string(index),
               .expected = verdict.expected,
               .actual = verdict.actual});
}

}  // namespace firedrill::analysis
