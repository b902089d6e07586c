// A cluster that nobody speaks of changes nothing for anybody else, whatever chance does to them:
// every random entity has its own stream.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "replay.h"

namespace firedrill::scenarios {
namespace {

struct Happening {
  sim::Time time;
  timeline::Payload payload;
  friend bool operator==(const Happening&, const Happening&) = default;
};

bool concerns(const timeline::Payload& payload, const std::string& cluster) {
  return std::visit(
      [&](const auto& event) {
        if constexpr (requires { event.cluster; }) return event.cluster == cluster;
        return false;
      },
      payload);
}

/// All that happens to others. What the scheduler says of its passes counts clusters, so it is left
/// out; what it decides is not.
std::vector<Happening> without(const Replay& replay, const std::string& cluster) {
  std::vector<Happening> rest;
  for (const timeline::TimelineEvent& event : replay.events) {
    if (concerns(event.payload, cluster)) continue;
    Happening happening{event.time, event.payload};
    if (auto* scheduled = std::get_if<timeline::BindingScheduled>(&happening.payload))
      scheduled->decision = {};
    if (auto* failed = std::get_if<timeline::SchedulingFailed>(&happening.payload)) {
      failed->decision = {};
      failed->message.clear();
    }
    rest.push_back(std::move(happening));
  }
  return rest;
}

const std::vector<std::string> chances{
    R"(/network/links/0/loss=0.05)", R"(/workloads/0/count=12)",
    R"(/workloads/0/behaviour={"startup": {"distribution": "lognormal", "median": "8s", "sigma": 0.6},
        "termination": {"distribution": "exponential", "mean": "2s"}})",
    R"(/events=[
      {"random": {"fault": "outage", "clusters": ["paris", "texas"], "mtbf": "50s",
                  "repair": {"distribution": "weibull", "shape": 0.7, "scale": "20s"}}},
      {"at": "30s", "flap": {"clusters": "rome", "up": {"distribution": "exponential", "mean": "20s"}, "down": "5s",
                             "jitter": 0.5}},
      {"at": "1m", "outage": {"clusters": "rome", "mode": "degraded", "probability": 0.3}}])"};

class Independence : public testing::TestWithParam<const char*> {};

TEST_P(Independence, ALonelyClusterLeavesAllElseAsItIs) {
  const std::string lonely = GetParam();
  for (int seed = 1; seed <= 12; ++seed) {
    std::vector<std::string> settings = chances;
    settings.push_back("/simulation/seed=" + std::to_string(seed));
    const std::vector<Happening> before = without({"three-sites", settings}, lonely);
    settings.push_back(
        R"(/clusters/-={"site": "us", "syncMode": "Pull", "agent": {"flags": {"leader-elect": false}},
            "nodes": [{"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "110"}}], "name": ")" +
        lonely + "\"}");
    const std::vector<Happening> after = without({"three-sites", settings}, lonely);
    ASSERT_GT(before.size(), 100U);
    ASSERT_EQ(after.size(), before.size()) << "seed " << seed;
    for (std::size_t i = 0; i < before.size(); ++i)
      ASSERT_EQ(after[i], before[i]) << "seed " << seed << ", event " << i;
  }
}

// First and last of all in every order by name.
INSTANTIATE_TEST_SUITE_P(Names, Independence, testing::Values("aaa", "zzz"));

}  // namespace
}  // namespace firedrill::scenarios
