#include "analysis/expect/state_check.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "analysis/timeline/glob.h"

namespace firedrill::analysis {
namespace {

/// Pods of the clusters that the expectation narrows to.
Copy sum_copies(const WorkloadState& workload, const std::string& cluster_glob) {
  if (cluster_glob.empty()) return workload.total;
  Copy sum;
  for (const auto& [cluster, copy] : workload.copies) {
    if (!timeline::matches_glob(cluster, cluster_glob)) continue;
    sum.running += copy.running;
    sum.ready += copy.ready;
    sum.pending += copy.pending;
  }
  return sum;
}

std::optional<std::string> check_pods(const Expectation& wish,
                                      std::string_view subject,
                                      const Copy& pods) {
  if (wish.ready_replicas && !wish.ready_replicas->contains(static_cast<double>(pods.ready))) {
    return fmt::format("{}: {} ready", subject, pods.ready);
  }
  if (wish.pending_replicas &&
      !wish.pending_replicas->contains(static_cast<double>(pods.pending))) {
    return fmt::format("{}: {} pending", subject, pods.pending);
  }
  return {};
}

bool same_assignment(const std::map<std::string, std::int64_t>& wish,
                     const timeline::ReplicasByCluster& assigned) {
  const auto in = [](const auto& clusters, const std::string& name) {
    const auto found = clusters.find(name);
    return found == clusters.end() ? std::int64_t{0} : found->second;
  };
  return std::ranges::all_of(wish,
                             [&](const auto& w) { return in(assigned, w.first) == w.second; }) &&
         std::ranges::all_of(assigned,
                             [&](const auto& a) { return in(wish, a.first) == a.second; });
}

bool fits(const ExpectedTaint& wish, const api::Taint& taint) {
  return timeline::matches_glob(taint.key, wish.key) &&
         (wish.effect.empty() || wish.effect == taint.effect);
}

bool same_taints(const std::vector<ExpectedTaint>& wish, const std::vector<api::Taint>& taints) {
  return std::ranges::all_of(wish,
                             [&](const ExpectedTaint& w) {
                               return std::ranges::any_of(
                                   taints, [&](const api::Taint& taint) { return fits(w, taint); });
                             }) &&
         std::ranges::all_of(taints, [&](const api::Taint& taint) {
           return std::ranges::any_of(wish, [&](const ExpectedTaint& w) { return fits(w, taint); });
         });
}

std::string render(const std::vector<api::Taint>& taints) {
  std::string text = "[";
  for (const api::Taint& taint : taints) {
    fmt::format_to(std::back_inserter(text), "{}{}:{}", text.size() > 1 ? ", " : "", taint.key,
                   taint.effect);
  }
  return text + "]";
}

}  // namespace

std::string render(const timeline::ReplicasByCluster& clusters) {
  std::string text = "{";
  for (const auto& [cluster, replicas] : clusters) {
    fmt::format_to(std::back_inserter(text), "{}{}: {}", text.size() > 1 ? ", " : "", cluster,
                   replicas);
  }
  return text + "}";
}

bool concerns(const Expectation& expectation, const WorkloadState& workload) {
  return !expectation.workload.empty() &&
         timeline::matches_workload(workload.name, expectation.workload);
}

bool concerns(const Expectation& expectation, const ClusterState& cluster) {
  return expectation.workload.empty() && timeline::matches_glob(cluster.name, expectation.cluster);
}

std::optional<std::string> state_problem(const Expectation& wish, const WorkloadState& workload) {
  if (auto problem = check_pods(wish, workload.name, sum_copies(workload, wish.cluster))) {
    return problem;
  }
  if (wish.assigned_replicas && !same_assignment(*wish.assigned_replicas, workload.assigned)) {
    return fmt::format("{}: assigned {}", workload.name, render(workload.assigned));
  }
  return {};
}

std::optional<std::string> state_problem(const Expectation& wish,
                                         const ClusterState& cluster,
                                         const RunState& state) {
  if (wish.ready_replicas || wish.pending_replicas) {
    Copy sum;
    for (const WorkloadState& workload : state.workloads()) {
      const auto found = workload.copies.find(cluster.name);
      if (found == workload.copies.end()) continue;
      sum.ready += found->second.ready;
      sum.pending += found->second.pending;
    }
    if (auto problem = check_pods(wish, cluster.name, sum)) return problem;
  }
  if (wish.taints && !same_taints(*wish.taints, cluster.taints)) {
    return fmt::format("{}: taints {}", cluster.name, render(cluster.taints));
  }
  if (wish.condition) {
    const std::string type = wish.condition->type.empty() ? "Ready" : wish.condition->type;
    const auto found = cluster.conditions.find(type);
    const std::string status = found == cluster.conditions.end() ? "" : found->second;
    if (!timeline::matches_glob(status, wish.condition->status)) {
      return fmt::format("{}: {} is {}", cluster.name, type, status.empty() ? "not set" : status);
    }
  }
  return {};
}

std::string describe_wish(const Expectation& wish) {
  std::string text = wish.workload.empty() ? wish.cluster : wish.workload;
  if (!wish.workload.empty() && !wish.cluster.empty()) text += " in " + wish.cluster;
  const auto add = [&text](std::string_view what, const std::string& value) {
    fmt::format_to(std::back_inserter(text), ", {} {}", what, value);
  };
  if (wish.ready_replicas) add("ready replicas", to_string(*wish.ready_replicas));
  if (wish.pending_replicas) add("pending replicas", to_string(*wish.pending_replicas));
  if (wish.assigned_replicas) {
    add("assigned", render(timeline::ReplicasByCluster(wish.assigned_replicas->begin(),
                                                       wish.assigned_replicas->end())));
  }
  if (wish.taints) {
    std::vector<api::Taint> taints;
    for (const ExpectedTaint& taint : *wish.taints) {
      taints.push_back({taint.key, "", taint.effect.empty() ? "*" : taint.effect, {}});
    }
    add("taints", render(taints));
  }
  if (wish.condition) {
    add(wish.condition->type.empty() ? "Ready" : wish.condition->type, wish.condition->status);
  }
  return text;
}

}  // namespace firedrill::analysis
