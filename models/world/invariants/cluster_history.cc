#include "models/world/invariants/cluster_history.h"

namespace firedrill::models {

void ClusterHistory::changed(const Change<api::Cluster>& change, sim::Time now) {
  if (change.before && change.after && change.before->spec.taints == change.after->spec.taints &&
      change.before->metadata.deleting() == change.after->metadata.deleting())
    return;
  std::deque<State>& states = states_[change.any().metadata.name];
  if (states.empty()) states.push_back({sim::Time::min(), nullptr});
  states.push_back({now, change.after});
  if (states.size() > remembered_max) states.pop_front();
}

bool ClusterHistory::was(std::string_view name,
                         const Span& span,
                         const std::function<bool(const api::Cluster*)>& such) const {
  const auto found = states_.find(std::string(name));
  if (found == states_.end()) return such(nullptr);
  const std::deque<State>& states = found->second;
  if (states.front().since > span.from) return true;
  // A state and the one before it share the instant of the change.
  for (std::size_t i = states.size(); i-- > 0;) {
    if (states[i].since > span.until) continue;
    if (such(states[i].cluster.get())) return true;
    if (states[i].since < span.from) return false;
  }
  return false;
}

}  // namespace firedrill::models
