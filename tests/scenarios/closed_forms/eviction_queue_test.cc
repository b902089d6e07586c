// The eviction queue as queueing theory knows it.
//
// A worker takes a key, evicts (at once: latency is none), and rests 1 / rate before it looks at
// the queue again. To the keys behind it that is a server whose service takes s = 1 / rate, though
// the key itself leaves when its service begins: what EvictionDequeued calls `waited` is the
// waiting time of the theory, without the service.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/distributions.h"
#include "sim/random.h"
#include "support.h"

namespace firedrill::scenarios {
namespace {

using std::chrono::seconds;

/// Workloads that all run in `a`, which is tainted NoExecute at 1 s and tolerated by each as long
/// as it says; `b` takes them. Status loops are put beyond the end: they would only repeat
/// themselves.
std::string world(const std::vector<std::int64_t>& tolerated,
                  int workers,
                  const std::string& rate,
                  const std::string& period,
                  std::int64_t duration) {
  std::string workloads;
  for (std::size_t i = 0; i < tolerated.size(); ++i) {
    const std::string tolerations = tolerated[i] == 0
                                        ? ""
                                        : fmt::format(R"("clusterTolerations": [{{"key": "drain",
              "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": {}}}],)",
                                                      tolerated[i]);
    workloads += fmt::format(
        R"({}{{"name": "w{:05}", "placement": {{"clusterAffinity": {{"clusterNames": ["a", "b"]}},
            {} "replicaScheduling": {{"replicaSchedulingType": "Divided",
              "replicaDivisionPreference": "Weighted", "weightPreference": {{"staticWeightList":
                [{{"targetCluster": {{"clusterNames": ["a"]}}, "weight": 1}}]}}}}}}}})",
        i == 0 ? "" : ",", i, tolerations);
  }
  return fmt::format(
      R"({{"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {{"name": "queue"}},
        "simulation": {{"duration": "{}s", "seed": 1}},
        "controlPlane": {{"profile": "karmada",
          "flags": {{"enable-no-execute-taint-eviction": true, "resource-eviction-rate": {},
            "cluster-status-update-frequency": "50000h", "cluster-monitor-period": "50000h"}},
          "featureGates": {{"Failover": true}},
          "components": {{"taint-manager": {{"evictionWorkers": {}, "period": "{}"}}}}}},
        "clusters": [
          {{"name": "a", "nodes": [{{"allocatable": {{"cpu": "1", "pods": "100000"}}}}]}},
          {{"name": "b", "nodes": [{{"allocatable": {{"cpu": "1", "pods": "100000"}}}}]}}],
        "workloads": [{}],
        "events": [{{"at": "1s", "taint": {{"cluster": "a", "key": "drain", "effect": "NoExecute"}}}}]
      }})",
      duration, rate, workers, period, workloads);
}

struct Taken {
  sim::Duration ready{};
  sim::Duration at{};
  sim::Duration waited{};
};

struct Play {
  RunResult result;
  std::vector<Taken> taken;  // as they were

  explicit Play(const std::string& text) {
    std::map<std::string, sim::Duration> ready;
    result = run_heard(scenario_of(text), [&](const timeline::TimelineEvent& event) {
      const sim::Duration now = event.time.time_since_epoch();
      if (const auto* in = std::get_if<timeline::EvictionQueued>(&event.payload)) {
        ready[in->workload] = in->ready_at ? in->ready_at->time.time_since_epoch() : now;
      } else if (const auto* out = std::get_if<timeline::EvictionDequeued>(&event.payload)) {
        EXPECT_EQ(out->outcome, "Evicted");
        taken.push_back({ready.at(out->workload), now, out->waited.length});
      }
    });
  }
};

// D/D/c: n keys at one instant, c workers: the k-th (from 0) waits floor(k / c) services. The taint
// manager looks again every 10 s, in the middle of that, and changes nothing: bindings that were
// evicted are no longer in the cluster, the others are in the queue already and stay where they
// are.
using Batch = std::tuple<int, int, const char*, std::int64_t>;  // n, c, rate, ms a service
class SimultaneousEvictions : public testing::TestWithParam<Batch> {};

TEST_P(SimultaneousEvictions, LeaveInRoundsOfTheWorkers) {
  const auto [n, c, rate, service_ms] = GetParam();
  const auto service = std::chrono::milliseconds(service_ms);
  const Play play(
      world(std::vector<std::int64_t>(static_cast<std::size_t>(n)), c, rate, "10s", 200));
  ASSERT_EQ(play.taken.size(), static_cast<std::size_t>(n));
  for (int k = 0; k < n; ++k) {
    const Taken& taken = play.taken[static_cast<std::size_t>(k)];
    EXPECT_EQ(taken.waited, k / c * service) << k;
    EXPECT_EQ(taken.at, seconds(1) + k / c * service) << k;
  }
  const sim::Duration longest = (n - 1) / c * service;
  EXPECT_EQ(value(play.result, "eviction.queue.depth.max"), std::to_string(n));
  EXPECT_EQ(value(play.result, "eviction.started.count"), std::to_string(n));
  EXPECT_EQ(value(play.result, "eviction.end"),
            analysis::format_amount(analysis::Unit::seconds, analysis::Amount(longest)));
  if (longest == sim::Duration{}) return;
  // n evictions while there were keys: from the first to the last that was taken.
  EXPECT_EQ(
      value(play.result, "eviction.rate"),
      analysis::format_amount(analysis::Unit::per_second, analysis::Amount(n, longest.count())));
}

INSTANTIATE_TEST_SUITE_P(Settings,
                         SimultaneousEvictions,
                         testing::Values(Batch{12, 1, "0.5", 2000},
                                         Batch{12, 3, "0.5", 2000},
                                         Batch{13, 3, "2", 500},
                                         Batch{40, 7, "0.25", 4000},
                                         Batch{3, 3, "1", 1000}));

// M/D/1: keys at the instants of a Poisson process, one worker. With load rho the mean waiting time
// is rho · s / (2 (1 - rho)) (Pollaczek and Khinchine). Keys are ready when their toleration ends,
// in whole seconds; a service of 1024 s (1 / 1024 is exact as a float) makes that rounding shift
// the mean by less than a thousandth. Second looks, which change nothing (above), would only cost
// time.
TEST(RandomEvictions, WaitAsInMD1) {
  constexpr int keys = 2'000;
  constexpr double service = 1024;
  constexpr double load = 0.6;
  sim::Random random = sim::Streams(5).stream("test", "arrivals");
  const sim::Distribution gap{
      .shape = sim::Exponential{sim::Duration(static_cast<std::int64_t>(service / load * 1e9))}};
  std::vector<std::int64_t> arrivals;
  sim::Duration now{};
  for (int i = 0; i < keys; ++i) {
    now += gap.draw(random);
    arrivals.push_back(std::max<std::int64_t>(1, std::chrono::round<seconds>(now).count()));
  }
  const Play play(world(arrivals, 1, "0.0009765625", "50000h", arrivals.back() + 100 * 1024));
  ASSERT_EQ(play.taken.size(), static_cast<std::size_t>(keys));

  // Each key exactly: it is taken when it is ready and the worker has rested (Lindley).
  sim::Duration free{};
  for (const Taken& taken : play.taken) {
    ASSERT_EQ(taken.at, std::max(taken.ready, free));
    ASSERT_EQ(taken.waited, taken.at - taken.ready);
    free = taken.at + seconds(1024);
  }

  // And their mean, by means of 20 batches: waits in sequence depend on each other, batches hardly.
  constexpr std::size_t batches = 20;
  std::vector<double> means(batches);
  for (std::size_t i = 0; i < play.taken.size(); ++i)
    means[i * batches / play.taken.size()] += in_seconds(play.taken[i].waited);
  double mean = 0;
  for (double& batch : means) {
    batch /= keys / static_cast<double>(batches);
    mean += batch / batches;
  }
  double variance = 0;
  for (const double batch : means)
    variance += (batch - mean) * (batch - mean) / (batches - 1);
  constexpr double student_19_999 = 3.88;  // two-sided 0.999
  const double error = student_19_999 * std::sqrt(variance / batches);
  EXPECT_NEAR(mean, load * service / (2 * (1 - load)), error);
  EXPECT_GT(std::abs(mean - load * service / (1 - load)), error) << "it isn't M/M/1";
  EXPECT_LT(error, load * service / (2 * (1 - load))) << "the sample says something";
}

}  // namespace
}  // namespace firedrill::scenarios
