#include "policy/karmada/status/health.h"

#include <algorithm>
#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "policy/api/cluster.h"
#include "policy/karmada/propagation/works.h"

namespace firedrill::policy::karmada {
namespace {

using nlohmann::json;

/// The member of an object; null when absent. Like the functions below it leaves a value of the
/// wrong type to the library, which throws `json::type_error`.
const json& member(const json& object, std::string_view key) {
  static const json null;
  if (object.is_null()) return null;
  const auto& members = object.get_ref<const json::object_t&>();
  const auto found = members.find(key);
  return found == members.end() ? null : found->second;
}

std::int64_t number(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_null() ? 0 : value.get_ref<const json::number_integer_t&>();
}

std::string text(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_null() ? std::string() : value.get_ref<const std::string&>();
}

/// Whether some entry of a list holds; an absent list has none.
bool any_entry(const json& list, bool (*holds)(const json& entry)) {
  return !list.is_null() && std::ranges::any_of(list.get_ref<const json::array_t&>(), holds);
}

/// The counts that rules for workloads compare, whatever form the status came in.
struct Counts {
  std::int64_t observed_generation = 0;
  std::int64_t desired = 0;
  std::int64_t updated = 0;
  std::int64_t available = 0;
};

/// Field names of the counts in a status document.
struct CountFields {
  std::string_view desired;
  std::string_view updated;
  std::string_view available;
};

Counts counts_of(const api::ObjectStatus& status, const CountFields& fields) {
  if (!status.document.present()) {
    return {status.observed_generation, status.replicas, status.updated, status.available};
  }
  const json& document = status.document.document();
  return {number(document, "observedGeneration"), number(document, fields.desired),
          number(document, fields.updated), number(document, fields.available)};
}

constexpr CountFields replica_fields{"replicas", "updatedReplicas", "availableReplicas"};
constexpr CountFields daemon_fields{"desiredNumberScheduled", "updatedNumberScheduled",
                                    "numberAvailable"};

json status_document(const HealthSubject& subject) {
  return subject.status.to_json();
}

/// Deployment and StatefulSet.
bool rollout_healthy(const HealthSubject& subject) {
  const Counts counts = counts_of(subject.status, replica_fields);
  return counts.observed_generation == subject.generation &&
         (!subject.replicas || counts.updated >= *subject.replicas) &&
         counts.available >= counts.updated;
}

bool replica_set_healthy(const HealthSubject& subject) {
  const Counts counts = counts_of(subject.status, replica_fields);
  return counts.observed_generation == subject.generation &&
         (!subject.replicas || counts.available >= *subject.replicas);
}

bool daemon_set_healthy(const HealthSubject& subject) {
  const Counts counts = counts_of(subject.status, daemon_fields);
  return counts.observed_generation == subject.generation && counts.updated >= counts.desired &&
         counts.available >= counts.updated;
}

bool has_ingress_address(const HealthSubject& subject) {
  const json status = status_document(subject);
  return any_entry(member(member(status, "loadBalancer"), "ingress"), [](const json& entry) {
    return !text(entry, "ip").empty() || !text(entry, "hostname").empty();
  });
}

bool service_healthy(const HealthSubject& subject) {
  const json none;
  const json& spec = subject.spec.present() ? subject.spec.document() : none;
  return text(spec, "type") != "LoadBalancer" || has_ingress_address(subject);
}

bool claim_healthy(const HealthSubject& subject) {
  return text(status_document(subject), "phase") == "Bound";
}

bool pod_healthy(const HealthSubject& subject) {
  const json status = status_document(subject);
  const std::string phase = text(status, "phase");
  if (phase == "Succeeded") return true;
  if (phase != "Running") return false;
  return any_entry(member(status, "conditions"), [](const json& condition) {
    return text(condition, "type") == "Ready" && text(condition, "status") == "True";
  });
}

bool disruption_budget_healthy(const HealthSubject& subject) {
  const json status = status_document(subject);
  return number(status, "currentHealthy") >= number(status, "desiredHealthy");
}

struct HealthRule {
  std::string_view api_version;
  std::string_view kind;
  bool (*healthy)(const HealthSubject&);
};

constexpr std::array health_rules{
    HealthRule{"apps/v1", "Deployment", rollout_healthy},
    HealthRule{"apps/v1", "StatefulSet", rollout_healthy},
    HealthRule{"apps/v1", "ReplicaSet", replica_set_healthy},
    HealthRule{"apps/v1", "DaemonSet", daemon_set_healthy},
    HealthRule{"v1", "Service", service_healthy},
    HealthRule{"networking.k8s.io/v1", "Ingress", has_ingress_address},
    HealthRule{"v1", "PersistentVolumeClaim", claim_healthy},
    HealthRule{"v1", "Pod", pod_healthy},
    HealthRule{"policy/v1", "PodDisruptionBudget", disruption_budget_healthy},
};

const HealthRule* find_rule(std::string_view api_version, std::string_view kind) {
  const auto found = std::ranges::find_if(health_rules, [&](const HealthRule& rule) {
    return rule.kind == kind && rule.api_version == api_version;
  });
  return found == health_rules.end() ? nullptr : &*found;
}

api::AggregatedStatusItem status_item(const api::Work& work) {
  api::AggregatedStatusItem item;
  item.cluster_name = work.cluster;
  item.health = api::health_unknown;
  const api::Condition* applied = api::find_condition(work.status.conditions, condition_applied);
  item.applied = applied != nullptr && applied->status == api::status_true;
  if (!item.applied) {
    if (applied != nullptr) item.applied_message = applied->message;
    return item;
  }
  if (work.status.manifest) {
    item.status = work.status.manifest->status;
    item.health = work.status.manifest->health;
  }
  return item;
}

}  // namespace

bool has_health_rule(std::string_view api_version, std::string_view kind) {
  return find_rule(api_version, kind) != nullptr;
}

std::string_view interpret_health(const HealthSubject& subject) {
  const HealthRule* rule = find_rule(subject.api_version, subject.kind);
  if (rule == nullptr) return api::health_healthy;
  try {
    return rule->healthy(subject) ? api::health_healthy : api::health_unhealthy;
  } catch (const json::type_error&) {
    return api::health_unknown;
  }
}

std::vector<api::AggregatedStatusItem> aggregate_status(
    std::span<const std::shared_ptr<const api::Work>> works) {
  std::vector<api::AggregatedStatusItem> items;
  for (const auto& work : works) {
    if (!work->metadata.deleting()) items.push_back(status_item(*work));
  }
  std::ranges::stable_sort(items, {}, &api::AggregatedStatusItem::cluster_name);
  return items;
}

api::Condition fully_applied_condition(const api::BindingSpec& spec,
                                       std::span<const api::AggregatedStatusItem> items,
                                       api::Timestamp now) {
  const ClusterNames expected = existing_clusters(spec);
  const bool full =
      items.size() == expected.size() &&
      std::ranges::all_of(items, [&expected](const api::AggregatedStatusItem& item) {
        return item.applied && std::ranges::binary_search(expected, item.cluster_name);
      });
  return {.type = std::string(api::condition_fully_applied),
          .status = std::string(full ? api::status_true : api::status_false),
          .reason = std::string(full ? reason_fully_applied : reason_not_fully_applied),
          .message = full ? "every copy has been applied" : "some copies have not been applied",
          .last_transition_time = api::StoredTime::floor(now)};
}

}  // namespace firedrill::policy::karmada
