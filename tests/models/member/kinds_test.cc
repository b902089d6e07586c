// What the controllers of StatefulSets, DaemonSets and Jobs do inside a member, and rollouts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fixture.h"
#include "models/member/from_spec.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;

WorkloadModel managed(PodManagement management, sim::Duration startup) {
  WorkloadModel model = pods_of("1", startup);
  model.management = management;
  return model;
}

api::ResourceReference object(const std::string& kind, const std::string& name) {
  api::ResourceReference reference = deployment(name);
  reference.kind = kind;
  return reference;
}

json status_of(const Site& site, const api::ResourceReference& workload) {
  return site.status(workload).to_json();
}

const api::ResourceReference db = object("StatefulSet", "db");

TEST(OrderedPods, StartWhenThoseBeforeThemAreReady) {
  Site site({node("a", "16")});
  site.models.set(db, managed(PodManagement::ordered, 4s));
  site.apply(db, 3);
  site.run_to(60s);
  EXPECT_THAT(
      site.notes.take(),
      ElementsAre("0.000 db created", "0.050 db started 1 total 1", "4.050 db ready 1 total 1",
                  "4.100 db started 1 total 2", "8.100 db ready 1 total 2",
                  "8.150 db started 1 total 3", "12.150 db ready 1 total 3"));
}

TEST(OrderedPods, GoFromTheYoungestOneAfterTheOther) {
  Site site({node("a", "16")});
  WorkloadModel model = managed(PodManagement::ordered, 0s);
  model.termination = constant(2s);
  site.models.set(db, model);
  site.apply(db, 3);
  site.run_to(10s);
  site.notes.take();
  site.apply(db, 1);
  site.run_to(60s);
  EXPECT_THAT(site.notes.take(),
              ElementsAre("10.000 db updated", "10.050 db ready 0 total 2",
                          "12.050 db stopped 1 total 2 ScaledDown", "12.100 db ready 0 total 1",
                          "14.100 db stopped 1 total 1 ScaledDown"));
}

TEST(OrderedPods, WaitForOneThatFitsNowhere) {
  Site site({node("a", "1")});
  site.models.set(db, managed(PodManagement::ordered, 1s));
  site.apply(db, 3);
  site.run_to(30s);
  EXPECT_EQ(site.cluster.totals(db), (PodTotals{1, 1, 1})) << "the third is not even tried";
  site.cluster.add_nodes(1);
  site.run_to(60s);
  EXPECT_EQ(site.cluster.totals(db), (PodTotals{2, 2, 1}));
}

TEST(OrderedPods, WaitForOneThatMayNotCountAsReady) {
  Site site({node("a", "16")});
  site.models.set(db, managed(PodManagement::ordered, 1s));
  site.apply(db, 4);
  site.run_to(50ms);
  EXPECT_TRUE(site.cluster.set_ready_cap(db, 1));
  site.run_to(30s);
  EXPECT_EQ(site.cluster.totals(db), (PodTotals{2, 1, 0}));
  EXPECT_TRUE(site.cluster.set_ready_cap(db, -1));
  site.run_to(60s);
  EXPECT_EQ(site.cluster.totals(db), (PodTotals{4, 4, 0}));
}

TEST(OrderedPods, OfAStatefulSetUnlessItSaysParallel) {
  WorkloadSpec spec;
  spec.kind = "StatefulSet";
  spec.api_version = "apps/v1";
  EXPECT_EQ(model_of(spec).management, PodManagement::ordered);
  spec.spec = api::Json(json{{"podManagementPolicy", "Parallel"}});
  EXPECT_EQ(model_of(spec).management, PodManagement::parallel);
  spec.spec = api::Json(json{{"podManagementPolicy", "OrderedReady"}});
  EXPECT_EQ(model_of(spec).management, PodManagement::ordered);
  spec.api_version = "apps.kruise.io/v1beta1";
  EXPECT_EQ(model_of(spec).management, PodManagement::parallel) << "another StatefulSet";
}

const api::ResourceReference agent = object("DaemonSet", "agent");

TEST(DaemonPods, FollowTheNodesThatTakeThem) {
  MemberNode tainted = node("b", "4");
  tainted.taints = {{"gpu", "true", "NoSchedule", {}}};
  Site site({node("a", "4"), tainted, node("c", "4")});
  WorkloadSpec spec;
  spec.kind = "DaemonSet";
  spec.api_version = "apps/v1";
  spec.requests = {{"cpu", quantity("1")}};
  site.models.set(agent, model_of(spec));
  site.cluster.cordon_first(1);
  EXPECT_EQ(site.cluster.apply(manifest(agent, {}), false), policy::MemberOutcome::done);
  site.run_to(10s);
  EXPECT_EQ(site.pods_on(0), 1) << "daemons tolerate a cordon";
  EXPECT_EQ(site.pods_on(1), 0);
  EXPECT_EQ(site.pods_on(2), 1);
  site.cluster.add_nodes(2);
  site.run_to(20s);
  EXPECT_EQ(site.cluster.totals(agent), (PodTotals{4, 4, 0}));
  site.cluster.remove_last_nodes(3);
  site.run_to(30s);
  EXPECT_EQ(site.cluster.totals(agent), (PodTotals{1, 1, 0}));
  EXPECT_EQ(status_of(site, agent), json::parse(R"({"observedGeneration": 1,
      "desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 1,
      "numberReady": 1, "numberAvailable": 1, "numberUnavailable": 0, "numberMisscheduled": 0})"));
}

TEST(DaemonPods, WaitForTheirOwnNode) {
  Site site({node("a", "2"), node("b", "2")});
  site.models.set(deployment("web"), pods_of("2", 0s));
  site.apply(deployment("web"), 1);
  site.run_to(1s);
  site.models.set(agent, managed(PodManagement::per_node, 0s));
  EXPECT_EQ(site.cluster.apply(manifest(agent, {}), false), policy::MemberOutcome::done);
  site.run_to(2s);
  EXPECT_EQ(site.cluster.totals(agent), (PodTotals{1, 1, 1})) << "room on b is no use to a's";
  site.cluster.add_nodes(1);
  site.run_to(3s);
  EXPECT_EQ(site.cluster.totals(agent), (PodTotals{2, 2, 1})) << "the new node's need not wait";
  site.remove(deployment("web"));
  site.run_to(4s);
  EXPECT_EQ(site.cluster.totals(agent), (PodTotals{3, 3, 0}));
  for (NodeIndex i = 0; i < 3; ++i)
    EXPECT_EQ(site.pods_on(i), 1);
}

const api::ResourceReference batch = object("Job", "batch");

WorkloadModel job_of(sim::Duration startup, sim::Duration runtime) {
  WorkloadModel model = managed(PodManagement::to_completion, startup);
  model.runtime = constant(runtime);
  return model;
}

api::Manifest job(std::int64_t parallelism, std::int64_t completions) {
  api::Manifest wish = manifest(batch, parallelism);
  wish.spec = api::Json(json{{"completions", completions}});
  return wish;
}

TEST(JobPods, RunUntilEnoughHaveCompletedAndNotAgain) {
  Site site({node("a", "16")});
  site.models.set(batch, job_of(1s, 10s));
  EXPECT_EQ(site.cluster.apply(job(2, 3), false), policy::MemberOutcome::done);
  site.run_to(60s);
  EXPECT_THAT(
      site.notes.take(),
      ElementsAre("0.000 batch created", "0.050 batch started 2 total 2",
                  "1.050 batch ready 2 total 2", "11.050 batch stopped 2 total 0 Completed",
                  "11.050 batch ready 0 total 0", "11.100 batch started 1 total 1",
                  "12.100 batch ready 1 total 1", "22.100 batch stopped 1 total 0 Completed",
                  "22.100 batch ready 0 total 0"));
  EXPECT_EQ(site.pods_on(0), 0);
  EXPECT_EQ(status_of(site, batch), json::parse(R"({"active": 0, "ready": 0, "succeeded": 3,
      "startTime": "1970-01-01T00:00:00Z", "completionTime": "1970-01-01T00:00:22Z",
      "conditions": [{"type": "Complete", "status": "True",
                      "lastTransitionTime": "1970-01-01T00:00:22Z"}]})"));
  site.cluster.set_power(false);
  site.cluster.set_power(true);
  EXPECT_EQ(site.cluster.apply(job(4, 3), false), policy::MemberOutcome::done);
  site.run_to(90s);
  EXPECT_THAT(site.notes.take(), ElementsAre("60.000 batch updated")) << "it has nothing to do";
}

TEST(JobPods, StartAnewWhereTheyCrash) {
  Site site({node("a", "16")});
  WorkloadModel model = job_of(1s, 10s);
  model.crash = sim::Distribution{.shape = sim::Empirical({4s, 20s}, {1, 1})};
  site.models.set(batch, model);
  EXPECT_EQ(site.cluster.apply(job(1, 6), false), policy::MemberOutcome::done);
  site.run_to(300s);
  const auto lines = site.notes.take();
  const auto crashed = std::ranges::count_if(
      lines, [](const std::string& line) { return line.ends_with("Crashed"); });
  const auto completed = std::ranges::count_if(
      lines, [](const std::string& line) { return line.ends_with("Completed"); });
  EXPECT_EQ(completed, 6);
  EXPECT_GT(crashed, 0);
  EXPECT_EQ(status_of(site, batch)["succeeded"], 6);
}

TEST(JobPods, AreReplacedWhenTheirNodeGoes) {
  Site site({node("a", "1"), node("b", "1")}, 0s);
  site.models.set(batch, job_of(0s, 10s));
  EXPECT_EQ(site.cluster.apply(job(2, 2), false), policy::MemberOutcome::done);
  site.run_to(5s);
  site.cluster.remove_last_nodes(1);
  site.run_to(30s);
  EXPECT_EQ(status_of(site, batch)["succeeded"], 2) << "the second ran where the first had been";
}

TEST(JobPods, TakeTheShareOfADividedJob) {
  Site site({node("a", "16")}, 0s);
  site.models.set(batch, job_of(0s, 1s));
  api::Manifest wish = job(5, 9);
  wish.completions = 2;
  EXPECT_EQ(site.cluster.apply(wish, false), policy::MemberOutcome::done);
  site.run_to(500ms);
  EXPECT_EQ(site.cluster.totals(batch).running, 2);
  site.run_to(10s);
  EXPECT_EQ(status_of(site, batch)["succeeded"], 2);
}

const api::ResourceReference web = deployment("web");

/// Rolls out the model with the second generation of the template.
void roll_out(Site& site,
              const api::ResourceReference& workload,
              std::optional<std::int64_t> replicas,
              WorkloadModel model) {
  site.models.change(workload, 2, std::move(model));
  EXPECT_EQ(site.cluster.apply(manifest(workload, replicas, 2), false),
            policy::MemberOutcome::done);
}

TEST(Rollout, BringsANewPodBeforeAnOldOneGoes) {
  Site site({node("a", "16")});
  site.models.set(web, pods_of("1", 1s));
  site.apply(web, 2);
  site.run_to(10s);
  site.notes.take();
  roll_out(site, web, 2, pods_of("1", 4s));
  site.run_to(12s);
  EXPECT_EQ(site.status(web).updated, 1);
  site.run_to(60s);
  EXPECT_THAT(site.notes.take(),
              ElementsAre("10.000 web updated", "10.050 web started 1 total 3",
                          "14.050 web ready 1 total 3", "14.100 web stopped 1 total 2 Deleted",
                          "14.100 web ready 0 total 2", "14.150 web started 1 total 3",
                          "18.150 web ready 1 total 3", "18.200 web stopped 1 total 2 Deleted",
                          "18.200 web ready 0 total 2"));
  EXPECT_EQ(site.status(web).updated, 2);
  EXPECT_EQ(site.status(web).observed_generation, 2);
  site.cluster.set_power(false);
  site.notes.take();
  site.cluster.set_power(true);
  site.run_to(90s);
  EXPECT_THAT(site.notes.lines, testing::Contains("64.000 web ready 2 total 2"))
      << "the new behaviour stays";
}

TEST(Rollout, StandsStillWhereTheNewPodDoesNotFit) {
  Site site({node("a", "2")}, 0s);
  site.models.set(web, pods_of("1", 0s));
  site.apply(web, 2);
  site.run_to(1s);
  roll_out(site, web, 2, pods_of("1", 0s));
  site.run_to(9s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{2, 2, 1}));
  EXPECT_EQ(site.status(web).updated, 1);
  site.cluster.add_nodes(1);
  site.run_to(20s);
  EXPECT_EQ(site.cluster.totals(web), (PodTotals{2, 2, 0}));
  EXPECT_EQ(site.status(web).updated, 2);
}

TEST(Rollout, LeavesRestartsOfOldPodsAsTheyWere) {
  Site site({node("a", "16")}, 0s);
  WorkloadModel old = pods_of("1", 1s);
  old.crash = constant(20s);
  site.models.set(web, old);
  site.apply(web, 1);
  site.run_to(20s);
  site.notes.take();
  WorkloadModel slow = pods_of("1", 100s);
  slow.image_pull = constant(10s);
  roll_out(site, web, 1, slow);
  site.run_to(60s);
  EXPECT_THAT(site.notes.take(),
              ElementsAre("20.000 web updated", "20.000 web started 1 total 2",
                          "21.000 web stopped 1 total 1 Crashed", "21.000 web started 1 total 2",
                          "21.000 web ready 0 total 0", "22.000 web ready 1 total 1",
                          "42.000 web stopped 1 total 1 Crashed", "42.000 web started 1 total 2",
                          "42.000 web ready 0 total 0", "43.000 web ready 1 total 1"));
  site.run_to(131s);
  EXPECT_THAT(site.notes.lines, testing::Contains("130.000 web stopped 1 total 1 Deleted"))
      << "the image is another, and pulled again";
}

TEST(Rollout, ReplacesOrderedPodsFromTheYoungest) {
  Site site({node("a", "2")});
  WorkloadModel model = managed(PodManagement::ordered, 1s);
  model.termination = constant(2s);
  site.models.set(db, model);
  site.apply(db, 2);
  site.run_to(10s);
  site.notes.take();
  model.startup = constant(3s);
  roll_out(site, db, 2, model);
  site.run_to(60s);
  EXPECT_THAT(site.notes.take(),
              ElementsAre("10.000 db updated", "10.050 db ready 0 total 1",
                          "12.050 db stopped 1 total 1 Deleted", "12.100 db started 1 total 2",
                          "15.100 db ready 1 total 2", "15.150 db ready 0 total 1",
                          "17.150 db stopped 1 total 1 Deleted", "17.200 db started 1 total 2",
                          "20.200 db ready 1 total 2"));
}

TEST(Rollout, ReplacesDaemonsNodeByNode) {
  Site site({node("a", "1"), node("b", "1"), node("c", "1")});
  site.models.set(agent, managed(PodManagement::per_node, 1s));
  EXPECT_EQ(site.cluster.apply(manifest(agent, {}), false), policy::MemberOutcome::done);
  site.run_to(10s);
  roll_out(site, agent, {}, managed(PodManagement::per_node, 2s));
  std::int64_t least = 3;
  for (sim::Duration now = 10s; now < 40s; now += 50ms) {
    site.run_to(now);
    least = std::min(least, site.cluster.totals(agent).ready);
  }
  EXPECT_EQ(least, 2);
  EXPECT_EQ(status_of(site, agent)["updatedNumberScheduled"], 3);
  EXPECT_EQ(site.cluster.totals(agent), (PodTotals{3, 3, 0}));
}

TEST(Rollout, OfAStatusDocumentStartsAnew) {
  Site site({node("a", "16")}, 0s);
  WorkloadModel model;
  model.shape = WorkloadShape::document;
  model.startup = constant(5s);
  model.status.document = api::Json(json{{"state", "{{phase}}-{{start}}"}});
  site.models.set(web, model);
  site.apply(web, 1);
  site.run_to(10s);
  model.startup = constant(1s);
  roll_out(site, web, 1, model);
  EXPECT_EQ(status_of(site, web)["state"], "starting-2");
  site.run_to(11s);
  EXPECT_EQ(status_of(site, web)["state"], "ready-2");
}

}  // namespace
}  // namespace firedrill::models
