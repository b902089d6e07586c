#pragma once

/// The pods of a member cluster from birth to end: they wait for a node, start, become ready,
/// crash, end. What they are for is the controller's business (workload_controller.h); here only
/// what happens to them.
///
/// Pods of one workload are equal, so they are kept as compact records by workload, oldest first.
/// Invariants: nothing pending fits on a node that it may go to, unless the cluster is without
/// power; a workload's pending pods are younger than its bound ones; pods summed by node, by
/// workload and over the cluster are the same number.

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/member/nodes.h"
#include "models/member/workload_model.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// Why pods are gone.
enum class StopReason : std::uint8_t {
  deleted,
  scaled_down,
  crashed,
  power_loss,
  node_lost,
  completed
};

/// A pod with a node. `serial` grows with every pod of the cluster: its age.
struct Pod {
  enum class State : std::uint8_t {
    starting,
    ready,
    down,  ///< Its node has no power.
  };
  std::uint64_t serial = 0;
  sim::Time due{};  ///< Of its next change of state; `latest_time` when none is to come.
  NodeIndex node = no_node;
  State state = State::starting;
  bool completes = false;  ///< What comes at `due` is its end, not a crash.
};

/// A pod that was told to end and still holds its node.
struct LeavingPod {
  sim::Time end{};
  std::uint64_t serial = 0;
  NodeIndex node = no_node;
  StopReason reason = StopReason::deleted;
};

/// Place in the queue: highest priority, then oldest.
struct PendingKey {
  std::int32_t priority;
  std::uint64_t serial;  ///< Of the first pod of the batch.

  friend bool operator==(const PendingKey&, const PendingKey&) = default;
  friend bool operator<(const PendingKey& a, const PendingKey& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.serial < b.serial;
  }
};

/// The pods of one workload in one cluster.
struct WorkloadPods {
  /// A change of state of one pod to come; void when the pod has another `due` by then.
  struct Due {
    sim::Time at{};
    std::uint64_t serial = 0;
  };

  /// Pods older than that serial behave as an earlier pod template said.
  struct Revision {
    std::uint64_t before = 0;
    const WorkloadModel* model = nullptr;
  };

  const WorkloadModel* model;     ///< Of new pods.
  std::vector<Revision> earlier;  ///< Of those that a rollout has not replaced yet, oldest first.
  PodRequest request;
  sim::Random startup_random;
  sim::Random image_pull_random;
  sim::Random crash_random;
  sim::Random runtime_random;
  sim::Random termination_random;

  std::vector<Pod> bound;             ///< Oldest first.
  std::vector<LeavingPod> leaving;    ///< A heap, the earliest end on top.
  std::vector<Due> dues;              ///< A heap, the earliest on top.
  std::int64_t pending = 0;           ///< Pods without a node.
  std::int64_t ready = 0;             ///< Of `bound`.
  std::int64_t ready_new = 0;         ///< Of `ready`: pods of the latest template.
  std::int64_t down = 0;              ///< Of `bound`.
  std::optional<sim::Time> image_at;  ///< When the image is here.
  std::vector<PendingKey> batches;    ///< Its places in the queue, oldest first.
  std::uint64_t failed_pass = 0;      ///< Last pass over the queue that found no room for it.
  std::int64_t bound_in_pass = 0;     ///< By the pass under way.
  std::vector<sim::Time> to_put_on;   ///< Dues without an event on the engine yet.
  WorkloadPods* whole = nullptr;      ///< The workload that these pods are a component of, if so.

  WorkloadPods(const WorkloadModel& behaviour,
               PodRequest pod_request,
               const sim::Streams& streams,
               const std::string& entity);

  [[nodiscard]] const WorkloadModel& model_of(std::uint64_t serial) const;
  /// Whether a pod is of the latest template.
  [[nodiscard]] bool is_new(std::uint64_t serial) const {
    return earlier.empty() || serial >= earlier.back().before;
  }
  /// How many of `bound`, the first ones, are of an earlier template. O(log pods).
  [[nodiscard]] std::int64_t outdated() const;
  /// Whether all pods of the latest template are ready.
  [[nodiscard]] bool new_ones_ready() const { return ready_new == active() - outdated(); }

  /// Not told to end, with or without a node.
  [[nodiscard]] std::int64_t active() const { return std::ssize(bound) + pending; }
  /// On a node with power, those that are ending included.
  [[nodiscard]] std::int64_t running() const {
    return std::ssize(bound) - down + std::ssize(leaving);
  }
};

/// Learns of changes, after they were made; those of one instant and workload together.
class PodListener {
 public:
  /// New pods were given nodes; before all else is told of them.
  virtual void nodes_filled(const NodePool& nodes, std::span<const NodeShare> shares) = 0;
  virtual void pods_started(WorkloadPods& pods, std::int64_t count) = 0;
  virtual void pods_stopped(WorkloadPods& pods, std::int64_t count, StopReason reason) = 0;
  /// A change is complete: the numbers of ready and pending pods may be others.
  virtual void pods_settled(WorkloadPods& pods) = 0;

 protected:
  ~PodListener() = default;
};

class PodRunner {
 public:
  PodRunner(sim::Engine& engine, std::string cluster, PodPlacement placement, PodListener& listener)
      : engine_(engine), cluster_(std::move(cluster)), nodes_(placement), listener_(listener) {}
  PodRunner(const PodRunner&) = delete;
  PodRunner& operator=(const PodRunner&) = delete;

  [[nodiscard]] NodePool& nodes() { return nodes_; }
  [[nodiscard]] const NodePool& nodes() const { return nodes_; }

  /// Puts a workload under its care, for good. Its address must stay.
  void adopt(WorkloadPods& pods) { all_.push_back(&pods); }

  /// New pods: bound at once as far as there is room.
  void create(WorkloadPods& pods, std::int64_t count);
  /// Ends pods: those without a node first, then the youngest. Requires: count <= active().
  void remove(WorkloadPods& pods, std::int64_t count, StopReason reason);

  /// Later pods behave by that model, and so do those without a node from now on.
  void renew(WorkloadPods& pods, const WorkloadModel& model);
  /// Ends the youngest pod of an earlier template. Requires: there is one.
  void remove_outdated(WorkloadPods& pods);

  /// Nodes on which a workload with a pod on each of them is to run: those that take it, and those
  /// where it runs. O(nodes + pods).
  [[nodiscard]] std::int64_t homes(const WorkloadPods& pods) const;

  /// Without power every running pod dies, and nothing is bound.
  void power_off();
  /// Pods start again on their nodes.
  void power_on();

  /// The node list changed by these moves: pods on nodes that are gone die with them, pending pods
  /// are bound where they fit now. Workloads that lost pods, in order of adoption.
  std::vector<WorkloadPods*> nodes_moved(const NodeMoves& moves);

  /// Binds what fits, in order of priority, then age; only the given nodes have got room since the
  /// last time.
  void bind_pending(std::span<const NodeIndex> nodes);
  void bind_pending() { bind_pending(nodes_.all()); }

  [[nodiscard]] std::int64_t pending() const;
  /// Pods of the workload that have been without a node since before that time.
  [[nodiscard]] std::int64_t pending_since_before(const WorkloadPods& pods, sim::Time time) const;
  /// Requests of the pods without a node.
  [[nodiscard]] api::ResourceList pending_requests() const;

 private:
  /// Pods of one workload that were created together.
  struct Batch {
    WorkloadPods* pods;
    std::uint64_t next;  ///< Serial of the oldest.
    std::int64_t count;
    sim::Time since;  ///< When they were found not to fit.
  };

  using NodeList = std::vector<NodeIndex>;

  std::int64_t bind(WorkloadPods& pods,
                    std::uint64_t first_serial,
                    std::int64_t count,
                    std::span<const NodeIndex> nodes);
  void enqueue(WorkloadPods& pods, std::uint64_t first_serial, std::int64_t count);
  void start(WorkloadPods& pods, Pod& pod);
  void put_on(WorkloadPods& pods);
  void started(WorkloadPods& pods, std::int64_t count);
  void advance(WorkloadPods& pods);
  void advance_bound(WorkloadPods& pods, NodeList& freed);
  void end_leaving(WorkloadPods& pods, NodeList& freed);
  void drop_pending(WorkloadPods& pods, std::int64_t count);
  void remove_youngest(WorkloadPods& pods, std::int64_t count, StopReason reason);
  [[nodiscard]] bool end_pod(WorkloadPods& pods,
                             const Pod& pod,
                             StopReason reason,
                             NodeList& freed);
  void finish_removal(WorkloadPods& pods, std::int64_t stopped, StopReason reason, NodeList freed);
  void due_next(WorkloadPods& pods, Pod& pod);
  void complete(WorkloadPods& pods, std::vector<std::uint64_t> serials, NodeList& freed);
  void restart_crashed(WorkloadPods& pods, std::span<const std::uint64_t> serials);
  void settle_freed(NodeList freed);
  [[nodiscard]] bool move_pods(WorkloadPods& pods, const NodeMoves& moves);
  template <class Change>
  void for_each(std::span<WorkloadPods* const> workloads, Change change);

  sim::Engine& engine_;
  std::string cluster_;
  NodePool nodes_;
  PodListener& listener_;
  std::vector<WorkloadPods*> all_;
  std::map<PendingKey, Batch> queue_;
  std::uint64_t serials_ = 0;
  std::uint64_t passes_ = 0;
  bool powered_ = true;
};

}  // namespace firedrill::models
