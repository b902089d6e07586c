#pragma once

/// Work: the manifest of one resource for one member cluster (karmada pkg/apis/work/v1alpha1), and
/// the other objects that the control loops share: Lease, resource template, WorkloadRebalancer.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"

namespace firedrill::api {

/// A user's resource in the control plane's API: what is to run. `generation` changes when its spec
/// does.
struct ResourceTemplate {
  ObjectMeta metadata;
  Name api_version;
  Name kind;
  std::optional<Replicas> replicas;  ///< Absent for kinds without replicas.
  Json spec;  ///< The rest of the spec, as pasted; opaque to the control loops.
  std::vector<ResourceReference> dependencies;  ///< ConfigMaps, Secrets and the like it refers to.
  Shared<ReplicaRequirements> replica_requirements{};  ///< What one of its replicas needs.

  friend bool operator==(const ResourceTemplate&, const ResourceTemplate&) = default;
};

/// What is to exist in a member: the template with this cluster's replicas and injected labels.
struct Manifest {
  ResourceReference resource;
  std::int64_t template_generation = 0;
  std::optional<Replicas> replicas;
  std::optional<Replicas> completions;  ///< Of a Job that is divided: this cluster's share.
  Json spec;                            ///< The rest of the template's spec, shared with it.
  SharedLabels injected_labels;         ///< Preserved state, added to the object's own labels.

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

struct WorkSpec {
  Manifest manifest;
  bool suspend_dispatching = false;
  bool preserve_resources_on_deletion = false;
  Name conflict_resolution;

  friend bool operator==(const WorkSpec&, const WorkSpec&) = default;
};

/// What the member's object looked like when last collected.
struct ManifestStatus {
  ObjectStatus status;
  Name health;

  friend bool operator==(const ManifestStatus&, const ManifestStatus&) = default;
};

struct WorkStatus {
  std::vector<Condition> conditions;  ///< Applied, Dispatching.
  std::optional<ManifestStatus> manifest;

  friend bool operator==(const WorkStatus&, const WorkStatus&) = default;
};

/// Lives in the execution namespace of its cluster. `binding` stands for the label that leads back
/// to it.
struct Work {
  ObjectMeta metadata;
  Name cluster;
  Key binding;
  WorkSpec spec;
  WorkStatus status;

  friend bool operator==(const Work&, const Work&) = default;
};

/// Execution namespace of a cluster: karmada-es-<cluster>.
[[nodiscard]] std::string execution_space(std::string_view cluster);

/// Name of the Work of a resource: unique for kind, namespace and name.
[[nodiscard]] std::string work_name(const ResourceReference& resource);

/// Namespace that holds the Works of one cluster. Its name is execution_space(cluster).
struct ExecutionSpace {
  ObjectMeta metadata;
  Name cluster;

  friend bool operator==(const ExecutionSpace&, const ExecutionSpace&) = default;
};

/// Asks for the named bindings to be scheduled from scratch (karmada pkg/apis/apps/v1alpha1).
struct WorkloadRebalancer {
  ObjectMeta metadata;
  std::vector<Key> bindings;  ///< Of the workloads named in it.

  friend bool operator==(const WorkloadRebalancer&, const WorkloadRebalancer&) = default;
};

/// Heartbeat of a pull-mode cluster's agent. Microseconds survive storage.
struct Lease {
  ObjectMeta metadata;
  Timestamp renew_time{};

  friend bool operator==(const Lease&, const Lease&) = default;
};

}  // namespace firedrill::api
