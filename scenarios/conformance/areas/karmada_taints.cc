/// Areas about taints and conditions: tolerations, taint policies, thresholds.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/karmada/failover/eviction.h"
#include "policy/karmada/failover/taint_policy.h"
#include "policy/karmada/failover/tolerations.h"
#include "policy/karmada/status/condition_threshold.h"
#include "scenarios/conformance/areas/karmada_failover.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance {
namespace {

namespace karmada = policy::karmada;
using Json = nlohmann::json;
using Taints = std::vector<api::Taint>;
using Tolerations = std::vector<api::Toleration>;

constexpr std::int64_t forever = -1;  // How the vectors write "no end".

std::int64_t nanoseconds(std::optional<api::Duration> duration) {
  return duration ? duration->count() : forever;
}

Json filter_result(const Json& input, const Taints& taints, const Tolerations& tolerations) {
  if (input.value("alreadyScheduled", false)) return {{"fit", true}};
  const api::Taint* taint = karmada::find_untolerated_taint(taints, tolerations);
  if (taint == nullptr) return {{"fit", true}};
  return {{"fit", false}, {"reason", karmada::untolerated_taint_reason(*taint)}};
}

Json matching_result(const Taints& no_execute, const Tolerations& tolerations, api::Timestamp now) {
  const karmada::TolerationMatch match = karmada::match_tolerations(no_execute, tolerations);
  const auto remaining = karmada::remaining_toleration(no_execute, match.used, now);
  return {{"allTolerated", match.all_tolerated},
          {"usedTolerations", to_vector(match.used)},
          {"minTolerationTimeNanos", nanoseconds(remaining)}};
}

/// The reference answers "for ever" where eviction is switched off or nothing is tainted.
Json eviction_result(const Json& input,
                     const Taints& no_execute,
                     const Tolerations& tolerations,
                     api::Timestamp now) {
  karmada::EvictionNeed need;
  if (input.value("enableNoExecuteTaintEviction", false) && !no_execute.empty()) {
    need = karmada::eviction_need(no_execute, tolerations, now);
  }
  const auto failover = member_from_vector<api::Shared<api::FailoverBehavior>>(input, "failover");
  const std::string flag = input.value("noExecuteTaintEvictionPurgeMode", "");
  return {{"needEviction", need.now},
          {"tolerationTimeNanos", need.now ? 0 : nanoseconds(need.tolerated_for)},
          {"purgeMode", karmada::cluster_purge_mode(failover, flag)}};
}

std::optional<api::Condition> ready_condition(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  api::Condition condition;
  condition.type = api::condition_ready;
  condition.status = found->get<std::string>();
  return condition;
}

}  // namespace

Json taint_toleration(const Json& input) {
  const auto taints = member_from_vector<Taints>(input, "taints");
  const auto tolerations = member_from_vector<Tolerations>(input, "clusterTolerations");
  const auto now = from_vector<api::Timestamp>(input.at("now"));
  const Taints no_execute = karmada::no_execute_taints(taints);
  return {{"filter", filter_result(input, taints, tolerations)},
          {"matching", matching_result(no_execute, tolerations, now)},
          {"eviction", eviction_result(input, no_execute, tolerations, now)}};
}

Json cluster_taint_policy(const Json& input) {
  const auto cluster = from_vector<api::Cluster>(input.at("cluster"));
  const auto now = from_vector<api::Timestamp>(input.at("now"));
  std::vector<std::shared_ptr<const api::ClusterTaintPolicy>> policies;
  for (auto& policy : member_from_vector<std::vector<api::ClusterTaintPolicy>>(input, "policies")) {
    policies.push_back(std::make_shared<const api::ClusterTaintPolicy>(std::move(policy)));
  }
  return {{"taints", to_vector(karmada::apply_taint_policies(cluster, policies, now))}};
}

Json condition_threshold(const Json& input) {
  using std::chrono::milliseconds;
  const auto millis = [](const Json& object, const char* key) {
    return milliseconds(object.value(key, std::int64_t{0}));
  };
  karmada::ConditionCache cache({.success = millis(input, "successThresholdMillis"),
                                 .failure = millis(input, "failureThresholdMillis")});
  std::optional<api::Condition> stored = ready_condition(input, "initialStatus");
  Json reported = Json::array();
  for (const Json& step : input.at("steps")) {
    if (step.contains("currentStatus")) stored = ready_condition(step, "currentStatus");
    stored =
        cache.adjust("member1", stored ? &*stored : nullptr, *ready_condition(step, "observed"),
                     api::Timestamp(millis(step, "atMillis")));
    reported.push_back(stored->status);
  }
  return {{"reported", reported}};
}

}  // namespace firedrill::scenarios::conformance
