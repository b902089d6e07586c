#include "models/member/pods.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

namespace firedrill::models {
namespace {

constexpr std::array stop_reasons = {StopReason::deleted,   StopReason::scaled_down,
                                     StopReason::crashed,   StopReason::power_loss,
                                     StopReason::node_lost, StopReason::completed};

// Heaps with the earliest on top; serials decide between equals.
constexpr auto ends_later = [](const LeavingPod& a, const LeavingPod& b) {
  return a.end != b.end ? a.end > b.end : a.serial > b.serial;
};
constexpr auto due_later = [](const WorkloadPods::Due& a, const WorkloadPods::Due& b) {
  return a.at != b.at ? a.at > b.at : a.serial > b.serial;
};

void push_due(WorkloadPods& pods, const Pod& pod) {
  pods.dues.push_back({pod.due, pod.serial});
  std::ranges::push_heap(pods.dues, due_later);
}

/// The pod of that serial, or null.
Pod* find_pod(WorkloadPods& pods, std::uint64_t serial) {
  const auto found = std::ranges::lower_bound(pods.bound, serial, {}, &Pod::serial);
  return found == pods.bound.end() || found->serial != serial ? nullptr : &*found;
}

void count_ready(WorkloadPods& pods, const Pod& pod, std::int64_t change) {
  pods.ready += change;
  if (pods.is_new(pod.serial)) pods.ready_new += change;
}

/// The pod is no longer among those that are bound.
void uncount(WorkloadPods& pods, const Pod& pod) {
  if (pod.state == Pod::State::ready) count_ready(pods, pod, -1);
  if (pod.state == Pod::State::down) --pods.down;
}

/// By node, whether a pod of the workload is there, one that is ending included.
std::vector<bool> occupied_nodes(const WorkloadPods& pods, std::size_t nodes) {
  std::vector<bool> occupied(nodes);
  for (const Pod& pod : pods.bound)
    occupied[pod.node] = true;
  for (const LeavingPod& pod : pods.leaving)
    occupied[pod.node] = true;
  return occupied;
}

bool per_node(const WorkloadPods& pods) {
  return pods.model->management == PodManagement::per_node;
}

}  // namespace

WorkloadPods::WorkloadPods(const WorkloadModel& behaviour,
                           PodRequest pod_request,
                           const sim::Streams& streams,
                           const std::string& entity)
    : model(&behaviour),
      request(std::move(pod_request)),
      startup_random(streams.stream(entity, "startup")),
      image_pull_random(streams.stream(entity, "image-pull")),
      crash_random(streams.stream(entity, "crash")),
      runtime_random(streams.stream(entity, "runtime")),
      termination_random(streams.stream(entity, "termination")) {}

const WorkloadModel& WorkloadPods::model_of(std::uint64_t serial) const {
  for (const Revision& revision : earlier) {
    if (serial < revision.before) return *revision.model;
  }
  return *model;
}

std::int64_t WorkloadPods::outdated() const {
  if (earlier.empty()) return 0;
  return std::ranges::lower_bound(bound, earlier.back().before, {}, &Pod::serial) - bound.begin();
}

void PodRunner::create(WorkloadPods& pods, std::int64_t count) {
  if (count <= 0) return;
  if (per_node(pods)) {
    // Each waits for a node of its own, so a new node may have room for one that waits: they are
    // all new again.
    count += pods.pending;
    drop_pending(pods, pods.pending);
  }
  const std::uint64_t first_serial = serials_;
  serials_ += static_cast<std::uint64_t>(count);
  // Where older ones of the same kind wait, there is no room; what others wait for is of no use to
  // them.
  const bool try_now = powered_ && pods.pending == 0;
  const std::int64_t bound = try_now ? bind(pods, first_serial, count, nodes_.all()) : 0;
  if (bound < count) enqueue(pods, first_serial + static_cast<std::uint64_t>(bound), count - bound);
  started(pods, bound);
  listener_.pods_settled(pods);
}

/// Tells of pods that start, then puts on what becomes of them: that follows from it.
void PodRunner::started(WorkloadPods& pods, std::int64_t count) {
  if (count > 0) listener_.pods_started(pods, count);
  put_on(pods);
}

/// A change of several workloads: each follows from the present cause, not one from the other.
template <class Change>
void PodRunner::for_each(std::span<WorkloadPods* const> workloads, Change change) {
  const std::uint64_t cause = engine_.current_cause();
  for (WorkloadPods* pods : workloads) {
    change(*pods);
    engine_.set_current_cause(cause);
  }
}

void PodRunner::enqueue(WorkloadPods& pods, std::uint64_t first_serial, std::int64_t count) {
  queue_.emplace(PendingKey{pods.model->priority, first_serial},
                 Batch{&pods, first_serial, count, engine_.now()});
  pods.batches.push_back({pods.model->priority, first_serial});
  pods.pending += count;
}

std::int64_t PodRunner::bind(WorkloadPods& pods,
                             std::uint64_t first_serial,
                             std::int64_t count,
                             std::span<const NodeIndex> nodes) {
  std::int64_t bound = 0;
  const std::vector<NodeShare> shares =
      per_node(pods)
          ? nodes_.place_one_each(pods.request, count, nodes, occupied_nodes(pods, nodes_.size()))
          : nodes_.place(pods.request, count, nodes);
  if (!shares.empty()) listener_.nodes_filled(nodes_, shares);
  for (const NodeShare& share : shares) {
    for (std::int64_t i = 0; i < share.pods; ++i, ++bound) {
      Pod pod{.serial = first_serial + static_cast<std::uint64_t>(bound), .node = share.node};
      start(pods, pod);
      pods.bound.push_back(pod);
    }
  }
  return bound;
}

void PodRunner::start(WorkloadPods& pods, Pod& pod) {
  const sim::Time now = engine_.now();
  const WorkloadModel& model = pods.model_of(pod.serial);
  const bool pulls = pods.is_new(pod.serial);  // Earlier images are here.
  if (pulls && model.image_pull && !pods.image_at) {
    pods.image_at = sim::saturating_add(now, model.image_pull->draw(pods.image_pull_random));
  }
  const sim::Time from = pulls ? std::max(now, pods.image_at.value_or(now)) : now;
  pod.state = Pod::State::starting;
  pod.completes = false;
  pod.due = sim::saturating_add(from, model.startup_in(cluster_).draw(pods.startup_random));
  push_due(pods, pod);
  pods.to_put_on.push_back(pod.due);
}

/// One event an instant, however many pods are due at it.
void PodRunner::put_on(WorkloadPods& pods) {
  std::vector<sim::Time> instants = std::exchange(pods.to_put_on, {});
  std::ranges::sort(instants);
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  for (const sim::Time instant : instants) {
    engine_.at(instant, sim::Phase::world, [this, &pods] { advance(pods); });
  }
}

void PodRunner::advance(WorkloadPods& pods) {
  NodeList freed;
  end_leaving(pods, freed);
  advance_bound(pods, freed);
  listener_.pods_settled(pods);
  put_on(pods);
  settle_freed(std::move(freed));
}

void PodRunner::end_leaving(WorkloadPods& pods, NodeList& freed) {
  std::array<std::int64_t, stop_reasons.size()> ended{};
  while (!pods.leaving.empty() && pods.leaving.front().end <= engine_.now()) {
    const LeavingPod& pod = pods.leaving.front();
    nodes_.release(pods.request, {pod.node, 1});
    freed.push_back(pod.node);
    ++ended[static_cast<std::size_t>(pod.reason)];
    std::ranges::pop_heap(pods.leaving, ends_later);
    pods.leaving.pop_back();
  }
  for (const StopReason reason : stop_reasons) {
    const std::int64_t count = ended[static_cast<std::size_t>(reason)];
    if (count > 0) listener_.pods_stopped(pods, count, reason);
  }
}

void PodRunner::advance_bound(WorkloadPods& pods, NodeList& freed) {
  std::vector<std::uint64_t> crashed;
  std::vector<std::uint64_t> completed;
  while (!pods.dues.empty() && pods.dues.front().at <= engine_.now()) {
    const WorkloadPods::Due due = pods.dues.front();
    std::ranges::pop_heap(pods.dues, due_later);
    pods.dues.pop_back();
    Pod* pod = find_pod(pods, due.serial);
    if (pod == nullptr || pod->due != due.at) continue;
    pod->due = sim::latest_time;
    if (pod->state == Pod::State::ready) {
      count_ready(pods, *pod, -1);
      pod->state = Pod::State::down;
      ++pods.down;
      (pod->completes ? completed : crashed).push_back(pod->serial);
      continue;
    }
    pod->state = Pod::State::ready;
    count_ready(pods, *pod, 1);
    due_next(pods, *pod);
  }
  complete(pods, std::move(completed), freed);
  restart_crashed(pods, crashed);
}

/// What becomes of a pod that is ready: a crash, its completion, or nothing.
void PodRunner::due_next(WorkloadPods& pods, Pod& pod) {
  const WorkloadModel& model = pods.model_of(pod.serial);
  const sim::Time now = engine_.now();
  sim::Time crash = sim::latest_time;
  if (model.crash) crash = sim::saturating_add(now, model.crash->draw(pods.crash_random));
  pod.due = crash;
  if (model.management == PodManagement::to_completion) {
    const sim::Time end = sim::saturating_add(now, model.runtime.draw(pods.runtime_random));
    pod.completes = end <= crash;
    pod.due = std::min(end, crash);
  } else if (!model.crash) {
    return;
  }
  push_due(pods, pod);
  pods.to_put_on.push_back(pod.due);
}

void PodRunner::complete(WorkloadPods& pods, std::vector<std::uint64_t> serials, NodeList& freed) {
  if (serials.empty()) return;
  std::ranges::sort(serials);
  for (const std::uint64_t serial : serials) {
    const Pod& pod = *find_pod(pods, serial);
    nodes_.release(pods.request, {pod.node, 1});
    freed.push_back(pod.node);
  }
  std::erase_if(pods.bound, [&serials](const Pod& pod) {
    return std::ranges::binary_search(serials, pod.serial);
  });
  const std::int64_t count = std::ssize(serials);
  pods.down -= count;
  listener_.pods_stopped(pods, count, StopReason::completed);
}

void PodRunner::restart_crashed(WorkloadPods& pods, std::span<const std::uint64_t> serials) {
  if (serials.empty()) return;
  const std::int64_t count = std::ssize(serials);
  listener_.pods_stopped(pods, count, StopReason::crashed);
  pods.down -= count;
  for (const std::uint64_t serial : serials)
    start(pods, *find_pod(pods, serial));
  started(pods, count);
}

void PodRunner::remove(WorkloadPods& pods, std::int64_t count, StopReason reason) {
  if (count > pods.active()) throw std::logic_error("more pods removed than the workload has");
  const std::int64_t waiting = std::min(count, pods.pending);
  drop_pending(pods, waiting);
  remove_youngest(pods, count - waiting, reason);
}

void PodRunner::drop_pending(WorkloadPods& pods, std::int64_t count) {
  pods.pending -= count;
  while (count > 0) {
    const auto batch = queue_.find(pods.batches.back());
    const std::int64_t dropped = std::min(count, batch->second.count);
    count -= dropped;
    batch->second.count -= dropped;
    if (batch->second.count > 0) continue;
    queue_.erase(batch);
    pods.batches.pop_back();
  }
}

void PodRunner::remove_youngest(WorkloadPods& pods, std::int64_t count, StopReason reason) {
  NodeList freed;
  std::int64_t stopped = 0;
  for (; count > 0; --count) {
    const Pod pod = pods.bound.back();
    pods.bound.pop_back();
    if (end_pod(pods, pod, reason, freed)) ++stopped;
  }
  finish_removal(pods, stopped, reason, std::move(freed));
}

/// Ends a pod that was taken out of those bound. Whether it is gone at once, having run.
bool PodRunner::end_pod(WorkloadPods& pods, const Pod& pod, StopReason reason, NodeList& freed) {
  uncount(pods, pod);
  const bool runs = pod.state != Pod::State::down;
  const auto& model = pods.model_of(pod.serial);
  const sim::Duration termination = runs && model.termination
                                        ? model.termination->draw(pods.termination_random)
                                        : sim::Duration{};
  if (termination > sim::Duration::zero()) {
    const sim::Time end = sim::saturating_add(engine_.now(), termination);
    pods.leaving.push_back({.end = end, .serial = pod.serial, .node = pod.node, .reason = reason});
    std::ranges::push_heap(pods.leaving, ends_later);
    pods.to_put_on.push_back(end);
    return false;
  }
  nodes_.release(pods.request, {pod.node, 1});
  freed.push_back(pod.node);
  return runs;
}

void PodRunner::finish_removal(WorkloadPods& pods,
                               std::int64_t stopped,
                               StopReason reason,
                               NodeList freed) {
  put_on(pods);
  if (stopped > 0) listener_.pods_stopped(pods, stopped, reason);
  listener_.pods_settled(pods);
  settle_freed(std::move(freed));
}

void PodRunner::renew(WorkloadPods& pods, const WorkloadModel& model) {
  pods.earlier.push_back({.before = serials_, .model = pods.model});
  pods.model = &model;
  pods.image_at.reset();
  pods.ready_new = 0;
  if (pods.bound.empty()) pods.earlier.clear();
  // Those without a node have not begun to be anything: they are new ones.
  const std::int64_t waiting = pods.pending;
  drop_pending(pods, waiting);
  if (waiting == 0) return;
  enqueue(pods, serials_, waiting);
  serials_ += static_cast<std::uint64_t>(waiting);
}

void PodRunner::remove_outdated(WorkloadPods& pods) {
  const std::int64_t outdated = pods.outdated();
  if (outdated == 0) throw std::logic_error("no pod of an earlier template");
  const auto youngest = pods.bound.begin() + (outdated - 1);
  const Pod pod = *youngest;
  pods.bound.erase(youngest);
  NodeList freed;
  const bool stopped = end_pod(pods, pod, StopReason::deleted, freed);
  if (outdated == 1) pods.earlier.clear();
  finish_removal(pods, stopped ? 1 : 0, StopReason::deleted, std::move(freed));
}

std::int64_t PodRunner::homes(const WorkloadPods& pods) const {
  std::vector<bool> occupied(nodes_.size());
  for (const Pod& pod : pods.bound)
    occupied[pod.node] = true;
  std::int64_t count = 0;
  for (const NodeIndex node : nodes_.all()) {
    if (occupied[node] || nodes_.takes(node, pods.request)) ++count;
  }
  return count;
}

void PodRunner::settle_freed(NodeList freed) {
  if (freed.empty()) return;
  std::ranges::sort(freed);
  freed.erase(std::unique(freed.begin(), freed.end()), freed.end());
  bind_pending(freed);
}

void PodRunner::bind_pending(std::span<const NodeIndex> nodes) {
  if (!powered_ || queue_.empty() || nodes.empty()) return;
  ++passes_;
  std::vector<WorkloadPods*> changed;
  for (auto entry = queue_.begin(); entry != queue_.end();) {
    Batch& batch = entry->second;
    WorkloadPods& pods = *batch.pods;
    const std::int64_t bound =
        pods.failed_pass == passes_ ? 0 : bind(pods, batch.next, batch.count, nodes);
    if (bound > 0 && pods.bound_in_pass == 0) changed.push_back(&pods);
    pods.bound_in_pass += bound;
    pods.pending -= bound;
    batch.next += static_cast<std::uint64_t>(bound);
    batch.count -= bound;
    if (batch.count > 0) {
      pods.failed_pass = passes_;
      ++entry;
    } else {
      std::erase(pods.batches, entry->first);
      entry = queue_.erase(entry);
    }
  }
  for_each(changed, [this](WorkloadPods& pods) {
    started(pods, std::exchange(pods.bound_in_pass, 0));
    listener_.pods_settled(pods);
  });
}

void PodRunner::power_off() {
  powered_ = false;
  for_each(all_, [this](WorkloadPods& pods) {
    const std::int64_t stopped = pods.running();
    for (const LeavingPod& pod : pods.leaving)
      nodes_.release(pods.request, {pod.node, 1});
    pods.leaving.clear();
    pods.dues.clear();
    for (Pod& pod : pods.bound) {
      pod.state = Pod::State::down;
      pod.due = sim::latest_time;
    }
    pods.ready = 0;
    pods.ready_new = 0;
    pods.down = std::ssize(pods.bound);
    if (stopped == 0) return;
    listener_.pods_stopped(pods, stopped, StopReason::power_loss);
    listener_.pods_settled(pods);
  });
}

void PodRunner::power_on() {
  powered_ = true;
  for_each(all_, [this](WorkloadPods& pods) {
    if (pods.bound.empty()) return;
    for (Pod& pod : pods.bound)
      start(pods, pod);
    pods.down = 0;
    started(pods, std::ssize(pods.bound));
    listener_.pods_settled(pods);
  });
  bind_pending();
}

/// Lets each pod follow its node; whether any was lost. Nodes that are gone took their sums with
/// them.
bool PodRunner::move_pods(WorkloadPods& pods, const NodeMoves& moves) {
  std::int64_t stopped = 0;
  for (Pod& pod : pods.bound) {
    pod.node = moves.at(pod.node);
    if (pod.node != no_node) continue;
    uncount(pods, pod);
    if (pod.state != Pod::State::down) ++stopped;
  }
  for (LeavingPod& pod : pods.leaving)
    pod.node = moves.at(pod.node);
  const auto on_no_node = [](const auto& pod) { return pod.node == no_node; };
  const auto lost = static_cast<std::int64_t>(std::erase_if(pods.bound, on_no_node));
  const auto lost_leaving = static_cast<std::int64_t>(std::erase_if(pods.leaving, on_no_node));
  std::ranges::make_heap(pods.leaving, ends_later);
  if (stopped + lost_leaving > 0)
    listener_.pods_stopped(pods, stopped + lost_leaving, StopReason::node_lost);
  if (lost + lost_leaving > 0) listener_.pods_settled(pods);
  return lost > 0;
}

std::vector<WorkloadPods*> PodRunner::nodes_moved(const NodeMoves& moves) {
  std::vector<WorkloadPods*> losers;
  for_each(all_, [&](WorkloadPods& pods) {
    if (move_pods(pods, moves)) losers.push_back(&pods);
  });
  bind_pending();
  return losers;
}

std::int64_t PodRunner::pending() const {
  std::int64_t sum = 0;
  for (const auto& [key, batch] : queue_)
    sum += batch.count;
  return sum;
}

std::int64_t PodRunner::pending_since_before(const WorkloadPods& pods, sim::Time time) const {
  std::int64_t sum = 0;
  for (const PendingKey& key : pods.batches) {
    const Batch& batch = queue_.at(key);
    if (batch.since < time) sum += batch.count;
  }
  return sum;
}

api::ResourceList PodRunner::pending_requests() const {
  api::ResourceList sum;
  for (const WorkloadPods* pods : all_) {
    if (pods->pending == 0) continue;
    for (const auto& [name, quantity] : nodes_.quantities(pods->request, pods->pending))
      sum[name] += quantity;
  }
  return sum;
}

}  // namespace firedrill::models
