#include "analysis/explain/explain.h"

#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "analysis/explain/render.h"
#include "analysis/timeline/timeline_file.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

struct ExplainOptions {
  std::string timeline;
  std::string selector;
  std::string output = "text";
};

std::string rendered(const analysis::Explanation& explanation,
                     const std::string& output,
                     const Console& console) {
  if (output == "json") return analysis::json_of(explanation);
  if (output == "markdown") return analysis::markdown_of(explanation);
  return analysis::text_of(
      explanation, {.strong = [&console](std::string_view text) { return console.strong(text); }});
}

ExitStatus explain(const ExplainOptions& options, Console& console) {
  const auto question = analysis::read_question(options.selector);
  if (!question.ok()) throw UsageError("SELECTOR: " + question.problem());
  try {
    const timeline::TimelineFile file(options.timeline);
    const auto explanation = analysis::explain(file, question.value());
    if (!explanation.ok()) {
      console.message(fmt::format("{}: {}\n", file.name(), explanation.problem()));
      return ExitStatus::bad_input;
    }
    console.result(rendered(explanation.value(), options.output, console));
    if (console.verbose) console.message(fmt::format("{} events, {}", file.count(), memory_text()));
  } catch (const timeline::BadTimeline& bad) {
    console.message(fmt::format("{}\n", bad.what()));
    return ExitStatus::bad_input;
  }
  return ExitStatus::done;
}

}  // namespace

Command add_explain(CLI::App& program) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* app = program.add_subcommand(
      "explain", "Why something happened, or did not: the chain of causes, and what took its time");
  app->add_option("TIMELINE", options->timeline, "A timeline (.jsonl); - is standard input")
      ->required();
  app->add_option("SELECTOR", options->selector,
                  "A seq; namespace/name@14m: why the workload is where it is then; "
                  "namespace/name: its first eviction, or why there was none; an event selector as "
                  "JSON: its first match")
      ->required();
  app->add_option("-o,--output", options->output, "text, json or markdown")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->capture_default_str();
  app->footer(
      "Example:\n  firedrill explain scenarios/library/disasters/running-twice.timeline.jsonl 40");
  return {app, [options](Console& console) { return explain(*options, console); }};
}

}  // namespace firedrill::tools
