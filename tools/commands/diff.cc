#include "analysis/diff/diff.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analysis/compare/rule.h"
#include "analysis/diff/report.h"
#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

using analysis::DiffReport;
using analysis::MetricSet;
using timeline::TimelineFile;

struct DiffCommandOptions {
  std::string left;
  std::string right;
  std::vector<std::string> tolerances;
  std::string output = "text";
  std::size_t list = 20;
};

/// Metrics are read as a whole, so their text has a limit.
constexpr std::size_t metrics_bytes_max = std::size_t{256} << 20;

void read_metric_tolerance(const std::string& text,
                           std::size_t equals,
                           analysis::MetricTolerance& tolerance) {
  const std::string metric = text.substr(0, equals);
  // The rules of --regressed-if know how a metric is named and a share is written.
  const auto rule = analysis::parse_rule(metric + " > " + text.substr(equals + 1));
  if (const auto* problem = std::get_if<analysis::RuleProblem>(&rule)) {
    throw UsageError(
        fmt::format("--tolerance '{}': {}; {}", text, problem->problem, problem->remedy));
  }
  const auto& parsed = std::get<analysis::RegressionRule>(rule);
  if (!parsed.percent || parsed.bound < 0 || !std::isfinite(parsed.bound))
    throw UsageError(fmt::format("--tolerance '{}': not a percentage; METRIC=N%, from 0%", text));
  tolerance.relative[parsed.metric] = parsed.bound / 100;
}

analysis::MetricTolerance tolerance_of(const DiffCommandOptions& options) {
  analysis::MetricTolerance tolerance;
  for (const std::string& text : options.tolerances) {
    if (const std::size_t equals = text.find('='); equals != std::string::npos) {
      read_metric_tolerance(text, equals, tolerance);
      continue;
    }
    const auto duration = api::parse_duration(text);
    if (!duration.ok() || duration.value() < sim::Duration::zero()) {
      throw UsageError(fmt::format(
          "--tolerance '{}': neither a duration from 0s nor METRIC=N%; such as 500ms or "
          "stage.total.max=5%",
          text));
    }
    tolerance.duration = duration.value();
  }
  return tolerance;
}

enum class Content { timeline, metrics };

/// What the file seems to hold: a timeline's first line is its header, alone on it. Nothing for
/// what can be read only once.
std::optional<Content> content_of(const std::string& path) {
  std::error_code ignored;
  if (path == "-" || !std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  constexpr std::size_t beginning_max = 4'096;
  std::string beginning(beginning_max, '\0');
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  // metrics.json is indented, and its kind stands somewhere below.
  const std::string_view first_line = std::string_view(beginning).substr(0, beginning.find('\n'));
  const std::size_t first = first_line.find_first_not_of(" \t\r");
  const bool brace_alone = first != std::string_view::npos &&
                           first_line.substr(first).starts_with('{') &&
                           first_line.find_last_not_of(" \t\r") == first;
  const bool compact = first_line.find("\"kind\":\"Metrics\"") != std::string_view::npos;
  return brace_alone || compact ? Content::metrics : Content::timeline;
}

std::string read_all(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  api::Diagnostic problem;
  problem.position.file = path;
  problem.remedy = "timeline.jsonl or metrics.json, as firedrill run --out writes them";
  problem.problem = "can't be read";
  if (!in) throw timeline::BadTimeline(problem);
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() <= metrics_bytes_max) continue;
    problem.problem = "more than 256 MiB of metrics";
    throw timeline::BadTimeline(problem);
  }
  return text;
}

MetricSet read_metric_set(const std::string& path) {
  api::Diagnostic problem;
  auto set = analysis::read_metrics(read_all(path), path, problem);
  if (!set) throw timeline::BadTimeline(problem);
  return std::move(*set);
}

/// Whether two files hold the same bytes.
bool same_bytes(const std::string& left, const std::string& right) {
  std::ifstream a(left, std::ios::binary);
  std::ifstream b(right, std::ios::binary);
  constexpr std::size_t length = std::size_t{1} << 16;
  std::vector<char> from_a(length);
  std::vector<char> from_b(length);
  while (a && b && !interrupted()) {
    a.read(from_a.data(), static_cast<std::streamsize>(length));
    b.read(from_b.data(), static_cast<std::streamsize>(length));
    if (a.gcount() != b.gcount() ||
        !std::equal(from_a.begin(), from_a.begin() + a.gcount(), from_b.begin()))
      return false;
    if (a.gcount() == 0) return true;
  }
  return a.eof() && b.eof();
}

DiffReport compare(const DiffCommandOptions& options, const analysis::DiffOptions& how) {
  // What can't be looked into beforehand ought to hold what the other one does.
  const auto left_seen = content_of(options.left);
  const auto right_seen = content_of(options.right);
  const Content left_content = left_seen.value_or(right_seen.value_or(Content::timeline));
  const Content right_content = right_seen.value_or(left_content);
  if (left_content != right_content) {
    api::Diagnostic problem;
    problem.position.file = options.right;
    problem.problem = right_content == Content::metrics ? "metrics, but the other is a timeline"
                                                        : "no metrics, as the other is";
    problem.remedy = "two timelines or two files of metrics";
    throw timeline::BadTimeline(problem);
  }
  if (left_content == Content::metrics) {
    DiffReport report =
        analysis::diff_metrics(read_metric_set(options.left), read_metric_set(options.right), how);
    report.left.file = options.left;
    report.right.file = options.right;
    return report;
  }
  const TimelineFile left(options.left);
  const TimelineFile right(options.right);
  const bool files = left_seen && right_seen;
  // The footers' digests alone would take a changed file for the one that it was.
  if (files && left.footer() == right.footer() && same_bytes(options.left, options.right))
    return analysis::same_timelines(left, right);
  return analysis::diff_timelines(left, right, how);
}

ExitStatus diff(const DiffCommandOptions& options, Console& console) {
  if (options.left == "-" && options.right == "-")
    throw UsageError("only one of the two can be standard input");
  const analysis::DiffOptions how{
      .tolerance = tolerance_of(options), .kept_max = options.list, .stop = interrupted};
  DiffReport report;
  try {
    report = compare(options, how);
  } catch (const timeline::BadTimeline& bad) {
    console.message(api::render(bad.diagnostic()) + "\n");
    return ExitStatus::bad_input;
  }
  if (report.stopped || interrupted()) return ExitStatus::interrupted;
  if (options.output == "json") {
    console.result(analysis::diff_json(report));
  } else if (options.output == "markdown") {
    console.result(analysis::diff_markdown(report));
  } else if (!console.quiet) {
    console.result(analysis::diff_text(report));
  }
  return report.differs() ? ExitStatus::check_failed : ExitStatus::done;
}

}  // namespace

Command add_diff(CLI::App& program) {
  auto options = std::make_shared<DiffCommandOptions>();
  CLI::App* app = program.add_subcommand(
      "diff", "Compare two timelines, or two files of metrics: where they part, why, at what cost");
  app->add_option("A", options->left, "timeline.jsonl or metrics.json; - is standard input")
      ->required();
  app->add_option("B", options->right, "The other one, of the same kind")->required();
  app->add_option("--tolerance", options->tolerances,
                  "What may differ: events by a time (500ms), a metric by a share "
                  "(stage.total.max=5%); repeatable")
      ->type_name("DURATION|METRIC=N%")
      ->expected(1)
      ->take_all();
  app->add_option("--list", options->list, "How many differences are listed; all are counted")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str()
      ->type_name("N");
  app->add_option("-o,--output", options->output, "text, json or markdown")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->type_name("FORMAT");
  app->footer(
      "Exit status: 0 equal, 1 different, 2 bad input.\n\n"
      "Example:\n  firedrill diff scenarios/library/disasters/running-twice.timeline.jsonl "
      "<(firedrill run -q --timeline - scenarios/library/disasters/running-twice.json)");
  return {app, [options](Console& console) { return diff(*options, console); }};
}

}  // namespace firedrill::tools
