// Writes the sources of a build with mutants, and what others want to know of the list.
//
//   mutants_apply sources FOLDER   mutated copies, and the source of the flags, below FOLDER
//   mutants_apply document         docs/mutants.md
//   mutants_apply list             a line each: name, test that notices, laws broken and disasters
//                                  spoiled (or "-")
//
// Runs at the repository's root. Exit status 0, or 1 with the reason on standard error.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mutant_list.h"
#include "mutate.h"
#include "policy/api/json_text.h"

namespace firedrill::mutants {
namespace {

namespace fs = std::filesystem;

constexpr const char* list_path = "tests/mutants/mutants.json";

/// Leaves a file alone that is as it should be: what depends on it need not be built again.
bool write(const fs::path& path, const std::string& text) {
  api::Diagnostics unused;
  if (fs::exists(path) && api::read_text_file(path.string(), {}, unused) == text) return true;
  fs::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) std::cerr << "cannot write " << path.string() << "\n";
  return !stream.fail();
}

bool write_sources(const std::vector<Mutant>& mutants, const fs::path& folder) {
  std::map<std::string, std::vector<const Mutant*>> files;
  for (const Mutant& mutant : mutants)
    files[mutant.file].push_back(&mutant);
  bool all = write(folder / "flags.cc", flags_source(mutants));
  for (const auto& [file, members] : files) {
    api::Diagnostics diagnostics;
    const auto text = api::read_text_file(file, {}, diagnostics);
    if (!text) {
      std::cerr << "mutant " << members.front()->name << ": " << diagnostics.render();
      return false;
    }
    const auto mutated = mutate(*text, members, fs::absolute(file).string());
    if (!mutated) {
      std::cerr << list_path << ": " << mutated.problem() << "\n";
      all = false;
      continue;
    }
    all = write(folder / file, *mutated) && all;
  }
  return all;
}

std::string joined(const std::vector<std::string>& names) {
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ","));
}

void print_list(const std::vector<Mutant>& mutants) {
  for (const Mutant& mutant : mutants) {
    std::cout << fmt::format("{}\t{}\t{}\t{}\n", mutant.name,
                             mutant.killed_by.empty() ? "-" : mutant.killed_by,
                             joined(mutant.breaks), joined(mutant.spoils));
  }
}

int run(const std::vector<std::string>& arguments) {
  api::Diagnostics diagnostics;
  const auto mutants = read_mutants(list_path, diagnostics);
  if (!mutants) {
    std::cerr << diagnostics.render();
    return 1;
  }
  if (arguments.size() == 2 && arguments[0] == "sources")
    return write_sources(*mutants, arguments[1]) ? 0 : 1;
  if (arguments == std::vector<std::string>{"document"}) {
    std::cout << document(*mutants);
    return 0;
  }
  if (arguments == std::vector<std::string>{"list"}) {
    print_list(*mutants);
    return 0;
  }
  std::cerr << "usage: mutants_apply sources FOLDER | document | list\n";
  return 1;
}

}  // namespace
}  // namespace firedrill::mutants

int main(int count, char** arguments) {
  return firedrill::mutants::run(std::vector<std::string>(arguments + 1, arguments + count));
}
