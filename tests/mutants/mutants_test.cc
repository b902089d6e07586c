// The mutants fit today's sources, and what is written about them is so. That the tests notice them
// is shown by tools/nightly.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mutant_list.h"
#include "mutate.h"
#include "policy/api/json_text.h"

namespace firedrill::mutants {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
  api::Diagnostics diagnostics;
  const auto text = api::read_text_file(path.string(), {}, diagnostics);
  EXPECT_TRUE(text.has_value()) << diagnostics.render();
  return text.value_or("");
}

std::vector<Mutant> listed() {
  api::Diagnostics diagnostics;
  const auto mutants = read_mutants("tests/mutants/mutants.json", diagnostics);
  EXPECT_TRUE(mutants.has_value()) << diagnostics.render();
  return mutants.value_or(std::vector<Mutant>{});
}

Mutant replaced(std::string name, std::string find, std::string with) {
  Mutant mutant;
  mutant.name = std::move(name);
  mutant.file = "f.cc";
  mutant.find = std::move(find);
  mutant.with = std::move(with);
  return mutant;
}

Mutant dropped(std::string name, std::string find) {
  Mutant mutant = replaced(std::move(name), std::move(find), "");
  mutant.with.reset();
  mutant.drop = true;
  return mutant;
}

api::Result<std::string> mutate_all(std::string_view text, const std::vector<Mutant>& mutants) {
  std::vector<const Mutant*> pointers;
  for (const Mutant& mutant : mutants)
    pointers.push_back(&mutant);
  return mutate(text, pointers, "origin/f.cc");
}

std::string problem_of(std::string_view text, const std::vector<Mutant>& mutants) {
  const auto result = mutate_all(text, mutants);
  return result ? "none" : result.problem();
}

TEST(Mutate, ChoosesAtRunTime) {
  const auto result = mutate_all("if (a < b) stop();\nstart();\n",
                                 {dropped("no-start", "start();"), replaced("less", "a < b", "a")});
  ASSERT_TRUE(result);
  EXPECT_EQ(*result,
            "namespace firedrill::mutants {\n"
            "extern const bool less;\n"
            "extern const bool no_start;\n"
            "}\n"
            "#line 1 \"origin/f.cc\"\n"
            "if ((::firedrill::mutants::less ? (a) : (a < b))) stop();\n"
            "if (!::firedrill::mutants::no_start) { start(); }\n");
}

TEST(Mutate, LooksWithinWhatIsAround) {
  Mutant mutant = replaced("second", "x", "y");
  mutant.in = "g(x)";
  const auto result = mutate_all("f(x); g(x);", {mutant});
  ASSERT_TRUE(result);
  EXPECT_THAT(*result, EndsWith("f(x); g((::firedrill::mutants::second ? (y) : (x)));"));
}

TEST(Mutate, RefusesASnippetThatIsNotThere) {
  EXPECT_EQ(problem_of("a > b", {replaced("less", "a < b", "a")}),
            "mutant less: \"find\" is not found in f.cc");
  Mutant mutant = replaced("second", "x", "y");
  mutant.in = "h(x)";
  EXPECT_EQ(problem_of("f(x); g(x);", {mutant}), "mutant second: \"in\" is not found in f.cc");
}

TEST(Mutate, RefusesAnAmbiguousSnippet) {
  EXPECT_EQ(problem_of("f(x); f(x);", {dropped("no-f", "f(x);")}),
            "mutant no-f: \"find\" is ambiguous: found more than once in f.cc");
  // Occurrences may overlap each other.
  EXPECT_EQ(problem_of("aaa", {replaced("two", "aa", "b")}),
            "mutant two: \"find\" is ambiguous: found more than once in f.cc");
  Mutant mutant = replaced("second", "x", "y");
  mutant.in = "g(x, x)";
  EXPECT_EQ(problem_of("g(x, x)", {mutant}),
            "mutant second: \"find\" is ambiguous: found more than once in f.cc");
}

TEST(Mutate, RefusesMutantsThatOverlap) {
  EXPECT_EQ(
      problem_of("a < b + c", {replaced("sum", "b + c", "b"), replaced("less", "a < b", "a")}),
      "mutant sum: overlaps another one in f.cc");
}

TEST(Mutate, DefinesAFlagForEachMutant) {
  const std::string source = flags_source({replaced("a-b", "x", "y"), dropped("c", "z")});
  EXPECT_THAT(source, HasSubstr("\"a-b\",\n    \"c\",\n"));
  EXPECT_THAT(source, HasSubstr("extern const bool a_b;\nconst bool a_b = choice.is(\"a-b\");\n"));
}

/// What is wrong with a list that holds this one mutant beside a sound one.
std::string list_problems(const std::string& mutant) {
  const fs::path path = fs::path(testing::TempDir()) / "firedrill-mutants-test.json";
  std::ofstream(path) << R"({"mutants": [{"name": "sound", "file": "f", "find": "x", "drop": true,
                         "why": "w", "killedBy": "t"}, )"
                      << mutant << "]}";
  api::Diagnostics diagnostics;
  EXPECT_FALSE(read_mutants(path.string(), diagnostics).has_value());
  fs::remove(path);
  return diagnostics.render();
}

TEST(MutantList, MustBeSound) {
  const std::string rest = R"("file": "f", "find": "x", "why": "w", "killedBy": "t")";
  EXPECT_THAT(list_problems(R"({"name": "a", )" + rest + "}"),
              HasSubstr(R"(there must be one of "with" and "drop")"));
  EXPECT_THAT(list_problems(R"({"name": "a", "with": "y", "drop": true, )" + rest + "}"),
              HasSubstr(R"(there must be one of "with" and "drop")"));
  EXPECT_THAT(list_problems(R"({"name": "sound", "drop": true, )" + rest + "}"),
              HasSubstr("there are two mutants sound"));
  EXPECT_THAT(list_problems(R"({"name": "a", "become": "y", )" + rest + "}"),
              HasSubstr("unknown key"));
}

TEST(MutantList, FitsTodaysSources) {
  std::map<std::string, std::vector<const Mutant*>> files;
  const std::vector<Mutant> mutants = listed();
  for (const Mutant& mutant : mutants)
    files[mutant.file].push_back(&mutant);
  for (const auto& [file, members] : files) {
    const auto result = mutate(text_of(file), members, file);
    EXPECT_TRUE(result) << "tests/mutants/mutants.json: " << (result ? "" : result.problem())
                        << "; adapt the snippet to what stands there now";
  }
}

TEST(MutantList, IsSpreadOverThePolicies) {
  std::map<std::string, int> folders;
  for (const Mutant& mutant : listed())
    ++folders[fs::path(mutant.file).parent_path().string()];
  for (const std::string folder :
       {"policy/karmada/admission", "policy/karmada/controllers", "policy/karmada/failover",
        "policy/karmada/propagation", "policy/karmada/scheduler", "policy/karmada/status",
        "policy/runtime"})
    EXPECT_GE(folders[folder], 5) << folder;
}

/// The text of all tests.
std::string test_sources() {
  std::string all;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator("tests")) {
    if (entry.path().extension() == ".cc") all += text_of(entry.path());
  }
  return all;
}

/// Whether a source declares "Suite.Case", which may stand among instances:
/// "Instances/Suite.Case/parameter", "Suite/type.Case".
bool declared(const std::string& test, const std::string& sources) {
  const std::size_t dot = test.find('.');
  std::string test_case = test.substr(dot + 1);
  test_case.resize(std::min(test_case.find('/'), test_case.size()));
  std::istringstream suites(test.substr(0, dot));
  for (std::string suite; std::getline(suites, suite, '/');) {
    if (sources.find("(" + suite + ", " + test_case + ")") != std::string::npos) return true;
  }
  return false;
}

TEST(MutantList, NamesTestsThatExist) {
  const std::string sources = test_sources();
  std::set<std::string> vectors;
  std::istringstream lines(text_of("tests/conformance/passing.txt"));
  for (std::string line; std::getline(lines, line);)
    vectors.insert("conformance/" + line);
  for (const Mutant& mutant : listed()) {
    const std::size_t colon = mutant.killed_by.find(": ");
    if (mutant.killed_by.starts_with("firedrill test: ")) {
      const std::string scenario = mutant.killed_by.substr(colon + 2);
      EXPECT_TRUE(fs::exists("scenarios/library/" + scenario + ".json"))
          << mutant.name << ": there is no " << scenario;
    } else if (colon == std::string::npos) {
      EXPECT_TRUE(vectors.contains(mutant.killed_by))
          << mutant.name << ": there is no " << mutant.killed_by;
    } else {
      EXPECT_TRUE(declared(mutant.killed_by.substr(colon + 2), sources))
          << mutant.name << ": there is no " << mutant.killed_by;
    }
  }
}

TEST(MutantList, BreaksEachLaw) {
  std::set<std::string> broken;
  for (const Mutant& mutant : listed())
    broken.insert(mutant.breaks.begin(), mutant.breaks.end());
  std::set<std::string> laws;
  std::istringstream lines(text_of("tests/policy/karmada/scheduler/properties_test.cc"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("TEST(")) continue;
    std::string law = line.substr(5, line.find(')') - 5);
    law.replace(law.find(", "), 2, ".");
    laws.insert(law);
  }
  EXPECT_FALSE(laws.empty());
  EXPECT_EQ(broken, laws) << "a law without a mutant that breaks it may not be able to fail";
}

// A bundled disaster whose expectations no mistake in a policy can spoil shows nothing.
TEST(MutantList, SpoilsEachDisaster) {
  std::set<std::string> spoiled;
  for (const Mutant& mutant : listed())
    spoiled.insert(mutant.spoils.begin(), mutant.spoils.end());
  std::set<std::string> disasters;
  for (const fs::directory_entry& entry : fs::directory_iterator("scenarios/library/disasters")) {
    if (entry.path().extension() == ".json") disasters.insert(entry.path().stem().string());
  }
  EXPECT_FALSE(disasters.empty());
  EXPECT_EQ(spoiled, disasters) << "see CONTRIBUTING.md, Mutants";
}

TEST(MutantDocument, IsMadeFromTheList) {
  EXPECT_TRUE(text_of("docs/mutants.md") == document(listed()))
      << "make it anew: build/tests/mutants/mutants_apply document > docs/mutants.md";
}

TEST(MutantDocument, ShowsCodeInTables) {
  Mutant mutant = replaced("either", "a ||\n    b", "a");
  mutant.why = "b does not count";
  mutant.killed_by = "t: A.B";
  mutant.breaks = {"Laws.One"};
  mutant.spoils = {"power-loss"};
  const std::string page = document({mutant});
  EXPECT_THAT(page, HasSubstr("| either | `a \\|\\| b` | `a` | b does not count | t: A.B |\n"));
  EXPECT_THAT(page, HasSubstr("| Laws.One | either |\n"));
  EXPECT_THAT(page, HasSubstr("| power-loss | either |\n"));
}

}  // namespace
}  // namespace firedrill::mutants
