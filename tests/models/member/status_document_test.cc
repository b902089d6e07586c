// Status documents: templates, phases, status events, stateful starts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fixture.h"
#include "models/member/member_cluster.h"
#include "models/member/status_template.h"
#include "models/member/work_ledger.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;

const api::ResourceReference job{.api_version = "flink.apache.org/v1beta1",
                                 .kind = "FlinkDeployment",
                                 .space = "default",
                                 .name = "job",
                                 .uid = "u-1"};
const api::ResourceReference web = deployment("web");

api::Json document(const char* text) {
  return api::Json(json::parse(text));
}

// What stands for a FlinkDeployment in the recorded end-to-end vectors.
WorkloadModel flink(sim::Duration startup) {
  WorkloadModel model;
  model.shape = WorkloadShape::document;
  model.startup = constant(startup);
  model.status = {.document = document(R"({"jobStatus": {"state": "{{phase}}",
                                           "jobID": "{{ready}}{{workload}}-{{cluster}}-{{start}}"}})"),
                  .starting_word = "CREATED",
                  .ready_word = "RUNNING"};
  return model;
}

json status_of(const Site& site, const api::ResourceReference& workload) {
  return site.status(workload).to_json();
}

TEST(StatusTemplate, FillsPlaceholdersInStringsAtAnyDepth) {
  const TemplateWords words{.workload = "job",
                            .cluster = "member1",
                            .uid = "u-1",
                            .start = "3",
                            .time = "2026-01-01T00:00:00Z",
                            .phase = "RUNNING",
                            .ready = true};
  const json pattern =
      json::parse(R"({"a": ["{{workload}}/{{cluster}}", {"b": "{{uid}}"}], "n": 7, "z": null,
                                       "c": "{{start}}{{start}} {{time}}", "d": "{{phase}}", "e": "{{ready}}yes"})");
  EXPECT_EQ(fill_template(pattern, words),
            json::parse(R"({"a": ["job/member1", {"b": "u-1"}], "n": 7, "z": null,
                                       "c": "33 2026-01-01T00:00:00Z", "d": "RUNNING", "e": "yes"})"));
}

TEST(StatusTemplate, LeavesAloneWhatIsNoPlaceholder) {
  TemplateWords words;
  words.workload = "{{uid}}";
  EXPECT_EQ(fill_template("{{pod}} {{workload", words), "{{pod}} {{workload");
  EXPECT_EQ(fill_template("{{{{workload}}", words), "{{{{uid}}")
      << "what was filled in is not looked at again";
  EXPECT_EQ(fill_template("}}{{}}", words), "}}{{}}");
}

TEST(StatusTemplate, WithholdsMarkedFieldsUntilReady) {
  TemplateWords words;
  words.phase = "NEW";
  const json pattern =
      json::parse(R"({"state": "{{phase}}", "id": "{{ready}}7", "list": ["{{ready}}x"]})");
  EXPECT_EQ(fill_template(pattern, words), json::parse(R"({"state": "NEW", "list": ["x"]})"));
}

TEST(StatusDocument, GoesFromCreatedToRunningAfterTheStartup) {
  Site site({node("node-1", "16")});
  site.models.set(job, flink(6s));
  site.run_to(11'030ms);
  site.apply(job, 2);
  EXPECT_EQ(status_of(site, job), json::parse(R"({"jobStatus": {"state": "CREATED"}})"));
  site.run_to(17'029ms);
  EXPECT_EQ(status_of(site, job), json::parse(R"({"jobStatus": {"state": "CREATED"}})"));
  site.run_to(17'030ms);
  EXPECT_EQ(status_of(site, job),
            json::parse(R"({"jobStatus": {"state": "RUNNING", "jobID": "job-member1-1"}})"));
  EXPECT_THAT(site.notes.changes, ElementsAre("11.030 job", "11.030 job", "17.030 job"));
  EXPECT_THAT(site.notes.lines, ElementsAre("11.030 job created")) << "it has no pods";
}

TEST(StatusDocument, CountsTheStartsOfTheObject) {
  Site site({node("node-1", "16")});
  site.models.set(job, flink(6s));
  site.apply(job, 2);
  site.run_to(10s);
  site.cluster.set_power(false);
  site.run_to(20s);
  site.cluster.set_power(true);
  EXPECT_EQ(status_of(site, job)["jobStatus"]["state"], "CREATED");
  site.run_to(26s);
  EXPECT_EQ(status_of(site, job)["jobStatus"]["jobID"], "job-member1-2");
  site.remove(job);
  site.apply(job, 2);
  EXPECT_EQ(status_of(site, job), json::parse(R"({"jobStatus": {"state": "CREATED"}})"));
  site.run_to(40s);
  EXPECT_EQ(status_of(site, job)["jobStatus"]["jobID"], "job-member1-1");
}

TEST(StatusDocument, OfAJobThatIsGoneDoesNotReachItsSuccessor) {
  Site site({node("node-1", "16")});
  site.models.set(job, flink(6s));
  site.apply(job, 2);
  site.run_to(3s);
  site.remove(job);
  site.apply(job, 2);
  site.run_to(8s);
  EXPECT_EQ(status_of(site, job)["jobStatus"]["state"], "CREATED");
  site.run_to(9s);
  EXPECT_EQ(status_of(site, job)["jobStatus"]["state"], "RUNNING");
}

TEST(StatusDocument, TakesInStatusEvents) {
  Site site({node("node-1", "16")});
  site.models.set(job, flink(6s));
  EXPECT_FALSE(site.cluster.merge_status(job, document(R"({"a": 1})")));
  site.apply(job, 2);
  site.run_to(10s);
  EXPECT_TRUE(site.cluster.merge_status(
      job, document(R"({"jobStatus": {"state": "FAILED", "jobID": null}, "a": 1})")));
  EXPECT_EQ(status_of(site, job), json::parse(R"({"jobStatus": {"state": "FAILED"}, "a": 1})"));
  EXPECT_EQ(site.notes.changes.back(), "10.000 job");
}

TEST(StatusDocument, StandsBesideTheCountsOfAWorkloadWithPods) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("1", 4s);
  model.status.document =
      document(R"({"jobStatus": {"id": "{{workload}}-{{start}}", "phase": "{{phase}}",
                                       "since": "{{time}}", "uid": "{{uid}}"}})");
  site.models.set(web, model);
  site.apply(web, 2);
  site.run_to(3s);
  EXPECT_EQ(status_of(site, web),
            json::parse(R"({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2,
      "unavailableReplicas": 2, "jobStatus": {"id": "web-1", "phase": "starting", "since": "1970-01-01T00:00:00Z",
      "uid": "uid-web"}})"));
  site.run_to(5s);
  const json running = status_of(site, web);
  EXPECT_EQ(running["readyReplicas"], 2);
  EXPECT_FALSE(running.contains("unavailableReplicas"));
  EXPECT_EQ(running["jobStatus"]["phase"], "ready");
  EXPECT_EQ(running["jobStatus"]["since"], "1970-01-01T00:00:04Z");
}

TEST(StatefulWorkload, ResumesFromTheLabelAndLosesWhatNoCheckpointHolds) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("1", 1s);
  model.resumes_from = "state";
  model.checkpoint_every = 10s;
  site.models.set(web, model);
  site.apply(web, 1);  // ready at 1.050
  site.run_to(26'050ms);
  site.notes.take();
  site.remove(web);
  api::Manifest again = manifest(web, 1);
  again.injected_labels = {{"state", "savepoint-2"}, {"else", "x"}};
  EXPECT_EQ(site.cluster.apply(again, false), policy::MemberOutcome::done);
  site.run_to(40s);
  EXPECT_THAT(
      site.notes.lines,
      ElementsAre("26.050 web deleted", "26.050 web stopped 1 total 0 Deleted",
                  "26.050 web ready 0 total 0", "26.050 web created",
                  "26.100 web started 1 total 1", "26.100 web resumed from savepoint-2 lost 5.000",
                  "27.100 web ready 1 total 1"));
}

TEST(StatefulWorkload, LosesAtACrashWhatIsNewerThanItsCheckpoint) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("1", 1s);
  model.resumes_from = "state";
  model.crash = constant(25s);
  model.checkpoint_every = 10s;
  site.models.set(web, model);
  site.apply(web, 1);  // ready at 1.050
  site.run_to(30s);
  EXPECT_THAT(
      site.notes.take(),
      ElementsAre("0.000 web created", "0.050 web started 1 total 1",
                  "0.050 web resumed from nothing lost nothing", "1.050 web ready 1 total 1",
                  "26.050 web stopped 1 total 0 Crashed", "26.050 web started 1 total 1",
                  "26.050 web resumed from nothing lost 5.000", "26.050 web ready 0 total 0",
                  "27.050 web ready 1 total 1"));
  site.run_to(52'050ms);  // 20 s were left, and 25 s done since
  EXPECT_THAT(site.notes.take(), testing::Contains("52.050 web resumed from nothing lost 5.000"));
}

TEST(StatefulWorkload, LosesAllAtACrashWhenItNeverMadeACheckpoint) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("1", 1s);
  model.resumes_from = "state";
  model.crash = constant(25s);
  site.models.set(web, model);
  site.apply(web, 1);
  site.run_to(30s);
  EXPECT_THAT(site.notes.take(), testing::Contains("26.050 web resumed from nothing lost 25.000"));
  model.checkpoint_every = 1min;
  Site rare({node("node-1", "16")});
  rare.models.set(web, model);
  rare.apply(web, 1);
  rare.run_to(30s);
  EXPECT_THAT(rare.notes.take(), testing::Contains("26.050 web resumed from nothing lost 25.000"))
      << "it crashed before the first one";
}

TEST(StatefulWorkload, BeginsFromNothingWithoutTheLabel) {
  Site site({node("node-1", "16")});
  WorkloadModel model = pods_of("1", 1s);
  model.resumes_from = "state";
  site.models.set(web, model);
  site.apply(web, 1);
  site.run_to(21'050ms);
  site.remove(web);
  site.apply(web, 1);
  site.run_to(30s);
  EXPECT_THAT(site.notes.lines,
              testing::IsSupersetOf({"0.050 web resumed from nothing lost nothing",
                                     "21.100 web resumed from nothing lost 20.000"}));
}

TEST(WorkLedger, FollowsTheFurthestCopy) {
  WorkLedger ledger;
  const auto at = [](sim::Duration since_start) { return sim::start_time + since_start; };
  const ResumePoint nothing{};
  const ResumePoint state{.from_state = true, .checkpoint_every = 60s};
  EXPECT_EQ(ledger.resume("w", "a", nothing, at(0s)), std::nullopt);
  ledger.begin("w", "a", at(10s));
  // Member a is cut off and works on, unseen.
  EXPECT_EQ(ledger.resume("w", "b", state, at(100s)), 30s);
  ledger.begin("w", "b", at(110s));
  EXPECT_EQ(ledger.resume("w", "c", nothing, at(200s)), 190s) << "a has done 190 s, b 60 + 90";
  ledger.end("w", "a", at(300s));
  EXPECT_EQ(ledger.resume("w", "c", state, at(310s)), 290s % 60s);
  EXPECT_EQ(ledger.resume("other", "c", state, at(310s)), std::nullopt);
}

}  // namespace
}  // namespace firedrill::models
