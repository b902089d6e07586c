// What a run leaves behind: results where they were asked for, whole or not at all.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace firedrill::tools {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string scenario = "scenarios/library/documents/foo-failover.json";

std::string in_quotes(const std::string& text) {
  return "'" + text + "'";
}

TEST(Outputs, LieInTheFolderAskedFor) {
  const Folder folder;
  const std::string out = folder.file("a/b");
  const Outcome outcome = firedrill("run " + scenario + " --out " + in_quotes(out));
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_THAT(folder.content(),
              ElementsAre("a", "a/b", "a/b/metrics.json", "a/b/report.html", "a/b/timeline.jsonl"));
  EXPECT_THAT(outcome.out, HasSubstr("timeline: " + out + "/timeline.jsonl\n"));
  EXPECT_THAT(outcome.out, HasSubstr("metrics:  " + out + "/metrics.json\n"));
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_TRUE(nlohmann::json::parse(read_file(out + "/metrics.json")).is_object());
}

TEST(Outputs, OnStandardOutputStandAlone) {
  const Outcome outcome = firedrill("run " + scenario + " --timeline -");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, StartsWith("{\"kind\":\"Header\""));
  EXPECT_THAT(outcome.out.substr(outcome.out.rfind("\n{") + 1), StartsWith("{\"kind\":\"Footer\""));
  EXPECT_THAT(outcome.err, HasSubstr("expectations:"));
  EXPECT_THAT(outcome.err, testing::Not(HasSubstr("timeline: ")));
}

TEST(Outputs, AreMetricsForPrometheusToo) {
  const Outcome outcome =
      firedrill("run " + scenario + " --metrics - --metrics-format openmetrics");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\ncluster_ready_state{member_cluster=\"member1\"} 0\n"));
  EXPECT_THAT(
      outcome.out,
      HasSubstr("\neviction_processing_total{name=\"ResourceBinding\",result=\"success\"} "));
  EXPECT_THAT(outcome.out, testing::EndsWith("\n# EOF\n"));
  EXPECT_EQ(firedrill("run " + scenario + " --metrics-format openmetrics").status, 2)
      << "the format of what?";
}

#ifdef FIREDRILL_PROMTOOL
TEST(Outputs, PleasePromtool) {
  const Folder folder;
  const std::string file = in_quotes(folder.file("metrics.txt"));
  EXPECT_EQ(firedrill("run " + scenario + " --metrics-format openmetrics --metrics " + file).status,
            0);
  const Outcome outcome = shell(FIREDRILL_PROMTOOL " check metrics < " + file);
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_EQ(outcome.out + outcome.err, "") << "no complaint of its linter";
}
#endif

TEST(Outputs, QuietSaysNothing) {
  const Outcome outcome = firedrill("run " + scenario + " --quiet");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(Outputs, VerboseTellsTheEffortOnStandardError) {
  const Outcome outcome = firedrill("run " + scenario + " --verbose");
  EXPECT_THAT(outcome.err, testing::ContainsRegex("[0-9]+ timeline events in [0-9.]+ s"));
  EXPECT_EQ(outcome.out, firedrill("run " + scenario).out);
}

TEST(Outputs, TakesTheScenarioFromStandardInput) {
  // Its includes lie below the working directory.
  const Outcome piped = shell(
      "cd scenarios/library/documents && firedrill run - --timeline - --quiet "
      "<foo-failover.json");
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_EQ(piped.out, firedrill("run " + scenario + " --timeline - --quiet").out);
}

TEST(Outputs, SeedDetailAndSetShowInTheTimeline) {
  const std::string header = shell("firedrill run " + scenario +
                                   " --seed 7 --set /metadata/name=other --detail full "
                                   "--quiet --timeline - | head -n 1")
                                 .out;
  const auto json = nlohmann::json::parse(header);
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["scenario"], "other");
}

TEST(Outputs, CalmHasNoFault) {
  const Outcome outcome = firedrill("run " + scenario + " --calm --timeline - --quiet");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("FaultStarted")));
  EXPECT_THAT(outcome.out, HasSubstr("PodsReady"));
}

TEST(Outputs, EventsThatChangeNothingAreTold) {
  // No copy of foo is in member3, so that its replicas can't be capped there.
  const Outcome outcome =
      firedrill("run " + scenario +
                " --set '/events/-={\"at\": \"30s\", \"readyCap\": {\"workload\": \"default/foo\", "
                "\"cluster\": \"member3\", \"ready\": 0}}'");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("/events/1 (readyCap Deployment/default/foo member3 0) "
                                     "changed nothing at 30s\n"));
  EXPECT_THAT(firedrill("run " + scenario).out, testing::Not(HasSubstr("changed nothing")));
}

TEST(Outputs, AFailedExpectationIsStatusOneAndStillLeavesTheFiles) {
  const Folder folder;
  const Outcome outcome =
      firedrill("run " + scenario + " --out " + in_quotes(folder.path().string()) +
                " --set '/expect/-={\"never\": {\"kind\": \"TaintAdded\"}}'");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, testing::ContainsRegex("FAILED /expect/[0-9]+: expected .*; actual "));
  EXPECT_THAT(folder.content(), ElementsAre("metrics.json", "report.html", "timeline.jsonl"));
  EXPECT_THAT(read_file(folder.file("timeline.jsonl")), HasSubstr("ExpectationFailed"));
}

TEST(Outputs, AReportIsWrittenWholeOrNotAtAll) {
  const Folder folder;
  const std::string timeline = "scenarios/library/documents/foo-failover.timeline.jsonl";
  const std::string page = folder.file("page.html");
  const Outcome outcome = firedrill("report " + timeline + " --out " + in_quotes(page));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "report: " + page + "\n");
  EXPECT_THAT(read_file(page), testing::EndsWith("</html>\n"));
  EXPECT_EQ(read_file(page), firedrill("report " + timeline + " --out -").out);

  // Cut off, changed, not there, or no timeline at all.
  const std::string text = read_file(timeline);
  const std::string bad = folder.file("bad.jsonl");
  for (const std::string& content :
       {text.substr(0, text.size() / 2), text.substr(0, text.rfind("{\"kind\":\"Footer\"")),
        std::string(text).replace(text.find("member2"), 7, "member4"), std::string("{}\n")}) {
    std::ofstream(bad, std::ios::binary) << content;
    const Outcome refused =
        firedrill("report " + in_quotes(bad) + " --out " + in_quotes(folder.file("none.html")));
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.out, IsEmpty());
    EXPECT_THAT(refused.err, HasSubstr(bad));
  }
  EXPECT_EQ(firedrill("report nowhere.jsonl --out " + in_quotes(folder.file("none.html"))).status,
            2);
  EXPECT_EQ(firedrill("report - - --out -").status, 2);
  EXPECT_EQ(firedrill("report a b c --out -").status, 2);
  EXPECT_EQ(firedrill("report " + timeline + " --out /dev/full").status, 3);
  EXPECT_THAT(folder.content(), ElementsAre("bad.jsonl", "page.html"));
}

TEST(Outputs, AFolderThatCannotBeMadeIsStatusThree) {
  const Folder folder;
  const std::string blocked = folder.file("file");
  (void)shell("touch " + in_quotes(blocked));
  const Outcome outcome = firedrill("run " + scenario + " --out " + in_quotes(blocked + "/sub"));
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr(blocked));
}

TEST(Outputs, AFullDiskIsStatusThreeAndLeavesNothing) {
  if (!fs::exists("/dev/full")) FAIL() << "this test needs /dev/full";
  const Outcome outcome = firedrill("run " + scenario + " --timeline /dev/full");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("No space left"));
  EXPECT_EQ(shell("firedrill profiles karmada >/dev/full").status, 3);
}

TEST(Outputs, AReaderThatLeavesEndsTheCommandQuietly) {
  const Folder folder;
  // The command starts once a write has failed: before, the pipe's buffer might take all of it.
  const Outcome outcome = shell(
      "set -o pipefail; trap '' PIPE; { while printf x 2>/dev/null; do :; done; firedrill run " +
      scenario + " --quiet --timeline - --metrics " + in_quotes(folder.file("metrics.json")) +
      "; } | true");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(folder.content(), IsEmpty()) << "the run was broken off: no file may claim otherwise";
}

TEST(Outputs, ControlCIsStatus130AndLeavesNothing) {
  const Folder folder;
  // So long that it can't be over before the signal comes: idle rounds would be skipped. In the
  // foreground `timeout` sends one signal: a second would end the command at once.
  const Outcome outcome =
      shell("timeout --foreground --preserve-status -s INT 1 '" FIREDRILL_PROGRAM "' run " +
            scenario + " --dense --set /simulation/duration=100000h --set /expect=[] --out " +
            in_quotes(folder.path().string()));
  EXPECT_EQ(outcome.status, 130) << outcome.err;
  EXPECT_THAT(folder.content(), IsEmpty());
}

class Malformed : public testing::TestWithParam<std::string> {};

TEST_P(Malformed, IsStatusTwoWithAPlaceAndWritesNothing) {
  const Folder folder;
  const std::string file = "tests/scenarios/malformed/" + GetParam();
  const Outcome run = firedrill("run " + file + " --out " + in_quotes(folder.file("out")));
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, testing::ContainsRegex("^[^ ]+:[0-9]+:[0-9]+: .+; .+\n"));
  EXPECT_THAT(folder.content(), IsEmpty());
  const Outcome validated = firedrill("validate " + file);
  EXPECT_EQ(validated.status, 2);
  EXPECT_EQ(validated.err, run.err);
}

std::vector<std::string> malformed_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator("tests/scenarios/malformed")) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Corpus,
                         Malformed,
                         testing::ValuesIn(malformed_files()),
                         [](const auto& parameter) {
                           std::string name = fs::path(parameter.param).stem().string();
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Outputs, AFailedExpectationIsExplained) {
  const Outcome outcome = firedrill(
      "run scenarios/library/documents/foo-failover.json "
      "--set '/expect=[{\"never\": {\"kind\": \"GracefulEvictionTaskAdded\"}}, {\"at\": \"4m\", "
      "\"workload\": \"default/foo\", \"readyReplicas\": 9}]'");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, testing::HasSubstr("37s after fault /events/0 starts"));
  EXPECT_THAT(outcome.out, testing::HasSubstr("30s: cluster-failure-threshold=30s"));
  EXPECT_THAT(outcome.out, testing::HasSubstr("at 4m0s default/foo is in member1: not assigned"));
}

}  // namespace
}  // namespace firedrill::tools
