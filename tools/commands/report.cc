#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analysis/metrics/calculator.h"
#include "analysis/report/page.h"
#include "analysis/report/report_data.h"
#include "analysis/timeline/reader.h"
#include "policy/api/diagnostic.h"
#include "scenarios/runner.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

struct ReportCommandOptions {
  std::vector<std::string> timelines;
  std::string out = "report.html";
  std::size_t events_max = analysis::ReportOptions{}.events_max;
};

/// Serves the report and the metrics with one reading.
class ReportSinks final : public timeline::Sink {
 public:
  explicit ReportSinks(const analysis::ReportOptions& options) : data_(options) {}

  void begin(const timeline::Header& header) override {
    data_.begin(header);
    calculator_.begin(header);
  }
  void event(const timeline::TimelineEvent& event) override {
    if (interrupted()) throw scenarios::Interrupted();
    data_.event(event);
    calculator_.event(event);
  }
  void end(const timeline::Footer& footer) override {
    data_.end(footer);
    calculator_.end(footer);
    digest_ = footer.digest;
  }

  [[nodiscard]] std::string json() { return data_.json(calculator_.table(), digest_); }

 private:
  analysis::ReportData data_;
  analysis::Calculator calculator_;
  std::string digest_;
};

/// The data of one timeline's report; nothing, and `problem` said, if it is none.
std::optional<std::string> fold(const std::string& path,
                                const ReportCommandOptions& options,
                                api::Diagnostic& problem) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      problem.position.file = path;
      problem.problem = "can't be read";
      problem.remedy = "a timeline (.jsonl), as firedrill run --timeline writes it";
      return std::nullopt;
    }
  }
  ReportSinks sinks({.events_max = options.events_max});
  if (const auto found =
          timeline::read_timeline(path == "-" ? std::cin : file, {.file = path}, sinks)) {
    problem = *found;
    return std::nullopt;
  }
  return sinks.json();
}

ExitStatus report(const ReportCommandOptions& options, Console& console) {
  if (options.timelines.size() > 2) throw UsageError("one timeline, or two to compare");
  if (options.timelines == std::vector<std::string>{"-", "-"})
    throw UsageError("only one of the two can be standard input");
  Destination destination(options.out, console);
  std::vector<std::string> runs;
  for (const std::string& path : options.timelines) {
    api::Diagnostic problem;
    std::optional<std::string> run = fold(path, options, problem);
    if (!run) {
      console.message(api::render(problem) + "\n");
      return ExitStatus::bad_input;
    }
    runs.push_back(std::move(*run));
  }
  analysis::write_page(destination.output(), runs);
  destination.commit();
  if (options.out != "-") console.summary("report: " + options.out + "\n");
  if (console.verbose) console.message(memory_text());
  return ExitStatus::done;
}

}  // namespace

Command add_report(CLI::App& program) {
  auto options = std::make_shared<ReportCommandOptions>();
  CLI::App* app = program.add_subcommand(
      "report", "One HTML page of a timeline, or of two side by side; it needs nothing but itself");
  app->add_option("TIMELINE", options->timelines,
                  "A timeline (.jsonl), or two to compare; - is standard input")
      ->required()
      ->expected(1, 2);
  app->add_option("--out", options->out, "Where the page goes; - is standard output")
      ->capture_default_str()
      ->type_name("FILE");
  app->add_option("--events", options->events_max,
                  "How many events the page lists; of more, what tells least is thinned out, while "
                  "charts and figures count all")
      ->check(CLI::Range(std::size_t{100}, std::size_t{2'000'000}))
      ->capture_default_str()
      ->type_name("N");
  app->footer(
      "Example:\n  firedrill report scenarios/library/disasters/running-twice.timeline.jsonl --out "
      "running-twice.html");
  return {app, [options](Console& console) { return report(*options, console); }};
}

}  // namespace firedrill::tools
