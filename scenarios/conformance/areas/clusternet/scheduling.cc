/// Areas about passes of the scheduler: filter, scores, whole passes, admission, queue.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/tolerations.h"
#include "policy/clusternet/scheduler/admission.h"
#include "policy/clusternet/scheduler/schedule.h"
#include "policy/clusternet/scheduler/subscription_queue.h"
#include "policy/clusternet/scheduler/taints.h"
#include "scenarios/conformance/areas/clusternet/areas.h"
#include "scenarios/conformance/areas/clusternet/values.h"
#include "scenarios/conformance/areas/vector_json.h"
#include "scenarios/conformance/comparison.h"

namespace firedrill::scenarios::conformance::clusternet {
namespace {

using Json = nlohmann::json;
using Tolerations = std::vector<api::Toleration>;

/// As in these vectors: no map at all instead of an empty one.
Json write_result(const policy::TargetClusters& targets) {
  Json json = write_targets(targets);
  if (targets.replicas.empty()) json["replicas"] = nullptr;
  return json;
}

policy::ScheduleResult run_pass(const Json& input) {
  policy::SchedulerOptions options;
  if (const auto gates = input.find("featureGates"); gates != input.end())
    options.feasible_clusters_toleration = gates->value("FeasibleClustersToleration", false);
  const policy::Clusters clusters = read_clusters(input.at("clusters"));
  policy::Subscription subscription;
  subscription.spec = read_spec(input.at("subscriptionSpec"));
  auto found = policy::find_feasible_clusters(subscription.spec, clusters, options, 0);
  if (auto* failure = std::get_if<policy::ScheduleFailure>(&found)) return std::move(*failure);

  const auto& feasible = std::get<policy::FeasibleClusters>(found);
  if (!subscription.spec.dividing())
    return policy::select_targets(subscription, nullptr, feasible, {}, options);
  const policy::FeedInventory inventory = read_inventory(input.at("feedInventory"));
  std::vector<policy::Prediction> predictions;
  if (subscription.spec.dividing_dynamically())
    predictions = read_predictions(input.at("predictedReplicas"), feasible, inventory);
  return policy::select_targets(subscription, &inventory, feasible, predictions, options);
}

}  // namespace

Json taint_filter(const Json& input) {
  const auto taints = member_from_vector<std::vector<api::Taint>>(input, "taints");
  const auto tolerations = member_from_vector<Tolerations>(input, "clusterTolerations");
  const api::Taint* taint = api::find_untolerated_taint(taints, tolerations);
  if (taint == nullptr) return {{"feasible", true}, {"statusCode", "Success"}};
  return {{"feasible", false},
          {"statusCode", "UnschedulableAndUnresolvable"},
          {"untoleratedTaint", to_vector(*taint)},
          {"reason", policy::untolerated_taint_reason(*taint)}};
}

Json taint_score(const Json& input) {
  const auto tolerations = member_from_vector<Tolerations>(input, "clusterTolerations");
  std::vector<std::int64_t> raw;
  for (const Json& cluster : input.at("clusters")) {
    const auto taints = member_from_vector<std::vector<api::Taint>>(cluster, "taints");
    raw.push_back(policy::count_unwelcome_taints(taints, tolerations));
  }
  std::vector<std::int64_t> scores = raw;
  policy::normalize_scores(scores);
  Json weighted = Json::array();
  for (const std::int64_t score : scores)
    weighted.push_back(policy::taint_score_weight * score);
  return {{"rawScores", raw}, {"normalizedScores", scores}, {"weightedScores", weighted}};
}

Json num_feasible_clusters(const Json& input) {
  return {{"numClustersToFind",
           policy::clusters_to_find(input.at("numAllClusters").get<std::int32_t>(),
                                    input.at("percentageOfClustersToScore").get<std::int32_t>(),
                                    input.at("schedulingStrategy").get<std::string>())}};
}

Json schedule(const Json& input) {
  const policy::ScheduleResult result = run_pass(input);
  Json json = Json::object();
  if (const auto bound = policy::targets_to_bind(result)) json["bound"] = write_result(*bound);
  if (const auto* suggestion = std::get_if<policy::Suggestion>(&result)) {
    json["suggested"] = write_result(suggestion->targets);
    json["evaluatedClusters"] = suggestion->evaluated;
    json["feasibleClusters"] = suggestion->feasible;
    return json;
  }
  const auto& failure = std::get<policy::ScheduleFailure>(result);
  const bool retry = failure.failure == policy::FailureClass::retry;
  json["error"] = retry ? "Retry" : "NoFeasibleCluster";
  // Of the texts only this one follows from rules; the others are words.
  if (!retry) json["message"] = failure.message;
  return json;
}

bool schedule_matches(const Json& expected, const Json& actual) {
  Json comparable = expected;
  comparable.erase("dependsOnListingOrder");
  if (!actual.contains("message")) comparable.erase("message");
  return !first_difference(comparable, actual);
}

Json admit(const Json& input) {
  policy::Subscription subscription;
  subscription.spec.scheduling_strategy = input.at("schedulingStrategy").get<std::string>();
  for (const Json& key : input.at("feeds"))
    subscription.spec.feeds.push_back(read_feed(key.get<std::string>()));
  auto scheduled = std::make_shared<policy::SubscriptionSpec>(subscription.spec);
  if (!input.at("specHashMatches").get<bool>()) scheduled->priority = 1;
  subscription.status.scheduled_spec = std::move(scheduled);
  subscription.status.targets = read_targets({{"replicas", input.at("statusReplicas")}});
  const policy::FeedInventory inventory = read_inventory(input.at("feedInventory"));
  return {{"feedChanged", policy::feeds_changed(subscription, inventory)},
          {"admitted", policy::admitted(subscription, &inventory)}};
}

Json scheduling_queue(const Json& input) {
  std::map<std::string, std::int32_t> priorities;
  for (const Json& json : input.at("subscriptions")) {
    const Json& priority = json.at("priority");
    priorities[json.at("name").get<std::string>()] =
        priority.is_null() ? 0 : priority.get<std::int32_t>();
  }
  policy::SubscriptionQueue queue;
  std::map<std::string, policy::SubscriptionQueue::Entry> popped;
  Json results = Json::array();
  for (const Json& operation : input.at("operations")) {
    const api::Timestamp now(std::chrono::milliseconds(operation.at("atMs").get<std::int64_t>()));
    const std::string op = operation.at("op").get<std::string>();
    const std::string name = operation.value("subscription", "");
    Json result = Json::object();
    if (op == "add") {
      queue.add({"", name}, priorities.at(name), now);
    } else if (op == "pop") {
      const auto entry = queue.pop().value();
      popped[entry.key.name] = entry;
      result = {{"result", entry.key.name}, {"attempts", entry.attempts}};
    } else if (op == "addUnschedulable") {
      const auto backoff = queue.back_off(popped.at(name), now);
      result["accepted"] = backoff.has_value();
      if (backoff) {
        result["backoffMs"] =
            std::chrono::duration_cast<std::chrono::milliseconds>(*backoff).count();
      }
    } else {
      queue.flush(now);
      result = {{"activeLength", queue.active_size()}, {"backoffLength", queue.backoff_size()}};
    }
    results.push_back(std::move(result));
  }
  Json drained = Json::array();
  while (const auto entry = queue.pop())
    drained.push_back(entry->key.name);
  return {{"operationResults", results},
          {"drainOrder", drained},
          {"backoffLength", queue.backoff_size()}};
}

}  // namespace firedrill::scenarios::conformance::clusternet
