// Several runs in one command: variants, seeds, rules, and what can be wrong with how they are
// asked for.

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace firedrill::tools {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::StartsWith;

const std::string foo = "scenarios/library/documents/foo-failover.json";
const std::string sooner = " --against-set /controlPlane/flags/cluster-failure-threshold=10s";
/// What chance does to foo: outages of every cluster, by the seed.
const std::string at_random =
    " --set /simulation/duration=2h --set /expect=[] --set '/events=[{\"random\": {\"fault\": "
    "\"outage\", \"clusters\": \"*\", \"mtbf\": \"1h\", \"repair\": {\"distribution\": "
    "\"exponential\", \"mean\": \"5m\"}}}]'";

// 33 s the outage, 40 s the first failed probe; the condition turns once the threshold is over, at
// 70 or at 50 s, and evicts foo at once.
TEST(SideBySide, SettingsAreComparedWithTheScenarioAsItIs) {
  const Outcome outcome = firedrill("run " + foo + sooner + " --regressed-if 'drift > 10%'");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, ContainsRegex("stage[.]total[.]max +s +37s +17s +-20s -54%\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("stage[.]observed[.]max +s +7s +7s +=\n"));
  EXPECT_THAT(outcome.out, HasSubstr("drift > 10%: holds (+80 +8.7%)\n"));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(SideBySide, ARegressionIsStatusOne) {
  const Outcome outcome = firedrill("run " + foo + sooner +
                                    " --regressed-if 'drift > 5%' --regressed-if "
                                    "'stage.total.max < -1m' -o json");
  EXPECT_EQ(outcome.status, 1);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["regressed"], true);
  EXPECT_EQ(json["rules"][0]["verdict"], "regressed");
  EXPECT_EQ(json["rules"][1]["verdict"], "holds");
  const auto& changed = json["metrics"]["stage.total.max"]["variants"];
  EXPECT_EQ(changed["cluster-failure-threshold=10s"]["change"]["mean"], -20);
  EXPECT_EQ(changed["foo-failover"]["mean"], 37);
}

TEST(SideBySide, ScenariosOfOtherWorldsAreComparedWithAWarning) {
  const std::string other = "scenarios/library/documents/foo-failover-aggregated.json";
  const Outcome alike = firedrill("run " + foo + " --against " + other);
  EXPECT_EQ(alike.status, 0);
  EXPECT_THAT(alike.err, IsEmpty());
  EXPECT_THAT(alike.out, ContainsRegex("METRIC +UNIT +foo-failover +foo-failover-aggregated"));
  const Outcome unlike =
      firedrill("run " + foo + " --against scenarios/library/disasters/nowhere-to-go.json");
  EXPECT_EQ(unlike.status, 0);
  EXPECT_THAT(unlike.err, HasSubstr("nowhere-to-go.json: warning: not the world of " + foo));
  EXPECT_THAT(unlike.err, HasSubstr("workloads only in the first: Deployment/default/foo (4 "));
}

TEST(SideBySide, SeveralSeedsGiveIntervals) {
  const Outcome outcome = firedrill("run " + foo + at_random + " --runs 4 --seed 11");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("seeds 11 to 14; ± 95 % intervals"));
  EXPECT_THAT(outcome.out, ContainsRegex("eviction[.]started[.]count +count +[0-9.]+ ±[0-9.]+\n"));
}

TEST(SideBySide, EachRunIsTheRunOfItsSeed) {
  const Folder folder;
  const std::string out = folder.file("out");
  EXPECT_EQ(firedrill("run " + foo + at_random + sooner + " --runs 2 --out '" + out + "'").status,
            0);
  EXPECT_THAT(folder.content(),
              IsSupersetOf({"out/comparison.json", "out/1-foo-failover/seed-1/metrics.json",
                            "out/2-cluster-failure-threshold=10s/seed-2/timeline.jsonl"}));
  EXPECT_THAT(folder.content(), testing::SizeIs(1 + 1 + 2 + 2 * 2 + 2 * 2 * 2));
  EXPECT_EQ(read_file(out + "/1-foo-failover/seed-2/timeline.jsonl"),
            firedrill("run " + foo + at_random + " --seed 2 --timeline - --quiet").out);
}

TEST(SideBySide, DependsNotOnTheNumberOfThreads) {
  const std::string command = "run " + foo + at_random + sooner + " --runs 6 -o json --jobs ";
  const Outcome alone = firedrill(command + "1");
  EXPECT_EQ(alone.status, 0) << alone.err;
  EXPECT_EQ(alone.out, firedrill(command + "4").out);
}

// It can be read but once, for however many variants and seeds.
TEST(SideBySide, TakesTheScenarioFromStandardInput) {
  const Outcome outcome = shell("cd scenarios/library/documents && firedrill run -" + sooner +
                                " --runs 2 -o json <foo-failover.json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  const auto& changed = json["metrics"]["stage.total.max"]["variants"];
  EXPECT_EQ(changed["stdin"]["mean"], 37);
  EXPECT_EQ(changed["cluster-failure-threshold=10s"]["change"]["mean"], -20);
}

TEST(SideBySide, ExpectationsOfOneVariantHoldInAsManySeedsAsTheyWant) {
  const std::string command = "run " + foo + at_random +
                              " --runs 8 --set '/expect=[{\"never\": {\"kind\": "
                              "\"FaultStarted\"}, \"seeds\": {\"share\": ";
  const Outcome strict = firedrill(command + "1}}]'");
  EXPECT_EQ(strict.status, 1);
  EXPECT_THAT(strict.out, ContainsRegex("FAILED /expect/0: holds in [0-7] of 8 seeds, not 8; in "
                                        "seed [1-8] expected "));
  const Outcome lax = firedrill(command + "0}}]'");
  EXPECT_EQ(lax.status, 0);
  EXPECT_THAT(lax.out, HasSubstr("1 of 1 expectations hold"));
}

// Whatever the form: each fails here in every seed, which is enough for a share of 0 alone.
TEST(SideBySide, EveryFormTakesAShareOfSeeds) {
  for (const char* form : {
           R"("metric": "migrations.total", "above": 1000000)",
           R"("event": {"kind": "TaintAdded"}, "count": 1000000)",
           R"("never": {"kind": "BindingScheduled"})",
           R"("order": [{"kind": "PodsReady"}, {"kind": "FaultStarted", "fault": "none"}])",
           R"("at": "1s", "workload": "default/foo", "readyReplicas": 77)",
           R"("always": true, "workload": "default/foo", "readyReplicas": 77)",
           R"("final": {"sameAs": "foo-failover-aggregated.json"})",
           R"("preflight": {"code": "*"}, "count": 1000000)",
       }) {
    const std::string command =
        "run " + foo + " --runs 2 --set '/expect=[{" + form + R"(, "seeds": {"share": )";
    const Outcome strict = firedrill(command + "0.1}}]'");
    EXPECT_EQ(strict.status, 1) << form << strict.err;
    EXPECT_THAT(strict.out, HasSubstr("holds in 0 of 2 seeds, not 1")) << form;
    EXPECT_EQ(firedrill(command + "0}}]'").status, 0) << form;
  }
}

// Under --set, which the other scenario doesn't see.
TEST(SideBySide, ARunEndsAsAnotherScenarioDoes) {
  const std::string same = " --set '/expect=[{\"final\": {\"sameAs\": \"foo-failover.json\"}}]'";
  const std::string other = "scenarios/library/documents/foo-failover-aggregated.json";
  EXPECT_THAT(firedrill("run " + foo + same).err, HasSubstr("is this scenario itself"));
  const Outcome elsewhere = firedrill("run " + other + same);
  EXPECT_EQ(elsewhere.status, 1);
  EXPECT_THAT(elsewhere.out,
              HasSubstr("the end as in foo-failover.json: Deployment/default/foo assigned "
                        "{member2: 4}, ready {member1: 2, member2: 4}"));
  const Folder folder;
  const std::string calm = folder.file("calm.json");
  std::filesystem::copy("scenarios/library/documents/shared", folder.file("shared"));
  std::filesystem::copy_file(foo, folder.file("foo-failover.json"));
  std::filesystem::copy_file(foo, calm);
  const std::string run = "run '" + calm + "' --seed 5" + same;
  const Outcome alike =
      firedrill(run + " --set /controlPlane/flags/cluster-failure-threshold=10s --quiet");
  EXPECT_EQ(alike.status, 0) << alike.out << alike.err;
  EXPECT_EQ(firedrill(run + " --runs 2").status, 0);
  const Outcome unlike = firedrill(run + " --set /events=[]");
  EXPECT_EQ(unlike.status, 1);
  EXPECT_THAT(unlike.out, HasSubstr("Deployment/default/foo assigned {member1: 2, member2: 2}"));
}

// Expectations were made for one policy, so that only rules decide between several.
TEST(SideBySide, ExpectationsOfSeveralVariantsAreOnlyTold) {
  const Outcome outcome = firedrill("run " + foo + sooner);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("threshold=10s; 4 of 7 expectations hold\n"));
}

TEST(SideBySide, AVariantThatIsNoScenarioLeavesNothingToCompare) {
  const Outcome outcome = firedrill("run " + foo + " --against-set /controlPlane/flags/nonsense=1");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("/controlPlane/flags/nonsense"));
  EXPECT_EQ(firedrill("run missing.json --runs 2").status, 2);
}

TEST(SideBySide, RefusesWhatCannotBeMeant) {
  struct Case {
    std::string arguments;
    std::string problem;
  };
  for (const Case& wrong : std::vector<Case>{
           {" --runs 0", "--runs"},
           {" --runs 2 --timeline -", "--out DIR keeps a folder for each"},
           {" --runs 2 --metrics x.json", "--out DIR keeps a folder for each"},
           {" --regressed-if 'drift > 1'", "--against"},
           {" --runs 3 --regressed-if 'drift > 1'", "--against"},
           {" -o json", "the metrics of one go to --metrics"},
           {" --profile karmada,karmada", "twice"},
           {" --profile karmada,clusternet --against x.json", "two comparisons"},
           {sooner + " --regressed-if 'drif > 1'",
            "--regressed-if 'drif > 1': column 1: unknown metric \"drif\"; did you mean "
            "\"drift\"?"},
           {sooner + " --regressed-if 'drift > 10s'", "column 9: a duration, but"},
           {sooner + " -o yaml", "--output"},
       }) {
    const Outcome outcome = firedrill("run " + foo + wrong.arguments);
    EXPECT_EQ(outcome.status, 2) << wrong.arguments;
    EXPECT_THAT(outcome.out, IsEmpty()) << wrong.arguments;
    EXPECT_THAT(outcome.err, StartsWith("firedrill: ")) << wrong.arguments;
    EXPECT_THAT(outcome.err, HasSubstr(wrong.problem)) << wrong.arguments;
  }
}

TEST(SideBySide, ControlCIsStatus130AndLeavesNothing) {
  const Folder folder;
  const Outcome outcome = shell(
      "timeout --preserve-status -s INT 1 '" FIREDRILL_PROGRAM "' run " + foo + at_random + sooner +
      " --set /simulation/duration=100000h --runs 2 --out '" + folder.path().string() + "'");
  EXPECT_EQ(outcome.status, 130) << outcome.err;
  EXPECT_THAT(folder.content(), IsEmpty());
}

TEST(SideBySide, AFolderThatCannotBeMadeIsStatusThree) {
  const Folder folder;
  const std::string blocked = folder.file("file");
  (void)shell("touch '" + blocked + "'");
  EXPECT_EQ(firedrill("run " + foo + " --runs 2 --out '" + blocked + "/sub'").status, 3);
}

}  // namespace
}  // namespace firedrill::tools
