/// The seam held open: a controller of the product against a wall clock and a hand-made store,
/// without the simulator. Whoever wants the same code in a live control plane starts like this.
///
/// This is the one test that takes real time. It says "not before" and "in the end", never "by
/// then", so that a busy machine cannot fail it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "policy/karmada/controllers/graceful_eviction_controller.h"
#include "runtime/fake_surroundings.h"

namespace firedrill::policy {
namespace {

using namespace std::chrono_literals;

/// The machine's own clock, and timers on it, run by `run_until`.
class WallTime final : public Clock, public Timers, private Registration::Owner {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  /// Real timers are late by themselves.
  [[nodiscard]] Timestamp late_now() const override { return now(); }

  [[nodiscard]] Registration after(Duration delay, std::function<void()> callback) override {
    const std::uint64_t id = next_++;
    const Timestamp at = now() + delay;
    due_.emplace(id, at);
    timers_.emplace(std::pair(at, id), std::move(callback));
    return {*this, id};
  }

  /// Serves timers until the condition holds; false when there is nothing left to wait for.
  bool run_until(const std::function<bool()>& condition) {
    while (!condition()) {
      if (timers_.empty()) return false;
      std::this_thread::sleep_until(timers_.begin()->first.first);
      auto node = timers_.extract(timers_.begin());
      due_.erase(node.key().second);
      node.mapped()();
    }
    return true;
  }

 private:
  void release(std::uint64_t id) override {
    const auto found = due_.find(id);
    if (found == due_.end()) return;
    timers_.erase({found->second, id});
    due_.erase(found);
  }

  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Timestamp> due_;
  std::map<std::pair<Timestamp, std::uint64_t>, std::function<void()>> timers_;
};

class NoTracing final : public Tracing {
 public:
  [[nodiscard]] Baggage current() const override { return 0; }
  void restore(Baggage /*baggage*/) override {}
};

/// Runs in member2, is being evicted from member1.
api::ResourceBinding evicting(const std::string& name, std::int64_t grace_seconds) {
  api::ResourceBinding binding;
  binding.metadata.space = "default";
  binding.metadata.name = name;
  binding.spec.resource = {"apps/v1", "Deployment", "default", name, {}};
  binding.spec.replicas = 1;
  binding.spec.clusters = {{"member2", 1}};
  api::GracefulEvictionTask task;
  task.from_cluster = "member1";
  task.purge_mode = "Gracefully";
  task.grace_period_seconds = grace_seconds;
  binding.spec.graceful_eviction_tasks.push_back(task);
  return binding;
}

class LiveController : public testing::Test {
 protected:
  [[nodiscard]] auto binding(const std::string& name) const {
    return around.stores.bindings.get({"default", name});
  }
  [[nodiscard]] bool over(const std::string& name) const {
    return binding(name)->spec.graceful_eviction_tasks.empty();
  }
  [[nodiscard]] bool stamped(const std::string& name) const {
    const auto& tasks = binding(name)->spec.graceful_eviction_tasks;
    return !tasks.empty() && tasks.front().creation_timestamp.has_value();
  }

  WallTime time;
  NoTracing tracing;
  HandMadePorts around{time, time, tracing};
};

TEST_F(LiveController, EndsATaskAfterItsGracePeriod) {
  around.stores.bindings.put(evicting("web", 1));
  const karmada::GracefulEvictionController controller(
      around.ports, karmada::BindingScope::namespaced, {.controller = {}, .timeout = 10min});

  ASSERT_TRUE(time.run_until([&] { return stamped("web"); }));
  const Timestamp stamp =
      binding("web")->spec.graceful_eviction_tasks.front().creation_timestamp->timestamp();
  ASSERT_TRUE(time.run_until([&] { return over("web"); }));

  EXPECT_GT(time.now(), stamp + 1s);
  ASSERT_EQ(around.recorder.ended.size(), 1U);
  EXPECT_EQ(around.recorder.ended.front().cluster, "member1");
  EXPECT_EQ(around.recorder.ended.front().reason, "Timeout");
}

TEST_F(LiveController, EndsATaskAsSoonAsTheReplacementIsHealthy) {
  around.stores.bindings.put(evicting("web", 3600));
  const karmada::GracefulEvictionController controller(
      around.ports, karmada::BindingScope::namespaced, {.controller = {}, .timeout = 10min});
  ASSERT_TRUE(time.run_until([&] { return stamped("web"); }));

  around.stores.bindings.change_status({"default", "web"}, [](api::ResourceBinding& next) {
    next.status.scheduler_observed_generation = next.metadata.generation;
    api::AggregatedStatusItem item;
    item.cluster_name = "member2";
    item.applied = true;
    item.health = api::health_healthy;
    next.status.aggregated_status = {item};
  });
  // Were it not for the health, this would take an hour.
  ASSERT_TRUE(time.run_until([&] { return over("web"); }));
  ASSERT_EQ(around.recorder.ended.size(), 1U);
  EXPECT_EQ(around.recorder.ended.front().reason, "Healthy");
}

}  // namespace
}  // namespace firedrill::policy
