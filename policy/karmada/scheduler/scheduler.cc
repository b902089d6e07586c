#include "policy/karmada/scheduler/scheduler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/karmada/propagation/binding_name.h"
#include "policy/karmada/scheduler/triggers.h"

namespace firedrill::policy::karmada {
namespace {

/// What becomes of a pass whose assignment could not be written.
void fail_write(PassOutcome& outcome, Outcome write, const std::string& message) {
  // That no cluster fits stays the news; otherwise the write's failure is.
  if (outcome.reason != reason_no_cluster_fit) {
    outcome.reason = write == Outcome::over_quota ? reason_quota_exceeded : reason_scheduler_error;
    outcome.message = message.empty() ? "the result could not be written" : message;
  }
  outcome.observed_affinity_name.reset();
  outcome.status = api::status_false;
  outcome.retry = Retry::backoff;
}

}  // namespace

bool handles_binding(const api::ResourceBinding& binding, std::string_view scheduler) {
  constexpr std::string_view usual = "default-scheduler";
  const std::string_view wanted = binding.spec.scheduler_name;
  if ((wanted.empty() ? usual : wanted) != scheduler || binding.spec.scheduling_suspended())
    return false;
  return std::ranges::any_of(governed_labels, [&binding](std::string_view label) {
    return binding.metadata.labels.contains(label);
  });
}

Scheduler::Scheduler(Ports& ports, SchedulerSettings settings)
    : ports_(ports),
      settings_(std::move(settings)),
      capacities_(ports, settings_.capacity_refresh, settings_.options.resource_models),
      assigning_({.remembers_results = settings_.workload_affinity,
                  .assumes = settings_.overcommit_protection}),
      by_priority_(settings_.priority_queue
                       ? std::make_unique<SchedulingQueue>(ports.clock, ports.timers, ports.tracing)
                       : nullptr),
      legacy_(settings_.priority_queue
                  ? nullptr
                  : std::make_unique<ClassicQueue<api::Key>>(
                        ports.clock, ports.timers, ports.tracing, settings_.limiter)),
      binding_watch_(ports.objects.bindings.watch(
          [this](const Change<api::ResourceBinding>& change) { observe_binding(change); })),
      cluster_watch_(ports.objects.clusters.watch(
          [this](const Change<api::Cluster>& change) { observe_cluster(change); })),
      worker_(work().start()) {}

void Scheduler::observe_binding(const Change<api::ResourceBinding>& change) {
  assigning_.observed(change);
  const bool handled = change.after && handles_binding(*change.after, settings_.name);
  // A binding that comes into sight, say by the end of a suspension, counts as new.
  const bool known = change.before && handles_binding(*change.before, settings_.name);
  affected_.observed(change, known, handled);
  if (!handled) return;
  if (known && change.before->metadata.generation == change.after->metadata.generation) return;
  push(*change.after);
}

void Scheduler::observe_cluster(const Change<api::Cluster>& change) {
  shared_.clusters_changed();
  // New clusters and new status trigger nothing; a changed spec (taints!) or label does.
  if (!change.before || !change.after) return;
  if (settings_.leaves_terminating_clusters && !change.before->metadata.deleting() &&
      change.after->metadata.deleting()) {
    return push_affected(*change.after);
  }
  if (change.before->metadata.generation == change.after->metadata.generation &&
      change.before->metadata.labels == change.after->metadata.labels) {
    return;
  }
  push_affected(*change.before);
  push_affected(*change.after);
}

void Scheduler::push_affected(const api::Cluster& cluster) {
  const auto bindings = ports_.objects.bindings.list();
  // A key that waits in the priority queue stays as it is; in the other it takes on a new cause.
  const auto settled = by_priority_ ? std::optional(by_priority_->taken()) : std::nullopt;
  const auto handles = [this](const api::ResourceBinding& binding) {
    return handles_binding(binding, settings_.name);
  };
  for (const std::uint32_t position : affected_.concerned(bindings, cluster, settled, handles))
    push(*bindings[position]);
}

void Scheduler::push(const api::ResourceBinding& binding) {
  const int priority =
      binding.spec.schedule_priority ? binding.spec.schedule_priority->priority : 0;
  if (by_priority_) {
    by_priority_->add(binding.metadata.key(), priority);
  } else {
    legacy_->add(binding.metadata.key());
  }
}

Routine Scheduler::work() {
  WorkQueue<api::Key>& queue =
      by_priority_ ? static_cast<WorkQueue<api::Key>&>(*by_priority_) : *legacy_;
  while (true) {
    const auto taken = co_await queue.get();
    auto passing = pass(taken.item);
    const Retry retry = co_await passing;
    settle(taken.item, retry);
    queue.done(taken.item);
  }
}

void Scheduler::settle(const api::Key& key, Retry retry) {
  if (legacy_) {
    if (retry == Retry::none) return legacy_->forget(key);
    legacy_->add_rate_limited(key);
    return;
  }
  switch (retry) {
    case Retry::none:
      return by_priority_->succeed(key);
    case Retry::parked:
      return by_priority_->park(key);
    case Retry::backoff:
      return by_priority_->back_off(key);
  }
}

Task<Retry> Scheduler::pass(api::Key key) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding) co_return Retry::none;
  const PassAction action = pass_action(*binding, [this](std::string_view name) {
    if (!settings_.leaves_terminating_clusters) return false;
    const auto cluster = ports_.objects.clusters.get({{}, std::string(name)});
    return cluster && cluster->metadata.deleting();
  });
  const Duration busy = pass_time(key);
  switch (action) {
    case PassAction::drop:
      co_return Retry::none;
    case PassAction::nothing:
      if (busy > Duration::zero()) co_await ports_.timers.sleep(busy);
      co_return Retry::none;
    case PassAction::fail:
      co_return Retry::backoff;
    case PassAction::acknowledge: {
      if (busy > Duration::zero()) co_await ports_.timers.sleep(busy);
      const std::int64_t generation = binding->metadata.generation;
      auto writing =
          ports_.objects.bindings.patch_status(key, [generation](api::ResourceBinding& next) {
            next.status.scheduler_observed_generation = generation;
          });
      const auto written = co_await writing;
      co_return written.done() ? Retry::none : Retry::backoff;
    }
    case PassAction::schedule:
      break;
  }
  auto passing = schedule_binding(binding, busy);
  const Retry retry = co_await passing;
  co_return retry;
}

Duration Scheduler::pass_time(const api::Key& key) const {
  return settings_.cycle_time + ports_.timers.work_time("scheduler", key);
}

Task<Retry> Scheduler::schedule_binding(std::shared_ptr<const api::ResourceBinding> binding,
                                        Duration busy) {
  const auto decision = ports_.recorder.wants_decisions() ? std::make_shared<Decision>() : nullptr;
  auto deciding = decide(binding, decision);
  PassOutcome outcome = co_await deciding;
  // What was read at the beginning of a pass decides, what is written comes at its end.
  if (busy > Duration::zero()) co_await ports_.timers.sleep(busy);
  if (decision) ports_.recorder.decided(binding->metadata.key(), decision);
  auto writing = write(binding, &outcome);
  const bool written = co_await writing;
  co_return written ? outcome.retry : Retry::backoff;
}

Scheduler::Peers Scheduler::peers_of(const api::ResourceBinding& binding) const {
  Peers peers;
  // Cluster-scoped bindings are not compared with others.
  if (!settings_.workload_affinity || !binding.spec.workload_affinity_groups ||
      binding.metadata.space.empty()) {
    return peers;
  }
  const api::WorkloadAffinityGroups& groups = *binding.spec.workload_affinity_groups;
  const auto collect = [&](Index index, const std::string& group,
                           std::vector<const std::vector<api::TargetCluster>*>& targets) {
    if (group.empty()) return;
    const std::string value = affinity_index_value(binding.metadata.space, group);
    for (const auto& other : ports_.objects.bindings.select(index, value)) {
      if (other->metadata.name == binding.metadata.name) continue;
      auto latest = assigning_.latest(other);
      if (latest->spec.clusters.empty()) continue;
      targets.push_back(&latest->spec.clusters);
      peers.bindings.push_back(std::move(latest));
    }
  };
  collect(Index::affinity_group, groups.affinity_group, peers.targets.affinity);
  collect(Index::anti_affinity_group, groups.anti_affinity_group, peers.targets.anti_affinity);
  return peers;
}

Task<PassOutcome> Scheduler::decide(std::shared_ptr<const api::ResourceBinding> binding,
                                    std::shared_ptr<Decision> decision) {
  AssumedByCluster assumed;
  if (settings_.overcommit_protection) assumed = assigning_.assumed(ports_.clock.now());
  const GeneralEstimator general({.resource_models = settings_.options.resource_models,
                                  .assumed = assumed.empty() ? nullptr : &assumed});
  const Peers peers = peers_of(*binding);
  if (!settings_.accurate_estimators) {
    const std::array<const Estimator*, 1> estimators{&general};
    const SchedulingInput input{.clusters = capacities_.of(ports_.objects.clusters.list()),
                                .spec = binding->spec,
                                .status = binding->status,
                                .affinity_name = {},
                                .options = settings_.options,
                                .peers = &peers.targets};
    const bool shares = SharedPasses::serves(input) && assumed.empty() &&
                        !settings_.capacity_refresh.every && !ports_.recorder.wants_every_cluster();
    if (!shares) co_return schedule_with_affinities(input, estimators, decision.get());
    co_return search_affinities(input, [this, &decision](const SchedulingInput& attempt) {
      return shared_.schedule(attempt, decision.get());
    });
  }
  // The caches may go on while estimators are asked; a pass keeps to what it began with.
  const auto listed = capacities_.of(ports_.objects.clusters.list());
  const std::vector<std::shared_ptr<const api::Cluster>> clusters(listed.begin(), listed.end());
  AffinitySearch search(binding->spec, binding->status);
  while (search.pending()) {
    const SchedulingInput attempt{.clusters = clusters,
                                  .spec = binding->spec,
                                  .status = binding->status,
                                  .affinity_name = search.affinity_name(),
                                  .options = settings_.options,
                                  .peers = &peers.targets};
    Feasible feasible = find_candidates(attempt, decision.get());
    if (auto* error = std::get_if<ScheduleError>(&feasible)) {
      search.conclude(std::move(*error));
      continue;
    }
    auto& candidates = std::get<std::vector<Candidate>>(feasible);
    std::vector<Estimates> estimates;
    if (needs_estimates(binding->spec)) {
      const std::vector<const api::Cluster*> asked = clusters_of(candidates);
      estimates.push_back(general.estimate(asked, binding->spec));
      auto asking = ask_estimators(binding, asked, assumed);
      Estimates accurate = co_await asking;
      estimates.push_back(std::move(accurate));
    }
    search.conclude(place(std::move(candidates), estimates, attempt, decision.get()));
  }
  co_return outcome_of(search, settings_.options);
}

Task<Estimates> Scheduler::ask_estimators(std::shared_ptr<const api::ResourceBinding> binding,
                                          std::vector<const api::Cluster*> clusters,
                                          AssumedByCluster assumed) {
  std::vector<std::string> names;
  names.reserve(clusters.size());
  for (const api::Cluster* cluster : clusters) {
    // Without a connection there is no answer.
    if (settings_.no_estimators_in_pull && cluster->spec.sync_mode == api::sync_pull)
      co_return Estimates{};
    names.push_back(cluster->metadata.name);
  }
  EstimateQuestion question{.requirements = binding->spec.replica_requirements,
                            .space = binding->spec.resource.space,
                            .components = {},
                            .assumed = std::move(assumed),
                            .quotas = settings_.estimator_quotas};
  if (estimates_sets(binding->spec)) question.components = binding->spec.components;
  auto asking = ports_.estimators.available(std::move(names), std::move(question),
                                            settings_.estimator_timeout);
  const Estimators::Answers answers = co_await asking;
  std::vector<api::Replicas> estimates;
  estimates.reserve(answers.size());
  for (const std::optional<api::Replicas>& answer : answers) {
    if (!answer) co_return Estimates{};
    estimates.push_back(*answer);
  }
  co_return Estimates(std::move(estimates));
}

Task<Written<api::ResourceBinding>> Scheduler::write_assignment(
    std::shared_ptr<const api::ResourceBinding> binding, std::vector<api::TargetCluster> clusters) {
  // Only fields that differ from what was read are sent: what others changed meanwhile stands.
  const bool moved = clusters != binding->spec.clusters;
  const bool applied = !api::same_placement(binding->applied_placement, binding->spec.placement);
  if (!moved && !applied) co_return Written<api::ResourceBinding>{};
  auto patching = ports_.objects.bindings.patch(
      binding->metadata.key(), [clusters = std::move(clusters), placement = binding->spec.placement,
                                moved](api::ResourceBinding& next) {
        if (moved) next.spec.clusters = clusters;
        next.applied_placement = placement;
      });
  auto patched = co_await patching;
  if (patched.done() && patched.object) assigning_.patched(patched.object, ports_.clock.now());
  co_return patched;
}

Task<bool> Scheduler::write(std::shared_ptr<const api::ResourceBinding> binding,
                            PassOutcome* outcome) {
  const api::Key key = binding->metadata.key();
  if (outcome->clusters) {
    auto writing = write_assignment(binding, *outcome->clusters);
    const auto written = co_await writing;
    if (!written.done()) fail_write(*outcome, written.outcome, written.message);
  }
  if (outcome->observed_affinity_name) {
    auto patching = ports_.objects.bindings.patch_status(
        key, [name = *outcome->observed_affinity_name](api::ResourceBinding& next) {
          next.status.scheduler_observed_affinity_name = name;
        });
    const auto patched = co_await patching;
    if (!patched.done()) co_return false;
  }
  const auto now = api::StoredTime::floor(ports_.clock.now());
  const bool scheduled = outcome->status == api::status_true;
  api::Condition condition{.type = std::string(api::condition_scheduled),
                           .status = std::string(outcome->status),
                           .reason = std::string(outcome->reason),
                           .message = outcome->message,
                           .last_transition_time = now};
  auto patching = ports_.objects.bindings.patch_status(
      key, [condition = std::move(condition), scheduled, now,
            generation = binding->metadata.generation](api::ResourceBinding& next) {
        api::set_condition(next.status.conditions, condition);
        if (!scheduled) return;
        next.status.scheduler_observed_generation = generation;
        next.status.last_scheduled_time = now;
      });
  const auto patched = co_await patching;
  co_return patched.done();
}

}  // namespace firedrill::policy::karmada
