#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "scenarios/suite/suite.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

struct TestOptions {
  std::vector<std::string> paths;
  std::vector<std::string> limits;
  std::string filter;
  std::string junit;
  std::string markdown;
  std::string output = "table";
  std::optional<std::size_t> jobs;  ///< Absent: one a core.
  bool update_golden = false;
  bool create_golden = false;
  bool fail_fast = false;
};

/// The files of results: made before the runs, so that a place that can't be written to is found
/// out early, and named after them, so that none is there by half.
class Reports {
 public:
  Reports(const TestOptions& options, Console& console) {
    if (options.junit == "-" && options.markdown == "-")
      throw UsageError("--junit - and --markdown - can't both go to standard output");
    if (!options.junit.empty()) junit_.emplace(options.junit, console);
    if (!options.markdown.empty()) markdown_.emplace(options.markdown, console);
  }

  void write(const scenarios::SuiteReport& report) {
    if (junit_) junit_->output().write(scenarios::suite_junit(report));
    if (markdown_) markdown_->output().write(scenarios::suite_markdown(report));
    if (junit_) junit_->commit();
    if (markdown_) markdown_->commit();
  }

 private:
  std::optional<Destination> junit_;
  std::optional<Destination> markdown_;
};

double machine_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// One that failed counts more than one that could not be checked: somebody must look at the
/// policy.
ExitStatus status_of(const scenarios::SuiteReport& report) {
  if (report.broken) return ExitStatus::broken;
  const scenarios::SuiteCounts counts = report.counts();
  if (counts.failed != 0) return ExitStatus::check_failed;
  return counts.errors != 0 ? ExitStatus::bad_input : ExitStatus::done;
}

void show(const scenarios::SuiteReport& report, const TestOptions& options, Console& console) {
  if (options.output == "json") {
    console.result(scenarios::suite_json(report));
    return;
  }
  const scenarios::SuiteText text = scenarios::suite_text(report, options.output == "wide");
  console.summary(text.files + "\n");
  const bool done = status_of(report) == ExitStatus::done;
  if (options.junit == "-" || options.markdown == "-") {
    if (!done || !console.quiet) console.message(text.findings);
  } else if (!done || !console.quiet) {
    console.result(text.findings);
  }
}

ExitStatus test(const TestOptions& options, Console& console) {
  scenarios::SuiteOptions how;
  how.play.limits = read_limits(options.limits);
  how.play.golden = {.update = options.update_golden, .create = options.create_golden};
  how.play.stop = interrupted;
  how.play.seconds = machine_seconds;
  how.threads = options.jobs.value_or(std::max(1U, std::thread::hardware_concurrency()));
  how.fail_fast = options.fail_fast;

  api::Diagnostics diagnostics(how.play.limits.errors_shown);
  const std::vector<scenarios::SuiteEntry> entries =
      scenarios::find_suite(options.paths, options.filter, how.play.limits, diagnostics);
  if (!diagnostics.ok()) {
    console.message(diagnostics.render());
    return ExitStatus::bad_input;
  }
  Reports reports(options, console);
  const double started = machine_seconds();
  const scenarios::SuiteReport report = scenarios::play_suite(entries, how);
  reports.write(report);
  show(report, options, console);
  if (console.verbose) {
    console.message(
        fmt::format("{:.1f} s with {} threads\n", machine_seconds() - started, how.threads));
  }
  return status_of(report);
}

}  // namespace

Command add_test(CLI::App& program) {
  auto options = std::make_shared<TestOptions>();
  CLI::App* app = program.add_subcommand(
      "test", "Hold scenarios and studies to their expectations, goldens and calm twins");
  app->add_option("PATH", options->paths,
                  "Scenario and study files, and folders of them; other JSON there is left alone")
      ->required();
  app->add_option("--filter", options->filter, "Only files whose path matches, e.g. '*/storm-*'")
      ->type_name("GLOB");
  app->add_flag("--update-golden", options->update_golden,
                "Write goldens anew that are there and differ");
  app->add_flag("--create-golden", options->create_golden,
                "Give a golden to each scenario that has none");
  app->add_option("--junit", options->junit, "Results as JUnit XML; - is standard output")
      ->type_name("FILE");
  app->add_option("--markdown", options->markdown,
                  "Results for the page of a CI job; - is standard output")
      ->type_name("FILE");
  app->add_flag("--fail-fast", options->fail_fast,
                "Leave out what follows the first file that fails");
  app->add_option("-o,--output", options->output, "table, wide (every case) or json")
      ->check(CLI::IsMember({"table", "wide", "json"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  app->add_option("--jobs", options->jobs, "Threads; without it one a core")
      ->check(CLI::Range(1, 1'024))
      ->type_name("N");
  add_limit_option(*app, options->limits);
  app->footer(
      "Example:\n  firedrill test scenarios/library/documents --junit junit.xml\n"
      "Status 1 if a check fails, else 2 if a file is bad input.");
  return {app, [options](Console& console) { return test(*options, console); }};
}

}  // namespace firedrill::tools
