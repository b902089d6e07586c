// `firedrill test` as a CI job calls it: exit statuses, files of results, goldens.

#include <cstddef>
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

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string documents = "scenarios/library/documents";

/// A folder that holds a copy of the documents' scenarios, which tests may spoil.
class Documents {
 public:
  Documents() {
    EXPECT_EQ(shell("cp -r " + documents + "/. '" + folder_.path().string() + "'").status, 0);
  }

  [[nodiscard]] std::string path() const { return "'" + folder_.path().string() + "'"; }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
  [[nodiscard]] std::vector<std::string> content() const { return folder_.content(); }
  /// Replaces the first `from` in a file.
  void spoil(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = read_file(file(name));
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(file(name), std::ios::binary) << text;
  }

 private:
  Folder folder_;
};

TEST(TestCommand, OfWhatHoldsIsStatusZero) {
  const Outcome outcome = firedrill("test " + documents);
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("FILE "));
  EXPECT_THAT(outcome.out, HasSubstr("\n" + documents + "/foo-failover.json "));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\n\n9 files: [0-9]+ passed\n$"));
  EXPECT_THAT(outcome.err, IsEmpty());
  const Outcome quiet = firedrill("test --quiet " + documents);
  EXPECT_THAT(quiet.out + quiet.err, IsEmpty());
}

TEST(TestCommand, OfAFalsifiedExpectationIsStatusOne) {
  const Documents suite;
  suite.spoil("foo-failover.json", "\"assignedReplicas\": {\"member2\": 4}",
              "\"assignedReplicas\": {\"member2\": 3}");
  for (const std::string options : {"", " --quiet", " --jobs 1", " --fail-fast"}) {
    const Outcome outcome = firedrill("test " + suite.path() + options);
    EXPECT_EQ(outcome.status, 1) << options;
    EXPECT_THAT(outcome.out, HasSubstr("FAILED " + suite.file("foo-failover.json") +
                                       ": /expect/6 at 5m0s workload default/foo: expected "));
  }
}

// Somebody must look at the policy: that counts more than a file that must be repaired.
TEST(TestCommand, OfBadInputIsStatusTwoUnlessAnythingFails) {
  const Documents suite;
  std::ofstream(suite.file("broken.json")) << R"({"apiVersion": "firedrill/v1", )";
  const Outcome broken = firedrill("test " + suite.path());
  EXPECT_EQ(broken.status, 2);
  EXPECT_THAT(broken.out, HasSubstr("ERROR " + suite.file("broken.json") + ": loads: "));
  EXPECT_THAT(broken.out, EndsWith(" passed, 1 error\n"));
  suite.spoil("spare-cluster.timeline.jsonl", "\"seq\":9,", "\"seq\":8,");
  EXPECT_EQ(firedrill("test " + suite.path()).status, 1);
}

TEST(TestCommand, OfNothingToTestIsStatusTwo) {
  const Folder folder;
  const Outcome empty = firedrill("test '" + folder.path().string() + "'");
  EXPECT_EQ(empty.status, 2);
  EXPECT_THAT(empty.err, HasSubstr("the folder holds no scenario and no study"));
  EXPECT_THAT(empty.out, IsEmpty());
  EXPECT_EQ(firedrill("test missing").status, 2);
  EXPECT_EQ(firedrill("test " + documents + " --filter 'nothing*'").status, 2);
  EXPECT_EQ(firedrill("test " + documents + " --junit - --markdown -").status, 2);
  EXPECT_EQ(firedrill("test").status, 2);
}

TEST(TestCommand, WritesResultsForMachines) {
  const Documents suite;
  suite.spoil("foo-failover.json", "\"at\": \"33s\"", "\"at\": \"34s\"");
  const Folder results;
  const Outcome outcome =
      firedrill("test " + suite.path() + " --filter '*/foo-*' -o json --junit '" +
                results.file("junit.xml") + "' --markdown '" + results.file("page.md") + "'");
  EXPECT_EQ(outcome.status, 1);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["files"].size(), 3U);
  const std::string failures = json["failed"].dump();
  EXPECT_NE(failures, "0");
  const std::string junit = read_file(results.file("junit.xml"));
  EXPECT_THAT(junit, HasSubstr("failures=\"" + failures + "\" errors=\"0\""));
  EXPECT_THAT(junit, HasSubstr("<failure message=\"first wrong event: seq 35 at 33s: "));
  EXPECT_THAT(read_file(results.file("page.md")), HasSubstr("first wrong event: seq 35 at 33s"));

  const Outcome piped = firedrill("test " + suite.path() + " --junit -");
  EXPECT_EQ(piped.status, 1);
  EXPECT_THAT(piped.out, StartsWith("<?xml"));
  EXPECT_THAT(piped.err, HasSubstr("first wrong event"));
}

TEST(TestCommand, WritesGoldensAnew) {
  const Documents suite;
  const std::string golden = "foo-failover.timeline.jsonl";
  const std::string before = read_file(suite.file(golden));
  suite.spoil(golden, "\"cluster\":\"member1\"", "\"cluster\":\"member9\"");
  const std::vector<std::string> content = suite.content();
  EXPECT_EQ(firedrill("test " + suite.path()).status, 1);
  const Outcome outcome = firedrill("test " + suite.path() + " --update-golden");
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("foo-failover.timeline.jsonl: written anew, 51 events; "
                                     "before: first wrong event: "));
  EXPECT_EQ(read_file(suite.file(golden)), before);
  EXPECT_EQ(suite.content(), content);
  EXPECT_EQ(firedrill("test " + suite.path()).status, 0);
}

// Killed whenever, it leaves each golden as it was or as it is to be.
TEST(TestCommand, LeavesGoldensWholeWhenKilled) {
  const Documents suite;
  std::vector<std::string> goldens;
  for (const std::string& name : suite.content()) {
    if (name.ends_with(".timeline.jsonl")) goldens.push_back(name);
  }
  ASSERT_EQ(goldens.size(), 9U);
  for (const std::string seconds : {"0.02", "0.06", "0.1", "0.14", "0.18", "0.24", "0.3"}) {
    for (const std::string& name : goldens)
      std::ofstream(suite.file(name), std::ios::binary) << "old\n";
    (void)shell("timeout -s KILL " + seconds + " '" FIREDRILL_PROGRAM "' test " + suite.path() +
                " --update-golden --jobs 2");
    for (const std::string& name : goldens) {
      const std::string now = read_file(suite.file(name));
      EXPECT_TRUE(now == "old\n" || now == read_file(documents + "/" + name)) << name;
    }
  }
  EXPECT_EQ(firedrill("test " + suite.path() + " --update-golden").status, 0);
  EXPECT_EQ(firedrill("test " + suite.path()).status, 0);
}

TEST(TestCommand, ControlCIsStatus130AndLeavesNoResults) {
  const Documents suite;
  suite.spoil("foo-failover.json", "\"duration\": \"5m\"", "\"duration\": \"200000h\"");
  // Something has to happen all the time: nothing is skipped in next to no time.
  suite.spoil(
      "foo-failover.json", "\"events\": [",
      R"("events": [{"at": "1s", "flap": {"clusters": "member2", "up": "1s", "down": "1s"}}, )");
  const Folder results;
  const Outcome outcome =
      shell("timeout --foreground --preserve-status -s INT 1 '" FIREDRILL_PROGRAM "' test " +
            suite.path() + " --junit '" + results.file("junit.xml") + "'");
  EXPECT_EQ(outcome.status, 130) << outcome.out << outcome.err;
  EXPECT_THAT(results.content(), IsEmpty());
}

TEST(TestCommand, SaysTheSameWithAnyNumberOfThreads) {
  const Outcome alone = firedrill("test " + documents + " -o wide --jobs 1");
  EXPECT_EQ(alone.out, firedrill("test " + documents + " -o wide --jobs 4").out);
}

}  // namespace
}  // namespace firedrill::tools
