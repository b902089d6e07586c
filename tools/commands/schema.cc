#include "scenarios/schema.h"

#include <memory>
#include <string>

#include "tools/command.h"

namespace firedrill::tools {

Command add_schema(CLI::App& program) {
  auto format = std::make_shared<std::string>("scenario");
  CLI::App* app =
      program.add_subcommand("schema", "Print the JSON Schema (draft 7) of a file format");
  app->add_option("FORMAT", *format, "Which format")
      ->capture_default_str()
      ->check(CLI::IsMember({"scenario"}));
  app->footer("Example:\n  firedrill schema scenario > scenario.schema.json");
  return {app, [format](Console& console) {
            console.result(scenarios::scenario_schema());
            return ExitStatus::done;
          }};
}

}  // namespace firedrill::tools
