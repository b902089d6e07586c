#include "mutant_list.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_reader.h"
#include "policy/api/json_text.h"

namespace firedrill::mutants {
namespace {

struct MutantList {
  std::vector<Mutant> mutants;
};

}  // namespace

template <class V>
void describe(V& v, Mutant& m) {
  v.begin("Mutant", "A small mistake in policy code that some test must notice.");
  v.required("name", m.name, "Name, as the environment variable FIREDRILL_MUTANT takes it.",
             api::DnsLabel{});
  v.required("file", m.file, "Source or header, from the repository's root.", api::NotEmpty{});
  v.field("in", m.in, "Code around the snippet that occurs once in the file.");
  v.required("find", m.find, "Snippet that occurs once, in the file or in `in`.", api::NotEmpty{});
  v.field("with", m.with, "Expression in place of the snippet.", api::NotEmpty{});
  v.field("drop", m.drop, "Whether the snippet, whole statements, is left out.");
  v.required("why", m.why, "What it breaks, in one sentence.", api::NotEmpty{});
  v.required("killedBy", m.killed_by, "The test that notices.");
  v.field("breaks", m.breaks, "Laws that it makes fail.");
  v.field("spoils", m.spoils, "Bundled disasters with an expectation that it makes fail.");
  v.check("find", m.with.has_value() != m.drop, "there must be one of \"with\" and \"drop\"",
          "say what becomes of the snippet");
}

namespace {

template <class V>
void describe(V& v, MutantList& list) {
  v.begin("MutantList", "The mutants of policy code.");
  v.required("mutants", list.mutants, "All of them.", api::NotEmpty{});
}

void check_names(const std::vector<Mutant>& mutants, api::Diagnostics& diagnostics) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    if (names.insert(mutants[i].name).second) continue;
    diagnostics.error(fmt::format("/mutants/{}/name", i),
                      fmt::format("there are two mutants {}", mutants[i].name), "rename one");
  }
}

/// Code within a table: no bar may end the cell.
std::string code_cell(std::string_view code) {
  std::string cell = "`";
  bool blank = false;
  for (const char c : code) {
    if (c == ' ' || c == '\n') {
      blank = true;
      continue;
    }
    if (std::exchange(blank, false)) cell += ' ';
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell + '`';
}

/// What mutants make fail, and which do.
using NamedMutants = std::map<std::string_view, std::vector<const Mutant*>>;

void append_rows(std::string& page, const NamedMutants& rows) {
  for (const auto& [name, members] : rows) {
    std::string names;
    for (const Mutant* mutant : members)
      names += (names.empty() ? "" : ", ") + mutant->name;
    page += fmt::format("| {} | {} |\n", name, names);
  }
}

}  // namespace

std::optional<std::vector<Mutant>> read_mutants(const std::string& path,
                                                api::Diagnostics& diagnostics) {
  std::optional<std::string> text = api::read_text_file(path, {}, diagnostics);
  if (!text) return std::nullopt;
  const auto parsed = api::parse_json_text(std::move(*text), path, {}, diagnostics);
  if (!parsed) return std::nullopt;
  MutantList list;
  api::ReadContext context(diagnostics);
  api::read_json(*parsed->json, list, context);
  check_names(list.mutants, diagnostics);
  diagnostics.locate([&parsed](const api::Diagnostic& diagnostic) {
    return parsed->positions->locate(diagnostic.pointer, diagnostic.anchor);
  });
  if (!diagnostics.ok()) return std::nullopt;
  return std::move(list.mutants);
}

std::string document(const std::vector<Mutant>& mutants) {
  std::map<std::string_view, std::vector<const Mutant*>> files;
  NamedMutants laws;
  NamedMutants disasters;
  for (const Mutant& mutant : mutants) {
    files[mutant.file].push_back(&mutant);
    for (const std::string& law : mutant.breaks)
      laws[law].push_back(&mutant);
    for (const std::string& disaster : mutant.spoils)
      disasters[disaster].push_back(&mutant);
  }
  std::string page = fmt::format(
      "# Mutants\n\n"
      "What the tests of `policy/` are worth: {} small mistakes, each of which some test must "
      "notice. One build\nholds them all, and the environment variable `FIREDRILL_MUTANT` wakes "
      "one. `tools/nightly mutants` runs the\ntests on each and fails when one that is known to be "
      "noticed goes unnoticed. This page is made from\n`tests/mutants/mutants.json` (see "
      "CONTRIBUTING.md) and a test holds the two together.\n",
      mutants.size());
  for (const auto& [file, members] : files) {
    page += fmt::format(
        "\n## {}\n\n| mutant | code | becomes | so that | noticed by |\n"
        "|---|---|---|---|---|\n",
        file);
    for (const Mutant* mutant : members) {
      page += fmt::format("| {} | {} | {} | {} | {} |\n", mutant->name, code_cell(mutant->find),
                          mutant->with ? code_cell(*mutant->with) : "nothing", mutant->why,
                          mutant->killed_by);
    }
  }
  page +=
      "\n## Laws\n\nEach property in `tests/policy/karmada/scheduler/properties_test.cc`, with "
      "mutants that make it fail.\n\n| law | broken by |\n|---|---|\n";
  append_rows(page, laws);
  page +=
      "\n## Disasters\n\nEach scenario in `scenarios/library/disasters`, with mutants that make at "
      "least one of its expectations fail.\n\n| scenario | fails with |\n|---|---|\n";
  append_rows(page, disasters);
  return page;
}

}  // namespace firedrill::mutants
