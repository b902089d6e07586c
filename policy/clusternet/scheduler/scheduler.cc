#include "policy/clusternet/scheduler/scheduler.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "policy/clusternet/scheduler/admission.h"
#include "policy/clusternet/scheduler/decision.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;

/// Of one request to a predictor; hard-coded upstream.
constexpr Duration predictor_timeout = 20s;

}  // namespace

Scheduler::Scheduler(Ports& ports, SchedulerSetup setup)
    : ports_(ports),
      setup_(std::move(setup)),
      queue_(ports.clock, ports.timers, ports.tracing),
      clusters_(std::make_shared<Clusters>()),
      cluster_watch_(ports.objects.clusters.watch(
          [this](const Change<ManagedCluster>& change) { observe_cluster(change); })),
      subscription_watch_(ports.objects.subscriptions.watch(
          [this](const Change<Subscription>& change) { observe_subscription(change); })),
      inventory_watch_(ports.objects.inventories.watch(
          [this](const Change<FeedInventory>& change) { observe_inventory(change); })),
      worker_(work().start()) {}

bool Scheduler::handles(const Subscription& subscription) const {
  return !subscription.metadata.deleting() &&
         std::ranges::find(setup_.profiles, subscription.spec.scheduler_name) !=
             setup_.profiles.end();
}

void Scheduler::observe_subscription(const Change<Subscription>& change) {
  if (!change.after || !handles(*change.after)) return;
  if (change.before && change.before->spec == change.after->spec) return;
  push(*change.after, change.before ? "SubscriptionUpdated" : "SubscriptionAdded");
}

void Scheduler::observe_inventory(const Change<FeedInventory>& change) {
  if (!change.after) return;
  const auto subscription = ports_.objects.subscriptions.get(change.after->metadata.key());
  if (!subscription || !handles(*subscription)) return;
  push(*subscription, change.before ? "FeedInventoryUpdated" : "FeedInventoryAdded");
}

void Scheduler::keep(const Change<ManagedCluster>& change) {
  if (clusters_.use_count() > 1) clusters_ = std::make_shared<Clusters>(*clusters_);
  std::string name = identity(change.any().metadata);
  if (change.after) {
    clusters_->insert_or_assign(std::move(name), change.after);
  } else {
    clusters_->erase(name);
  }
}

void Scheduler::observe_cluster(const Change<ManagedCluster>& change) {
  keep(change);
  if (!change.after) return push_subscribers(change.before->metadata.labels, "ClusterDeleted");
  if (change.after->metadata.deleting()) return;
  if (!change.before) return push_subscribers(change.after->metadata.labels, "ClusterAdded");
  const bool failover = setup_.options.failover;
  const bool by_readiness = failover && !is_ready(*change.after);
  for (const auto& subscription : ports_.objects.subscriptions.list()) {
    if (!handles(*subscription) ||
        !concerned_by_update(subscription->spec, *change.before, *change.after, failover)) {
      continue;
    }
    push(*subscription, by_readiness ? "ClusterNotReady" : "ClusterUpdated");
  }
}

void Scheduler::push_subscribers(const api::Labels& labels, std::string_view reason) {
  for (const auto& subscription : ports_.objects.subscriptions.list()) {
    if (handles(*subscription) && subscribes(subscription->spec, labels))
      push(*subscription, reason);
  }
}

void Scheduler::push(const Subscription& subscription, std::string_view why) {
  const api::Key key = subscription.metadata.key();
  const std::int32_t priority = subscription.spec.priority.value_or(0);
  const Tracing::Baggage reason = ports_.tracing.current();
  // Told first, so that what comes of the pass is told to have come of it.
  ports_.recorder.subscription_queued(
      {.subscription = key, .reason = why, .attempts = 0, .priority = priority});
  queue_.add(key, priority);
  ports_.tracing.restore(reason);
}

Routine Scheduler::work() {
  while (true) {
    const auto taken = co_await queue_.get();
    auto passing = pass(queue_.taken());
    (void)co_await passing;
    queue_.done(taken.item);
  }
}

Task<bool> Scheduler::pass(SubscriptionQueue::Entry entry) {
  ports_.recorder.subscription_taken(entry.key);
  const SubscriptionPtr subscription = ports_.objects.subscriptions.get(entry.key);
  if (!subscription || !handles(*subscription)) co_return false;
  InventoryPtr inventory;
  if (subscription->spec.dividing()) inventory = ports_.objects.inventories.get(entry.key);
  if (!has_what_it_needs(*subscription, inventory.get()) ||
      !admitted(*subscription, inventory.get())) {
    co_return false;
  }
  const auto decision = ports_.recorder.wants_decisions() ? std::make_shared<Decision>() : nullptr;
  auto deciding = decide(subscription, inventory, decision);
  const ScheduleResult result = co_await deciding;
  // What was read at the beginning of a pass decides, what is written comes at its end.
  const Duration busy = setup_.cycle_time + ports_.timers.work_time("scheduler", entry.key);
  if (busy > Duration::zero()) co_await ports_.timers.sleep(busy);
  if (decision) ports_.recorder.decided(entry.key, decision);
  settle(entry, subscription, result);
  co_return true;
}

Task<ScheduleResult> Scheduler::decide(SubscriptionPtr subscription,
                                       InventoryPtr inventory,
                                       std::shared_ptr<Decision> decision) {
  // Candidates point into the listing, which is kept as it is until the predictors have answered.
  const std::shared_ptr<Clusters> clusters = clusters_;
  auto search = find_feasible_clusters(subscription->spec, *clusters, setup_.options, start_);
  ScheduleResult result;
  if (auto* failure = std::get_if<ScheduleFailure>(&search)) {
    result = std::move(*failure);
  } else {
    const auto& found = std::get<FeasibleClusters>(search);
    start_ = found.next_start;
    std::vector<Prediction> predictions;
    if (subscription->spec.dividing_dynamically()) {
      std::vector<const ManagedCluster*> asked;
      for (const Candidate& candidate : found.feasible)
        asked.push_back(candidate.cluster);
      auto predicting = predict(std::move(asked), inventory);
      predictions = co_await predicting;
    }
    result = select_targets(*subscription, inventory.get(), found, predictions, setup_.options);
  }
  if (decision) *decision = explain(*subscription, *clusters, targets_to_bind(result));
  co_return result;
}

Task<std::vector<Prediction>> Scheduler::predict(std::vector<const ManagedCluster*> clusters,
                                                 InventoryPtr inventory) {
  std::vector<std::optional<FeedRequirements>> feeds;
  for (const FeedOrder& order : inventory->feeds) {
    feeds.push_back(order.desired_replicas ? std::optional(order.replica_requirements)
                                           : std::nullopt);
  }
  std::vector<Prediction> predictions;
  std::vector<std::size_t> places;
  std::vector<PredictorQuestion> questions;
  for (const ManagedCluster* cluster : clusters) {
    const ManagedClusterStatus& status = cluster->status;
    const std::size_t place = predictions.size();
    if (!status.predictor_enabled) {
      predictions.emplace_back(api::Problem{"its predictor is disabled"});
    } else if (!status.predictor_direct_access && !status.use_socket) {
      predictions.emplace_back(api::Problem{"neither direct access nor a websocket leads to it"});
    } else {
      predictions.emplace_back(api::Problem{"it has not been asked"});
      places.push_back(place);
      questions.push_back({.cluster = cluster->metadata.name,
                           .direct = status.predictor_direct_access,
                           .feeds = feeds});
    }
  }
  // One failure ends the pass, unless some are tolerated; then nobody else is asked.
  const bool pointless =
      questions.size() < clusters.size() && !setup_.options.feasible_clusters_toleration;
  if (questions.empty() || pointless) co_return predictions;
  auto asking = ports_.predictors.ask(std::move(questions), predictor_timeout);
  Predictors::Answers answers = co_await asking;
  for (std::size_t i = 0; i < answers.size(); ++i)
    predictions[places[i]] = std::move(answers[i]);
  co_return predictions;
}

void Scheduler::settle(const SubscriptionQueue::Entry& entry,
                       const SubscriptionPtr& subscription,
                       const ScheduleResult& result) {
  if (const auto* failure = std::get_if<ScheduleFailure>(&result)) {
    const bool retried = failure->failure == FailureClass::retry;
    ports_.recorder.scheduling_failed(entry.key, retried ? "Retry" : "NoFeasibleCluster",
                                      failure->message);
    if (retried) return back_off(entry, "SchedulingFailed");
  }
  bind(entry, subscription, *targets_to_bind(result));
}

void Scheduler::bind(SubscriptionQueue::Entry entry,
                     const SubscriptionPtr& subscription,
                     TargetClusters targets) {
  std::erase_if(bindings_, [](const Routine& routine) { return routine.done(); });
  // Even if nothing seems to change: an earlier pass's write may be under way.
  SubscriptionStatus status = bound_status(*subscription, std::move(targets));
  Routine routine = binding(std::move(entry), std::move(status)).start();
  if (!routine.done()) bindings_.push_back(std::move(routine));
}

Routine Scheduler::binding(SubscriptionQueue::Entry entry, SubscriptionStatus status) {
  auto writing = ports_.objects.subscriptions.patch_status(
      entry.key, [status = std::move(status)](Subscription& next) { next.status = status; });
  const auto written = co_await writing;
  if (!written.done()) back_off(entry, "BindingFailed");
}

void Scheduler::back_off(const SubscriptionQueue::Entry& entry, std::string_view reason) {
  const std::optional<Duration> wait = queue_.back_off(entry);
  if (!wait) return;
  ports_.recorder.subscription_queued({.subscription = entry.key,
                                       .reason = reason,
                                       .attempts = entry.attempts,
                                       .backoff = wait,
                                       .priority = entry.priority});
}

}  // namespace firedrill::policy::clusternet
