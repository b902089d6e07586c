// What a member writes into the timeline, each event with its cause; and models made from a
// scenario's words.

#include "models/member/timeline_adapter.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/events.h"
#include "analysis/timeline/memory_sink.h"
#include "fixture.h"
#include "models/member/from_spec.h"
#include "models/member/member_cluster.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const api::ResourceReference web = deployment("web");

// A member that writes a timeline.
struct RecordedSite {
  explicit RecordedSite(std::vector<MemberNode> nodes)
      : cluster({.engine = engine,
                 .streams = streams,
                 .models = models,
                 .ledger = ledger,
                 .observer = adapter},
                {.name = "member1", .nodes = std::move(nodes), .reaction = 50ms}) {
    recorder.begin({});
  }

  /// "cause: kind" of each event, in order.
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> lines;
    for (const auto& event : sink.events()) {
      lines.push_back(fmt::format("{}: {}", event.cause, timeline::kind_name(event.payload)));
    }
    return lines;
  }

  sim::Engine engine;
  sim::Streams streams{1};
  WorkloadModels models;
  WorkLedger ledger;
  timeline::MemorySink sink;
  timeline::Recorder recorder{engine, {&sink}};
  std::vector<std::pair<sim::Duration, std::uint64_t>>
      watched;  // when, and the cause it follows from
  TimelineAdapter adapter{recorder, [this](const WorkloadPlace&) {
                            watched.emplace_back(engine.now() - sim::start_time,
                                                 engine.current_cause());
                          }};
  MemberCluster cluster;
};

TEST(TimelineAdapter, RecordsEachConsequenceWithItsCause) {
  RecordedSite site({node("node-1", "1")});
  site.models.set(web, pods_of("500m", 4s));
  EXPECT_EQ(site.cluster.apply(manifest(web, 3), false), policy::MemberOutcome::done);
  site.engine.set_current_cause(0);
  site.engine.run_through(sim::start_time + 10s);
  site.engine.set_current_cause(0);
  site.cluster.set_power(false);
  EXPECT_THAT(site.kinds(), ElementsAre("0: ManifestDelivered", "1: PodsStarted", "2: PodsPending",
                                        "2: PodsReady", "0: PodsStopped", "5: PodsReady"));
  using Watched = std::pair<sim::Duration, std::uint64_t>;
  EXPECT_THAT(site.watched,
              ElementsAre(Watched{0s, 1}, Watched{50ms, 3}, Watched{4'050ms, 4}, Watched{10s, 6}));
}

TEST(TimelineAdapter, LeadsWorkloadsHitTogetherBackToTheSameCause) {
  RecordedSite site({node("node-1", "4")});
  const auto other = deployment("other");
  for (const auto& workload : {web, other}) {
    site.models.set(workload, pods_of("500m", 4s));
    EXPECT_EQ(site.cluster.apply(manifest(workload, 1), false), policy::MemberOutcome::done);
  }
  site.engine.run_through(sim::start_time + 2s);
  const std::size_t before = site.kinds().size();
  site.engine.set_current_cause(99);
  site.cluster.set_power(false);
  std::vector<std::string> kinds = site.kinds();
  kinds.erase(kinds.begin(), kinds.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_THAT(kinds, ElementsAre("99: PodsStopped", "99: PodsStopped"));
}

TEST(FromSpec, NumbersNodesOverTheCluster) {
  NodeSpec plain;
  plain.count = 2;
  plain.allocatable = {{"cpu", quantity("4")}};
  NodeSpec named = plain;
  named.name = "gpu";
  NodeSpec single = plain;
  single.count = 1;
  single.taints = {{.key = "dedicated", .value = "", .effect = "NoSchedule", .time_added = {}}};
  std::vector<std::string> names;
  for (const MemberNode& each : nodes_of({plain, named, single})) {
    names.push_back(each.name + (each.taints.empty() ? "" : " repels"));
  }
  EXPECT_THAT(names, ElementsAre("node-0", "node-1", "gpu-0", "gpu-1", "node-4 repels"));
}

TEST(FromSpec, TellsWhatHasPods) {
  WorkloadSpec spec;
  EXPECT_EQ(model_of(spec).shape, WorkloadShape::pods);
  spec.kind = "ConfigMap";
  EXPECT_EQ(model_of(spec).shape, WorkloadShape::inert);
  spec.kind = "FlinkDeployment";
  EXPECT_EQ(model_of(spec).shape, WorkloadShape::inert);
  spec.behaviour.status = api::Json(nlohmann::json::object());
  EXPECT_EQ(model_of(spec).shape, WorkloadShape::document);
  spec.requests = {{"cpu", quantity("1")}};
  EXPECT_EQ(model_of(spec).shape, WorkloadShape::pods);
}

TEST(FromSpec, TurnsDurationModelsIntoDistributions) {
  EXPECT_EQ(distribution_of(DurationModel::constant(4s)), constant(4s));
  DurationModel model;
  model.distribution = DistributionKind::uniform;
  model.min = 1s;
  model.max = 3s;
  EXPECT_EQ(
      distribution_of(model),
      (sim::Distribution{.shape = sim::Uniform{.low = 1s, .high = 3s}, .min = 1s, .max = 3s}));
  model.distribution = DistributionKind::lognormal;
  model.min = {};
  model.median = 20s;
  model.sigma = 0.4;
  EXPECT_EQ(distribution_of(model),
            (sim::Distribution{.shape = sim::LogNormal{.median = 20s, .sigma = 0.4}, .max = 3s}));
}

}  // namespace
}  // namespace firedrill::models
