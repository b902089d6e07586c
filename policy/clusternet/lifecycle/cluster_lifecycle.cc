#include "policy/clusternet/lifecycle/cluster_lifecycle.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::policy::clusternet {
namespace {

using api::Condition;
using api::Taint;
using std::chrono::seconds;

constexpr std::int64_t periods_allowed = 3;
constexpr seconds allowed_before_first_report{540};
constexpr seconds init_look_again{30};

Condition make_condition(std::string_view type,
                         std::string_view status,
                         std::string_view reason,
                         std::string message,
                         api::Timestamp now) {
  return {.type = std::string(type),
          .status = std::string(status),
          .reason = std::string(reason),
          .message = std::move(message),
          .last_transition_time = api::StoredTime::floor(now)};
}

bool silent(const ManagedCluster& cluster, ClockReading clock) {
  const std::optional<api::StoredTime>& observed = cluster.status.last_observed_time;
  const api::StoredTime probe =
      observed ? *observed : cluster.metadata.creation_timestamp.value_or(api::StoredTime{});
  return clock.late > api::later(probe.timestamp(), silence_allowed(cluster.status));
}

Condition silence_condition(const ManagedClusterStatus& status, api::Timestamp now) {
  const bool never = !status.last_observed_time;
  return make_condition(api::condition_ready, api::status_unknown,
                        never ? reason_status_never_updated : reason_status_unknown,
                        never ? "the cluster has not reported yet" : "the cluster has gone silent",
                        now);
}

Condition init_condition(const ManagedCluster& cluster, const LifecycleInput& input) {
  const api::Timestamp now = input.clock.now;
  if (!input.cluster_init || cluster.metadata.annotations.contains(annotation_skip_init)) {
    return make_condition(condition_cluster_init, api::status_true, reason_init_disabled,
                          "the cluster is not initialized by the hub", now);
  }
  if (input.initialized) {
    return make_condition(condition_cluster_init, api::status_true, reason_init_done,
                          "the cluster is initialized", now);
  }
  return make_condition(condition_cluster_init, api::status_false, reason_init_waiting,
                        "the cluster waits for its initialization", now);
}

/// The key of the taint that a condition stands for while it does not hold, or "".
std::string_view taint_key(const Condition& condition, bool cluster_init) {
  if (condition.type == api::condition_ready) return taint_unschedulable;
  if (cluster_init && condition.type == condition_cluster_init) return taint_initialization;
  return {};
}

std::vector<Taint> wanted_taints(const std::vector<Condition>& conditions, bool cluster_init) {
  std::vector<Taint> wanted;
  for (const Condition& condition : conditions) {
    const std::string_view key = taint_key(condition, cluster_init);
    const bool fails =
        condition.status == api::status_false || condition.status == api::status_unknown;
    if (key.empty() || !fails) continue;
    wanted.push_back({.key = std::string(key),
                      .value = condition.reason,
                      .effect = std::string(api::effect_no_schedule),
                      .time_added = {}});
  }
  return wanted;
}

bool owned(const Taint& taint) {
  return taint.effect == api::effect_no_schedule &&
         (taint.key == taint_unschedulable || taint.key == taint_initialization);
}

bool contains(const std::vector<Taint>& taints, const Taint& wanted) {
  return std::ranges::any_of(taints,
                             [&wanted](const Taint& taint) { return taint.same_identity(wanted); });
}

}  // namespace

ManagedClusterStatus with_report(ManagedClusterStatus status, const AgentReport& report) {
  status.last_observed_time = api::StoredTime::floor(report.collected);
  status.heartbeat_frequency_seconds = report.heartbeat_frequency_seconds;
  status.livez = report.ready;
  status.readyz = report.ready;
  status.healthz = report.ready;
  merge_condition(
      status.conditions,
      make_condition(api::condition_ready, report.ready ? api::status_true : api::status_false,
                     report.ready ? reason_cluster_ready : reason_cluster_not_ready,
                     report.ready ? "the cluster's API server is healthy"
                                  : "the cluster's API server is not healthy",
                     report.posted));
  return status;
}

void merge_condition(std::vector<Condition>& conditions, Condition condition) {
  const auto found = std::ranges::find(conditions, condition.type, &Condition::type);
  if (found == conditions.end()) {
    conditions.push_back(std::move(condition));
    return;
  }
  const bool same_status = found->status == condition.status;
  const bool same =
      same_status && found->reason == condition.reason && found->message == condition.message;
  if (same && condition.type != api::condition_ready) return;
  if (same_status && !same) condition.last_transition_time = found->last_transition_time;
  *found = std::move(condition);
}

api::Duration silence_allowed(const ManagedClusterStatus& status) {
  if (!status.heartbeat_frequency_seconds) return allowed_before_first_report;
  constexpr std::int64_t seconds_max =
      std::chrono::floor<seconds>(api::Duration::max()).count() / periods_allowed;
  const std::int64_t period =
      std::clamp(*status.heartbeat_frequency_seconds, -seconds_max, seconds_max);
  return seconds(periods_allowed * period);
}

LifecyclePass review_cluster(const ManagedCluster& cluster, const LifecycleInput& input) {
  LifecyclePass pass{
      .status = cluster.status, .taints = {}, .look_again = silence_allowed(cluster.status)};
  if (silent(cluster, input.clock)) {
    merge_condition(pass.status.conditions, silence_condition(cluster.status, input.clock.now));
    pass.status.livez = false;
    pass.status.readyz = false;
    pass.status.healthz = false;
  }
  const Condition init = init_condition(cluster, input);
  const bool waits = input.cluster_init && init.status != api::status_true;
  if (waits) pass.look_again = init_look_again;
  merge_condition(pass.status.conditions, init);
  pass.taints =
      taints_for_conditions(cluster.spec.taints, pass.status.conditions, input.cluster_init);
  return pass;
}

std::vector<Taint> taints_for_conditions(std::vector<Taint> taints,
                                         const std::vector<Condition>& conditions,
                                         bool cluster_init) {
  const std::vector<Taint> wanted = wanted_taints(conditions, cluster_init);
  for (const Taint& taint : wanted) {
    if (!contains(taints, taint)) taints.push_back(taint);
  }
  const auto superfluous = [&wanted](const Taint& taint) {
    return owned(taint) && !contains(wanted, taint);
  };
  const auto last = std::find_if(taints.rbegin(), taints.rend(), superfluous);
  if (last != taints.rend()) taints.erase(std::next(last).base());
  return taints;
}

}  // namespace firedrill::policy::clusternet
