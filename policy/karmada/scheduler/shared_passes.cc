#include "policy/karmada/scheduler/shared_passes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "policy/karmada/scheduler/assignment.h"
#include "policy/karmada/scheduler/selection.h"
#include "policy/karmada/scheduler/target_index.h"

namespace firedrill::policy::karmada {
namespace {

/// Rows kept at most, over all kinds: past that everything is found anew.
constexpr std::size_t rows_max = 8'000'000;

/// What the binding asks for, without where it is.
api::BindingSpec wish_of(const api::BindingSpec& spec) {
  api::BindingSpec wish;
  wish.resource.api_version = spec.resource.api_version;
  wish.resource.kind = spec.resource.kind;
  wish.replicas = spec.replicas;
  wish.replica_requirements = spec.replica_requirements;
  wish.placement = spec.placement;
  return wish;
}

api::Replicas room_in(const api::Cluster& cluster,
                      const api::BindingSpec& spec,
                      const SchedulerOptions& options) {
  constexpr api::Replicas unlimited = std::numeric_limits<std::int32_t>::max();
  if (!needs_estimates(spec)) return unlimited;
  const api::Replicas room = general_estimate(cluster, spec.replica_requirements,
                                              {.resource_models = options.resource_models});
  return room == no_estimate || room >= unlimited ? spec.replicas : room;
}

ConsideredCluster considered(const Candidate& candidate) {
  ConsideredCluster entry;
  entry.cluster = candidate.cluster->metadata.name;
  entry.score = candidate.score;
  entry.available = candidate.available;
  return entry;
}

using Clusters = std::vector<const api::Cluster*>;

bool is_in(const Clusters& sorted, const api::Cluster* cluster) {
  return std::ranges::binary_search(sorted, cluster);
}

/// Up to ten of the candidates that are not selected, the best first.
std::vector<const Candidate*> best_others(std::span<const Candidate> sorted,
                                          const Clusters& selected,
                                          Preference preference) {
  std::vector<const Candidate*> others;
  // The scheduler's order is that of `better` within a tier, if room counts in it.
  const bool ordered =
      sorted.empty() || (preference == Preference::roomiest &&
                         sorted.front().overflow_order == sorted.back().overflow_order);
  for (const Candidate& candidate : sorted) {
    if (ordered && others.size() == others_told) return others;
    if (!is_in(selected, candidate.cluster)) others.push_back(&candidate);
  }
  const std::size_t told = std::min(others.size(), others_told);
  std::ranges::partial_sort(others, others.begin() + static_cast<std::ptrdiff_t>(told),
                            [](const Candidate* a, const Candidate* b) {
                              if (a->score != b->score) return a->score > b->score;
                              if (a->available != b->available) return a->available > b->available;
                              return a->name() < b->name();
                            });
  others.resize(told);
  return others;
}

}  // namespace

bool SharedPasses::serves(const SchedulingInput& input) {
  const bool alone = input.peers == nullptr ||
                     (input.peers->affinity.empty() && input.peers->anti_affinity.empty());
  return alone && input.spec.components.empty();
}

ScheduleResult SharedPasses::schedule(const SchedulingInput& input, Decision* decision) {
  Kind& kind = kind_of(input);
  refresh(kind, input);
  const std::vector<std::uint32_t> own = own_rows(kind, input.spec);
  if (!own.empty()) return schedule_used(kind, own, input, decision);
  if (!kind.fresh) {
    kind.fresh = select(kind.sorted, input);
    tell_rejected(kind, {}, kind.fresh->told);
  }
  if (decision != nullptr) decision->counts = kind.counts;
  return finish(*kind.fresh, input, decision);
}

SharedPasses::Kind& SharedPasses::kind_of(const SchedulingInput& input) {
  const api::BindingSpec& spec = input.spec;
  if (kind_count_ * input.clusters.size() > rows_max) {
    kinds_.clear();
    kind_count_ = 0;
  }
  auto& alike = kinds_[Mark{spec.placement.get(), std::string(input.affinity_name), spec.replicas}];
  for (const auto& kind : alike) {
    if (kind->wish.resource.api_version == spec.resource.api_version &&
        kind->wish.resource.kind == spec.resource.kind &&
        kind->wish.replica_requirements == spec.replica_requirements) {
      return *kind;
    }
  }
  ++kind_count_;
  return *alike.emplace_back(std::make_unique<Kind>(Kind{.wish = wish_of(spec)}));
}

void SharedPasses::refresh(Kind& kind, const SchedulingInput& input) {
  if (kind.version == version_) return;
  kind.version = version_;
  const TargetIndex nowhere(kind.wish.clusters);
  const ClusterFilter filter(kind.wish, input.affinity_name, nowhere, options_.plugins);
  bool changed = kind.rows.size() != input.clusters.size();
  kind.rows.resize(input.clusters.size());
  for (std::size_t i = 0; i < kind.rows.size(); ++i) {
    const api::Cluster& cluster = *input.clusters[i];
    Row& row = kind.rows[i];
    if (row.cluster == &cluster && row.version == cluster.metadata.resource_version) continue;
    row = examine(kind, cluster, filter);
    changed = true;
  }
  if (changed) arrange(kind);
}

SharedPasses::Row SharedPasses::examine(Kind& kind,
                                        const api::Cluster& cluster,
                                        const ClusterFilter& filter) const {
  Row row{.cluster = &cluster, .version = cluster.metadata.resource_version};
  if (filter.passes(cluster)) {
    row.allocatable = room_in(cluster, kind.wish, options_);
    row.overflow_order = filter.overflow_order(cluster);
    return row;
  }
  const auto [found, fresh] =
      kind.reason_rows.try_emplace(filter.reasons(cluster), kind.reasons.size());
  if (fresh) kind.reasons.push_back(found->first);
  row.reason = static_cast<std::uint32_t>(found->second);
  return row;
}

void SharedPasses::arrange(Kind& kind) const {
  kind.sorted.clear();
  kind.rejected.clear();
  kind.fresh.reset();
  std::vector<std::int64_t> count(kind.reasons.size());
  for (std::size_t i = 0; i < kind.rows.size(); ++i) {
    const Row& row = kind.rows[i];
    ++count[row.reason];
    if (row.reason != 0) {
      kind.rejected.push_back(static_cast<std::uint32_t>(i));
      continue;
    }
    Candidate& candidate = kind.sorted.emplace_back();
    candidate.cluster = row.cluster;
    candidate.overflow_order = row.overflow_order;
    candidate.allocatable = candidate.available = row.allocatable;
  }
  sort_candidates(kind.sorted, options_.preference);
  kind.counts = {.candidates = count[0], .rejected = {}};
  for (std::size_t i = 1; i < count.size(); ++i) {
    if (count[i] > 0) kind.counts.rejected.emplace(kind.reasons[i], count[i]);
  }
}

std::vector<std::uint32_t> SharedPasses::own_rows(const Kind& kind, const api::BindingSpec& spec) {
  std::vector<std::uint32_t> own;
  const auto add = [&](std::string_view name) {
    const auto found = std::ranges::lower_bound(
        kind.rows, name, {},
        [](const Row& row) -> std::string_view { return row.cluster->metadata.name; });
    if (found != kind.rows.end() && found->cluster->metadata.name == name)
      own.push_back(static_cast<std::uint32_t>(found - kind.rows.begin()));
  };
  for (const api::TargetCluster& target : spec.clusters)
    add(target.name);
  for (const api::GracefulEvictionTask& task : spec.graceful_eviction_tasks)
    add(task.from_cluster);
  std::ranges::sort(own);
  own.erase(std::unique(own.begin(), own.end()), own.end());
  return own;
}

SharedPasses::Selection SharedPasses::select(std::vector<Candidate> sorted,
                                             const SchedulingInput& input) const {
  Selection selection;
  if (sorted.empty()) return selection;
  selection.selected =
      select_clusters(sorted, *input.spec.placement, input.spec.replicas, options_.preference);
  Clusters selected;
  if (*selection.selected) {
    for (const Candidate& candidate : **selection.selected) {
      selected.push_back(candidate.cluster);
      selection.told.push_back(considered(candidate));
      selection.told.back().selected = true;
    }
    std::ranges::sort(selection.told, {}, &ConsideredCluster::cluster);
    std::ranges::sort(selected);
  }
  selection.selected_count = selected.size();
  for (const Candidate* other : best_others(sorted, selected, options_.preference))
    selection.told.push_back(considered(*other));
  return selection;
}

void SharedPasses::tell_rejected(const Kind& kind,
                                 const OwnReasons& own,
                                 std::vector<ConsideredCluster>& told) {
  std::size_t others =
      static_cast<std::size_t>(std::ranges::count(told, false, &ConsideredCluster::selected));
  const auto tell = [&](std::uint32_t row, const std::string& reason) {
    ConsideredCluster& entry = told.emplace_back();
    entry.cluster = kind.rows[row].cluster->metadata.name;
    entry.rejected = reason;
    ++others;
  };
  auto mine = own.begin();
  for (const std::uint32_t row : kind.rejected) {
    for (; mine != own.end() && mine->first < row && others < others_told; ++mine) {
      if (!mine->second.empty()) tell(mine->first, mine->second);
    }
    if (others >= others_told) return;
    if (!own.contains(row)) tell(row, kind.reasons[kind.rows[row].reason]);
  }
  for (; mine != own.end() && others < others_told; ++mine) {
    if (!mine->second.empty()) tell(mine->first, mine->second);
  }
}

ScheduleResult SharedPasses::finish(const Selection& selection,
                                    const SchedulingInput& input,
                                    Decision* decision) const {
  if (decision != nullptr) decision->clusters = selection.told;
  if (!selection.selected) {
    const TargetIndex targets(input.spec.clusters);
    const ClusterFilter filter(input.spec, input.affinity_name, targets, options_.plugins);
    return ScheduleError{ScheduleErrorKind::fit, fit_error_text(input.clusters, filter)};
  }
  if (!*selection.selected) {
    return prefixed("failed to select clusters: ", ScheduleErrorKind::other,
                    selection.selected->problem());
  }
  ScheduleResult result = assign_replicas(
      **selection.selected, {.spec = input.spec,
                             .status = input.status,
                             .affinity_name = input.affinity_name,
                             .propagate_empty_workloads = options_.propagate_empty_workloads,
                             .division = options_.division});
  if (const auto* error = std::get_if<ScheduleError>(&result))
    return prefixed("failed to assign replicas: ", error->kind, error->text);
  if (decision == nullptr) return result;
  const std::span<ConsideredCluster> selected =
      std::span(decision->clusters).first(selection.selected_count);
  for (const api::TargetCluster& target : std::get<std::vector<api::TargetCluster>>(result)) {
    ConsideredCluster& entry =
        *std::ranges::lower_bound(selected, target.name, {}, &ConsideredCluster::cluster);
    entry.assigned = target.replicas;
    entry.chosen = true;
  }
  return result;
}

ScheduleResult SharedPasses::schedule_used(const Kind& kind,
                                           std::span<const std::uint32_t> own,
                                           const SchedulingInput& input,
                                           Decision* decision) const {
  const TargetIndex targets(input.spec.clusters);
  const ClusterFilter filter(input.spec, input.affinity_name, targets, options_.plugins);
  const bool scores_locality = options_.plugins.has(Plugin::cluster_locality);
  Clusters own_clusters;
  std::vector<Candidate> used;
  OwnReasons reasons;
  FilterCounts counts = kind.counts;
  for (const std::uint32_t index : own) {
    const Row& row = kind.rows[index];
    own_clusters.push_back(row.cluster);
    if (row.reason == 0) {
      --counts.candidates;
    } else if (--counts.rejected.at(kind.reasons[row.reason]) == 0) {
      counts.rejected.erase(kind.reasons[row.reason]);
    }
    if (!filter.passes(*row.cluster)) {
      const std::string& reason =
          reasons.emplace(index, filter.reasons(*row.cluster)).first->second;
      ++counts.rejected[reason];
      continue;
    }
    reasons.emplace(index, std::string());
    ++counts.candidates;
    Candidate& candidate = used.emplace_back();
    candidate.cluster = row.cluster;
    candidate.current = targets.find(row.cluster->metadata.name);
    candidate.score = candidate.current != nullptr && scores_locality ? locality_score : 0;
    candidate.overflow_order = filter.overflow_order(*row.cluster);
    candidate.allocatable =
        row.reason == 0 ? row.allocatable : room_in(*row.cluster, input.spec, options_);
    candidate.available = candidate.allocatable + candidate.assigned();
  }
  std::ranges::sort(own_clusters);
  sort_candidates(used, options_.preference);
  std::vector<Candidate> sorted;
  sorted.reserve(kind.sorted.size() + used.size());
  auto next = used.cbegin();
  for (const Candidate& candidate : kind.sorted) {
    if (is_in(own_clusters, candidate.cluster)) continue;
    while (next != used.cend() && precedes(*next, candidate, options_.preference))
      sorted.push_back(*next++);
    sorted.push_back(candidate);
  }
  sorted.insert(sorted.end(), next, used.cend());
  Selection selection = select(std::move(sorted), input);
  tell_rejected(kind, reasons, selection.told);
  if (decision != nullptr) decision->counts = std::move(counts);
  return finish(selection, input, decision);
}

}  // namespace firedrill::policy::karmada
