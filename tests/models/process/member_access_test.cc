/// One process's way to the members: what gets through, how long it takes, what a failure looks
/// like, and what watches bring after a cut.

#include "models/process/member_access.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using policy::MemberOutcome;
using policy::ProbeAnswer;
using Lines = std::vector<std::string>;

struct Deaf final : MemberObserver {
  void manifest_delivered(const WorkloadPlace&, ManifestAction) override {}
  void pods_started(const WorkloadPlace&, std::int64_t, std::int64_t) override {}
  void pods_stopped(const WorkloadPlace&, std::int64_t, std::int64_t, StopReason) override {}
  void pods_ready(const WorkloadPlace&, std::int64_t, std::int64_t) override {}
  void pods_pending(const WorkloadPlace&, std::int64_t) override {}
  void state_resumed(const WorkloadPlace&,
                     const std::optional<api::Labels>&,
                     std::optional<sim::Duration>) override {}
  void capacity_changed(std::string_view, std::int64_t, const api::ResourceList&) override {}
  void object_changed(const WorkloadPlace& place) override {
    if (access != nullptr) access->object_changed(std::string(place.cluster), place.workload);
  }

  MemberAccess* access = nullptr;
};

api::ResourceReference deployment(const std::string& name) {
  return {.api_version = "apps/v1",
          .kind = "Deployment",
          .space = "default",
          .name = name,
          .uid = "uid-" + name};
}

api::Manifest manifest(const std::string& name) {
  api::Manifest manifest;
  manifest.resource = deployment(name);
  manifest.template_generation = 1;
  manifest.replicas = 2;
  return manifest;
}

class MemberAccessTest : public testing::Test {
 protected:
  MemberAccessTest() {
    latency.member_write = always(20ms);
    latency.member_watch = always(5ms);
    recorder.begin(timeline::Header{});
    for (const char* name : {"member1", "member2"}) {
      WorldMember member{.spec = {}, .cluster = nullptr, .outages = {}};
      member.spec.name = name;
      member.cluster = std::make_unique<MemberCluster>(
          MemberSurroundings{engine, streams, models, ledger, observer},
          MemberOptions{.name = name,
                        .nodes = {{.name = "node",
                                   .allocatable = {{"pods", api::Quantity::parse("110").value()}}}},
                        .reaction = 1s});
      members.emplace(name, std::move(member));
    }
  }

  MemberAccess& open(std::string home = {}) {
    ways.emplace(engine, streams, latency, "controller-manager/", limit);
    access = std::make_unique<MemberAccess>(requests, recorder, members, *ways, std::move(home));
    observer.access = access.get();
    return *access;
  }
  void fail(const char* cluster, Outages::Active outage) {
    members.find(cluster)->second.outages.begin(outage);
  }
  void heal(const char* cluster, std::uint64_t fault) {
    members.find(cluster)->second.outages.end(fault);
    if (access) access->reconnect(cluster);
  }
  void run_to(sim::Duration at) { engine.run_through(sim::start_time + at); }
  [[nodiscard]] std::int64_t now() const { return (engine.now() - sim::start_time) / 1ms; }
  void note(const std::string& text) { lines.push_back(fmt::format("{} {}", now(), text)); }
  Lines take() { return std::exchange(lines, {}); }

  static const char* word(MemberOutcome outcome) {
    switch (outcome) {
      case MemberOutcome::done:
        return "done";
      case MemberOutcome::unreachable:
        return "unreachable";
      case MemberOutcome::unmanaged:
        return "unmanaged";
    }
    return "";
  }
  static policy::Routine apply(MemberAccessTest* test, std::string cluster, std::string name) {
    auto request = test->access->apply(std::move(cluster), manifest(name), false);
    const MemberOutcome outcome = co_await request;
    test->note(fmt::format("apply {} {}", name, word(outcome)));
  }
  static policy::Routine remove(MemberAccessTest* test, std::string cluster, std::string name) {
    auto request = test->access->remove(std::move(cluster), deployment(name));
    const MemberOutcome outcome = co_await request;
    test->note(fmt::format("remove {} {}", name, word(outcome)));
  }
  static policy::Routine release(MemberAccessTest* test, std::string cluster, std::string name) {
    auto request = test->access->release(std::move(cluster), deployment(name));
    const MemberOutcome outcome = co_await request;
    test->note(fmt::format("release {} {}", name, word(outcome)));
  }
  static policy::Routine probe(MemberAccessTest* test, std::string cluster) {
    auto request = test->access->probe(std::move(cluster), "/readyz");
    const ProbeAnswer answer = co_await request;
    test->note(answer.kind == ProbeAnswer::Kind::http ? std::to_string(answer.http_status)
                                                      : answer.detail);
  }
  [[nodiscard]] policy::Registration listen() {
    return access->watch([this](const std::string& cluster, const api::ResourceReference& object) {
      note(fmt::format("{} {} {}", cluster, object.name,
                       access->observe(cluster, object) ? "there" : "gone"));
      causes.push_back(engine.current_cause());
    });
  }
  template <class Event>
  [[nodiscard]] std::size_t recorded() const {
    std::size_t count = 0;
    for (const auto& event : sink.events()) {
      if (std::holds_alternative<Event>(event.payload)) ++count;
    }
    return count;
  }

  sim::Engine engine;
  Requests requests{engine};
  sim::Streams streams{1};
  timeline::MemorySink sink;
  timeline::Recorder recorder{engine, {&sink}};
  WorkloadModels models;
  WorkLedger ledger;
  Deaf observer;
  WorldMembers members;
  Latency latency;
  std::optional<ClientLimit> limit;
  std::optional<MemberWays> ways;
  std::unique_ptr<MemberAccess> access;
  Lines lines;
  std::vector<std::uint64_t> causes;
};

constexpr Outages::Active unreachable{1, OutageMode::unreachable, PacketLoss::refused, 500};
constexpr Outages::Active dropping{1, OutageMode::unreachable, PacketLoss::dropped, 500};

TEST_F(MemberAccessTest, ARequestActsWhenItArrivesAndItsOutcomeComesThen) {
  open();
  const auto routine = apply(this, "member1", "web").start();
  EXPECT_FALSE(members.find("member1")->second.cluster->holds(deployment("web")));
  run_to(1s);
  EXPECT_EQ(take(), Lines({"20 apply web done"}));
  EXPECT_TRUE(members.find("member1")->second.cluster->holds(deployment("web")));
}

TEST_F(MemberAccessTest, ACutRefusesAtOnceOrSwallowsUntilTheTimeOut) {
  open();
  fail("member1", unreachable);
  fail("member2", dropping);
  const auto first = apply(this, "member1", "web").start();
  const auto second = apply(this, "member2", "web").start();
  EXPECT_EQ(take(), Lines({"0 apply web unreachable"}));
  run_to(1min);
  EXPECT_EQ(take(), Lines({"32000 apply web unreachable"}));
}

TEST_F(MemberAccessTest, ACutOnTheWayLosesTheRequest) {
  open();
  const auto routine = apply(this, "member1", "web").start();
  run_to(10ms);
  fail("member1", unreachable);
  run_to(1s);
  EXPECT_EQ(take(), Lines({"20 apply web unreachable"}));
  EXPECT_FALSE(members.find("member1")->second.cluster->holds(deployment("web")));
}

TEST_F(MemberAccessTest, ACrashOnTheWayTakesTheRequestBack) {
  open();
  {
    const auto routine = apply(this, "member1", "web").start();
    run_to(10ms);
  }
  run_to(1s);
  EXPECT_EQ(take(), Lines());
  EXPECT_FALSE(members.find("member1")->second.cluster->holds(deployment("web")));
}

TEST_F(MemberAccessTest, RemovesAndReleasesWhatItApplied) {
  open();
  const auto one = apply(this, "member1", "web").start();
  const auto other = apply(this, "member1", "api").start();
  run_to(1s);
  const auto removal = remove(this, "member1", "web").start();
  const auto leaving = release(this, "member1", "api").start();
  run_to(2s);
  const MemberCluster& member = *members.find("member1")->second.cluster;
  EXPECT_FALSE(member.holds(deployment("web")));
  EXPECT_TRUE(member.holds(deployment("api")));
  EXPECT_EQ(member.observe(deployment("api")), nullptr);
  const auto again = apply(this, "member1", "api").start();
  run_to(3s);
  EXPECT_EQ(take(), Lines({"20 apply web done", "20 apply api done", "1020 remove web done",
                           "1020 release api done", "2020 apply api unmanaged"}));
}

TEST_F(MemberAccessTest, AnAgentReachesItsOwnMemberAcrossACut) {
  open("member1");
  fail("member1", unreachable);
  const auto routine = apply(this, "member1", "web").start();
  run_to(1s);
  EXPECT_EQ(take(), Lines({"20 apply web done"}));
}

TEST_F(MemberAccessTest, AnApiServerThatAnswersNobodyIsDeafToItsAgentToo) {
  open("member1");
  fail("member1", {1, OutageMode::apiserver, PacketLoss::refused, no_answer});
  const auto routine = probe(this, "member1").start();
  EXPECT_EQ(take(), Lines({"0 refused"}));
}

TEST_F(MemberAccessTest, ProbesSayWhatTheHealthEndpointSays) {
  open();
  members.find("member2")->second.spec.probe_latency = 300ms;
  const auto healthy = probe(this, "member1").start();
  const auto slow = probe(this, "member2").start();
  run_to(1s);
  fail("member1", {1, OutageMode::apiserver, PacketLoss::refused, 503});
  const auto failing = probe(this, "member1").start();
  const auto still_failing = probe(this, "member1").start();
  heal("member1", 1);
  const auto recovered = probe(this, "member1").start();
  EXPECT_EQ(take(), Lines({"0 200", "300 200", "1000 503", "1000 503", "1000 200"}));
  // The timeline tells changes only.
  EXPECT_EQ(recorded<timeline::ProbeFailed>(), 1U);
  EXPECT_EQ(recorded<timeline::ProbeRecovered>(), 1U);
}

TEST_F(MemberAccessTest, AProbeLeadsBackToTheFaultThatItFinds) {
  open();
  fail("member1", unreachable);
  members.find("member1")->second.grounds.fault = recorder.record(
      timeline::FaultStarted{.fault = "f", .type = "outage", .clusters = {"member1"}});
  engine.set_current_cause(0);
  const auto routine = probe(this, "member1").start();
  ASSERT_EQ(sink.events().size(), 2U);
  EXPECT_EQ(sink.events()[1].cause, sink.events()[0].seq);
}

TEST_F(MemberAccessTest, AWatchTellsOfChangesLaterAndInTheirOrder) {
  open();
  const auto watch = listen();
  const auto routine = apply(this, "member1", "web").start();
  run_to(1s);
  EXPECT_EQ(take(), Lines({"20 apply web done", "25 member1 web there"}));
  const auto removal = remove(this, "member1", "web").start();
  run_to(1100ms);
  // Its pods came at 1020 as it went.
  EXPECT_EQ(take().back(), "1025 member1 web gone");
}

TEST_F(MemberAccessTest, AWatchStallsWhileCutAndGoesOnWithAllItMissed) {
  open();
  const auto watch = listen();
  fail("member1", unreachable);
  engine.set_current_cause(41);
  ASSERT_EQ(members.find("member1")->second.cluster->apply(manifest("web"), false),
            MemberOutcome::done);
  engine.set_current_cause(0);
  run_to(500ms);
  EXPECT_EQ(take(), Lines());
  EXPECT_EQ(access->observe("member1", deployment("web")), nullptr) << "its cache is old";
  heal("member1", 1);
  run_to(600ms);
  EXPECT_EQ(take(), Lines({"500 member1 web there"}));
  EXPECT_EQ(causes, std::vector<std::uint64_t>({41}));
}

TEST_F(MemberAccessTest, ANewProcessListsWhatIsThere) {
  ASSERT_EQ(members.find("member1")->second.cluster->apply(manifest("web"), false),
            MemberOutcome::done);
  ASSERT_EQ(members.find("member2")->second.cluster->apply(manifest("api"), false),
            MemberOutcome::done);
  open("member1");
  const auto watch = listen();
  run_to(100ms);
  EXPECT_EQ(take(), Lines({"5 member1 web there"})) << "an agent sees its own member only";
}

TEST_F(MemberAccessTest, NothingIsDeliveredAfterItIsGone) {
  open();
  {
    const auto watch = listen();
    ASSERT_EQ(members.find("member1")->second.cluster->apply(manifest("web"), false),
              MemberOutcome::done);
  }
  observer.access = nullptr;
  access.reset();
  run_to(1s);
  EXPECT_EQ(take(), Lines());
}

TEST_F(MemberAccessTest, SaysWhatTheMemberOffersAndHas) {
  open();
  members.find("member1")->second.spec.api_enablements.emplace();
  members.find("member1")->second.spec.api_enablements->emplace_back();
  EXPECT_EQ(access->api_enablements("member1").size(), 1U);
  EXPECT_TRUE(access->api_enablements("member2").empty());
  EXPECT_EQ(access->inventory("member1").nodes.size(), 1U);
  EXPECT_FALSE(access->version("member1").empty());
  EXPECT_THROW((void)access->inventory("member9"), std::logic_error);
}

TEST_F(MemberAccessTest, RequestsWaitForTheTokensOfTheirClustersClient) {
  latency.member_probe = always(7ms);
  limit = ClientLimit{.qps = 10, .burst = 2};
  open();
  const auto first = apply(this, "member1", "a").start();
  const auto second = apply(this, "member1", "b").start();
  const auto third = remove(this, "member1", "a").start();
  const auto checking = probe(this, "member1").start();
  const auto elsewhere = apply(this, "member2", "c").start();
  run_to(1s);
  // Two of the burst, then one each 100 ms; the other cluster's client has a bucket of its own.
  EXPECT_EQ(take(), (Lines{"20 apply a done", "20 apply b done", "20 apply c done",
                           "120 remove a done", "207 200"}));
}

TEST_F(MemberAccessTest, EventsOfAWatchStayInOrderThoughTheirDelaysVary) {
  latency.member_watch = {.shape = sim::Uniform{1ms, 900ms}};
  latency.member_write = {};
  open();
  std::vector<std::string> heard;
  const auto watch =
      access->watch([&](const std::string& cluster, const api::ResourceReference& object) {
        ASSERT_NE(access->observe(cluster, object), nullptr);
        if (std::ranges::find(heard, object.name) == heard.end()) heard.push_back(object.name);
      });
  std::vector<policy::Routine> requests;
  std::vector<std::string> applied;
  for (int i = 0; i < 30; ++i) {
    applied.push_back(fmt::format("web-{}", i));
    requests.push_back(apply(this, "member1", applied.back()).start());
    run_to((i + 1) * 10ms);
  }
  run_to(5s);
  EXPECT_EQ(heard, applied);
}

}  // namespace
}  // namespace firedrill::models
