#include "policy/karmada/status/cluster_health.h"

#include <string>

namespace firedrill::policy::karmada {
namespace {

using api::Condition;

/// The entry as it is before the lease is looked at.
HealthEntry refresh(const api::Cluster& cluster,
                    const Condition* current,
                    const HealthEntry* remembered,
                    api::Timestamp now) {
  if (current == nullptr) {
    if (remembered != nullptr) {
      return {.ready = std::nullopt,
              .probe_timestamp = remembered->probe_timestamp,
              .lease_renewed = remembered->lease_renewed,
              .ready_transition = remembered->ready_transition};
    }
    const api::StoredTime created = cluster.metadata.creation_timestamp.value_or(api::StoredTime{});
    return {.ready = std::nullopt,
            .probe_timestamp = created.timestamp(),
            .lease_renewed = {},
            .ready_transition = now};
  }
  if (remembered != nullptr && remembered->ready == *current) return *remembered;
  // The reference builds a new entry and thereby forgets the lease: the next tick takes the stored
  // one, however old, for a fresh renewal.
  const bool same_transition =
      remembered != nullptr && remembered->ready &&
      remembered->ready->last_transition_time == current->last_transition_time;
  return {.ready = *current,
          .probe_timestamp = now,
          .lease_renewed = {},
          .ready_transition = same_transition ? remembered->ready_transition : now};
}

Condition unknown_condition(const Condition* current, api::Timestamp now) {
  const bool never = current == nullptr;
  return {.type = std::string(api::condition_ready),
          .status = std::string(api::status_unknown),
          .reason = std::string(never ? reason_status_never_updated : reason_status_unknown),
          .message = never ? "the cluster has never reported its status"
                           : "the cluster has stopped reporting its status",
          .last_transition_time = api::StoredTime::floor(now)};
}

api::Taint taint_of(std::string_view key, std::string_view effect) {
  return {.key = std::string(key), .value = "", .effect = std::string(effect), .time_added = {}};
}

}  // namespace

HealthTick check_health(const api::Cluster& cluster,
                        const HealthEntry* remembered,
                        const api::Lease* lease,
                        const GracePeriods& grace,
                        ClockReading clock) {
  const Condition* current = api::find_condition(cluster.status.conditions, api::condition_ready);
  HealthTick tick{.entry = refresh(cluster, current, remembered, clock.now), .write = {}};
  if (cluster.spec.sync_mode == api::sync_push) return tick;

  const bool lease_known = remembered != nullptr && remembered->lease_renewed.has_value();
  if (lease != nullptr && (!lease_known || *remembered->lease_renewed < lease->renew_time)) {
    tick.entry.lease_renewed = lease->renew_time;
    tick.entry.probe_timestamp = clock.now;
  }
  const api::Duration forgiven = current == nullptr ? grace.startup : grace.monitor;
  const bool silent = clock.late > api::later(tick.entry.probe_timestamp, forgiven);
  const bool already_unknown = current != nullptr && current->status == api::status_unknown;
  if (silent && !already_unknown) tick.write = unknown_condition(current, clock.now);
  return tick;
}

TaintChange second_stage_taints(const Condition* observed,
                                const HealthEntry& entry,
                                api::Duration timeout,
                                bool failover,
                                api::Timestamp late_now) {
  const api::Taint not_ready = taint_of(api::taint_not_ready, api::effect_no_execute);
  const api::Taint unreachable = taint_of(api::taint_unreachable, api::effect_no_execute);
  if (observed != nullptr && observed->status == api::status_true)
    return {.add = {}, .remove = {not_ready, unreachable}};
  if (!failover) return {};
  if (observed != nullptr && observed->status == api::status_false) {
    if (late_now > api::later(entry.ready_transition, timeout))
      return {.add = {not_ready}, .remove = {unreachable}};
    return {};
  }
  if (late_now > api::later(entry.probe_timestamp, timeout))
    return {.add = {unreachable}, .remove = {not_ready}};
  return {};
}

TaintChange taints_for_ready(const Condition* ready) {
  const api::Taint not_ready = taint_of(api::taint_not_ready, api::effect_no_schedule);
  const api::Taint unreachable = taint_of(api::taint_unreachable, api::effect_no_schedule);
  if (ready == nullptr) return {.add = {not_ready}, .remove = {}};
  if (ready->status == api::status_false) return {.add = {not_ready}, .remove = {unreachable}};
  if (ready->status == api::status_unknown) return {.add = {unreachable}, .remove = {not_ready}};
  return {.add = {}, .remove = {unreachable, not_ready}};
}

}  // namespace firedrill::policy::karmada
