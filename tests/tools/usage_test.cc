// How the program is called, what it answers to a call that is wrong, and where it says it.

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace firedrill::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::vector<std::string> commands{"run",         "test",     "explain",   "diff",
                                        "sweep",       "validate", "schema",    "profiles",
                                        "conformance", "report",   "completion"};

TEST(Usage, OfNoCommandIsAnErrorThatPointsAtTheHelp) {
  const Outcome outcome = firedrill("");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("firedrill --help"));
}

TEST(Usage, NamesAnUnknownCommandAndTheNearest) {
  const Outcome outcome = firedrill("rum scenario.json");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("unknown command \"rum\""));
  EXPECT_THAT(outcome.err, HasSubstr("did you mean run?"));
}

TEST(Usage, NamesAnUnknownOptionAndTheNearest) {
  const Outcome outcome = firedrill("run scenarios/library/documents/foo-failover.json --metrix x");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("unknown option \"--metrix\"; did you mean --metrics?"));
}

TEST(Usage, RefusesWhatAnOptionCannotBe) {
  for (const std::string arguments :
       {"run", "run x.json --seed -1", "run x.json --seed two", "run x.json --detail most",
        "run x.json --limit depth", "run x.json --limit deep=3", "run x.json y.json", "validate",
        "schema poem", "profiles mesos", "completion tcsh", "conformance"}) {
    const Outcome outcome = firedrill(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_THAT(outcome.out, IsEmpty()) << arguments;
    EXPECT_THAT(outcome.err, StartsWith("firedrill: ")) << arguments;
  }
}

TEST(Usage, TwoResultsDontShareStandardOutput) {
  const Outcome outcome =
      firedrill("run scenarios/library/documents/foo-failover.json --timeline - --metrics -");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST(Usage, VersionTellsCommitAndPolicies) {
  const Outcome outcome = firedrill("--version");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out,
              testing::ContainsRegex(
                  "^firedrill [0-9]+[.][0-9]+[.][0-9]+\ncommit .+\npolicies sha256:[0-9a-f]+\n$"));
}

TEST(Usage, EveryHelpEndsInAnExample) {
  for (const std::string& command : commands) {
    const Outcome outcome = firedrill(command + " --help");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.err, IsEmpty());
    EXPECT_THAT(outcome.out, HasSubstr("\nExample:\n  firedrill " + command + " ")) << command;
  }
}

TEST(Usage, EveryExampleWorks) {
  for (const std::string& command : commands) {
    const std::string help = firedrill(command + " --help").out;
    const std::string lead = "\nExample:\n  ";
    const std::size_t start = help.find(lead) + lead.size();
    const std::string example = help.substr(start, help.find('\n', start) - start);
    // In a folder of its own that looks like the repository.
    const Folder folder;
    const Outcome outcome =
        shell("ln -s \"$PWD\"/scenarios \"$PWD\"/tests '" + folder.path().string() + "'; cd '" +
              folder.path().string() + "'; " + example);
    // Whether every vector is passed is the conformance tests' own business.
    const bool works = outcome.status == 0 || (command == "conformance" && outcome.status == 1);
    EXPECT_TRUE(works) << example << "\n" << outcome.status << "\n" << outcome.err;
    EXPECT_THAT(outcome.err, IsEmpty()) << example;
  }
}

TEST(Usage, CompletionKnowsEveryCommandAndIsValidForItsShell) {
  const Outcome bash = firedrill("completion bash");
  for (const std::string& command : commands)
    EXPECT_THAT(bash.out, HasSubstr(command));
  EXPECT_THAT(bash.out, HasSubstr("--timeline"));
  EXPECT_EQ(shell("firedrill completion bash | bash -n").status, 0);
  const Outcome completed = shell(
      "source <(firedrill completion bash); COMP_WORDS=(firedrill run --ti); COMP_CWORD=2; "
      "_firedrill; echo \"${COMPREPLY[@]}\"");
  EXPECT_EQ(completed.out, "--timeline\n");
  EXPECT_THAT(firedrill("completion zsh").out, StartsWith("#compdef firedrill\n"));
  EXPECT_THAT(firedrill("completion fish").out, HasSubstr("complete -c firedrill"));
}

TEST(Usage, ProfilesListFlagsGatesSettingsAndSwitches) {
  const Outcome table = firedrill("profiles karmada");
  EXPECT_EQ(table.status, 0);
  EXPECT_THAT(table.out, HasSubstr("cluster-monitor-grace-period"));
  EXPECT_THAT(table.out, HasSubstr("Failover"));
  EXPECT_THAT(table.out, HasSubstr("karmada#7613"));
  EXPECT_THAT(table.out, Not(HasSubstr("\x1b")));
  const auto json = nlohmann::json::parse(firedrill("profiles karmada -o json").out);
  EXPECT_EQ(json["profile"], "karmada");
  EXPECT_GT(json["flags"].size(), 20U);
  EXPECT_EQ(json["behaviour"][0]["name"], "karmada#6274");
}

TEST(Usage, ProfilesAreListedAndCompared) {
  const Outcome list = firedrill("profiles");
  for (const char* name : {"karmada", "kairship", "kairship-as-documented", "clusternet"})
    EXPECT_THAT(list.out, HasSubstr(std::string("\n") + name + " "));
  const auto differences = nlohmann::json::parse(firedrill("profiles --differences -o json").out);
  const auto period = std::ranges::find_if(
      differences, [](const auto& row) { return row["name"] == "cluster-monitor-period"; });
  ASSERT_NE(period, differences.end());
  EXPECT_EQ((*period)["values"]["kairship"], "5s");
  EXPECT_EQ((*period)["values"]["kairship-as-documented"], "1m0s");
  EXPECT_EQ(
      std::ranges::count_if(
          differences, [](const auto& row) { return row["name"] == "cluster-failure-threshold"; }),
      0);
}

}  // namespace
}  // namespace firedrill::tools
