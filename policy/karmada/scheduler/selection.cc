#include "policy/karmada/scheduler/selection.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "policy/karmada/scheduler/region_search.h"

namespace firedrill::policy::karmada {
namespace {

/// How much a group's replicas weigh against the mean score of its clusters.
constexpr std::int64_t weight_unit = 1000;

api::Replicas total_available(std::span<const Candidate> candidates) {
  api::Replicas total = 0;
  for (const Candidate& candidate : candidates)
    total += candidate.available;
  return total;
}

bool duplicated(const api::Placement& placement) {
  return placement.scheduling_type() == api::scheduling_duplicated;
}

std::string_view field_of(Topology topology) {
  switch (topology) {
    case Topology::region:
      return api::spread_by_region;
    case Topology::zone:
      return api::spread_by_zone;
    case Topology::provider:
      return api::spread_by_provider;
  }
  return {};
}

std::int64_t duplicated_score(const Group& group, api::Replicas replicas) {
  std::int64_t roomy = 0;
  std::int64_t scores = 0;
  for (const Candidate* member : group.members) {
    if (member->available < replicas) continue;
    ++roomy;
    scores += member->score;
  }
  return roomy == 0 ? 0 : roomy * weight_unit + scores / roomy;
}

/// What a group must bring when replicas are divided over `groups_min` groups.
struct Demand {
  std::int64_t groups_min;
  std::int64_t members_min;
};

/// Replicas that each group should take. With 0 groups the reference divides by zero and turns the
/// infinite double into an integer: the least of all, on amd64.
api::Replicas target_replicas(api::Replicas replicas, std::int64_t groups) {
  if (groups <= 0) return std::numeric_limits<api::Replicas>::min();
  return (replicas + groups - 1) / groups;
}

std::int64_t divided_score(const Group& group, api::Replicas replicas, const Demand& demand) {
  const api::Replicas target = target_replicas(replicas, demand.groups_min);
  const std::int64_t seen_min = std::max(demand.members_min, demand.groups_min);
  std::int64_t seen = 0;
  std::int64_t scores = 0;
  api::Replicas available = 0;
  for (const Candidate* member : group.members) {
    ++seen;
    scores += member->score;
    available += member->available;
    if (seen >= seen_min && available >= target) break;
  }
  if (available < target) {
    return available * weight_unit + scores / static_cast<std::int64_t>(group.members.size());
  }
  // The least integer times an even number wraps to 0, as in the reference.
  const std::int64_t weight = demand.groups_min <= 0 ? 0 : target * weight_unit;
  return weight + scores / seen;
}

/// Takes as many clusters as allowed, then swaps for roomier ones until the replicas fit.
api::Result<std::vector<Candidate>> select_by_cluster(std::vector<Candidate> sorted,
                                                      const api::SpreadConstraint& constraint,
                                                      std::optional<api::Replicas> needed) {
  const auto size = static_cast<std::int64_t>(sorted.size());
  if (size < constraint.min_groups) {
    return api::Problem{"the number of feasible clusters is less than spreadConstraint.MinGroups"};
  }
  const auto count =
      static_cast<std::size_t>(std::clamp<std::int64_t>(constraint.max_groups, 0, size));
  const std::span<Candidate> chosen = std::span(sorted).first(count);
  const std::span<Candidate> others = std::span(sorted).subspan(count);
  if (needed) {
    api::Replicas total = total_available(chosen);
    for (std::size_t i = count; i > 0 && total < *needed; --i) {
      Candidate& weakest = chosen[i - 1];
      const auto best = std::ranges::max_element(others, {}, &Candidate::available);
      if (best == others.end() || best->available <= weakest.available) continue;
      total += best->available - weakest.available;
      std::swap(weakest, *best);
    }
    if (count == 0 || total < *needed) {
      return api::Problem{fmt::format("no enough resource when selecting {} clusters", count)};
    }
  }
  sorted.resize(count);
  return sorted;
}

/// One best cluster of each chosen region, then the best of the rest as far as maxGroups allows.
api::Result<std::vector<Candidate>> select_by_region(std::span<const Candidate> sorted,
                                                     const api::Placement& placement,
                                                     api::Replicas replicas,
                                                     Preference preference) {
  const api::SpreadConstraint& region = *find_constraint(placement, api::spread_by_region);
  const api::SpreadConstraint* cluster = find_constraint(placement, api::spread_by_cluster);
  const std::vector<Group> groups =
      group_candidates(sorted, Topology::region, placement, replicas, preference);
  if (static_cast<std::int64_t>(groups.size()) < region.min_groups) {
    return api::Problem{"the number of feasible region is less than spreadConstraint.MinGroups"};
  }
  const api::Result<std::vector<const Group*>> best =
      choose_regions(groups, {.regions_min = region.min_groups,
                              .regions_max = region.max_groups,
                              .clusters_min = cluster == nullptr ? 0 : cluster->min_groups});
  if (!best) return api::Problem{best.problem()};

  std::vector<Candidate> selected;
  std::vector<Candidate> others;
  for (const Group* group : *best) {
    selected.push_back(*group->members.front());
    for (std::size_t i = 1; i < group->members.size(); ++i)
      others.push_back(*group->members[i]);
  }
  const std::int64_t selected_max = cluster == nullptr ? 0 : cluster->max_groups;
  const std::int64_t total = static_cast<std::int64_t>(selected.size() + others.size());
  const std::int64_t more =
      std::min(total, selected_max) - static_cast<std::int64_t>(selected.size());
  if (more > 0) {
    sort_candidates(others);  // By room in every release.
    selected.insert(selected.end(), others.begin(), others.begin() + more);
  }
  return selected;
}

}  // namespace

bool precedes(const Candidate& a, const Candidate& b, Preference preference) {
  if (a.overflow_order != b.overflow_order) return a.overflow_order < b.overflow_order;
  if (a.score != b.score) return a.score > b.score;
  if (preference == Preference::roomiest && a.available != b.available)
    return a.available > b.available;
  return a.name() < b.name();
}

void sort_candidates(std::vector<Candidate>& candidates, Preference preference) {
  std::ranges::sort(candidates, [preference](const Candidate& a, const Candidate& b) {
    return precedes(a, b, preference);
  });
}

const api::SpreadConstraint* find_constraint(const api::Placement& placement,
                                             std::string_view field) {
  const api::SpreadConstraint* found = nullptr;
  for (const api::SpreadConstraint& constraint : placement.spread_constraints) {
    if (constraint.field == field) found = &constraint;
  }
  return found;
}

bool ignores_spread(const api::Placement& placement) {
  if (!placement.replica_scheduling) return false;
  const api::ReplicaScheduling& scheduling = *placement.replica_scheduling;
  if (scheduling.type != api::scheduling_divided) return false;
  if (scheduling.preference != api::division_weighted) return false;
  const std::optional<api::WeightPreference>& weights = scheduling.weight_preference;
  return !weights || (!weights->static_weights.empty() && weights->dynamic_weight.empty());
}

std::vector<Group> group_candidates(std::span<const Candidate> sorted,
                                    Topology topology,
                                    const api::Placement& placement,
                                    api::Replicas replicas,
                                    Preference preference) {
  std::map<std::string_view, Group> by_name;
  const auto add = [&by_name](std::string_view name, const Candidate& candidate) {
    if (name.empty()) return;
    Group& group = by_name[name];
    group.name = name;
    group.available += candidate.available;
    group.members.push_back(&candidate);
  };
  for (const Candidate& candidate : sorted) {
    const api::ClusterSpec& spec = candidate.cluster->spec;
    if (topology == Topology::region) add(spec.region, candidate);
    if (topology == Topology::provider) add(spec.provider, candidate);
    if (topology == Topology::zone) {
      for (const std::string& zone : spec.zones)
        add(zone, candidate);
    }
  }
  const api::SpreadConstraint* own = find_constraint(placement, field_of(topology));
  const api::SpreadConstraint* cluster = find_constraint(placement, api::spread_by_cluster);
  const Demand demand = {.groups_min = own->min_groups,
                         .members_min = cluster == nullptr ? 0 : cluster->min_groups};
  std::vector<Group> groups;
  groups.reserve(by_name.size());
  for (auto& [name, group] : by_name) {
    if (preference == Preference::none) {
      group.score = group.members.front()->score;
    } else {
      group.score = duplicated(placement) ? duplicated_score(group, replicas)
                                          : divided_score(group, replicas, demand);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

api::Result<std::vector<Candidate>> select_clusters(std::vector<Candidate> sorted,
                                                    const api::Placement& placement,
                                                    api::Replicas replicas,
                                                    Preference preference) {
  if (placement.spread_constraints.empty() || ignores_spread(placement)) return sorted;
  if (find_constraint(placement, api::spread_by_region) != nullptr) {
    return select_by_region(sorted, placement, replicas, preference);
  }
  const api::SpreadConstraint* cluster = find_constraint(placement, api::spread_by_cluster);
  if (cluster == nullptr) {
    return api::Problem{"just support cluster and region spread constraint"};
  }
  const auto needed = duplicated(placement) ? std::nullopt : std::optional(replicas);
  return select_by_cluster(std::move(sorted), *cluster, needed);
}

}  // namespace firedrill::policy::karmada
