#include "analysis/aftermath.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace firedrill::analysis {
namespace {

/// Clusters that a strike names before it only counts them.
constexpr std::size_t clusters_named = 3;

std::string list_words(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), clusters_named); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > clusters_named)
    text += fmt::format(" and {} more", names.size() - clusters_named);
  return text;
}

std::string fault_words(const timeline::FaultStarted& fault) {
  std::string text = fault.type;
  if (!fault.mode.empty()) text += " (" + fault.mode + ")";
  const auto& hit = fault.clusters.empty() ? fault.links : fault.clusters;
  return hit.empty() ? text : text + " of " + list_words(hit);
}

void most_first(std::vector<Leftover>& leftovers) {
  std::ranges::sort(leftovers, [](const Leftover& a, const Leftover& b) {
    return std::tie(b.replicas, a.workload) < std::tie(a.replicas, b.workload);
  });
}

/// Kinds of events that tell the control plane that something is wrong.
bool notices(const timeline::Payload& payload) {
  return std::holds_alternative<timeline::ProbeFailed>(payload) ||
         std::holds_alternative<timeline::LeaseExpired>(payload) ||
         std::holds_alternative<timeline::HeartbeatLost>(payload);
}

}  // namespace

void Aftermath::note_strike(const timeline::TimelineEvent& event) {
  if (const auto* fault = std::get_if<timeline::FaultStarted>(&event.payload)) {
    ++faults_;
    if (!fault_) fault_ = Strike{event.time, fault_words(*fault)};
  } else if (const auto* entry = std::get_if<timeline::ScenarioEvent>(&event.payload)) {
    if (entry->applied && !entry_)
      entry_ = Strike{event.time, entry->type + " of " + entry->target};
  }
}

void Aftermath::note_progress(const timeline::TimelineEvent& event) {
  if (!first_strike()) return;
  const auto first = [&event](std::optional<sim::Time>& time) {
    if (!time) time = event.time;
  };
  if (notices(event.payload)) {
    if (!noticed_) by_lease_ = std::holds_alternative<timeline::LeaseExpired>(event.payload);
    first(noticed_);
  }
  if (const auto* condition = std::get_if<timeline::ClusterConditionChanged>(&event.payload)) {
    if (condition->condition == "Ready" && condition->status != "True") first(not_ready_);
  }
  if (std::holds_alternative<timeline::GracefulEvictionTaskAdded>(event.payload) ||
      !state_.evicted_without_task(event.payload).empty()) {
    first(first_eviction_);
    last_eviction_ = event.time;
  }
}

void Aftermath::note_twice(const WorkloadState& workload, sim::Time now) {
  Track& track = this->track(workload);
  const bool twice = workload.total.running > workload.desired && workload.running_elsewhere() > 0;
  if (twice && !track.twice_since) track.twice_since = now;
  if (twice || !track.twice_since) return;
  twice_[workload.name] += now - *track.twice_since;
  track.twice_since.reset();
}

void Aftermath::note_workload(const timeline::TimelineEvent& event, const WorkloadState& workload) {
  if (const auto* failed = std::get_if<timeline::SchedulingFailed>(&event.payload)) {
    track(workload).why_not_scheduled = failed->reason;
  } else if (const auto* refused = std::get_if<timeline::SubscriptionFailed>(&event.payload)) {
    track(workload).why_not_scheduled = refused->reason;
  } else if (std::holds_alternative<timeline::BindingScheduled>(event.payload) ||
             std::holds_alternative<timeline::SubscriptionScheduled>(event.payload)) {
    track(workload).why_not_scheduled.clear();
  } else if (const auto* pending = std::get_if<timeline::PodsPending>(&event.payload)) {
    track(workload).why_pending = pending->total > 0 ? pending->reason : "";
  }
  note_twice(workload, event.time);
}

void Aftermath::event(const timeline::TimelineEvent& event) {
  note_strike(event);
  note_progress(event);
  state_.apply(event.payload);
  if (const std::string* name = workload_of(event.payload); name != nullptr && !name->empty())
    note_workload(event, state_.workload(*name));
}

void Aftermath::end(const timeline::Footer& footer) {
  for (const WorkloadState& workload : state_.workloads()) {
    Track& track = this->track(workload);
    if (track.twice_since) {
      const sim::Duration open = footer.time.time - *track.twice_since;
      if (open > sim::Duration::zero()) twice_[workload.name] += open;
    }
    if (const api::Replicas missing = workload.desired - workload.total.ready;
        missing > 0 && workload.created_at <= footer.time.time) {
      std::string why;
      if (workload.assigned_total() == 0) {
        why = track.why_not_scheduled.empty() ? "assigned to no cluster" : track.why_not_scheduled;
      } else if (workload.total.pending > 0) {
        why = fmt::format("{} pending", workload.total.pending);
        if (!track.why_pending.empty()) why += ": " + track.why_pending;
      } else if (!track.why_not_scheduled.empty()) {
        why = track.why_not_scheduled;
      }
      short_.push_back({workload.name, missing, workload.desired, std::move(why)});
    }
    Leftover stranded{workload.name, 0, workload.desired, {}};
    for (const auto& [cluster, replicas] : workload.assigned) {
      const ClusterState* state = state_.find_cluster(cluster);
      if (state == nullptr || state->looks_ready() || replicas <= 0) continue;
      stranded.replicas += replicas;
      stranded.why += (stranded.why.empty() ? "in " : ", ") + cluster;
    }
    if (stranded.replicas > 0) stranded_.push_back(std::move(stranded));
  }
  most_first(short_);
  most_first(stranded_);
}

}  // namespace firedrill::analysis
