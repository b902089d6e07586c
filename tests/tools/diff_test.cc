// `firedrill diff` as people and pipelines call it: its exit statuses, its forms, what it refuses.

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace firedrill::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string scenario = "scenarios/library/documents/foo-failover.json";

/// Two runs of one scenario: thresholds of 30 s and 10 s.
class Diff : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run("a", "").status, 0);
    ASSERT_EQ(
        run("b", "--set /controlPlane/flags/cluster-failure-threshold=10s --set /expect=[]").status,
        0);
  }

  [[nodiscard]] Outcome run(const std::string& out, const std::string& more) const {
    return firedrill("run -q " + scenario + " --out " + path(out) + " " + more);
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return "'" + folder_.file(name) + "'";
  }
  [[nodiscard]] std::string timelines() const {
    return path("a/timeline.jsonl") + " " + path("b/timeline.jsonl");
  }
  [[nodiscard]] std::string metrics() const {
    return path("a/metrics.json") + " " + path("b/metrics.json");
  }

  Folder folder_;
};

TEST_F(Diff, OfEqualFilesIsEmpty) {
  const Outcome same =
      firedrill("diff " + path("a/timeline.jsonl") + " " + path("a/timeline.jsonl"));
  EXPECT_EQ(same.status, 0);
  EXPECT_THAT(same.out, HasSubstr("The timelines are equal\n"));
  // Event by event, since standard input can't be compared beforehand.
  const Outcome piped = shell("firedrill diff -o json - " + path("a/timeline.jsonl") + " < " +
                              path("a/timeline.jsonl"));
  EXPECT_EQ(piped.status, 0) << piped.err;
  const auto json = nlohmann::json::parse(piped.out);
  EXPECT_EQ(json["equal"], true);
  EXPECT_EQ(json["events"]["equal"], json["left"]["events"]);
  EXPECT_EQ(json["events"]["differing"], 0);
  EXPECT_THAT(json["metrics"], IsEmpty());
  EXPECT_EQ(firedrill("diff " + path("a/metrics.json") + " " + path("a/metrics.json")).status, 0);
}

TEST_F(Diff, AsJsonHoldsAll) {
  const Outcome outcome = firedrill("diff -o json --list 2 " + timelines());
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["kind"], "Diff");
  EXPECT_EQ(json["equal"], false);
  EXPECT_EQ(json["settings"][1]["setting"], "--cluster-failure-threshold");
  const auto& first = json["firstDivergence"];
  EXPECT_EQ(first["difference"], "earlier");
  EXPECT_EQ(first["left"]["kind"], "ClusterConditionChanged");
  EXPECT_EQ(first["chain"][0]["left"]["seq"], first["chain"][0]["right"]["seq"]);
  EXPECT_EQ(first["chain"].back()["left"]["after"], 30);
  EXPECT_EQ(first["chain"].back()["right"]["after"], 10);
  EXPECT_EQ(json["events"]["first"].size(), 2U);
  EXPECT_GT(json["events"]["differing"], 2);
  EXPECT_EQ(json["metrics"]["stage.total.max"]["change"], -20);
  EXPECT_THAT(firedrill("diff -o markdown " + timelines()).out,
              HasSubstr("\n| cause | left | right |\n|---|---|---|\n"));
}

TEST_F(Diff, ToleratesAsMuchAsIsAllowed) {
  EXPECT_EQ(firedrill("diff --tolerance 20s " + timelines()).status, 0);
  EXPECT_EQ(firedrill("diff --tolerance 19999ms " + timelines()).status, 1);
  EXPECT_EQ(firedrill("diff --tolerance 20s --tolerance stage.total.max=10% " + timelines()).status,
            1)
      << "37 s are 54 % more than 17 s less";
  EXPECT_EQ(firedrill("diff --tolerance 20s --tolerance stage.total.max=60% " + timelines()).status,
            0);
}

TEST_F(Diff, OfMetricsNamesThem) {
  const Outcome outcome = firedrill("diff " + metrics());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("\nstage.total.max "));
  EXPECT_THAT(outcome.out,
              HasSubstr("workload Deployment/default/foo: stage.total 37s → 17s (-20s -54%)\n"));
}

TEST_F(Diff, RefusesWhatItCannotCompare) {
  const auto refuses = [](const std::string& arguments, const std::string& problem) {
    const Outcome outcome = firedrill("diff " + arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr(problem));
  };
  refuses(path("a/timeline.jsonl") + " " + path("a/metrics.json"),
          "a/metrics.json: metrics, but the other is a timeline");
  refuses("README.md " + path("a/timeline.jsonl"), "README.md:1:1: not a timeline");
  refuses(path("a/timeline.jsonl") + " " + path("none"), "can't be opened");
  refuses("- -", "only one of the two can be standard input");
  refuses(metrics() + " --tolerance 20", "neither a duration");
  refuses(metrics() + " --tolerance stage.totl.max=5%", "did you mean \"stage.total.max\"?");
  refuses(metrics() + " --tolerance stage.total.max=5s", "not a percentage");
  std::ofstream(folder_.file("broken.json")) << "{\n  \"kind\": \"Metrics\",\n  \"format\": oops";
  refuses(path("a/metrics.json") + " " + path("broken.json"), "broken.json:3:");
  std::ofstream(folder_.file("later.json")) << "{\n \"kind\": \"Metrics\", \"format\": 2}";
  refuses(path("a/metrics.json") + " " + path("later.json"),
          "/format: format 2 is not known to this version; format 1");
}

TEST_F(Diff, SeesThroughAChangedFileWithItsOldDigest) {
  std::string text = read_file(folder_.file("a/timeline.jsonl"));
  const std::size_t place = text.find("\"answer\":\"refused\"");
  ASSERT_NE(place, std::string::npos);
  text.replace(place + 10, 7, "timeout");
  std::ofstream(folder_.file("forged.jsonl"), std::ios::binary) << text;
  const Outcome outcome =
      firedrill("diff " + path("a/timeline.jsonl") + " " + path("forged.jsonl"));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("\nProbeFailed on member1: answer timeout instead of "
                                     "refused\n"));
}

}  // namespace
}  // namespace firedrill::tools
