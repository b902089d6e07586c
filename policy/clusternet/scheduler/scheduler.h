#pragma once

/// The scheduler component: events put subscriptions into the queue, one worker takes them out,
/// decides and has the result written (spec/clusternet.md 6 and 7; clusternet
/// pkg/scheduler/scheduler.go).

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/clusternet/ports.h"
#include "policy/clusternet/scheduler/pumped_queue.h"
#include "policy/clusternet/scheduler/schedule.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::clusternet {

struct SchedulerSetup {
  SchedulerOptions options;
  std::vector<std::string> profiles = {"default"};
  Duration cycle_time{};  ///< How long the worker is busy with one pass.
};

class Scheduler {
 public:
  Scheduler(Ports& ports, SchedulerSetup setup);

 private:
  using SubscriptionPtr = std::shared_ptr<const Subscription>;
  using InventoryPtr = std::shared_ptr<const FeedInventory>;

  void observe_subscription(const Change<Subscription>& change);
  void observe_inventory(const Change<FeedInventory>& change);
  void observe_cluster(const Change<ManagedCluster>& change);
  /// Keeps the listing by identity up to date.
  void keep(const Change<ManagedCluster>& change);
  [[nodiscard]] bool handles(const Subscription& subscription) const;
  void push(const Subscription& subscription, std::string_view reason);
  /// Those with a subscriber that matches the labels.
  void push_subscribers(const api::Labels& labels, std::string_view reason);

  Routine work();
  Task<bool> pass(SubscriptionQueue::Entry entry);
  Task<ScheduleResult> decide(SubscriptionPtr subscription,
                              InventoryPtr inventory,
                              std::shared_ptr<Decision> decision);
  /// The predictors of the feasible clusters, in their order.
  Task<std::vector<Prediction>> predict(std::vector<const ManagedCluster*> clusters,
                                        InventoryPtr inventory);
  /// What comes of a pass is written beside the passes to come.
  void settle(const SubscriptionQueue::Entry& entry,
              const SubscriptionPtr& subscription,
              const ScheduleResult& result);
  void bind(SubscriptionQueue::Entry entry,
            const SubscriptionPtr& subscription,
            TargetClusters targets);
  Routine binding(SubscriptionQueue::Entry entry, SubscriptionStatus status);
  void back_off(const SubscriptionQueue::Entry& entry, std::string_view reason);

  Ports& ports_;
  SchedulerSetup setup_;
  PumpedQueue queue_;
  std::shared_ptr<Clusters> clusters_;  ///< Copied when a pass still looks at it.
  std::size_t start_ = 0;               ///< Where the next search for feasible clusters begins.
  Registration cluster_watch_;
  Registration subscription_watch_;
  Registration inventory_watch_;
  std::vector<Routine> bindings_;
  Routine worker_;
};

}  // namespace firedrill::policy::clusternet
