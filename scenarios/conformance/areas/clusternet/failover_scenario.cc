/// Whole failovers of Clusternet's scheduler: what events put into its queue, and where the
/// subscriptions go. All writes take no time, and everything settles before the next step.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/clusternet/scheduler/admission.h"
#include "policy/clusternet/scheduler/schedule.h"
#include "scenarios/conformance/areas/clusternet/areas.h"
#include "scenarios/conformance/areas/clusternet/values.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance::clusternet {
namespace {

using Json = nlohmann::json;
using policy::ManagedCluster;

void set_ready(ManagedCluster& cluster, std::string status) {
  api::Condition ready;
  ready.type = api::condition_ready;
  ready.status = std::move(status);
  cluster.status.conditions = {std::move(ready)};
}

void add_taint(ManagedCluster& cluster) {
  api::Taint taint;
  taint.key = policy::taint_unschedulable;
  taint.value = policy::reason_status_unknown;
  taint.effect = api::effect_no_schedule;
  cluster.spec.taints.push_back(std::move(taint));
}

class Hub {
 public:
  explicit Hub(const Json& input) : predicted_(input.at("predictedReplicas")) {
    options_.failover = input.at("featureGates").at("FailOver").get<bool>();
    for (const Json& json : input.at("clusters"))
      create_cluster(json);
    for (const Json& json : input.at("subscriptions")) {
      const std::string name = json.at("name").get<std::string>();
      policy::Subscription& subscription = subscriptions_[name];
      subscription.metadata = read_name(name);
      subscription.spec = read_spec(json.at("spec"));
      enqueue(name);
    }
    settle();
    for (const Json& json : input.at("subscriptions")) {
      if (json.contains("feedInventory")) set_inventory(json.at("name"), json);
    }
    settle();
  }

  /// Does a step, and says what it led to.
  Json step(const Json& json) {
    enqueued_.clear();
    failed_.clear();
    act(json.at("op").get<std::string>(), json);
    settle();
    return {{"enqueued", enqueued_},
            {"schedulingFailedWillRetry", failed_},
            {"subscriptionStatus", status()}};
  }

  [[nodiscard]] Json status() const {
    Json json = Json::object();
    for (const auto& [name, subscription] : subscriptions_)
      json[name] = write_targets(subscription.status.targets);
    return json;
  }

 private:
  void act(const std::string& op, const Json& json) {
    if (op == "updateFeedInventory") return set_inventory(json.at("subscription"), json);
    if (op == "setSubscriptionPriority") return set_priority(json);
    if (op == "addCluster") return add_cluster(json.at("cluster"));
    if (op == "deleteCluster") return delete_cluster(json.at("cluster"));
    const std::string name = json.at("cluster").get<std::string>();
    if (op == "clusterLost") {
      update(name, [](ManagedCluster& c) { set_ready(c, std::string(api::status_unknown)); });
      return update(name, &add_taint);
    }
    if (op == "clusterRecovered") {
      update(name, [](ManagedCluster& c) { set_ready(c, std::string(api::status_true)); });
      return update(name, [](ManagedCluster& c) { c.spec.taints.clear(); });
    }
    update(name, [&](ManagedCluster& cluster) { apply(cluster, op, json); });
  }

  static void apply(ManagedCluster& cluster, const std::string& op, const Json& json) {
    if (op == "setReadyCondition") return set_ready(cluster, json.at("status").get<std::string>());
    if (op == "addUnschedulableTaint") return add_taint(cluster);
    if (op == "removeUnschedulableTaint") return cluster.spec.taints.clear();
    if (op != "setLabels") throw std::runtime_error("step not known: " + op);
    cluster.metadata.labels = member_from_vector<api::Labels>(json, "labels");
  }

  void set_inventory(const std::string& subscription, const Json& json) {
    inventories_[subscription] = read_inventory(json.at("feedInventory"));
    enqueue(subscription);
  }

  void set_priority(const Json& json) {
    const std::string name = json.at("subscription").get<std::string>();
    policy::SubscriptionSpec& spec = subscriptions_.at(name).spec;
    const policy::SubscriptionSpec before = spec;
    spec.priority = json.at("priority").get<std::int32_t>();
    if (spec != before) enqueue(name);
  }

  std::shared_ptr<const ManagedCluster> create_cluster(const Json& json) {
    auto cluster = read_cluster(json);
    set_ready(*cluster, std::string(api::status_true));
    clusters_[policy::identity(cluster->metadata)] = cluster;
    return cluster;
  }

  void add_cluster(const Json& json) { enqueue_subscribers_of(*create_cluster(json)); }

  void delete_cluster(const std::string& name) {
    const auto gone = clusters_.extract(name);
    enqueue_subscribers_of(*gone.mapped());
  }

  void enqueue_subscribers_of(const ManagedCluster& cluster) {
    for (const auto& [name, subscription] : subscriptions_) {
      if (policy::subscribes(subscription.spec, cluster.metadata.labels)) enqueue(name);
    }
  }

  template <class Change>
  void update(const std::string& name, Change change) {
    const std::shared_ptr<const ManagedCluster> before = clusters_.at(name);
    auto after = std::make_shared<ManagedCluster>(*before);
    change(*after);
    clusters_[name] = after;
    for (const auto& [key, subscription] : subscriptions_) {
      if (policy::concerned_by_update(subscription.spec, *before, *after, options_.failover))
        enqueue(key);
    }
    settle();
  }

  void enqueue(const std::string& name) {
    enqueued_.insert(name);
    queue_.insert(name);
  }

  void settle() {
    for (const std::string& name : std::exchange(queue_, {}))
      schedule(name);
  }

  void schedule(const std::string& name) {
    policy::Subscription& subscription = subscriptions_.at(name);
    const auto found = inventories_.find(name);
    const policy::FeedInventory* inventory = found == inventories_.end() ? nullptr : &found->second;
    const bool drop = !policy::has_what_it_needs(subscription, inventory) ||
                      !policy::admitted(subscription, inventory);
    if (drop) return;
    auto targets = policy::targets_to_bind(run_pass(subscription, inventory));
    if (!targets) {
      failed_.insert(name);
      return;
    }
    subscription.status = policy::bound_status(subscription, *std::move(targets));
  }

  policy::ScheduleResult run_pass(const policy::Subscription& subscription,
                                  const policy::FeedInventory* inventory) {
    auto search =
        policy::find_feasible_clusters(subscription.spec, clusters_, options_, next_start_);
    if (auto* failure = std::get_if<policy::ScheduleFailure>(&search)) return std::move(*failure);
    const auto& feasible = std::get<policy::FeasibleClusters>(search);
    next_start_ = feasible.next_start;
    std::vector<policy::Prediction> predictions;
    if (subscription.spec.dividing_dynamically())
      predictions = read_predictions(predicted_, feasible, *inventory);
    return policy::select_targets(subscription, inventory, feasible, predictions, options_);
  }

  const Json& predicted_;
  policy::SchedulerOptions options_;
  policy::Clusters clusters_;
  std::map<std::string, policy::Subscription> subscriptions_;
  std::map<std::string, policy::FeedInventory> inventories_;
  std::size_t next_start_ = 0;
  std::set<std::string> queue_;
  std::set<std::string> enqueued_;
  std::set<std::string> failed_;
};

}  // namespace

Json failover_scenario(const Json& input) {
  Hub hub(input);
  Json initial = hub.status();
  Json steps = Json::array();
  for (const Json& step : input.at("steps"))
    steps.push_back(hub.step(step));
  return {{"initialStatus", std::move(initial)}, {"steps", std::move(steps)}};
}

}  // namespace firedrill::scenarios::conformance::clusternet
