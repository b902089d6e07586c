#include "policy/karmada/status/condition_threshold.h"

#include "policy/api/cluster.h"

namespace firedrill::policy::karmada {
namespace {

using api::Condition;
using api::Timestamp;

Condition ready_condition(std::string_view status,
                          std::string_view reason,
                          std::string_view message,
                          Timestamp now) {
  return {.type = std::string(api::condition_ready),
          .status = std::string(status),
          .reason = std::string(reason),
          .message = std::string(message),
          .last_transition_time = api::StoredTime::floor(now)};
}

}  // namespace

ProbeOutcome probe_outcome(int http_status) {
  if (http_status < 200 || http_status > 206) return ProbeOutcome::unreachable;
  return http_status == 200 ? ProbeOutcome::ready : ProbeOutcome::not_ready;
}

Condition observed_ready(ProbeOutcome outcome, Timestamp now) {
  switch (outcome) {
    case ProbeOutcome::no_client:
      return ready_condition(api::status_false, reason_status_collection_failed,
                             "no client for the cluster could be built", now);
    case ProbeOutcome::unreachable:
      return ready_condition(api::status_false, reason_cluster_not_reachable,
                             "the cluster is not reachable", now);
    case ProbeOutcome::not_ready:
      return ready_condition(api::status_false, reason_cluster_not_ready,
                             "the cluster is reachable, but its health endpoint did not say ok",
                             now);
    case ProbeOutcome::ready:
      break;
  }
  return ready_condition(api::status_true, reason_cluster_ready,
                         "the cluster is healthy and accepts workloads", now);
}

bool collects_status(ProbeOutcome outcome, const Condition& reported) {
  return outcome == ProbeOutcome::ready && reported.status == api::status_true;
}

Condition ConditionCache::adjust(std::string_view cluster,
                                 const Condition* stored,
                                 const Condition& observed,
                                 Timestamp now) {
  const auto found = entries_.find(cluster);
  if (found == entries_.end()) {
    entries_.emplace(std::string(cluster), Entry{observed.status, std::nullopt});
    return observed;
  }
  if (stored == nullptr) return observed;  // The entry stays as it is, as in the reference.

  Entry& entry = found->second;
  if (entry.status != observed.status) entry = {observed.status, now};
  const bool observed_true = observed.status == api::status_true;
  const bool stored_true = stored->status == api::status_true;
  if (observed_true == stored_true || !entry.since) return observed;
  const api::Duration threshold = observed_true ? thresholds_.success : thresholds_.failure;
  return now < api::later(*entry.since, threshold) ? *stored : observed;
}

void ConditionCache::forget(std::string_view cluster) {
  const auto found = entries_.find(cluster);
  if (found != entries_.end()) entries_.erase(found);
}

}  // namespace firedrill::policy::karmada
