#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "analysis/metrics/calculator.h"
#include "analysis/metrics/openmetrics.h"
#include "analysis/summary.h"
#include "analysis/timeline/sink.h"
#include "models/world/faults/fault_limit.h"
#include "policy/api/duration.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"
#include "sim/engine.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

struct RunCommandOptions {
  std::string scenario;
  std::string out;
  std::string timeline;
  std::string metrics;
  std::string metrics_format = "json";
  std::vector<std::string> overrides;
  std::vector<std::string> limits;
  std::optional<std::uint64_t> seed;
  std::string detail;
  bool calm = false;
};

/// The scenario as the options want it. Calm drops the expectations as well: they speak of what the
/// events lead to.
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

/// The files of a run: opened before it, so that a place that can't be written to is found out
/// early, and named after it, so that none is there by half.
class RunOutputs {
 public:
  RunOutputs(const RunCommandOptions& options, Console& console) {
    if (options.timeline == "-" && options.metrics == "-")
      throw UsageError("--timeline - and --metrics - can't both go to standard output");
    if (!options.out.empty()) create_folder(options.out);
    const std::filesystem::path folder = options.out;
    timeline_path_ = options.timeline;
    metrics_path_ = options.metrics;
    openmetrics_ = options.metrics_format == "openmetrics";
    if (!options.out.empty()) {
      if (timeline_path_.empty()) timeline_path_ = (folder / "timeline.jsonl").string();
      if (metrics_path_.empty()) metrics_path_ = (folder / "metrics.json").string();
    }
    if (!timeline_path_.empty()) timeline_.emplace(timeline_path_, console);
    if (!metrics_path_.empty()) metrics_.emplace(metrics_path_, console);
  }

  /// Must be served with the run's events.
  [[nodiscard]] timeline::Sink& sink() { return reference_; }
  [[nodiscard]] timeline::Output* timeline() { return timeline_ ? &timeline_->output() : nullptr; }

  void finish(const scenarios::RunResult& result) {
    if (metrics_) {
      metrics_->output().write(
          openmetrics_ ? analysis::format_openmetrics(result.header, result.metrics, reference_)
                       : analysis::format_metrics_json(result.header, result.metrics));
    }
    if (timeline_) timeline_->commit();
    if (metrics_) metrics_->commit();
  }

  /// Where the files lie, a line each.
  [[nodiscard]] std::string list() const {
    std::string text;
    if (timeline_ && timeline_path_ != "-") text += "timeline: " + timeline_path_ + "\n";
    if (metrics_ && metrics_path_ != "-") text += "metrics:  " + metrics_path_ + "\n";
    return text;
  }

 private:
  static void create_folder(const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) {
      throw timeline::ResourceError(
          "cannot create the folder " + folder.string() + ": " + code.message(), code);
    }
  }

  std::string timeline_path_;
  std::string metrics_path_;
  bool openmetrics_ = false;
  analysis::ReferenceMetrics reference_;
  std::optional<Destination> timeline_;
  std::optional<Destination> metrics_;
};

/// "expectations: 7 of 8 hold", and what is wrong with the others.
std::string verdict_text(const scenarios::RunResult& result, const Console& console) {
  if (result.verdicts.empty()) return {};
  std::string failures;
  std::size_t held = 0;
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    const analysis::Verdict& verdict = result.verdicts[i];
    if (verdict.passed) {
      ++held;
      continue;
    }
    failures += fmt::format("{} /expect/{}: expected {}; actual {}\n", console.alarming("FAILED"),
                            i, verdict.expected, verdict.actual);
  }
  return fmt::format("\nexpectations: {} of {} hold\n{}", held, result.verdicts.size(), failures);
}

/// "VIOLATED no-capacity-overcommit …", for each invariant that did not hold.
std::string violation_text(const scenarios::RunResult& result, const Console& console) {
  std::string text;
  for (const models::Violation& violation : result.violations) {
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

/// Collects the scenario's events that changed nothing: what they are about was not there. Each is
/// legal, but rarely meant.
class IdleEvents final : public timeline::Sink {
 public:
  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override {
    const auto* idle = std::get_if<timeline::ScenarioEvent>(&event.payload);
    if (idle == nullptr || idle->applied) return;
    if (++count_ > shown_max) return;
    lines_ += fmt::format("{} ({} {}) changed nothing at {}\n", idle->event, idle->type,
                          idle->target, api::format_duration(event.time.time_since_epoch()));
  }
  void end(const timeline::Footer&) override {}

  [[nodiscard]] std::string text() const {
    if (count_ <= shown_max) return lines_;
    return lines_ + fmt::format("… and {} more events changed nothing\n", count_ - shown_max);
  }

 private:
  static constexpr std::size_t shown_max = 5;
  std::size_t count_ = 0;
  std::string lines_;
};

/// What the machine did: shown to whoever wants it, kept in no file.
std::string effort_text(const scenarios::RunResult& result,
                        std::chrono::steady_clock::duration wall) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const double seconds = std::chrono::duration<double>(wall).count();
  return fmt::format("{} timeline events in {:.3f} s, {:.0f} a second, {} MiB at most\n",
                     result.footer.events, seconds,
                     static_cast<double>(result.footer.events) / std::max(seconds, 1e-9),
                     usage.ru_maxrss / 1024);
}

std::string no_progress_text(const RunCommandOptions& options,
                             const sim::InstantLimitExceeded& error) {
  return fmt::format(
      "{}: no progress at {}: more than {} events at one instant, led to by timeline event {}; "
      "{}\n",
      options.scenario, api::format_duration(error.time() - sim::start_time), error.count(),
      error.cause(), scenarios::limit_remedy("events-at-one-instant"));
}

ExitStatus run(const RunCommandOptions& options, Console& console) {
  const scenarios::LoadOptions load{read_limits(options.limits), overrides_of(options)};
  api::Diagnostics diagnostics(load.limits.errors_shown);
  const auto scenario = scenarios::load_scenario(options.scenario, load, diagnostics);
  console.message(diagnostics.render());
  if (!scenario) return ExitStatus::bad_input;

  RunOutputs outputs(options, console);
  const scenarios::RunOptions run_options{
      .timeline = outputs.timeline(),
      .events_at_one_instant = load.limits.events_at_one_instant,
      .random_faults = load.limits.random_faults,
      .stop = interrupted};
  const auto started = std::chrono::steady_clock::now();
  std::optional<scenarios::RunResult> result;
  IdleEvents idle;
  try {
    const std::array<timeline::Sink*, 2> sinks{&outputs.sink(), &idle};
    result = scenarios::run(*scenario, sinks, run_options);
  } catch (const sim::InstantLimitExceeded& error) {
    console.message(no_progress_text(options, error));
    return ExitStatus::bad_input;
  } catch (const models::RandomFaultLimitExceeded& error) {
    console.message(fmt::format("{}: at {}: {}; {}\n", options.scenario,
                                api::format_duration(error.time() - sim::start_time), error.what(),
                                scenarios::limit_remedy("random-faults")));
    return ExitStatus::bad_input;
  }
  const auto wall = std::chrono::steady_clock::now() - started;
  outputs.finish(*result);

  const std::string& description = scenario->metadata.description;
  console.summary((description.empty() ? "" : description + "\n\n") +
                  analysis::summarise(result->header, result->footer, result->metrics) +
                  idle.text() + verdict_text(*result, console) + violation_text(*result, console) +
                  outputs.list());
  if (console.verbose) console.message(effort_text(*result, wall));
  return result->passed() ? ExitStatus::done : ExitStatus::check_failed;
}

}  // namespace

Command add_run(CLI::App& program) {
  auto options = std::make_shared<RunCommandOptions>();
  CLI::App* app =
      program.add_subcommand("run", "Simulate a scenario and hold it to its expectations");
  app->add_option("SCENARIO", options->scenario, "Scenario file; - is standard input")->required();
  app->add_option("--out", options->out, "Folder for timeline.jsonl and metrics.json")
      ->type_name("DIR");
  app->add_option("--timeline", options->timeline, "Timeline, JSON lines; - is standard output")
      ->type_name("FILE");
  CLI::Option* metrics =
      app->add_option("--metrics", options->metrics, "Metrics; - is standard output")
          ->type_name("FILE");
  app->add_option("--metrics-format", options->metrics_format,
                  "Format of the file of --metrics: json, or openmetrics for Prometheus")
      ->needs(metrics)
      ->capture_default_str()
      ->check(CLI::IsMember({"json", "openmetrics"}))
      ->type_name("FORMAT");
  app->add_option("--set", options->overrides,
                  "Override or add anything in the scenario, e.g. /simulation/seed=7; repeatable")
      ->type_name("PTR=VALUE")
      ->expected(1)
      ->take_all();
  app->add_option("--seed", options->seed, "Seed in place of the scenario's")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  app->add_flag("--calm", options->calm, "Drop all events, and the expectations with them");
  app->add_option("--detail", options->detail,
                  "How much of each scheduling decision the timeline tells: normal or full")
      ->check(CLI::IsMember({"normal", "full"}))
      ->type_name("LEVEL");
  add_limit_option(*app, options->limits);
  app->footer(
      "Example:\n  firedrill run scenarios/library/documents/foo-failover.json --out result");
  return {app, [options](Console& console) { return run(*options, console); }};
}

}  // namespace firedrill::tools
