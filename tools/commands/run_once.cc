#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "analysis/aftermath.h"
#include "analysis/metrics/calculator.h"
#include "analysis/metrics/openmetrics.h"
#include "analysis/metrics/reference_series.h"
#include "analysis/report/page.h"
#include "analysis/report/report_data.h"
#include "analysis/summary.h"
#include "analysis/timeline/sink.h"
#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"
#include "scenarios/facts.h"
#include "scenarios/failure_report.h"
#include "scenarios/loader.h"
#include "scenarios/preflight/preflight.h"
#include "tools/commands/run.h"
#include "tools/commands/timeline_exports.h"

namespace firedrill::tools {
namespace {

/// The files of a run: opened before it, so that a place that can't be written to is found out
/// early, and named after it, so that none is there by half.
class RunOutputs {
 public:
  RunOutputs(const RunCommandOptions& options, Console& console) : exports_(options, console) {
    if (options.timeline == "-" && options.metrics == "-")
      throw UsageError("--timeline - and --metrics - can't both go to standard output");
    if (!options.out.empty()) create_folder(options.out);
    const std::filesystem::path folder = options.out;
    if (options.format == "jsonl") timeline_path_ = options.timeline;
    metrics_path_ = options.metrics;
    metrics_format_ = options.metrics_format;
    if (metrics_format_ == "openmetrics-series" || metrics_format_ == "promtool")
      series_.emplace(scrape_interval(options.metrics_interval));
    if (!options.out.empty()) {
      if (timeline_path_.empty()) timeline_path_ = (folder / "timeline.jsonl").string();
      if (metrics_path_.empty()) metrics_path_ = (folder / "metrics.json").string();
    }
    if (!timeline_path_.empty()) timeline_.emplace(timeline_path_, console);
    if (!metrics_path_.empty()) metrics_.emplace(metrics_path_, console);
    if (!options.out.empty()) {
      report_path_ = (folder / "report.html").string();
      report_.emplace(report_path_, console);
    }
  }

  /// Must be served with the run's events.
  [[nodiscard]] std::vector<timeline::Sink*> sinks() {
    std::vector<timeline::Sink*> all = exports_.sinks();
    if (metrics_ && metrics_format_ == "openmetrics") all.push_back(&reference_);
    if (series_) all.push_back(&*series_);
    if (report_) all.push_back(&report_data_);
    return all;
  }
  [[nodiscard]] timeline::Output* timeline() { return timeline_ ? &timeline_->output() : nullptr; }

  void finish(const scenarios::RunResult& result) {
    if (metrics_) write_metrics(result, metrics_->output());
    if (report_) {
      const std::array runs{report_data_.json(result.metrics, result.footer.digest)};
      analysis::write_page(report_->output(), runs);
    }
    if (timeline_) timeline_->commit();
    exports_.finish(result.footer);
    if (metrics_) metrics_->commit();
    if (report_) report_->commit();
  }

  /// Where the files lie, a line each, and the command that explains what became of the workload.
  [[nodiscard]] std::string list(const std::string& workload) const {
    std::string text;
    const bool timeline = timeline_ && timeline_path_ != "-";
    if (timeline) text += "timeline: " + timeline_path_ + "\n";
    text += exports_.list();
    if (metrics_ && metrics_path_ != "-") text += "metrics:  " + metrics_path_ + "\n";
    if (report_) text += "report:   " + report_path_ + "\n";
    if (timeline && !workload.empty())
      text += fmt::format("next:     firedrill explain {} {}\n", timeline_path_, workload);
    return text + exports_.notice();
  }

 private:
  void write_metrics(const scenarios::RunResult& result, timeline::Output& output) const {
    if (metrics_format_ == "json") {
      output.write(analysis::format_metrics_json(result.header, result.metrics));
    } else if (metrics_format_ == "openmetrics") {
      output.write(analysis::format_openmetrics(result.header, result.metrics, reference_));
    } else if (metrics_format_ == "openmetrics-series") {
      series_->write_openmetrics(output);
    } else {
      series_->write_rule_test(output);
    }
  }

  static sim::Duration scrape_interval(const std::string& text) {
    const api::Result<api::Duration> interval = api::parse_duration(text);
    if (!interval || *interval <= sim::Duration{} ||
        *interval % std::chrono::seconds(1) != sim::Duration{}) {
      throw UsageError("--metrics-interval " + api::in_quotes(text) +
                       ": a positive number of whole seconds, such as 15s or 1m");
    }
    return *interval;
  }

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
  std::string metrics_format_;
  std::string report_path_;
  analysis::ReferenceMetrics reference_;
  std::optional<analysis::ReferenceSeries> series_;
  std::optional<Destination> timeline_;
  TimelineExports exports_;
  std::optional<Destination> metrics_;
  analysis::ReportData report_data_;
  std::optional<Destination> report_;
};

/// "expectations: 7 of 8 hold", what is wrong with the others, and why.
std::string verdict_text(const scenarios::RunResult& result,
                         const std::vector<scenarios::FailureReason>& reasons,
                         const Console& console) {
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
    for (const scenarios::FailureReason& reason : reasons) {
      if (reason.expectation != i) continue;
      for (const std::string& line : reason.lines)
        failures += "  " + line + "\n";
    }
  }
  return fmt::format("\nexpectations: {} of {} hold\n{}", held, result.verdicts.size(), failures);
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

/// What the scenario is about, and what can and cannot move.
std::string foreword(const scenarios::Scenario& scenario) {
  const std::string& description = scenario.metadata.description;
  const std::string& question = scenario.metadata.question;
  return (description.empty() ? "" : description + "\n") +
         (question.empty() ? "" : "Question: " + question + "\n") +
         (description.empty() && question.empty() ? "" : "\n") +
         scenarios::preflight_text(scenario, scenarios::preflight_findings(scenario)) + "\n";
}

}  // namespace

ExitStatus run_once(const RunCommandOptions& options, Console& console) {
  if (!options.rules.empty())
    throw UsageError(
        "--regressed-if compares: say with what, by --against, --against-set or several profiles");
  if (!options.output.empty())
    throw UsageError(
        "-o tells of several runs (--runs, --against, --against-set, --profile A,B); the metrics "
        "of one go to --metrics FILE");
  const scenarios::LoadOptions load{read_limits(options.limits), overrides_of(options),
                                    profile_of(options)};
  api::Diagnostics diagnostics(load.limits.errors_shown);
  const auto scenario = scenarios::load_scenario(options.scenario, load, diagnostics);
  console.message(diagnostics.render());
  if (!scenario) return ExitStatus::bad_input;

  RunOutputs outputs(options, console);
  // Told before the run, which may be long.
  if (!console.quiet) console.summary(foreword(*scenario));
  const auto started = std::chrono::steady_clock::now();
  IdleEvents idle;
  // What the summary is made of follows every event, too: nobody reads it if they want quiet.
  analysis::Aftermath aftermath(console.quiet ? analysis::ScenarioFacts()
                                              : scenarios::facts_of(*scenario));
  std::vector<timeline::Sink*> sinks = outputs.sinks();
  if (!console.quiet) sinks.insert(sinks.end(), {&idle, &aftermath});
  const scenarios::RunResult result =
      play(options.scenario, *scenario, sinks, outputs.timeline(), load.limits, options.dense);
  const auto wall = std::chrono::steady_clock::now() - started;
  outputs.finish(result);

  if (!console.quiet) {
    const std::vector<scenarios::FailureReason> reasons =
        scenarios::explain_failures(*scenario, result.verdicts,
                                    {.events_at_one_instant = load.limits.events_at_one_instant,
                                     .random_faults = load.limits.random_faults,
                                     .stop = interrupted});
    console.summary(analysis::summarise(result.header, result.footer, result.metrics, aftermath) +
                    idle.text() + verdict_text(result, reasons, console) +
                    violation_lines(result.violations, console) +
                    outputs.list(analysis::worth_explaining(result.metrics, aftermath)));
  }
  if (console.verbose) console.message(effort_text(result, wall));
  return result.passed() ? ExitStatus::done : ExitStatus::check_failed;
}

}  // namespace firedrill::tools
