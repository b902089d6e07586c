/// Areas of single steps of a scheduling pass: affinity, filters, estimates, selection, division.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/karmada/scheduler/affinity.h"
#include "policy/karmada/scheduler/assignment.h"
#include "policy/karmada/scheduler/division.h"
#include "policy/karmada/scheduler/estimator.h"
#include "policy/karmada/scheduler/filter.h"
#include "policy/karmada/scheduler/selection.h"
#include "scenarios/conformance/areas/karmada_scheduler.h"
#include "scenarios/conformance/areas/scheduler_input.h"

namespace firedrill::scenarios::conformance {
namespace {

namespace karmada = policy::karmada;
using Json = nlohmann::json;

const Json& member(const Json& object, const char* key) {
  static const Json absent = Json::object();
  const auto found = object.find(key);
  return found == object.end() ? absent : *found;
}

/// Candidates as the vectors hand them to the step under test, with the clusters they point to.
struct Candidates {
  std::vector<std::shared_ptr<const api::Cluster>> clusters;
  std::vector<karmada::Candidate> list;
};

Candidates read_candidates(const Json& json, const api::BindingSpec& spec) {
  Candidates candidates;
  for (const Json& item : json) {
    const auto& cluster = candidates.clusters.emplace_back(
        std::make_shared<const api::Cluster>(read_cluster(item.at("cluster"))));
    karmada::Candidate& candidate = candidates.list.emplace_back();
    candidate.cluster = cluster.get();
    candidate.current = spec.find_target(cluster->metadata.name);
    candidate.score = item.value("score", 0);
    candidate.overflow_order = item.value("overflowOrder", 0);
    candidate.allocatable = item.value("allocatableReplicas", api::Replicas{0});
    candidate.available =
        item.value("availableReplicas", candidate.allocatable + candidate.assigned());
  }
  return candidates;
}

Json names(const std::vector<karmada::Candidate>& candidates) {
  Json list = Json::array();
  for (const karmada::Candidate& candidate : candidates)
    list.push_back(candidate.name());
  return list;
}

Json groups_by(karmada::Topology topology,
               const std::vector<karmada::Candidate>& sorted,
               const api::BindingSpec& spec) {
  Json groups = Json::object();
  for (const karmada::Group& group :
       karmada::group_candidates(sorted, topology, *spec.placement, spec.replicas)) {
    Json members = Json::array();
    for (const karmada::Candidate* candidate : group.members)
      members.push_back(candidate->name());
    groups[std::string(group.name)] = {{"score", group.score},
                                       {"availableReplicas", group.available},
                                       {"clusters", std::move(members)}};
  }
  return groups;
}

/// The reference does not group when nothing but a cluster constraint, or none that counts, is
/// there.
bool uses_topology(const api::Placement& placement) {
  const auto& constraints = placement.spread_constraints;
  if (constraints.empty() || karmada::ignores_spread(placement)) return false;
  return constraints.size() > 1 || constraints.front().field != api::spread_by_cluster;
}

}  // namespace

Json cluster_affinity(const Json& input) {
  const api::Cluster cluster = read_cluster(input.at("cluster"));
  return {{"matches", karmada::matches(cluster, read_affinity(input.at("affinity")))}};
}

Json estimator(const Json& input) {
  api::Shared<api::ReplicaRequirements> requirements;
  if (const auto found = input.find("replicaRequirements"); found != input.end()) {
    requirements = read_requirements(*found);
  }
  const api::Cluster cluster = read_cluster(input.at("cluster"));
  return {{"maxAvailableReplicas", karmada::general_estimate(cluster, requirements)}};
}

Json filters(const Json& input) {
  const api::BindingSpec spec = read_binding_spec(input);
  const api::BindingStatus status = read_binding_status(input);
  const auto clusters = read_clusters(member(input, "clusters"));
  const karmada::TargetIndex targets(spec.clusters);
  const karmada::PluginSet plugins;
  const karmada::ClusterFilter filter(spec, status.scheduler_observed_affinity_name, targets,
                                      plugins);
  std::vector<std::string> feasible;
  Json failed = Json::object();
  for (const auto& cluster : clusters) {
    if (filter.passes(*cluster)) feasible.push_back(cluster->metadata.name);
    for (const karmada::Rejection& rejection : filter.rejections(*cluster)) {
      failed[cluster->metadata.name][std::string(karmada::plugin_name(rejection.plugin))] =
          rejection.reason;
    }
  }
  std::ranges::sort(feasible);
  return {{"feasible", feasible}, {"numAllClusters", clusters.size()}, {"failedPlugins", failed}};
}

Json replica_assignment(const Json& input) {
  const api::BindingSpec spec = read_binding_spec(input);
  const api::BindingStatus status = read_binding_status(input);
  const Candidates candidates = read_candidates(member(input, "candidates"), spec);
  const karmada::ScheduleResult result = karmada::assign_replicas(
      candidates.list,
      {.spec = spec, .status = status, .affinity_name = status.scheduler_observed_affinity_name});
  return write_result(result);
}

Json spread_selection(const Json& input) {
  const api::BindingSpec spec = read_binding_spec(input);
  const api::BindingStatus status = read_binding_status(input);
  Candidates candidates = read_candidates(member(input, "clusters"), spec);
  const karmada::TargetIndex targets(spec.clusters);
  const karmada::PluginSet plugins;
  const karmada::ClusterFilter filter(spec, status.scheduler_observed_affinity_name, targets,
                                      plugins);
  for (karmada::Candidate& candidate : candidates.list) {
    candidate.overflow_order = filter.overflow_order(*candidate.cluster);
  }
  karmada::sort_candidates(candidates.list);
  Json output = {{"sorted", names(candidates.list)}};
  if (uses_topology(*spec.placement)) {
    Json groups;
    const auto add = [&](std::string_view field, karmada::Topology topology) {
      if (karmada::find_constraint(*spec.placement, field) == nullptr) return;
      Json found = groups_by(topology, candidates.list, spec);
      if (!found.empty()) groups[std::string(field)] = std::move(found);
    };
    add(api::spread_by_region, karmada::Topology::region);
    add(api::spread_by_zone, karmada::Topology::zone);
    add(api::spread_by_provider, karmada::Topology::provider);
    if (!groups.empty()) output["groups"] = std::move(groups);
  }
  const auto selected = karmada::select_clusters(candidates.list, *spec.placement, spec.replicas);
  if (selected) {
    output["selected"] = names(*selected);
  } else {
    output["error"] = selected.problem();
  }
  return output;
}

/// Runs the reference's dispenser. It hands `init` back as it is when there is nothing to divide by
/// (no weight) or nothing to divide on top of it.
Json weighted_division(const Json& input) {
  const auto wanted = input.value("numReplicas", api::Replicas{0});
  const auto tie_break = karmada::tie_break(input.value("uid", ""));
  const auto held = member(input, "init").get<std::map<std::string, api::Replicas>>();
  std::map<std::string, karmada::Party> by_name;
  for (const auto& [name, weight] : member(input, "weights").items()) {
    by_name[name].weight = weight.get<std::int64_t>();
  }
  for (const auto& [name, seats] : held)
    by_name[name].seats = seats;
  std::vector<karmada::Party> parties;
  for (auto& [name, party] : by_name) {
    party.name = name;
    parties.push_back(party);
  }
  const bool divisible = karmada::total_weight(parties) > 0;
  if (divisible) parties = karmada::apportion(wanted, std::move(parties), tie_break);
  std::vector<api::TargetCluster> result;
  for (const karmada::Party& party : parties) {
    const bool untouched = !divisible || (wanted == 0 && !held.empty());
    if (untouched && !held.contains(std::string(party.name))) continue;
    result.push_back({std::string(party.name), party.seats});
  }
  return {{"remaining", divisible ? 0 : wanted},
          {"tieBreak",
           tie_break == karmada::TieBreak::name_ascending ? "nameAscending" : "nameDescending"},
          {"result", write_targets(std::move(result))}};
}

}  // namespace firedrill::scenarios::conformance
