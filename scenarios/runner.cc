#include "scenarios/runner.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/metrics/calculator.h"
#include "analysis/timeline/json_lines.h"
#include "models/world/faults/fault_limit.h"
#include "models/world/world.h"
#include "policy/api/duration.h"
#include "scenarios/facts.h"
#include "scenarios/preflight/preflight.h"
#include "scenarios/version.h"
#include "sim/engine.h"

namespace firedrill::scenarios {
namespace {

/// The usual bound on events at one instant: enough for every object to take part many times.
std::uint64_t usual_events_at_one_instant(const models::WorldSpec& world) {
  constexpr std::uint64_t least = 1'000'000;
  constexpr std::uint64_t for_each_object = 100;
  const std::uint64_t objects = world.clusters.size() + world.workloads.size() +
                                world.taint_policies.size() + world.rebalancers.size();
  return std::max(least, for_each_object * objects);
}

models::WorldOptions world_options(const Scenario& scenario, const RunOptions& options) {
  models::WorldOptions result;
  result.engine.events_per_instant_max = options.events_at_one_instant != 0
                                             ? options.events_at_one_instant
                                             : usual_events_at_one_instant(scenario.world);
  result.random_faults_max = options.random_faults;
  result.dense = options.dense;
  return result;
}

timeline::Header header_of(const Scenario& scenario, const models::World& world) {
  timeline::Header header;
  header.firedrill = version();
  header.scenario = scenario.metadata.name;
  header.sha256 = scenario.sha256;
  world.complete(header);
  return header;
}

/// The pre-flight check is made for those that ask what it finds.
analysis::ScenarioFacts facts_for_expectations(const Scenario& scenario) {
  if (scenario.expect.empty()) return {};
  analysis::ScenarioFacts facts = facts_of(scenario);
  if (std::ranges::any_of(scenario.expect, [](const auto& e) { return e.preflight.has_value(); }))
    facts.preflight = preflight_findings(scenario);
  return facts;
}

/// Plays the scenarios whose ends are to be compared with; none, as a rule.
analysis::Endings endings_of(const Scenario& scenario, const RunOptions& options) {
  analysis::Endings endings;
  for (const auto& [name, other] : scenario.compared) {
    analysis::EndStateSink end(facts_of(*other));
    const std::array<timeline::Sink*, 1> sinks{&end};
    RunOptions quiet = options;
    quiet.timeline = nullptr;
    quiet.digest = false;
    (void)run(*other, sinks, quiet);
    endings.emplace(name, end.states());
  }
  return endings;
}

/// Wakes the expectations at the instants at which they are decided without an event.
void put_on(analysis::Expectations& expectations, sim::Engine& engine, sim::Time end) {
  for (const sim::Time instant : expectations.instants()) {
    if (instant > end) return;
    engine.at(instant, sim::Phase::observe,
              [&expectations, instant] { expectations.pass(instant); });
  }
}

/// Looks now and then whether the run is to go on: a thousand times in virtual time, in a phase in
/// which nothing is left to happen, so that the timeline can't tell.
void put_on(const std::function<bool()>& stop, sim::Engine& engine, sim::Duration duration) {
  constexpr int looks = 1'000;
  for (int i = 1; i <= looks; ++i) {
    engine.at(sim::start_time + duration / looks * i, sim::Phase::observe, [&stop] {
      if (stop()) throw Interrupted();
    });
  }
}

}  // namespace

bool RunResult::passed() const {
  return violations.empty() && std::ranges::all_of(verdicts, &analysis::Verdict::passed);
}

namespace {

RunResult play(const Scenario& scenario,
               std::span<timeline::Sink* const> sinks,
               const RunOptions& options) {
  const sim::Time end = sim::start_time + scenario.world.duration;
  timeline::Recorder* recorder = nullptr;
  timeline::JsonLines lines =
      options.timeline != nullptr ? timeline::JsonLines(*options.timeline) : timeline::JsonLines();
  analysis::Calculator calculator(facts_of(scenario));
  analysis::Expectations expectations(
      scenario.expect, facts_for_expectations(scenario),
      [&recorder](timeline::ExpectationFailed failure) { recorder->remark(std::move(failure)); },
      endings_of(scenario, options));

  const bool text = options.digest || options.timeline != nullptr;
  std::vector<timeline::Sink*> all{&calculator};
  if (!scenario.expect.empty()) all.push_back(&expectations);
  if (text) all.insert(all.begin(), &lines);
  all.insert(all.end(), sinks.begin(), sinks.end());
  RunResult result;
  {
    models::World world(scenario.world, std::move(all), world_options(scenario, options));
    recorder = &world.recorder();
    put_on(expectations, world.engine(), end);
    if (options.stop) put_on(options.stop, world.engine(), scenario.world.duration);
    result.header = header_of(scenario, world);
    result.footer = world.run(result.header, [&](const timeline::ApiCountsByComponent& counts) {
      if (!scenario.expect.empty()) expectations.finish(end, calculator.measure(end, counts));
    });
    result.violations = world.violations();
  }
  if (text) result.footer.digest = lines.digest();
  result.verdicts = expectations.verdicts();
  // Only now: world and metrics, the two large parts of a run, need not be there together.
  result.metrics = calculator.take_table();
  return result;
}

RunLimitReached limit_reached(sim::Time time, const std::string& problem, std::string_view limit) {
  return RunLimitReached(fmt::format("at {}: {}; {}", api::format_duration(time - sim::start_time),
                                     problem, limit_remedy(limit)));
}

}  // namespace

RunResult run(const Scenario& scenario,
              std::span<timeline::Sink* const> sinks,
              const RunOptions& options) {
  try {
    return play(scenario, sinks, options);
  } catch (const sim::InstantLimitExceeded& error) {
    throw limit_reached(
        error.time(),
        fmt::format("no progress: more than {} events at one instant, led to by timeline event {}",
                    error.count(), error.cause()),
        "events-at-one-instant");
  } catch (const models::RandomFaultLimitExceeded& error) {
    throw limit_reached(error.time(), error.what(), "random-faults");
  }
}

}  // namespace firedrill::scenarios
