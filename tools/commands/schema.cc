#include "scenarios/schema.h"

#include <memory>
#include <string>

#include "analysis/metrics/reference.h"
#include "tools/command.h"

namespace firedrill::tools {

Command add_schema(CLI::App& program) {
  struct Options {
    std::string format = "scenario";
    std::string output = "json";
  };
  auto options = std::make_shared<Options>();
  CLI::App* app =
      program.add_subcommand("schema", "Print the JSON Schema (draft 7) of a file format");
  app->add_option("FORMAT", options->format, "Which format")
      ->capture_default_str()
      ->check(CLI::IsMember({"metrics", "scenario", "study"}));
  app->add_option("-o,--output", options->output, "json, or markdown: the reference page")
      ->capture_default_str()
      ->check(CLI::IsMember({"json", "markdown"}));
  app->footer("Example:\n  firedrill schema scenario > scenario.schema.json");
  return {
      app, [options](Console& console) {
        const bool markdown = options->output == "markdown";
        if (options->format == "metrics") {
          console.result(markdown ? analysis::metrics_reference() : analysis::metrics_schema());
        } else if (options->format == "study") {
          console.result(markdown ? scenarios::study_reference() : scenarios::study_schema());
        } else {
          console.result(markdown ? scenarios::scenario_reference() : scenarios::scenario_schema());
        }
        return ExitStatus::done;
      }};
}

}  // namespace firedrill::tools
