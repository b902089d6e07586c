#include "tools/commands/run.h"

#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"
#include "policy/profiles.h"

namespace firedrill::tools {

std::vector<std::string> overrides_of(const RunCommandOptions& options) {
  std::vector<std::string> overrides = options.overrides;
  if (options.seed) overrides.push_back(fmt::format("/simulation/seed={}", *options.seed));
  if (!options.detail.empty()) overrides.push_back("/simulation/detail=\"" + options.detail + "\"");
  if (options.calm) {
    overrides.emplace_back("/events=[]");
    overrides.emplace_back("/expect=[]");
  }
  return overrides;
}

std::string profile_of(const RunCommandOptions& options) {
  return options.profiles.size() == 1 ? options.profiles.front() : std::string();
}

scenarios::RunResult play(const std::string& name,
                          const scenarios::Scenario& scenario,
                          std::span<timeline::Sink* const> sinks,
                          timeline::Output* timeline,
                          const scenarios::Limits& limits,
                          bool dense) {
  try {
    return scenarios::run(scenario, sinks,
                          {.timeline = timeline,
                           .events_at_one_instant = limits.events_at_one_instant,
                           .random_faults = limits.random_faults,
                           .dense = dense,
                           .stop = interrupted});
  } catch (const scenarios::RunLimitReached& reached) {
    throw RunRefused(fmt::format("{}: {}\n", name, reached.what()));
  }
}

std::string violation_lines(const std::vector<models::Violation>& violations,
                            const Console& console) {
  std::string text;
  for (const models::Violation& violation : violations) {
    const timeline::InvariantViolated& first = violation.first;
    text += fmt::format("{} {} at {}: ", console.alarming("VIOLATED"), first.invariant,
                        api::format_duration(violation.time.time_since_epoch()));
    if (!first.workload.empty()) text += first.workload + ": ";
    if (!first.cluster.empty()) text += first.cluster + ": ";
    text += first.message;
    if (violation.count > 1) text += fmt::format("; {} times in all", violation.count);
    text += '\n';
  }
  if (text.empty()) return {};
  return "\nWhat must always hold does not; this is a fault of firedrill or of a policy:\n" + text;
}

namespace {

void check_profile(const std::string& name) {
  if (policy::find_profile(name) != nullptr) return;
  std::vector<std::string_view> names;
  for (const policy::Profile& profile : policy::profiles)
    names.push_back(profile.name);
  const std::string_view near = api::nearest(name, names);
  throw UsageError(fmt::format("--profile: unknown profile {}; one of {}{}", api::in_quotes(name),
                               fmt::join(names, ", "),
                               near.empty() ? "" : fmt::format("; did you mean {}?", near)));
}

void add_world_options(CLI::App& app, RunCommandOptions& options) {
  app.add_option("--set", options.overrides,
                 "Override or add anything in the scenario, e.g. /simulation/seed=7; repeatable")
      ->type_name("PTR=VALUE")
      ->expected(1)
      ->take_all();
  app.add_option("--seed", options.seed, "Seed in place of the scenario's")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  app.add_flag("--calm", options.calm, "Drop all events, and the expectations with them");
  app.add_flag(
      "--dense", options.dense,
      "Run every round of every periodic loop, also those that find nothing to do: slower, "
      "with the same results");
  app.add_option("--detail", options.detail,
                 "How much of each scheduling decision the timeline tells: normal or full")
      ->check(CLI::IsMember({"normal", "full"}))
      ->type_name("LEVEL");
}

void add_result_options(CLI::App& app, RunCommandOptions& options) {
  app.add_option(
         "--out", options.out,
         "Folder for timeline.jsonl, metrics.json and report.html; of several runs, a folder "
         "each")
      ->type_name("DIR");
  CLI::Option* timeline =
      app.add_option("--timeline", options.timeline, "Timeline; - is standard output")
          ->type_name("FILE");
  app.add_option("--format", options.format,
                 "Format of the file of --timeline: jsonl, csv for spreadsheets, or trace for "
                 "Perfetto")
      ->needs(timeline)
      ->capture_default_str()
      ->check(CLI::IsMember({"jsonl", "csv", "trace"}))
      ->type_name("FORMAT");
  app.add_option("--sqlite", options.sqlite, "Timeline as an SQLite file, to be asked by SQL")
      ->type_name("FILE");
  CLI::Option* metrics =
      app.add_option("--metrics", options.metrics, "Metrics; - is standard output")
          ->type_name("FILE");
  app.add_option(
         "--metrics-format", options.metrics_format,
         "Format of the file of --metrics: json; openmetrics for Prometheus; the "
         "reference's metrics over time as openmetrics-series, or as promtool, for tests of "
         "alert rules")
      ->needs(metrics)
      ->capture_default_str()
      ->check(CLI::IsMember({"json", "openmetrics", "openmetrics-series", "promtool"}))
      ->type_name("FORMAT");
  app.add_option("--metrics-interval", options.metrics_interval,
                 "Virtual time between two scrapes of the metrics over time")
      ->needs(metrics)
      ->capture_default_str()
      ->type_name("DURATION");
}

void add_comparison_options(CLI::App& app, RunCommandOptions& options) {
  app.add_option("--profile", options.profiles,
                 "Policies to run it with; several are compared, the first is the reference")
      ->type_name("P1,P2,…")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  app.add_option("--against", options.against, "Another scenario to compare it with")
      ->type_name("FILE");
  app.add_option("--against-set", options.against_set,
                 "Compare with the same scenario, so changed; repeated ones are one variant")
      ->type_name("PTR=VALUE")
      ->expected(1)
      ->take_all();
  app.add_option("--runs", options.runs, "Runs with the seeds from its own on; gives intervals")
      ->check(CLI::Range(std::uint64_t{1}, runs_max))
      ->type_name("N");
  app.add_option("--regressed-if", options.rules,
                 "End with status 1 if a metric changed by more than this against the reference: "
                 "'METRIC > +5%', '> +10s', '> 3', '< -0.1'; repeatable")
      ->type_name("RULE")
      ->expected(1)
      ->take_all();
  app.add_option("-o,--output", options.output,
                 "Of several runs: table, wide (every metric), json or markdown")
      ->check(CLI::IsMember({"table", "wide", "json", "markdown"}))
      ->type_name("FORMAT");
  app.add_option("--jobs", options.jobs, "Threads for several runs; without it one a core")
      ->check(CLI::Range(1, 1'024))
      ->type_name("N");
}

}  // namespace

Command add_run(CLI::App& program) {
  auto options = std::make_shared<RunCommandOptions>();
  CLI::App* app =
      program.add_subcommand("run", "Simulate a scenario and hold it to its expectations");
  app->add_option("SCENARIO", options->scenario, "Scenario file; - is standard input")->required();
  add_result_options(*app, *options);
  add_world_options(*app, *options);
  add_comparison_options(*app, *options);
  add_limit_option(*app, options->limits);
  app->footer(
      "Example:\n  firedrill run scenarios/library/documents/foo-failover.json --out result\n"
      "  firedrill run scenarios/library/documents/foo-failover.json \\\n"
      "    --against-set /controlPlane/flags/cluster-failure-threshold=10s \\\n"
      "    --regressed-if 'workload.unavailability.max > +5%'");
  return {app, [options](Console& console) {
            for (const std::string& profile : options->profiles)
              check_profile(profile);
            return options->side_by_side() ? run_side_by_side(*options, console)
                                           : run_once(*options, console);
          }};
}

}  // namespace firedrill::tools
