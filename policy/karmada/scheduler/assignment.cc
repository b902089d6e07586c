#include "policy/karmada/scheduler/assignment.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "policy/karmada/scheduler/affinity.h"
#include "policy/karmada/scheduler/division.h"
#include "policy/karmada/scheduler/go_sort.h"
#include "policy/karmada/scheduler/triggers.h"

namespace firedrill::policy::karmada {
namespace {

/// Shares of the candidates, or why there are none. Names point into the pass's objects.
using Division = std::variant<std::vector<Party>, ScheduleError>;

enum class Strategy { duplicated, aggregated, dynamic_weight, static_weight };

/// Sums that the reference keeps in an int32 wrap around; with all capacities "unlimited" it shows.
std::int64_t wrap(std::int64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

std::optional<Strategy> strategy_of(const api::Placement& placement) {
  if (placement.scheduling_type() == api::scheduling_duplicated) return Strategy::duplicated;
  if (placement.scheduling_type() != api::scheduling_divided) return std::nullopt;
  const api::ReplicaScheduling& scheduling = *placement.replica_scheduling;
  if (scheduling.preference == api::division_aggregated) return Strategy::aggregated;
  if (scheduling.preference != api::division_weighted) return std::nullopt;
  const bool dynamic =
      scheduling.weight_preference && !scheduling.weight_preference->dynamic_weight.empty();
  return dynamic ? Strategy::dynamic_weight : Strategy::static_weight;
}

ScheduleError unsupported(const api::Placement& placement) {
  const std::optional<api::ReplicaScheduling>& scheduling = placement.replica_scheduling;
  return {ScheduleErrorKind::other,
          fmt::format("unsupported replica scheduling strategy, replicaSchedulingType: {}, "
                      "replicaDivisionPreference: {}, please try another scheduling strategy",
                      placement.scheduling_type(),
                      scheduling ? scheduling->preference : std::string())};
}

std::vector<Party> duplicate(std::span<const Candidate> candidates, api::Replicas replicas) {
  std::vector<Party> shares;
  shares.reserve(candidates.size());
  for (const Candidate& candidate : candidates)
    shares.push_back({candidate.name(), 0, replicas});
  return shares;
}

/// Gives out seats beside those that the parties hold. By Webster's method the result is what all
/// hold then; rounded down it is what was dealt.
std::vector<Party> deal(api::Replicas seats,
                        std::vector<Party> parties,
                        const AssignmentInput& input) {
  if (input.division == DivisionMethod::rounded_down)
    return apportion_rounded_down(seats, std::move(parties));
  return apportion(seats, std::move(parties), tie_break(input.spec.resource.uid));
}

/// Fixed weights: no memory of the previous result, no look at capacity.
std::vector<Party> divide_by_static_weight(std::span<const Candidate> candidates,
                                           api::Replicas replicas,
                                           const AssignmentInput& input) {
  const api::BindingSpec& spec = input.spec;
  struct Rule {
    AffinityMatcher clusters;
    std::int64_t weight;
  };
  std::vector<Rule> rules;
  if (const auto& preference = spec.placement->replica_scheduling->weight_preference) {
    for (const api::StaticWeight& weight : preference->static_weights) {
      rules.push_back({AffinityMatcher(weight.target_cluster), weight.weight});
    }
  }
  std::vector<Party> parties;
  for (const Candidate& candidate : candidates) {
    std::int64_t weight = 0;
    for (const Rule& rule : rules) {
      if (rule.weight > weight && rule.clusters.matches(*candidate.cluster)) weight = rule.weight;
    }
    if (weight > 0) parties.push_back({candidate.name(), weight, 0, candidate.assigned()});
  }
  if (parties.empty()) {
    for (const Candidate& candidate : candidates)
      parties.push_back({candidate.name(), 1, 0});
  }
  return deal(replicas, std::move(parties), input);
}

/// One division by capacity: what is divided, over whom, on top of what.
struct Round {
  std::string_view name;  ///< For the error text.
  api::Replicas target = 0;
  std::vector<Party> shares;  ///< Clusters with their capacities as weights.
  std::vector<Party> base;    ///< What stays; seats only.
};

/// Entries of spec.clusters that are still candidates, in the order of spec.clusters.
std::vector<Party> still_scheduled(std::span<const Candidate> candidates) {
  std::vector<const api::TargetCluster*> entries;
  for (const Candidate& candidate : candidates) {
    if (candidate.current != nullptr) entries.push_back(candidate.current);
  }
  std::ranges::sort(entries);  // They lie in one list: by address is by position.
  std::vector<Party> scheduled;
  scheduled.reserve(entries.size());
  for (const api::TargetCluster* entry : entries) {
    scheduled.push_back({entry->name, 0, entry->replicas});
  }
  return scheduled;
}

std::vector<Party> capacities(std::span<const Candidate> candidates, bool with_assigned) {
  std::vector<Party> shares;
  shares.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    const api::Replicas assigned = with_assigned ? candidate.assigned() : 0;
    shares.push_back({candidate.name(), wrap(candidate.allocatable + assigned), 0});
  }
  return shares;
}

/// Drops what is not needed: clusters in use first, then the roomiest, as far as the target
/// demands.
void aggregate(Round& round) {
  std::vector<std::string_view> in_use;
  for (const Party& party : round.base) {
    if (party.seats > 0) in_use.push_back(party.name);
  }
  std::ranges::sort(in_use);
  std::stable_partition(round.shares.begin(), round.shares.end(), [&in_use](const Party& party) {
    return std::ranges::binary_search(in_use, party.name);
  });
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < round.shares.size(); ++i) {
    sum = wrap(sum + round.shares[i].weight);
    if (sum >= round.target) {
      round.shares.resize(i + 1);
      return;
    }
  }
}

/// Adds what stays to what was divided; entries that got nothing new go to the end.
std::vector<Party> merge(std::vector<Party> base, std::vector<Party> added) {
  if (added.empty()) return base;
  const auto divided = static_cast<std::ptrdiff_t>(added.size());
  // Webster's method leaves names in order; what is rounded down is in order of weights.
  const bool by_name = std::ranges::is_sorted(added, {}, &Party::name);
  const auto find = [&](std::string_view name) {
    const auto end = added.begin() + divided;
    if (!by_name) return std::ranges::find(added.begin(), end, name, &Party::name);
    const auto found = std::ranges::lower_bound(added.begin(), end, name, {}, &Party::name);
    return found != end && found->name == name ? found : end;
  };
  for (const Party& party : base) {
    if (const auto found = find(party.name); found != added.begin() + divided) {
      found->seats += party.seats;
    } else {
      added.push_back(party);
    }
  }
  return added;
}

/// What each has already, to decide between equal weights.
void note_previous(Round& round) {
  for (Party& share : round.shares) {
    const auto held = std::ranges::find(round.base, share.name, &Party::name);
    if (held != round.base.end()) share.previous = held->seats;
  }
}

Division divide(Round round, bool aggregated, const AssignmentInput& input) {
  go_sort(std::span(round.shares),
          [](const Party& left, const Party& right) { return left.weight > right.weight; });
  std::int64_t total = 0;
  for (const Party& party : round.shares)
    total = wrap(total + party.weight);
  if (total < round.target) {
    return ScheduleError{
        ScheduleErrorKind::unschedulable,
        fmt::format("failed to {}: Clusters available replicas {} are not enough to schedule.",
                    round.name, total)};
  }
  if (aggregated) aggregate(round);
  if (total_weight(round.shares) == 0) return merge(std::move(round.base), {});
  if (input.division == DivisionMethod::rounded_down) note_previous(round);
  return merge(std::move(round.base), deal(round.target, std::move(round.shares), input));
}

/// Dynamic weights and Aggregated: by capacity, touching what is scheduled as little as possible.
Division divide_by_capacity(std::span<const Candidate> candidates,
                            api::Replicas replicas,
                            bool aggregated,
                            const AssignmentInput& input) {
  if (reschedule_required(input.spec, input.status)) {
    return divide({.name = "do fresh scale",
                   .target = replicas,
                   .shares = capacities(candidates, true),
                   .base = {}},
                  aggregated, input);
  }
  std::vector<Party> scheduled = still_scheduled(candidates);
  std::int64_t assigned = 0;
  for (const Party& party : scheduled)
    assigned = wrap(assigned + party.seats);
  if (assigned == replicas) return scheduled;
  if (assigned < replicas) {
    return divide({.name = "scale up",
                   .target = replicas - assigned,
                   .shares = capacities(candidates, false),
                   .base = std::move(scheduled)},
                  aggregated, input);
  }
  if (input.division == DivisionMethod::rounded_down) {
    // The whole previous result counts, also where it is no candidate any more.
    scheduled.clear();
    for (const api::TargetCluster& target : input.spec.clusters)
      scheduled.push_back({target.name, 0, target.replicas});
  }
  for (Party& party : scheduled)
    party.weight = std::exchange(party.seats, 0);
  return divide(
      {.name = "scale down", .target = replicas, .shares = std::move(scheduled), .base = {}},
      aggregated, input);
}

/// The shares by the placement's strategy, without the empty ones.
Division divide_by_strategy(std::span<const Candidate> candidates,
                            api::Replicas replicas,
                            const AssignmentInput& input) {
  const std::optional<Strategy> strategy = strategy_of(*input.spec.placement);
  if (!strategy) return unsupported(*input.spec.placement);
  Division division;
  switch (*strategy) {
    case Strategy::duplicated:
      division = duplicate(candidates, replicas);
      break;
    case Strategy::static_weight:
      division = divide_by_static_weight(candidates, replicas, input);
      break;
    case Strategy::dynamic_weight:
    case Strategy::aggregated:
      division = divide_by_capacity(candidates, replicas, *strategy == Strategy::aggregated, input);
      break;
  }
  if (auto* shares = std::get_if<std::vector<Party>>(&division)) {
    std::erase_if(*shares, [](const Party& party) { return party.seats <= 0; });
  }
  return division;
}

/// Tier after tier, as far as each tier's clusters have room.
Division divide_by_tier(std::span<const Candidate> candidates, const AssignmentInput& input) {
  std::vector<Candidate> ordered(candidates.begin(), candidates.end());
  std::ranges::stable_sort(ordered, {}, &Candidate::overflow_order);
  std::vector<Party> shares;
  api::Replicas remaining = input.spec.replicas;
  for (std::span<const Candidate> rest(ordered); !rest.empty();) {
    const auto next =
        std::ranges::upper_bound(rest, rest.front().overflow_order, {}, &Candidate::overflow_order);
    const auto tier = rest.first(static_cast<std::size_t>(next - rest.begin()));
    rest = rest.subspan(tier.size());
    api::Replicas room = 0;
    for (const Candidate& candidate : tier)
      room += candidate.available;
    const api::Replicas given = std::min(remaining, room);
    Division division = divide_by_strategy(tier, given, input);
    if (std::holds_alternative<ScheduleError>(division)) return division;
    const auto& tier_shares = std::get<std::vector<Party>>(division);
    shares.insert(shares.end(), tier_shares.begin(), tier_shares.end());
    remaining -= given;
    if (remaining <= 0) break;
  }
  if (remaining > 0) {
    return ScheduleError{ScheduleErrorKind::unschedulable,
                         "Clusters available replicas are not enough to schedule."};
  }
  return shares;
}

bool has_overflow(const AssignmentInput& input) {
  const api::AffinityTerm* term = input.spec.placement->find_affinity_term(input.affinity_name);
  return term != nullptr && !term->overflow.empty();
}

std::vector<Party> with_empty(std::vector<Party> shares, std::span<const Candidate> candidates) {
  std::vector<std::string_view> present;
  present.reserve(shares.size());
  for (const Party& party : shares)
    present.push_back(party.name);
  std::ranges::sort(present);
  for (const Candidate& candidate : candidates) {
    if (!std::ranges::binary_search(present, candidate.name())) {
      shares.push_back({candidate.name(), 0, 0});
    }
  }
  return shares;
}

std::vector<api::TargetCluster> as_targets(std::span<const Party> shares) {
  std::vector<api::TargetCluster> targets;
  targets.reserve(shares.size());
  for (const Party& party : shares)
    targets.push_back({std::string(party.name), party.seats});
  return targets;
}

/// Every target gets the whole set. A single component goes without saying.
void record_components(std::vector<api::TargetCluster>& targets,
                       std::span<const api::Component> components) {
  if (components.size() <= 1) return;
  for (api::TargetCluster& target : targets) {
    for (const api::Component& component : components)
      target.components.push_back({component.name, component.replicas});
  }
}

}  // namespace

ScheduleResult assign_replicas(std::span<const Candidate> candidates,
                               const AssignmentInput& input) {
  if (candidates.empty()) {
    return ScheduleError{ScheduleErrorKind::other, "no clusters available to schedule"};
  }
  if (!input.spec.has_replicas()) {
    auto targets = as_targets(duplicate(candidates, 0));
    record_components(targets, input.spec.components);
    return targets;
  }
  Division division = has_overflow(input)
                          ? divide_by_tier(candidates, input)
                          : divide_by_strategy(candidates, input.spec.replicas, input);
  if (auto* error = std::get_if<ScheduleError>(&division)) return std::move(*error);
  auto& shares = std::get<std::vector<Party>>(division);
  if (input.propagate_empty_workloads) shares = with_empty(std::move(shares), candidates);
  return as_targets(shares);
}

}  // namespace firedrill::policy::karmada
