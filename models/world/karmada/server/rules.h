#pragma once

/// What Karmada's API server knows of each of its kinds.

#include <string>
#include <string_view>

#include "models/store/rules.h"
#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/api/quota.h"
#include "policy/api/work.h"
#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::models {

template <>
struct Rules<api::Cluster> : StatusRules<api::Cluster> {
  /// The member cluster that it tells of.
  static const std::string& member(const api::Cluster& object) { return object.metadata.name; }
  static std::string_view scope(const api::Cluster& cluster) { return cluster.metadata.name; }
};

template <>
struct Rules<api::ResourceBinding> : StatusRules<api::ResourceBinding> {
  template <class Visit>
  static void index(const api::ResourceBinding& binding, policy::Index index, Visit&& visit) {
    if (index == policy::Index::target_cluster) {
      for (const api::TargetCluster& target : binding.spec.clusters)
        visit(target.name);
    } else if (index == policy::Index::eviction_cluster) {
      for (const api::GracefulEvictionTask& task : binding.spec.graceful_eviction_tasks)
        visit(task.from_cluster);
    } else if (binding.spec.workload_affinity_groups) {
      const api::WorkloadAffinityGroups& groups = *binding.spec.workload_affinity_groups;
      if (index == policy::Index::affinity_group && !groups.affinity_group.empty()) {
        visit(policy::karmada::affinity_index_value(binding.metadata.space, groups.affinity_group));
      } else if (index == policy::Index::anti_affinity_group &&
                 !groups.anti_affinity_group.empty()) {
        visit(policy::karmada::affinity_index_value(binding.metadata.space,
                                                    groups.anti_affinity_group));
      }
    }
  }
  static bool same_indexes(const api::ResourceBinding& a, const api::ResourceBinding& b) {
    return a.spec.clusters == b.spec.clusters &&
           a.spec.graceful_eviction_tasks == b.spec.graceful_eviction_tasks &&
           a.spec.workload_affinity_groups == b.spec.workload_affinity_groups;
  }
};

template <>
struct Rules<api::FederatedResourceQuota> : StatusRules<api::FederatedResourceQuota> {};

template <>
struct Rules<api::Work> : StatusRules<api::Work> {
  static std::string_view scope(const api::Work& work) { return work.cluster; }
  template <class Visit>
  static void index(const api::Work& work, policy::Index index, Visit&& visit) {
    if (index == policy::Index::binding) {
      visit(policy::karmada::permanent_id(work.metadata.labels, work.binding));
    } else if (index == policy::Index::execution_cluster) {
      visit(work.cluster);
    }
  }
  static bool same_indexes(const api::Work& a, const api::Work& b) {
    return a.binding == b.binding && a.cluster == b.cluster &&
           a.metadata.labels == b.metadata.labels;
  }
};

template <>
struct Rules<api::Lease> : PlainRules<api::Lease> {
  /// The member cluster whose agent's rounds stamp it. Loops that look at the member do not read
  /// it.
  static const std::string& stamped(const api::Lease& object) { return object.metadata.name; }
  static bool same_spec(const api::Lease& a, const api::Lease& b) {
    return a.renew_time == b.renew_time;
  }
  static std::string_view scope(const api::Lease& lease) { return lease.metadata.name; }
};

template <>
struct Rules<api::WorkloadRebalancer> : PlainRules<api::WorkloadRebalancer> {
  static bool same_spec(const api::WorkloadRebalancer& a, const api::WorkloadRebalancer& b) {
    return a.bindings == b.bindings;
  }
};

template <>
struct Rules<api::ExecutionSpace> : PlainRules<api::ExecutionSpace> {
  static bool same_spec(const api::ExecutionSpace& a, const api::ExecutionSpace& b) {
    return a.cluster == b.cluster;
  }
  static std::string_view scope(const api::ExecutionSpace& space) { return space.cluster; }
};

template <>
struct Rules<api::ClusterTaintPolicy> : PlainRules<api::ClusterTaintPolicy> {};

}  // namespace firedrill::models
