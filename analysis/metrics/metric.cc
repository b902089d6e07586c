#include "analysis/metrics/metric.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <stdexcept>

#include <fmt/format.h>

#include "analysis/timeline/glob.h"

namespace firedrill::analysis {
namespace {

using enum Measure;
using enum Statistic;

constexpr std::array<MeasureInfo, measure_count> all_measures{{
    {replicas_desired, "workload.replicaSeconds.desired", Unit::replica_seconds, Subject::workload,
     "Integral of desired replicas from the workload's creation: the template's replicas, for a "
     "duplicated (Clusternet: replicated) workload times the most clusters it was assigned to so "
     "far; less pods that completed where it is assigned."},
    {replicas_running, "workload.replicaSeconds.running", Unit::replica_seconds, Subject::workload,
     "Integral of pods on nodes, in whatever cluster."},
    {replicas_ready, "workload.replicaSeconds.ready", Unit::replica_seconds, Subject::workload,
     "Integral of ready pods, in whatever cluster and whatever the control plane knows."},
    {unavailability, "workload.unavailability", Unit::seconds, Subject::workload,
     "Time with fewer ready replicas than desired, from when they first were all ready; if they "
     "never were, from the workload's creation."},
    {unavailability_replicas, "workload.unavailability.replicaSeconds", Unit::replica_seconds,
     Subject::workload, "Integral of the replicas that were missing in that time."},
    {unavailability_gap, "workload.unavailability.longestGap", Unit::seconds, Subject::workload,
     "Longest stretch of that time."},
    {unavailability_outages, "workload.unavailability.outages", Unit::count, Subject::workload,
     "Number of such stretches."},
    {ready_share, "workload.readyShare", Unit::share, Subject::workload,
     "Lowest ready over desired replicas in the time in which unavailability is looked at."},
    {running_twice, "workload.runningTwice", Unit::replica_seconds, Subject::workload,
     "Integral of the pods that run beyond the desired number, as far as they run in clusters that "
     "the workload is not assigned to: given up, but alive."},
    {excluded, "workload.excluded", Unit::seconds, Subject::workload,
     "Time in which no cluster is a candidate: from a scheduling failure that says so (reason "
     "NoClusterFit; Clusternet: an assignment to no cluster) to the next assignment, or to a "
     "failure "
     "for another reason."},
    {condition_changes, "conditions.changes", Unit::count, Subject::cluster,
     "Changes of the status of the Ready condition, the first setting not counted."},
    {stage_observed, "stage.observed", Unit::seconds, Subject::workload,
     "From the fault to the first failed probe or expired lease or heartbeat."},
    {stage_condition, "stage.condition", Unit::seconds, Subject::workload,
     "From there to the cluster's Ready no longer True."},
    {stage_taint, "stage.taint", Unit::seconds, Subject::workload,
     "From there to a NoExecute taint on the cluster; Clusternet: NoSchedule, which is all it "
     "has."},
    {stage_queue, "stage.queue", Unit::seconds, Subject::workload,
     "From there to the workload's entry into an eviction queue; Clusternet has none: zero."},
    {stage_eviction, "stage.eviction", Unit::seconds, Subject::workload,
     "From there to the eviction, with a task or without: toleration, pacing and retries; zero "
     "with "
     "Clusternet, whose scheduler evicts by leaving a cluster out."},
    {stage_scheduled, "stage.scheduled", Unit::seconds, Subject::workload,
     "From there to the next assignment by the scheduler."},
    {stage_ready, "stage.ready", Unit::seconds, Subject::workload,
     "From there to as many ready replicas in assigned clusters as are desired."},
    {stage_total, "stage.total", Unit::seconds, Subject::workload,
     "Sum of the stages: from the fault to the last stage reached."},
    {evictions_started, "eviction.started", Unit::count, Subject::workload,
     "Evictions: graceful eviction tasks that were added, clusters that a controller struck off a "
     "binding without one (Karmada up to v1.13, gate GracefulEviction off), and clusters whose "
     "taint "
     "made Clusternet's scheduler leave them out of an assignment that they had been in."},
    {evictions_by_health, "eviction.byHealth", Unit::count, Subject::workload,
     "Graceful eviction tasks that ended because the replacement was healthy."},
    {evictions_by_timeout, "eviction.byTimeout", Unit::count, Subject::workload,
     "Graceful eviction tasks that ended because their time was up."},
    {evictions_needless, "eviction.needless", Unit::count, Subject::workload,
     "Evictions whose cluster recovered before they ended: the last fault on it was over, or, "
     "where "
     "none had led to the eviction, its last NoExecute taint was gone. The truth counts, not when "
     "the control plane noticed. Evictions without a task end when they begin."},
    {evictions_into_nothing, "eviction.intoNothing", Unit::count, Subject::workload,
     "Graceful eviction tasks that took a copy away while the workload was assigned to no cluster: "
     "when they ended, and for purge mode Directly also when they never did. Tasks that spare the "
     "copy don't count, nor those of deleted workloads. Of evictions without a task those after "
     "whose instant no cluster was assigned."},
    {eviction_queue_depth, "eviction.queue.depth", Unit::count, Subject::run,
     "Largest number of keys in one eviction queue."},
    {eviction_queue_wait, "eviction.queue.wait", Unit::seconds, Subject::workload,
     "Longest wait of the workload's keys in an eviction queue: from when one could have been "
     "taken "
     "until a worker was done with it."},
    {evictions_from_queue, "eviction.fromQueue", Unit::count, Subject::run,
     "Keys of eviction queues that led to an eviction."},
    {eviction_queue_busy, "eviction.queue.busy", Unit::seconds, Subject::run,
     "Time in which at least one key of an eviction queue could be taken."},
    {eviction_end, "eviction.end", Unit::seconds, Subject::run,
     "From the first fault (without one, from the scenario's first event, else from the start) to "
     "the end of the last eviction; no value without one, nor while a graceful eviction task is "
     "open "
     "at the end."},
    {migrations, "migrations", Unit::replicas, Subject::workload,
     "Replicas taken from one cluster by an eviction or a new assignment and given to another by "
     "an "
     "assignment; a copy of a template without replicas counts as one."},
    {drift, "drift", Unit::replica_seconds, Subject::workload,
     "Integral of the distance from the policy's wish: the sum over clusters of how far the "
     "assigned replicas are from the wished ones, from the first assignment. The wish is what a "
     "fresh scheduling would give with all clusters healthy: for Duplicated and static weights "
     "(Clusternet: Replication and Static) by the policy, its first affinity group and the "
     "clusters "
     "that have joined, as the scenario first describes them; where the policy leaves a choice to "
     "the scheduler (Aggregated, dynamic weights, spread constraints, overflow tiers), the first "
     "full assignment since the policy or the replicas were last changed."},
    {drift_max, "drift.max", Unit::replicas, Subject::workload, "Largest such distance."},
    {drift_end, "drift.end", Unit::replicas, Subject::workload, "That distance when the run ends."},
    {stranded, "stranded", Unit::replica_seconds, Subject::workload,
     "Integral of the replicas assigned to clusters that the control plane cannot reach: while a "
     "fault cuts them off (unreachable or without power, partitioned, no client can be built), or "
     "from a probe that nobody answered, an expired lease or an overdue heartbeat until an answer "
     "or "
     "the end of such a fault."},
    {spread_violation, "spread.violation", Unit::seconds, Subject::workload,
     "Time in which the assigned clusters are fewer or more groups than a spread constraint of the "
     "policy admits, from the first assignment."},
    {capacity_peak, "capacity.peak", Unit::share, Subject::cluster,
     "Highest share of the nodes' allocatable RESOURCE that the requests of pods on nodes took, of "
     "those in the scenario's workloads; levels that last no time don't count."},
    {capacity_sustained, "capacity.sustained", Unit::share, Subject::cluster,
     "Highest such share that was held for 5 minutes on end; for all of a shorter run."},
    {capacity_overcommit, "capacity.overcommit", Unit::share, Subject::cluster,
     "Most that the requests of all pods in the cluster, with or without a node, exceeded what its "
     "nodes offer, as a share of that and of whichever resource is worst; 0 if everything fits."},
    {replicas_wanted, "replicas.wanted", Unit::replicas, Subject::workload,
     "Most desired replicas at any time."},
    {pending, "replicas.pending", Unit::replicas, Subject::workload,
     "Pods without a node when the run ends."},
    {pending_seconds, "replicas.pending.seconds", Unit::replica_seconds, Subject::workload,
     "Integral of pods without a node."},
    {state_preserved, "state.preserved", Unit::count, Subject::workload,
     "Graceful eviction tasks that carried state."},
    {state_lost, "state.lost", Unit::count, Subject::workload,
     "Starts from nothing of a stateful workload, the first of all not counted."},
    {state_work_lost, "state.workLost", Unit::seconds, Subject::workload,
     "Work that stateful workloads had done since their last checkpoint when they stopped."},
    {api_writes, "api.writes", Unit::count, Subject::component,
     "Writes to the control plane's API server, refused ones included (from the footer)."},
    {api_reads, "api.reads", Unit::count, Subject::component,
     "Reads from the control plane's API server (from the footer)."},
    {api_conflicts, "api.conflicts", Unit::count, Subject::component,
     "Writes refused because the object had changed (from the footer)."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < measure_count; ++i) {
    if (static_cast<std::size_t>(all_measures[i].measure) != i) return false;
  }
  return true;
}
static_assert(in_order(), "measures stand in the order of the enum");

constexpr Metric over(std::string_view name, Statistic statistic, Measure measure) {
  return {name, statistic, measure, measure, all_measures[static_cast<std::size_t>(measure)].unit};
}

constexpr Metric quotient(std::string_view name, Unit unit, Measure measure, Measure by) {
  return {name, ratio, measure, by, unit};
}

constexpr std::array all_metrics{
    quotient("api.conflictRate", Unit::share, api_conflicts, api_writes),
    over("api.conflicts", sum, api_conflicts),
    over("api.reads", sum, api_reads),
    over("api.writes", sum, api_writes),
    over("capacity.overcommit", max, capacity_overcommit),
    over("capacity.peak.RESOURCE", max, capacity_peak),
    over("capacity.sustained.RESOURCE", max, capacity_sustained),
    over("conditions.changes", sum, condition_changes),
    over("drift", sum, drift),
    over("drift.end", sum, drift_end),
    over("drift.max", max, drift_max),
    over("eviction.byHealth.count", sum, evictions_by_health),
    over("eviction.byTimeout.count", sum, evictions_by_timeout),
    over("eviction.end", sum, eviction_end),
    over("eviction.intoNothing.count", sum, evictions_into_nothing),
    over("eviction.needless.count", sum, evictions_needless),
    over("eviction.queue.depth.max", max, eviction_queue_depth),
    over("eviction.queue.wait.p95", p95, eviction_queue_wait),
    quotient("eviction.rate", Unit::per_second, evictions_from_queue, eviction_queue_busy),
    over("eviction.started.count", sum, evictions_started),
    quotient("migrations.perReplica", Unit::share, migrations, replicas_wanted),
    over("migrations.total", sum, migrations),
    over("replicas.pending.count", sum, pending),
    over("replicas.pending.seconds", sum, pending_seconds),
    over("spread.violation", sum, spread_violation),
    over("stage.condition.max", max, stage_condition),
    over("stage.condition.p50", p50, stage_condition),
    over("stage.condition.p95", p95, stage_condition),
    over("stage.eviction.max", max, stage_eviction),
    over("stage.eviction.p50", p50, stage_eviction),
    over("stage.eviction.p95", p95, stage_eviction),
    over("stage.observed.max", max, stage_observed),
    over("stage.observed.p50", p50, stage_observed),
    over("stage.observed.p95", p95, stage_observed),
    over("stage.queue.max", max, stage_queue),
    over("stage.queue.p50", p50, stage_queue),
    over("stage.queue.p95", p95, stage_queue),
    over("stage.ready.max", max, stage_ready),
    over("stage.ready.p50", p50, stage_ready),
    over("stage.ready.p95", p95, stage_ready),
    over("stage.scheduled.max", max, stage_scheduled),
    over("stage.scheduled.p50", p50, stage_scheduled),
    over("stage.scheduled.p95", p95, stage_scheduled),
    over("stage.taint.max", max, stage_taint),
    over("stage.taint.p50", p50, stage_taint),
    over("stage.taint.p95", p95, stage_taint),
    over("stage.total.max", max, stage_total),
    over("stage.total.p50", p50, stage_total),
    over("stage.total.p95", p95, stage_total),
    over("state.lost.count", sum, state_lost),
    over("state.preserved.count", sum, state_preserved),
    over("state.workLost", sum, state_work_lost),
    over("stranded", sum, stranded),
    over("workload.excluded", sum, excluded),
    over("workload.readyShare.min", min, ready_share),
    over("workload.replicaSeconds.desired", sum, replicas_desired),
    over("workload.replicaSeconds.ready", sum, replicas_ready),
    over("workload.replicaSeconds.running", sum, replicas_running),
    over("workload.runningTwice", sum, running_twice),
    over("workload.unavailability.longestGap", max, unavailability_gap),
    over("workload.unavailability.max", max, unavailability),
    over("workload.unavailability.outages", sum, unavailability_outages),
    over("workload.unavailability.p50", p50, unavailability),
    over("workload.unavailability.p95", p95, unavailability),
    over("workload.unavailability.replicaSeconds", sum, unavailability_replicas),
    over("workload.unavailability.total", sum, unavailability),
};

static_assert(std::ranges::is_sorted(all_metrics, {}, &Metric::name), "metrics stand by name");

std::string_view subjects_in_words(Subject subject) {
  switch (subject) {
    case Subject::run:
      return "the run";
    case Subject::workload:
      return "workloads";
    case Subject::cluster:
      return "clusters";
    case Subject::component:
      return "components";
  }
  throw std::logic_error("a subject without a name");
}

std::string_view statistic_in_words(Statistic statistic) {
  switch (statistic) {
    case sum:
      return "Sum";
    case min:
      return "Smallest";
    case max:
      return "Largest";
    case p50:
      return "Median (nearest rank)";
    case p95:
      return "95th percentile (nearest rank)";
    case ratio:
      break;
  }
  throw std::logic_error("a statistic without a name");
}

std::vector<Amount> narrowed(const MetricTable& table,
                             Measure measure,
                             const Narrowing& narrowing,
                             std::string_view resource) {
  std::vector<Amount> amounts;
  const Subject usual = info(measure).subject;
  const bool by_cluster = !narrowing.cluster.empty();
  const bool by_workload = narrowing.by_workload();
  if (by_cluster && by_workload) return amounts;  // no measure goes by both
  const Subject subject = by_cluster ? Subject::cluster : by_workload ? Subject::workload : usual;
  for (const auto& [name, amount] : table.column(measure, subject, resource)) {
    if (by_cluster && !timeline::matches_glob(name, narrowing.cluster)) continue;
    if (!narrowing.workload.empty() && !timeline::matches_workload(name, narrowing.workload))
      continue;
    if (narrowing.priority && !narrowing.priority(table.priority(name))) continue;
    amounts.push_back(amount);
  }
  return amounts;
}

/// The resource in the name of a metric that there is for each; "" if the name is not its.
std::string_view resource_of(const Metric& metric, std::string_view name) {
  if (!metric.by_resource()) return {};
  std::string_view stem = metric.name;
  stem.remove_suffix(each_resource.size());
  return name.starts_with(stem) && name != metric.name ? name.substr(stem.size())
                                                       : std::string_view();
}

}  // namespace

std::span<const MeasureInfo> measures() {
  return all_measures;
}

const MeasureInfo& info(Measure measure) {
  return all_measures.at(static_cast<std::size_t>(measure));
}

std::string definition(const Metric& metric) {
  const MeasureInfo& measure = info(metric.measure);
  if (metric.statistic == ratio) {
    const MeasureInfo& by = info(metric.over);
    return fmt::format("{} over {}. {}: {} {}: {}", measure.name, by.name, measure.name,
                       measure.definition, by.name, by.definition);
  }
  if (measure.subject == Subject::run) return std::string(measure.definition);
  return fmt::format("{} over {}. {}", statistic_in_words(metric.statistic),
                     subjects_in_words(measure.subject), measure.definition);
}

std::span<const Metric> metrics() {
  return all_metrics;
}

const Metric* find_metric(std::string_view name) {
  const auto found = std::ranges::lower_bound(all_metrics, name, {}, &Metric::name);
  if (found != all_metrics.end() && found->name == name) return &*found;
  const auto family = std::ranges::find_if(
      all_metrics, [name](const Metric& metric) { return !resource_of(metric, name).empty(); });
  return family == all_metrics.end() ? nullptr : &*family;
}

MetricTable::Column::const_iterator MetricTable::Column::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(
      entries_, name, std::ranges::less(), [](const Entry& entry) { return entry.first.view(); });
  return found != entries_.end() && found->first == name ? found : entries_.end();
}

void MetricTable::put(Measure measure,
                      Subject subject,
                      const api::Name& name,
                      Amount amount,
                      std::string_view resource) {
  ByResource& columns = columns_[{measure, subject}];
  auto found = columns.find(resource);
  if (found == columns.end()) found = columns.emplace(std::string(resource), Column()).first;
  Column& column = found->second;
  column.sorted_ =
      column.sorted_ && (column.entries_.empty() || column.entries_.back().first < name);
  column.entries_.emplace_back(name, amount);
}

void MetricTable::sort() {
  for (auto& [key, columns] : columns_) {
    for (auto& [resource, column] : columns)
      sort(column);
  }
}

void MetricTable::sort(Column& column) {
  if (column.sorted_) return;
  const auto by_name = [](const Column::Entry& a, const Column::Entry& b) {
    return a.first < b.first;
  };
  std::ranges::sort(column.entries_, by_name);
  const auto same =
      std::ranges::adjacent_find(column.entries_, std::ranges::equal_to(), &Column::Entry::first);
  if (same != column.entries_.end()) throw std::logic_error("a measure has one amount a subject");
  column.sorted_ = true;
}

void MetricTable::put_priority(std::string workload, std::int32_t priority) {
  if (priority != 0) priorities_.insert_or_assign(std::move(workload), priority);
}

const MetricTable::Column& MetricTable::column(Measure measure,
                                               Subject subject,
                                               std::string_view resource) const {
  const auto found = columns_.find({measure, subject});
  if (found == columns_.end()) return none_;
  const auto column = found->second.find(resource);
  if (column == found->second.end()) return none_;
  sort(column->second);
  return column->second;
}

std::vector<std::string_view> MetricTable::resources(Measure measure, Subject subject) const {
  std::vector<std::string_view> names;
  const auto found = columns_.find({measure, subject});
  if (found == columns_.end()) return names;
  for (const auto& [resource, column] : found->second)
    names.emplace_back(resource);
  return names;
}

std::int32_t MetricTable::priority(std::string_view workload) const {
  const auto found = priorities_.find(workload);
  return found == priorities_.end() ? 0 : found->second;
}

std::vector<std::string> names_of(const Metric& metric, const MetricTable& table) {
  if (!metric.by_resource()) return {std::string(metric.name)};
  std::vector<std::string> names;
  const std::string stem(metric.name.substr(0, metric.name.size() - each_resource.size()));
  for (const std::string_view resource :
       table.resources(metric.measure, info(metric.measure).subject))
    names.push_back(stem + std::string(resource));
  return names;
}

std::optional<Amount> evaluate(std::string_view name,
                               const MetricTable& table,
                               const Narrowing& narrowing) {
  const Metric* metric = find_metric(name);
  if (metric == nullptr) return {};
  return evaluate(*metric, table, narrowing, resource_of(*metric, name));
}

std::optional<Amount> evaluate(const Metric& metric,
                               const MetricTable& table,
                               const Narrowing& narrowing,
                               std::string_view resource) {
  if (metric.statistic != ratio) {
    const bool whole = !narrowing.by_workload() && narrowing.cluster.empty();
    auto amount = reduce(metric.statistic, narrowed(table, metric.measure, narrowing, resource));
    // Nothing, summed up, is zero; but a narrowing to nobody is rather a mistake.
    if (!amount && whole && metric.statistic == sum &&
        info(metric.measure).subject != Subject::run) {
      return Amount{};
    }
    return amount;
  }
  const std::optional<Amount> above = reduce(sum, narrowed(table, metric.measure, narrowing, {}));
  const std::optional<Amount> below = reduce(sum, narrowed(table, metric.over, narrowing, {}));
  if (!above || !below || below->numerator == 0) return {};
  return Amount(above->numerator, below->numerator);
}

}  // namespace firedrill::analysis
