#pragma once

/// Conditions that somebody outside a control plane sets, as a health checker of its own would.

#include <algorithm>
#include <utility>
#include <vector>

#include "models/spec/cluster_spec.h"
#include "policy/api/cluster.h"
#include "policy/api/time.h"

namespace firedrill::models {

/// The condition is such from `now` on, or from when its status became so.
inline void put_condition(std::vector<api::Condition>& conditions,
                          const ConditionSpec& condition,
                          api::Timestamp now) {
  api::Condition wanted;
  wanted.type = condition.type;
  wanted.status = condition.status;
  wanted.reason = condition.reason;
  wanted.last_transition_time = api::StoredTime::floor(now);
  const auto old = std::ranges::find(conditions, wanted.type, &api::Condition::type);
  if (old == conditions.end()) {
    conditions.push_back(std::move(wanted));
    return;
  }
  if (old->status == wanted.status) wanted.last_transition_time = old->last_transition_time;
  *old = std::move(wanted);
}

}  // namespace firedrill::models
