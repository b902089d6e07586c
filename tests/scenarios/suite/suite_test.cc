// Suites made by hand: which files belong to one, what is checked of each, and that threads make no
// difference.

#include "scenarios/suite/suite.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/runner.h"
#include "suite_folder.h"

namespace firedrill::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Suite, ChecksExpectationsInvariantsAndTheCalmTwin) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  const SuiteReport report = folder.suite();
  ASSERT_EQ(report.files.size(), 1U);
  EXPECT_THAT(case_names(report.files[0]),
              ElementsAre("invariants", "/expect/0 event TaintAdded member0", "calm twin"));
  EXPECT_EQ(report.counts().passed, 3U);
  EXPECT_EQ(totals_text(report), "1 file: 3 passed");
  EXPECT_FALSE(folder.has("a.timeline.jsonl"));
}

TEST(Suite, TellsWhatWasExpectedAndWhatCame) {
  const SuiteFolder folder;
  Mini mini;
  mini.expect = R"([{"never": {"kind": "TaintAdded", "taint": {"key": "maintenance"}}}, {"at": "2m",
    "workload": "default/web", "readyReplicas": 3}])";
  folder.write("a.json", mini.text());
  const SuiteReport report = folder.suite();
  EXPECT_EQ(totals_text(report), "1 file: 2 passed, 2 failed");
  const SuiteCase& never = case_of(report, "/expect/0 never TaintAdded");
  EXPECT_EQ(never.outcome, Outcome::failed);
  EXPECT_THAT(never.message, StartsWith("expected never "));
  EXPECT_THAT(never.message, HasSubstr("; actual "));
  EXPECT_EQ(case_of(report, "/expect/1 at 2m0s workload default/web").outcome, Outcome::failed);
}

TEST(Suite, ACalmTwinSeesNoTaintAndNoEviction) {
  const SuiteFolder folder;
  Mini mini;
  mini.objects = always_tainting;
  mini.expect = "[]";
  folder.write("a.json", mini.text());
  mini.metadata = R"(, "calmTwin": false)";
  folder.write("b.json", mini.text());
  const SuiteReport report = folder.suite();
  const SuiteCase& twin = case_of(report, "calm twin");
  EXPECT_EQ(twin.outcome, Outcome::failed);
  EXPECT_EQ(twin.message, "member0 is tainted at 0s without any event");
  EXPECT_THAT(twin.details, HasSubstr(R"("kind":"TaintAdded","cluster":"member1")"));
  EXPECT_THAT(case_names(report.files[1]), ElementsAre("invariants"));
}

TEST(Suite, TheTaintsThatAClusterJoinsWithAreCalm) {
  const SuiteFolder folder;
  std::string text = Mini{}.text();
  text.insert(text.find("{\"nodes\"") + 1,
              R"("taints": [{"key": "dedicated", "effect": "NoExecute"}], )");
  folder.write("a.json", text);
  EXPECT_EQ(case_of(folder.suite(), "calm twin").message, "");
}

TEST(Suite, ABrokenFileThatClaimsToBeOursIsAnError) {
  const SuiteFolder folder;
  folder.write("broken.json", R"({"apiVersion": "firedrill/v1", "kind": )");
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = Mini{}.text();
    return text.replace(text.find(from), from.size(), to);
  };
  folder.write("later.json", with("firedrill/v1", "firedrill/v2"));
  folder.write("typo.json", with("\"Scenario\"", "\"Scenery\""));
  const SuiteReport report = folder.suite();
  ASSERT_EQ(report.files.size(), 3U);
  EXPECT_EQ(totals_text(report), "3 files: 0 passed, 3 errors");
  EXPECT_EQ(report.files[0].kind, SuiteKind::unreadable);
  EXPECT_THAT(case_of(report, "loads", 0).message, HasSubstr("broken.json:1:"));
  EXPECT_THAT(case_of(report, "loads", 1).message, HasSubstr("/apiVersion: "));
  EXPECT_THAT(case_of(report, "loads", 2).message, HasSubstr("/kind: "));
}

TEST(Suite, OtherJsonIsLeftAlone) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("shared/part.json", R"({"kind": "Deployment", "apiVersion": "apps/v1"})");
  folder.write("notes.json", R"(["not a \"Scenario\""])");
  folder.write("other.json", R"({"apiVersion": "movies/v1", "kind": "Scenario"})");
  folder.write("broken.json", "{");
  folder.write("a.txt", Mini{}.text());
  folder.write(".git/b.json", Mini{}.text());
  folder.write("z/c.json", Mini{}.text());
  const SuiteReport report = folder.suite();
  ASSERT_EQ(report.files.size(), 2U);
  EXPECT_EQ(report.files[0].path, folder.file("a.json"));
  EXPECT_EQ(report.files[1].path, folder.file("z/c.json"));
}

TEST(Suite, ConsistsOfTheFilesThatAreNamedOnce) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("b.json", Mini{}.text());
  folder.write("empty/part.json", "{}");
  const auto found = [](std::vector<std::string> paths, const std::string& filter = "") {
    api::Diagnostics diagnostics;
    std::vector<std::string> names;
    for (const SuiteEntry& entry : find_suite(paths, filter, Limits{}, diagnostics))
      names.push_back(std::filesystem::path(entry.path).filename().string());
    for (const api::Diagnostic& diagnostic : diagnostics.shown())
      names.push_back(diagnostic.problem);
    return names;
  };
  EXPECT_THAT(found({folder.file("b.json"), folder.path()}), ElementsAre("b.json", "a.json"));
  EXPECT_THAT(found({folder.path()}, "*/b.*"), ElementsAre("b.json"));
  EXPECT_THAT(found({folder.path()}, "c*"), ElementsAre("no file of the suite matches"));
  EXPECT_THAT(found({folder.file("empty")}),
              ElementsAre("the folder holds no scenario and no study"));
  EXPECT_THAT(found({folder.file("c.json")}), ElementsAre("there is no such file or folder"));
}

TEST(Suite, ARunWithoutProgressIsAnErrorOfItsFileAlone) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("b.json", Mini{}.text());
  SuiteOptions options;
  options.play.limits.events_at_one_instant = 3;
  const SuiteReport report = folder.suite(options);
  EXPECT_EQ(report.counts().passed, 0U);
  EXPECT_EQ(report.counts().failed, 0U);
  EXPECT_THAT(case_of(report, "runs", 1).message,
              HasSubstr("no progress: more than 3 events at one instant"));
}

/// A study of a.json with one and three replicas.
std::string study_text(const std::string& expect, const std::string& values = "[1, 3]") {
  return R"({"apiVersion": "firedrill/v1", "kind": "Study", "metadata": {"name": "replicas"},
 "scenarios": ["a.json"], "parameters": [{"path": "/workloads/0/replicas", "values": )" +
         values + R"(}], "objectives": [{"minimize": "workload.unavailability.max"}], "expect": )" +
         expect + "}";
}

TEST(Suite, ChecksWhatAStudyExpects) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("study.json", study_text(R"([
    {"metric": "replicas.pending.count", "equals": 0},
    {"count": {"metric": "workload.replicaSeconds.desired", "above": 300}, "equals": 2},
    {"where": {"replicas": 1}, "metric": "replicas.pending.count", "equals": 0}])"));
  const SuiteReport report = folder.suite();
  ASSERT_EQ(report.files.size(), 2U);
  EXPECT_EQ(report.files[1].kind, SuiteKind::study);
  EXPECT_THAT(case_names(report.files[1]),
              ElementsAre("cells", "/expect/0 metric replicas.pending.count",
                          "/expect/1 count workload.replicaSeconds.desired",
                          "/expect/2 metric replicas.pending.count where replicas=1"));
  EXPECT_EQ(totals_text(report), "2 files: 6 passed, 1 failed");
  const SuiteCase& count = case_of(report, "/expect/1", 1);
  EXPECT_EQ(count.outcome, Outcome::failed);
  EXPECT_THAT(count.message, StartsWith("expected "));
  EXPECT_THAT(count.message, HasSubstr("actual "));
}

TEST(Suite, ACellThatCannotBePlayedFailsItsStudyAndNoOther) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("study.json", study_text("[]", "[1, -3]"));
  const SuiteReport report = folder.suite();
  const SuiteCase& cells = case_of(report, "cells", 1);
  EXPECT_EQ(cells.outcome, Outcome::failed);
  EXPECT_EQ(cells.message, "1 of 2 cells could not be played");
  EXPECT_THAT(cells.details, HasSubstr("cell 1 (replicas=-3, mini, seed 0): "));
}

TEST(Suite, AStudyThatCannotBeReadIsAnError) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  folder.write("study.json", study_text("[]", "[]"));
  const SuiteReport report = folder.suite();
  EXPECT_EQ(report.counts().errors, 1U);
  EXPECT_THAT(case_of(report, "loads", 1).message, HasSubstr("study.json:"));
}

/// Files of which the third and the fifth fail.
void write_some(const SuiteFolder& folder) {
  for (const std::string name : {"a", "b", "c", "d", "e", "f"}) {
    Mini mini;
    mini.name = name;
    if (name == "c" || name == "e") mini.expect = R"([{"never": {"kind": "TaintAdded"}}])";
    folder.write(name + ".json", mini.text());
  }
}

TEST(Suite, SaysTheSameWithAnyNumberOfThreads) {
  const SuiteFolder folder;
  write_some(folder);
  std::vector<std::string> reports;
  for (const std::size_t threads : {1U, 2U, 4U}) {
    SuiteOptions options;
    options.threads = threads;
    const SuiteReport report = folder.suite(options);
    reports.push_back(suite_json(report) + suite_junit(report) + suite_markdown(report) +
                      suite_text(report, true).files + suite_text(report, true).findings);
  }
  EXPECT_EQ(reports[0], reports[1]);
  EXPECT_EQ(reports[0], reports[2]);
  EXPECT_THAT(reports[0], HasSubstr("6 files: 16 passed, 2 failed\n"));
}

TEST(Suite, EndsWithTheFirstFailureIfSoWished) {
  const SuiteFolder folder;
  write_some(folder);
  for (const std::size_t threads : {1U, 4U}) {
    SuiteOptions options;
    options.threads = threads;
    options.fail_fast = true;
    const SuiteReport report = folder.suite(options);
    EXPECT_EQ(totals_text(report), "6 files: 8 passed, 1 failed, 3 skipped");
    EXPECT_EQ(case_of(report, "file", 3).outcome, Outcome::skipped);
  }
}

TEST(Suite, StopsWhenTold) {
  const SuiteFolder folder;
  write_some(folder);
  SuiteOptions options;
  options.threads = 2;
  std::atomic<int> asked = 0;
  options.play.stop = [&asked] { return ++asked > 1'500; };
  EXPECT_THROW((void)folder.suite(options), Interrupted);
}

TEST(Suite, TellsTheTimeOfEachRunOnlyWhereThereIsAClock) {
  const SuiteFolder folder;
  folder.write("a.json", Mini{}.text());
  EXPECT_EQ(folder.suite().seconds(), 0);
  SuiteOptions options;
  std::atomic<int> looks = 0;
  options.play.seconds = [&looks] { return static_cast<double>(++looks); };
  const SuiteReport report = folder.suite(options);
  EXPECT_EQ(case_of(report, "invariants").seconds, 1);
  EXPECT_EQ(case_of(report, "calm twin").seconds, 1);
  EXPECT_EQ(report.seconds(), 2);
}

}  // namespace
}  // namespace firedrill::scenarios
