#pragma once

/// How a workload behaves inside a member cluster: what its pods request, how long they take to
/// start, what its status shows. Control-plane objects say nothing of it. A plain value; built from
/// the scenario, owned by the World.

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/json_value.h"
#include "policy/api/node_claim.h"
#include "policy/api/quantity.h"
#include "sim/distributions.h"
#include "sim/time.h"

namespace firedrill::models {

/// What an object brings about in its cluster.
enum class WorkloadShape : std::uint8_t {
  inert,     ///< Nothing: the object alone, without status (ConfigMap, ClusterRole, …).
  pods,      ///< One pod a replica, and a status that counts them (Deployment and the like).
  document,  ///< No pods: a status document from a template (FlinkDeployment of the recorded
             ///< vectors).
};

/// How the controller of a kind brings pods about.
enum class PodManagement : std::uint8_t {
  parallel,       ///< All at once (Deployment, ReplicaSet).
  ordered,        ///< One by one, each when those before it are ready (StatefulSet).
  per_node,       ///< One on each node that takes it (DaemonSet).
  to_completion,  ///< Pods end by themselves, until so many have completed (Job).
};

/// Of a kind that is built in; parallel of any other.
[[nodiscard]] PodManagement management_of_kind(std::string_view kind);

/// Deployment, ReplicaSet, StatefulSet, DaemonSet and Job hold pods; any other kind is inert until
/// the scenario says otherwise.
[[nodiscard]] WorkloadShape shape_of_kind(std::string_view kind);

/// Template of a status document, merged into the status (RFC 7386) whenever the workload enters a
/// phase. Strings in it may hold {{workload}} {{cluster}} {{uid}} {{start}} {{time}} {{phase}}; a
/// field whose text holds {{ready}} is left out until the workload is ready.
struct StatusTemplate {
  api::Json document;
  std::string starting_word = "starting";  ///< What {{phase}} says until all replicas are ready.
  std::string ready_word = "ready";
};

/// Pods of one of a workload's templates.
struct ComponentModel {
  std::string name;
  std::int64_t replicas = 0;
  api::ResourceList requests{};
  std::optional<api::NodeClaim> claim{};
  std::string priority_class_name{};
};

struct WorkloadModel {
  WorkloadShape shape = WorkloadShape::inert;
  PodManagement management = PodManagement::parallel;
  api::ResourceList requests;  ///< Of each pod. Fixed: later changes do not reach clusters that
                               ///< know the workload.
  std::optional<api::NodeClaim> claim;  ///< What each pod asks of its node.
  std::string priority_class_name;      ///< Of the pods; quotas may ask for it.
  /// Instead of equal replicas: its pods by template, always so many, ready when all are.
  std::vector<ComponentModel> components;
  std::int32_t priority = 0;  ///< Of the pods: the higher are bound first.
  sim::Distribution startup;  ///< From bound to ready.
  std::map<std::string, sim::Distribution, std::less<>> startup_by_cluster;
  std::optional<sim::Distribution> image_pull;  ///< Before the first start in a cluster.
  std::optional<sim::Distribution>
      crash;  ///< From ready to the next crash, of one pod; then it starts again in place.
  sim::Distribution runtime;  ///< From ready to completed, of a pod that ends by itself.
  std::optional<sim::Distribution> termination;  ///< From deletion to gone; at once without.
  StatusTemplate status;
  std::string resumes_from;  ///< Label that carries preserved state; "" for stateless workloads.
  std::optional<sim::Duration> checkpoint_every;

  /// The model of the start-up in that cluster.
  [[nodiscard]] const sim::Distribution& startup_in(std::string_view cluster) const {
    const auto own = startup_by_cluster.find(cluster);
    return own == startup_by_cluster.end() ? startup : own->second;
  }
};

/// What identifies a workload in the world: its kind, namespace and name. For look-up only.
struct WorkloadKey {
  explicit WorkloadKey(const api::ResourceReference& workload)
      : kind(workload.kind), space(workload.space), name(workload.name) {}

  api::Name kind;
  api::Name space;
  api::Name name;

  friend bool operator==(const WorkloadKey&, const WorkloadKey&) = default;

  struct Hash {
    [[nodiscard]] std::size_t operator()(const WorkloadKey& key) const {
      return (key.kind.hash() * 31 + key.space.hash()) * 31 + key.name.hash();
    }
  };
};

/// Models by kind, namespace and name. A workload whose pod template changes has several, each for
/// the generations of the template from one on.
class WorkloadModels {
 public:
  /// The model of a workload, whatever its template's generation.
  void set(const api::ResourceReference& workload, WorkloadModel model);
  /// The same for one that other workloads share.
  void set(const api::ResourceReference& workload, std::shared_ptr<const WorkloadModel> model);
  /// The model from that generation of the template on. Requires: it has a model for earlier ones.
  void change(const api::ResourceReference& workload, std::int64_t generation, WorkloadModel model);
  /// The model for that generation, or null for objects that nobody described (they take the shape
  /// of their kind and no time to start). The address stays valid.
  [[nodiscard]] const WorkloadModel* find(const api::ResourceReference& workload,
                                          std::int64_t generation = 0) const;

 private:
  struct Version {
    std::int64_t generation;
    std::shared_ptr<const WorkloadModel> model;
  };
  using Versions = std::forward_list<Version>;  // The latest first.

  std::unordered_map<WorkloadKey, Versions, WorkloadKey::Hash> models_;  // for look-up only
};

}  // namespace firedrill::models
