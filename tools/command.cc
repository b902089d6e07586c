#include "tools/command.h"

namespace firedrill::tools {

void add_limit_option(CLI::App& app, std::vector<std::string>& texts) {
  std::string names;
  for (const scenarios::LimitInfo& limit : scenarios::limit_table()) {
    names += names.empty() ? "" : ", ";
    names += limit.name;
  }
  app.add_option("--limit", texts, "Raise or lower a limit: " + names)
      ->type_name("NAME=N")
      ->expected(1)
      ->take_all();
}

scenarios::Limits read_limits(const std::vector<std::string>& texts) {
  scenarios::Limits limits;
  for (const std::string& text : texts) {
    if (const auto problem = scenarios::set_limit(text, limits))
      throw UsageError("--limit " + text + ": " + problem->text);
  }
  return limits;
}

}  // namespace firedrill::tools
