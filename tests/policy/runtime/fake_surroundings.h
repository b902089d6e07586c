#pragma once

/// Hand-made surroundings for tests of the policy runtime: a virtual clock with timers, a flow of
/// causes, a recorder that keeps what it is told, and members that nobody answers from. No
/// simulator in it: the waist (policy/runtime/ports.h) is all that policy code needs.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hand_made_store.h"
#include "policy/karmada/ports.h"

namespace firedrill::policy {

/// Time that moves only when the test says so. Timers of one instant run in the order they were
/// set, each with the cause that was current when it was set.
class FakeTime final : public Clock, public Timers, public Tracing, private Registration::Owner {
 public:
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] Timestamp late_now() const override { return now_ + Duration(1); }

  [[nodiscard]] Registration after(Duration delay, std::function<void()> callback) override {
    const std::uint64_t id = next_++;
    const Timestamp at = now_ + delay;
    due_.emplace(id, at);
    timers_.emplace(std::pair(at, id), Timer{cause_, std::move(callback)});
    return {*this, id};
  }

  [[nodiscard]] Baggage current() const override { return cause_; }
  void restore(Baggage baggage) override { cause_ = baggage; }

  /// Runs every timer up to and including that instant, counted from the start.
  void run_to(Duration since_start) {
    const Timestamp end{since_start};
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
      auto node = timers_.extract(timers_.begin());
      due_.erase(node.key().second);
      now_ = node.key().first;
      cause_ = node.mapped().cause;
      node.mapped().callback();
    }
    now_ = end;
    cause_ = 0;
  }

  [[nodiscard]] Duration since_start() const { return now_.time_since_epoch(); }
  [[nodiscard]] std::size_t pending() const { return timers_.size(); }

 private:
  struct Timer {
    Baggage cause = 0;
    std::function<void()> callback;
  };

  void release(std::uint64_t id) override {
    const auto found = due_.find(id);
    if (found == due_.end()) return;
    timers_.erase({found->second, id});
    due_.erase(found);
  }

  Timestamp now_{};
  Baggage cause_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Timestamp> due_;
  std::map<std::pair<Timestamp, std::uint64_t>, Timer> timers_;
};

/// Member clusters that can't be reached and hold nothing.
class NoMembers : public Members, private Registration::Owner {
 public:
  Await<ProbeAnswer> probe(std::string /*cluster*/, std::string /*path*/) override {
    return ProbeAnswer{ProbeAnswer::Kind::no_answer, 0, "refused"};
  }
  Await<MemberOutcome> apply(std::string /*cluster*/,
                             api::Manifest /*manifest*/,
                             bool /*overwrite*/) override {
    return MemberOutcome::unreachable;
  }
  Await<MemberOutcome> remove(std::string /*cluster*/, api::ResourceReference /*object*/) override {
    return MemberOutcome::unreachable;
  }
  Await<MemberOutcome> release(std::string /*cluster*/,
                               api::ResourceReference /*object*/) override {
    return MemberOutcome::unreachable;
  }
  [[nodiscard]] std::shared_ptr<const MemberObject> observe(
      std::string_view /*cluster*/, const api::ResourceReference& /*object*/) const override {
    return nullptr;
  }
  [[nodiscard]] Inventory inventory(std::string_view /*cluster*/) const override { return {}; }
  [[nodiscard]] std::vector<api::ApiEnablement> api_enablements(
      std::string_view /*cluster*/) const override {
    return {};
  }
  [[nodiscard]] std::string version(std::string_view /*cluster*/) const override { return {}; }
  [[nodiscard]] Registration watch(Handler /*handler*/) override { return {*this, 0}; }

 private:
  void release(std::uint64_t /*id*/) override {}
};

/// Estimators that fail every question.
class NoEstimators final : public karmada::Estimators {
 public:
  Await<Answers> available(std::vector<std::string> clusters,
                           karmada::EstimateQuestion /*question*/,
                           Duration /*timeout*/) override {
    return Answers(clusters.size());
  }
  Await<Answers> unschedulable(std::vector<std::string> clusters,
                               api::ResourceReference /*workload*/,
                               Duration /*threshold*/,
                               Duration /*timeout*/) override {
    return Answers(clusters.size());
  }
};

/// Keeps what it is told.
class KeepingRecorder final : public karmada::Recorder {
 public:
  struct TaskEnd {
    Key binding;
    std::string cluster;
    std::string reason;
  };

  void eviction_queued(const karmada::EvictionQueued& entry) override { queued.push_back(entry); }
  void eviction_dequeued(const karmada::EvictionDequeued& entry) override {
    dequeued.push_back(entry);
  }
  void task_ends(const Key& binding, std::string_view cluster, std::string_view reason) override {
    ended.push_back({binding, std::string(cluster), std::string(reason)});
  }
  [[nodiscard]] bool wants_decisions() const override { return false; }
  void decided(const Key& /*binding*/, std::shared_ptr<const Decision> /*decision*/) override {}
  void lease_expired(std::string_view /*cluster*/, Timestamp /*last_renewed*/) override {}

  std::vector<karmada::EvictionQueued> queued;
  std::vector<karmada::EvictionDequeued> dequeued;
  std::vector<TaskEnd> ended;
};

class NoJitter final : public Entropy {
 public:
  double uniform() override { return 0; }
};

/// All ports of one component, around somebody's clock and timers.
struct HandMadePorts {
  HandMadePorts(Clock& clock, Timers& timers, Tracing& tracing)
      : stores(timers),
        ports{{clock, timers, members, jitter, tracing}, stores.objects, estimators, recorder} {}

  HandMadeStores stores;
  NoMembers members;
  NoEstimators estimators;
  KeepingRecorder recorder;
  NoJitter jitter;
  karmada::Ports ports;
};

}  // namespace firedrill::policy
