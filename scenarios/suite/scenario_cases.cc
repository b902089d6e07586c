#include "scenarios/suite/scenario_cases.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/sink.h"
#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"
#include "scenarios/failure_report.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"
#include "scenarios/suite/words.h"

namespace firedrill::scenarios {
namespace {

std::string time_text(sim::Time time) {
  return api::format_duration(time - sim::start_time);
}

double now(const PlayOptions& options) {
  return options.seconds ? options.seconds() : 0;
}

/// The lines' first one, and the others.
SuiteCase error_case(std::string name, std::string_view lines) {
  SuiteCase result{.name = std::move(name), .outcome = Outcome::error};
  const std::size_t end = std::min(lines.find('\n'), lines.size());
  result.message = lines.substr(0, end);
  result.details = lines.substr(std::min(end + 1, lines.size()));
  return result;
}

RunOptions run_options(const PlayOptions& options, timeline::Output* output = nullptr) {
  return {.timeline = output,
          .digest = false,
          .events_at_one_instant = options.limits.events_at_one_instant,
          .random_faults = options.limits.random_faults,
          .stop = options.stop};
}

/// A run, or the case that says why there was none.
struct Attempt {
  std::optional<RunResult> result;
  SuiteCase problem;
  bool broken = false;
};

Attempt attempt(const Scenario& scenario,
                std::span<timeline::Sink* const> sinks,
                timeline::Output* output,
                const PlayOptions& options) {
  Attempt attempt;
  try {
    attempt.result = run(scenario, sinks, run_options(options, output));
  } catch (const RunLimitReached& reached) {
    attempt.problem = error_case("runs", reached.what());
  } catch (const Interrupted&) {
    throw;
  } catch (const timeline::ResourceError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    attempt.broken = true;
    attempt.problem = error_case("runs", fmt::format("internal error: {}; please report it with "
                                                     "the file",
                                                     error.what()));
  }
  return attempt;
}

std::string violation_line(const models::Violation& violation) {
  const timeline::InvariantViolated& first = violation.first;
  std::string text = fmt::format("{} at {}: ", first.invariant, time_text(violation.time));
  if (!first.workload.empty()) text += first.workload + ": ";
  if (!first.cluster.empty()) text += first.cluster + ": ";
  text += first.message;
  if (violation.count > 1) text += fmt::format("; {} times in all", violation.count);
  return text;
}

SuiteCase invariants_case(const RunResult& result) {
  SuiteCase one{.name = "invariants"};
  if (result.violations.empty()) return one;
  one.outcome = Outcome::failed;
  one.message = violation_line(result.violations.front());
  for (std::size_t i = 1; i < result.violations.size(); ++i)
    one.details += violation_line(result.violations[i]) + "\n";
  return one;
}

SuiteCase expectation_case(const Scenario& scenario, const RunResult& result, std::size_t index) {
  const analysis::Verdict& verdict = result.verdicts[index];
  SuiteCase one{.name = case_name(scenario.expect[index], index)};
  if (verdict.passed) return one;
  one.outcome = Outcome::failed;
  one.message = fmt::format("expected {}; actual {}", verdict.expected, verdict.actual);
  one.details = fmt::format("decided at {}\n", time_text(verdict.time));
  return one;
}

/// What explain says of those that failed; plays the scenario once more if any did.
void add_reasons(const Scenario& scenario,
                 const RunResult& result,
                 const PlayOptions& options,
                 std::vector<SuiteCase>& cases) {
  const std::size_t before = cases.size() - result.verdicts.size();
  for (const FailureReason& reason :
       explain_failures(scenario, result.verdicts, run_options(options))) {
    for (const std::string& line : reason.lines)
      cases[before + reason.expectation].details += line + "\n";
  }
}

void add_golden(GoldenCheck& golden, Cases& cases) {
  const bool others_held = std::ranges::all_of(
      cases.cases, [](const SuiteCase& c) { return c.outcome == Outcome::passed; });
  const auto problem = golden.finish(others_held, cases.notes);
  SuiteCase one{.name = "golden"};
  if (problem) {
    one.outcome = problem->bad_input ? Outcome::error : Outcome::failed;
    one.message = problem->message;
    one.details = problem->details;
  }
  cases.cases.push_back(std::move(one));
}

/// What must not happen without events. What a control plane does at the start is no disaster: a
/// cluster that joins is tainted until it is Ready, and may have taints of its own.
class CalmCheck final : public timeline::Sink {
 public:
  explicit CalmCheck(const Scenario& scenario) {
    for (const models::ClusterSpec& cluster : scenario.world.clusters) {
      for (const api::Taint& taint : cluster.taints)
        own_.emplace(cluster.name, taint.key, taint.effect);
    }
  }

  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override {
    if (const auto* change = std::get_if<timeline::ClusterConditionChanged>(&event.payload)) {
      if (change->condition == "Ready" && change->status == "True") ready_.insert(change->cluster);
    } else if (const auto* added = std::get_if<timeline::TaintAdded>(&event.payload)) {
      const bool joining = added->taint.effect == "NoSchedule" && !ready_.contains(added->cluster);
      // Its own taints come once, as it joins.
      const bool own = own_.erase({added->cluster, added->taint.key, added->taint.effect}) != 0;
      if (!joining && !own) found(event, added->cluster + " is tainted");
    } else if (const auto* task =
                   std::get_if<timeline::GracefulEvictionTaskAdded>(&event.payload)) {
      found(event, task->workload + " is evicted from " + task->cluster);
    } else if (const auto* taken = std::get_if<timeline::EvictionDequeued>(&event.payload)) {
      if (taken->outcome == "Evicted")
        found(event, taken->workload + " is evicted from " + taken->cluster);
    }
  }
  void end(const timeline::Footer&) override {}

  /// "" if all was calm.
  [[nodiscard]] const std::string& first() const { return first_; }
  [[nodiscard]] const std::string& lines() const { return lines_; }

 private:
  static constexpr int shown_max = 5;

  void found(const timeline::TimelineEvent& event, const std::string& what) {
    if (first_.empty())
      first_ = fmt::format("{} at {} without any event", what, time_text(event.time));
    if (++count_ > shown_max) return;
    timeline::append_line(lines_, event);
    lines_ += '\n';
  }

  std::set<std::tuple<std::string, std::string, std::string>> own_;
  std::set<std::string> ready_;
  std::string first_;
  std::string lines_;
  int count_ = 0;
};

/// How many evictions the metrics count: also those that no task and no queue shows.
std::string evictions_counted(const RunResult& result) {
  const auto amount = analysis::evaluate("eviction.started.count", result.metrics);
  if (!amount || amount->numerator == 0) return {};
  return fmt::format("{} evictions without any event",
                     analysis::format_amount(analysis::Unit::count, *amount));
}

}  // namespace

Cases play_scenario(const std::string& path, const PlayOptions& options) {
  const double started = now(options);
  Cases cases;
  api::Diagnostics diagnostics(options.limits.errors_shown);
  const auto scenario = load_scenario(path, {.limits = options.limits}, diagnostics);
  if (!scenario) {
    cases.cases.push_back(error_case("loads", diagnostics.render()));
    return cases;
  }
  GoldenCheck golden(path, options.golden);
  Attempt played = attempt(*scenario, {}, golden.wanted() ? &golden : nullptr, options);
  if (!played.result) {
    cases.broken = played.broken;
    cases.cases.push_back(std::move(played.problem));
    return cases;
  }
  cases.cases.push_back(invariants_case(*played.result));
  for (std::size_t i = 0; i < scenario->expect.size(); ++i)
    cases.cases.push_back(expectation_case(*scenario, *played.result, i));
  add_reasons(*scenario, *played.result, options, cases.cases);
  if (golden.wanted()) add_golden(golden, cases);
  cases.cases.front().seconds = now(options) - started;
  return cases;
}

Cases play_calm_twin(const std::string& path, const PlayOptions& options) {
  const double started = now(options);
  Cases cases;
  api::Diagnostics diagnostics(options.limits.errors_shown);
  const auto scenario = load_scenario(
      path, {.limits = options.limits, .overrides = {"/events=[]", "/expect=[]"}}, diagnostics);
  if (!scenario || !scenario->metadata.calm_twin) return cases;
  CalmCheck calm(*scenario);
  const std::array<timeline::Sink*, 1> sinks{&calm};
  const Attempt played = attempt(*scenario, sinks, nullptr, options);
  SuiteCase one{.name = "calm twin"};
  if (!played.result) {
    cases.broken = played.broken;
    one.outcome = played.problem.outcome;
    one.message = played.problem.message;
  } else {
    one.message = calm.first().empty() ? evictions_counted(*played.result) : calm.first();
    one.details = calm.lines();
    const SuiteCase invariants = invariants_case(*played.result);
    if (one.message.empty()) one.message = invariants.message;
    if (!one.message.empty()) one.outcome = Outcome::failed;
  }
  one.seconds = now(options) - started;
  cases.cases.push_back(std::move(one));
  return cases;
}

}  // namespace firedrill::scenarios
