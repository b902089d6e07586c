#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "policy/karmada/failover/eviction.h"
#include "policy/karmada/failover/tolerations.h"
#include "policy/karmada/scheduler/selection.h"
#include "scenarios/preflight/karmada.h"
#include "scenarios/preflight/settings.h"

namespace firedrill::scenarios::preflight {
namespace {

namespace karmada = policy::karmada;
using analysis::Gravity;
using analysis::PreflightCode;
using analysis::Remedy;

/// How many names a text gives.
constexpr std::size_t shown_max = 3;

/// "member1, member2 and 4 more".
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown_max) text += fmt::format(" and {} more", names.size() - shown_max);
  return text;
}

class PlacementCheck {
 public:
  PlacementCheck(const KarmadaFacts& facts, Findings& findings)
      : facts_(facts), findings_(findings) {
    const ClusterSet all = facts.clusters.all();
    foreseen_ = std::ranges::any_of(
        all, [&facts](std::size_t number) { return facts.sources.any(number); });
  }

  void run() {
    for (const Entry& entry : facts_.entries) {
      check_tolerations(entry);
      check_candidates(entry);
      check_spread(entry);
      if (facts_.legacy()) check_vendor(entry);
    }
  }

 private:
  [[nodiscard]] const api::Placement& placement_of(const Entry& entry) const {
    return entry.spec->placement;
  }

  /// Held against each set of taints that may come to a cluster in which it may be. While none may
  /// come at all: whatever it would never leave for.
  void check_tolerations(const Entry& entry) {
    const std::vector<api::Toleration>& tolerations = placement_of(entry).cluster_tolerations;
    if (tolerations.empty()) return;
    if (!foreseen_) {
      for (const api::Toleration& toleration : tolerations) {
        const api::Taint taint{
            .key = toleration.key.empty() ? api::Name(api::taint_not_ready) : toleration.key,
            .value = toleration.value,
            .effect = std::string(api::effect_no_execute),
            .time_added = api::StoredTime()};
        if (stays(tolerations, {taint})) tolerates(entry, {taint}, {});
      }
      return;
    }
    std::map<std::size_t, ClusterSet> by_class;
    for (const std::size_t number : entry.candidates)
      by_class[facts_.sources.class_of(number)].push_back(number);
    std::set<std::string> told;
    for (const auto& [number, clusters] : by_class) {
      for (const TaintSet& set : facts_.sources.sets(number)) {
        if (!stays(tolerations, set.taints)) continue;
        if (!told.insert(karmada::list_taints(set.taints)).second) continue;
        tolerates(entry, set.taints, clusters);
      }
    }
  }

  [[nodiscard]] static bool stays(const std::vector<api::Toleration>& tolerations,
                                  const std::vector<api::Taint>& taints) {
    const karmada::EvictionNeed need =
        karmada::eviction_need(taints, tolerations, api::Timestamp{});
    return !need.now && !need.tolerated_for;
  }

  void tolerates(const Entry& entry,
                 const std::vector<api::Taint>& taints,
                 const ClusterSet& clusters) {
    const auto& tolerations = placement_of(entry).cluster_tolerations;
    std::vector<Remedy> remedies;
    std::string pointer;
    for (std::size_t i = 0; i < tolerations.size(); ++i) {
      const bool endless = !tolerations[i].toleration_seconds &&
                           std::ranges::any_of(taints, [&](const api::Taint& taint) {
                             return karmada::tolerates(tolerations[i], taint);
                           });
      if (!endless) continue;
      const std::string at = fmt::format("{}/placement/clusterTolerations/{}", entry.pointer, i);
      if (pointer.empty()) pointer = at;
      remedies.push_back({fmt::format("{}: tolerationSeconds: 300, or no such toleration", at),
                          at + "/tolerationSeconds=300"});
    }
    std::string names;
    for (const api::Taint& taint : taints)
      names += fmt::format("{}{}:{}", names.empty() ? "" : ", ", taint.key, taint.effect);
    findings_.add({.code = PreflightCode::tolerates_forever,
                   .gravity = Gravity::blocks,
                   .workloads = entry.workloads,
                   .clusters = facts_.clusters.names(clusters),
                   .reason = fmt::format("tolerates {} for ever", names),
                   .remedies = std::move(remedies),
                   .pointer = std::move(pointer)});
  }

  void check_candidates(const Entry& entry) {
    if (entry.candidates.empty()) {
      nowhere(entry, {}, "no cluster passes the scheduler's filters");
      return;
    }
    if (entry.candidates.size() == 1) {
      nowhere(entry, entry.candidates, fmt::format("may run in {} only", name(entry, 0)));
      return;
    }
    for (const Loss& loss : facts_.losses) {
      if (loss.clusters.size() < entry.candidates.size()) continue;
      if (!without(entry.candidates, loss.clusters).empty()) continue;
      nowhere(entry, entry.candidates,
              fmt::format("may run in {} only, and {} takes all of them",
                          listed(facts_.clusters.names(entry.candidates)), loss.event));
    }
  }
  [[nodiscard]] const std::string& name(const Entry& entry, std::size_t i) const {
    return facts_.clusters.spec(entry.candidates[i]).name;
  }

  void nowhere(const Entry& entry, const ClusterSet& clusters, std::string reason) {
    const std::string at = entry.pointer + "/placement";
    findings_.add({.code = PreflightCode::no_other_candidate,
                   .gravity = Gravity::blocks,
                   .workloads = entry.workloads,
                   .clusters = facts_.clusters.names(clusters),
                   .reason = std::move(reason),
                   .remedies = {{at + ": another cluster in the affinity, or a toleration without "
                                      "tolerationSeconds, to stay",
                                 ""}},
                   .pointer = at});
  }

  /// Of clusters that are lost alone one finding tells, and one of each region is tried for all:
  /// nothing but the number of clusters and their regions decides.
  void check_spread(const Entry& entry) {
    const api::Placement& placement = placement_of(entry);
    if (placement.spread_constraints.empty() || karmada::ignores_spread(placement)) return;
    if (const auto problem = spread_problem(entry, facts_.clusters, {})) {
      unsatisfiable(entry, {}, fmt::format("even with every cluster: {}", *problem));
      return;
    }
    std::map<std::string, std::optional<std::string>> by_region;
    std::map<std::pair<std::string, std::string>, ClusterSet> alone;  // By event and problem.
    for (const Loss& loss : facts_.losses) {
      const ClusterSet lost = common(entry.candidates, loss.clusters);
      if (lost.empty()) continue;
      if (lost.size() == 1) {
        const auto [tried, fresh] =
            by_region.try_emplace(facts_.clusters.spec(lost.front()).region);
        if (fresh) tried->second = spread_problem(entry, facts_.clusters, lost);
        if (tried->second) alone[{loss.event, *tried->second}].push_back(lost.front());
      } else if (const auto problem = spread_problem(entry, facts_.clusters, lost)) {
        unsatisfiable(entry, lost,
                      fmt::format("without {} ({}): {}", listed(facts_.clusters.names(lost)),
                                  loss.event, *problem));
      }
    }
    for (auto& [why, lost] : alone) {
      std::ranges::sort(lost);
      const auto& [event, problem] = why;
      unsatisfiable(entry, lost,
                    fmt::format("without {}{}{}: {}", lost.size() == 1 ? "" : "one of ",
                                listed(facts_.clusters.names(lost)),
                                event.empty() ? "" : fmt::format(" ({})", event), problem));
    }
  }

  /// The vendor of Kairship offers failover for these placements only (spec/karmada-failover.md
  /// 23.4). Nothing of the code asks for it.
  void check_vendor(const Entry& entry) {
    if (entry.spec->replicas == 0) return;
    const api::Placement& placement = placement_of(entry);
    if (placement.scheduling_type() == api::scheduling_divided) {
      const api::ReplicaScheduling& scheduling = *placement.replica_scheduling;
      if (scheduling.preference == api::division_aggregated) return;
      if (scheduling.weight_preference && !scheduling.weight_preference->dynamic_weight.empty())
        return;
    }
    const std::string at = entry.pointer + "/placement/replicaScheduling";
    findings_.add({.code = PreflightCode::not_failover_placement,
                   .gravity = Gravity::differs,
                   .workloads = entry.workloads,
                   .clusters = {},
                   .reason = "the vendor restricts failover to replicas that are aggregated or "
                             "weighted dynamically; the code underneath moves these all the same",
                   .remedies = {{at + ": Divided, Aggregated",
                                 at + R"(={"replicaSchedulingType":"Divided",)"
                                      R"("replicaDivisionPreference":"Aggregated"})"}},
                   .pointer = at});
  }

  void unsatisfiable(const Entry& entry, const ClusterSet& lost, std::string reason) {
    const std::string at = entry.pointer + "/placement/spreadConstraints";
    findings_.add(
        {.code = PreflightCode::spread_unsatisfiable,
         .gravity = Gravity::blocks,
         .workloads = entry.workloads,
         .clusters = facts_.clusters.names(lost),
         .reason = std::move(reason),
         .remedies = {{at + ": a smaller minGroups, or more clusters in the affinity", ""}},
         .pointer = at});
  }

  const KarmadaFacts& facts_;
  Findings& findings_;
  bool foreseen_ = false;  ///< Some cluster may get a NoExecute taint.
};

}  // namespace

void check_placements(const KarmadaFacts& facts, Findings& findings) {
  PlacementCheck(facts, findings).run();
}

}  // namespace firedrill::scenarios::preflight
