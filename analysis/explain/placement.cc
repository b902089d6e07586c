#include "analysis/explain/placement.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/explain/names.h"
#include "analysis/explain/wording.h"
#include "analysis/run_state.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

/// What made a workload's copy in one cluster what it is.
struct Origin {
  std::uint64_t last = 0;  ///< The last event that changed it.
  bool work = false;       ///< A Work or Description stands.
  std::optional<TimelineEvent> task = {};
  std::optional<TimelineEvent> queued = {};
  std::string pending_reason = {};
};

class Follower {
 public:
  explicit Follower(std::string workload) : name_(std::move(workload)) {}

  void follow(const TimelineEvent& event) {
    const std::string* workload = workload_of(event.payload);
    if (workload == nullptr || *workload != name_) return;
    const ReplicasByCluster before = state().assigned;
    run_.apply(event.payload);
    if (first_ == 0) first_ = event.seq;
    note_assignment(before, event.seq);
    std::visit([&](const auto& payload) { note(payload, event); }, event.payload);
  }

  [[nodiscard]] const WorkloadState& state() { return run_.workload(name_); }
  [[nodiscard]] std::map<std::string, Origin, std::less<>>& origins() { return origins_; }
  [[nodiscard]] const std::optional<TimelineEvent>& failed() const { return failed_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }

 private:
  void note_assignment(const ReplicasByCluster& before, std::uint64_t seq) {
    const ReplicasByCluster& now = state().assigned;
    for (const auto& [cluster, replicas] : now) {
      const auto old = before.find(cluster);
      if (old == before.end() || old->second != replicas) origins_[cluster].last = seq;
    }
  }

  template <class T>
  void note(const T&, const TimelineEvent&) {}
  void note(const BindingScheduled&, const TimelineEvent&) { failed_.reset(); }
  void note(const SubscriptionScheduled&, const TimelineEvent&) { failed_.reset(); }
  void note(const SchedulingFailed&, const TimelineEvent& event) { failed_ = event; }
  void note(const SubscriptionFailed&, const TimelineEvent& event) { failed_ = event; }
  void note(const WorkCreated& e, const TimelineEvent& event) { stand(e.cluster, event.seq); }
  void note(const DescriptionCreated& e, const TimelineEvent& event) {
    stand(e.cluster, event.seq);
  }
  void note(const ReplicasChanged& e, const TimelineEvent& event) { stand(e.cluster, event.seq); }
  void note(const WorkDeleted& e, const TimelineEvent&) { origins_[e.cluster].work = false; }
  void note(const DescriptionDeleted& e, const TimelineEvent&) { origins_[e.cluster].work = false; }
  void note(const PodsStarted& e, const TimelineEvent& event) {
    origins_[e.cluster].last = event.seq;
  }
  void note(const PodsReady& e, const TimelineEvent& event) {
    if (e.replicas > 0) origins_[e.cluster].last = event.seq;
  }
  void note(const PodsPending& e, const TimelineEvent&) {
    origins_[e.cluster].pending_reason = e.reason;
  }
  void note(const EvictionQueued& e, const TimelineEvent& event) {
    origins_[e.cluster].queued = event;
  }
  void note(const EvictionDequeued& e, const TimelineEvent&) { origins_[e.cluster].queued.reset(); }
  void note(const GracefulEvictionTaskAdded& e, const TimelineEvent& event) {
    origins_[e.cluster].task = event;
  }
  void note(const GracefulEvictionTaskRemoved& e, const TimelineEvent&) {
    origins_[e.cluster].task.reset();
  }
  void stand(const std::string& cluster, std::uint64_t seq) {
    origins_[cluster].work = true;
    origins_[cluster].last = seq;
  }

  std::string name_;
  RunState run_;
  std::map<std::string, Origin, std::less<>> origins_;
  std::optional<TimelineEvent> failed_;
  std::uint64_t first_ = 0;
};

api::Replicas in(const ReplicasByCluster& clusters, std::string_view cluster) {
  const auto found = clusters.find(cluster);
  return found == clusters.end() ? 0 : found->second;
}

Copy copy_in(const WorkloadState& state, std::string_view cluster) {
  const auto found = state.copies.find(cluster);
  return found == state.copies.end() ? Copy{} : found->second;
}

std::string place_text(const WorkloadState& state, const std::string& cluster) {
  const Copy copy = copy_in(state, cluster);
  const api::Replicas assigned = in(state.assigned, cluster);
  std::string text = fmt::format("{}: ", cluster);
  text += assigned > 0 ? fmt::format("{} assigned", assigned) : "not assigned any more";
  text += fmt::format(", {} running, {} ready", copy.running, copy.ready);
  return text;
}

void add_pending(const WorkloadState& state,
                 const std::string& cluster,
                 const Origin& origin,
                 std::vector<std::string>& lines) {
  const Copy copy = copy_in(state, cluster);
  const api::Replicas assigned = in(state.assigned, cluster);
  if (copy.pending > 0) {
    lines.push_back(fmt::format("{}: {} pods find no node{}{}", cluster, copy.pending,
                                origin.pending_reason.empty() ? "" : ": ", origin.pending_reason));
  }
  if (assigned > 0 && !origin.work) {
    lines.push_back(fmt::format("{}: assigned, but its Work is not there yet", cluster));
  } else if (assigned > copy.running + copy.pending) {
    lines.push_back(fmt::format("{}: {} of {} replicas have not started", cluster,
                                assigned - copy.running - copy.pending, assigned));
  }
  if (copy.running > copy.ready) {
    lines.push_back(
        fmt::format("{}: {} pods run but are not ready", cluster, copy.running - copy.ready));
  }
  if (origin.queued) {
    const auto& queued = std::get<EvictionQueued>(origin.queued->payload);
    std::string text = fmt::format("{}: its eviction is queued since {}", cluster,
                                   clock_text(origin.queued->time));
    if (queued.ready_at) text += ", tolerated until " + clock_text(queued.ready_at->time);
    lines.push_back(std::move(text));
  }
  if (origin.task) {
    lines.push_back(
        fmt::format("{}: evicted at {}, the old copy is kept until the new ones are "
                    "healthy or the time is up",
                    cluster, clock_text(origin.task->time)));
  }
  if (assigned == 0 && copy.running > 0 && !origin.task) {
    lines.push_back(
        fmt::format("{}: {} pods of an old copy still run there", cluster, copy.running));
  }
}

}  // namespace

Explanation explain_placement(Causes& causes, const std::string& workload, sim::Time time) {
  const TimelineFile& file = causes.file();
  Follower follower(workload);
  auto cursor = file.cursor(1, file.first_at(time + sim::Duration{1}));
  cursor.holding({in_line(workload)});
  while (const TimelineEvent* event = cursor.next())
    follower.follow(*event);

  Explanation result;
  const std::string name = short_name(workload);
  result.question = fmt::format("{} is where it is at {}", name, clock_text(time));
  const WorkloadState& state = follower.state();
  std::set<std::string> places;
  for (const auto& [cluster, replicas] : state.assigned) {
    if (replicas > 0) places.insert(cluster);
  }
  for (const auto& [cluster, copy] : state.copies) {
    if (copy.running > 0 || copy.pending > 0) places.insert(cluster);
  }
  std::string where;
  for (const std::string& cluster : places) {
    const Origin& origin = follower.origins()[cluster];
    if (origin.last != 0) {
      Chain chain = causes.chain(origin.last);
      chain.title = place_text(state, cluster);
      result.chains.push_back(std::move(chain));
    }
    add_pending(state, cluster, origin, result.pending);
    where += (where.empty() ? "" : "; ") + place_text(state, cluster);
  }
  if (follower.failed()) {
    const TimelineEvent& failed = *follower.failed();
    std::string reason = details_of(failed).empty() ? words_of(failed) : details_of(failed).front();
    result.pending.push_back(
        fmt::format("the scheduler finds no place since {}: {}", clock_text(failed.time), reason));
    if (places.empty()) result.chains.push_back(causes.chain(failed.seq));
  }
  if (!places.empty()) {
    result.answer = fmt::format("at {} {} is in {}", clock_text(time), name, where);
  } else if (follower.first() == 0) {
    result.answer = fmt::format("at {} nothing has happened to {} yet", clock_text(time), name);
  } else {
    result.answer = fmt::format("at {} {} is nowhere", clock_text(time), name);
  }
  return result;
}

}  // namespace firedrill::analysis
