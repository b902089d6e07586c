#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "scenarios/loader.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::vector<std::string> limits;
};

std::string sketch(const std::string& file, const scenarios::Scenario& scenario) {
  return fmt::format("{}: valid; {} with {} clusters, {} workloads, {} events, {} expectations\n",
                     file, scenario.metadata.name, scenario.world.clusters.size(),
                     scenario.world.workloads.size(), scenario.world.events.size(),
                     scenario.expect.size());
}

ExitStatus validate(const ValidateOptions& options, Console& console) {
  const scenarios::LoadOptions load{.limits = read_limits(options.limits)};
  ExitStatus status = ExitStatus::done;
  for (const std::string& file : options.files) {
    if (interrupted()) return ExitStatus::interrupted;
    api::Diagnostics diagnostics(load.limits.errors_shown);
    const auto scenario = scenarios::load_scenario(file, load, diagnostics);
    console.message(diagnostics.render());
    if (scenario) {
      console.summary(sketch(file, *scenario));
    } else {
      status = ExitStatus::bad_input;
    }
  }
  return status;
}

}  // namespace

Command add_validate(CLI::App& program) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* app = program.add_subcommand("validate", "Check scenario files; find every error");
  app->add_option("FILE", options->files, "Scenario files; - is standard input")->required();
  add_limit_option(*app, options->limits);
  app->footer("Example:\n  firedrill validate scenarios/library/documents/foo-failover.json");
  return {app, [options](Console& console) { return validate(*options, console); }};
}

}  // namespace firedrill::tools
