#include "analysis/explain/durations.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/explain/wording.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;

/// Hands out a duration piece by piece, never more than there is.
class Shares {
 public:
  explicit Shares(sim::Duration all) : rest_(all) {}

  [[nodiscard]] sim::Duration rest() const { return rest_; }

  void give(sim::Duration length, const std::optional<Setting>& setting, std::string words = {}) {
    length = std::clamp(length, sim::Duration{}, rest_);
    if (length == sim::Duration{}) return;
    rest_ -= length;
    Share share{.length = length, .setting = {}, .value = {}, .words = std::move(words)};
    if (setting) {
      share.setting = setting->name;
      share.value = setting->value;
    }
    list_.push_back(std::move(share));
  }
  void give_rest(const std::optional<Setting>& setting, std::string words = {}) {
    give(rest_, setting, std::move(words));
  }
  void give_rest(std::string words) { give(rest_, std::nullopt, std::move(words)); }

  [[nodiscard]] std::vector<Share> take() && {
    // What no rule knew of: steps of components and their requests take time where the scenario
    // has latencies.
    give_rest(rest_ < 5s ? "requests and watches (controlPlane.latency)"
                         : "no setting that the timeline shows");
    return std::move(list_);
  }

 private:
  sim::Duration rest_;
  std::vector<Share> list_;
};

std::string ago(sim::Duration duration) {
  return api::format_duration(duration);
}

/// One overload a kind whose time something sets. `before` is the event that led to it.
class Rules {
 public:
  Rules(const Leg& leg, const Settings& settings, Shares& shares)
      : leg_(leg),
        before_(leg.before.back()),
        settings_(settings),
        shares_(shares),
        agent_(leg.pull ? "agent" : "") {}

  template <class T>
  void operator()(const T&) {}

  void operator()(const ProbeFailed& e) { probe(e.answer); }
  void operator()(const ProbeRecovered& e) { probe(e.answer); }
  void operator()(const LeaseExpired& e);
  void operator()(const HeartbeatLost& e);
  void operator()(const HeartbeatSeen&) { report(); }
  void operator()(const ClusterConditionChanged& e);
  void operator()(const TaintAdded& e);
  void operator()(const EvictionQueued&) {
    shares_.give_rest(settings_.component("taint-manager", "period"),
                      "until the taint manager looks again");
  }
  void operator()(const EvictionDequeued&) { queue(); }
  void operator()(const GracefulEvictionTaskAdded& e);
  void operator()(const GracefulEvictionTaskRemoved& e);
  void operator()(const BindingScheduled&) { scheduling(); }
  void operator()(const SchedulingFailed&) { scheduling(); }
  void operator()(const SubscriptionScheduled&) { scheduling(); }
  void operator()(const SubscriptionFailed&) { scheduling(); }
  void operator()(const SubscriptionQueued& e);
  void operator()(const WorkCreated&);
  void operator()(const ManifestDelivered&);
  void operator()(const PodsStarted&);
  void operator()(const PodsReady&);
  void operator()(const PodsStopped& e);
  void operator()(const ComponentStopped& e);
  void operator()(const ComponentStarted&);
  void operator()(const ScenarioEvent&) { shares_.give_rest("after, of the entry of events"); }
  void operator()(const FaultEnded&) { shares_.give_rest("for, of the fault"); }
  void operator()(const ResourceSummaryChanged&) {
    shares_.give_rest(flag("cluster-status-update-frequency"), "until the next status");
  }

 private:
  [[nodiscard]] std::optional<Setting> flag(std::string_view name) const {
    return settings_.flag(name, agent_);
  }
  template <class T>
  [[nodiscard]] const T* after() const {
    return std::get_if<T>(&before_.payload);
  }
  [[nodiscard]] sim::Duration length_of(const std::optional<Setting>& setting) const {
    return setting && setting->duration ? *setting->duration : sim::Duration{};
  }

  void probe(std::string_view answer);
  void report();
  void queue();
  void scheduling();
  void threshold(std::string_view name);
  /// When it fell due: `length` after `since`, which may be before the cause.
  [[nodiscard]] sim::Duration until(sim::Time since, sim::Duration length) const {
    return since + length - before_.time;
  }
  [[nodiscard]] std::string reckoned_from(std::string_view what, sim::Time since) const;

  const Leg& leg_;
  const TimelineEvent& before_;
  const Settings& settings_;
  Shares& shares_;
  std::string_view agent_;
};

std::string Rules::reckoned_from(std::string_view what, sim::Time since) const {
  if (since == before_.time) return fmt::format("from {}", what);
  return since < before_.time ? fmt::format("from {}, {} before", what, ago(before_.time - since))
                              : fmt::format("from {}, {} after", what, ago(since - before_.time));
}

void Rules::probe(std::string_view answer) {
  shares_.give_rest(flag("cluster-status-update-frequency"),
                    answer == "timeout" ? "until the next probe, and the probe's time-out"
                                        : "until the next probe");
}

void Rules::report() {
  shares_.give_rest(flag("cluster-status-update-frequency"), "until the agent reports");
}

void Rules::operator()(const LeaseExpired& e) {
  const auto period = settings_.flag("cluster-monitor-period");
  auto grace = settings_.flag("cluster-monitor-grace-period");
  const auto startup = settings_.flag("cluster-startup-grace-period");
  // One that never reported has the longer grace: told by how long it really took.
  const sim::Duration silence = leg_.event.time - e.last_renewed.time;
  if (silence >= length_of(startup) && silence > length_of(grace) + length_of(period))
    grace = startup;
  shares_.give(until(e.last_renewed.time, length_of(grace)), grace,
               reckoned_from("the last renewal", e.last_renewed.time));
  shares_.give_rest(period, "until the monitor looks");
}

void Rules::operator()(const HeartbeatLost& e) {
  const auto frequency = settings_.flag("cluster-status-update-frequency");
  const sim::Duration silence = std::chrono::floor<std::chrono::seconds>(length_of(frequency)) * 3;
  shares_.give(
      until(e.last_observed.time, silence), frequency,
      "three periods of silence, " + reckoned_from("the last report", e.last_observed.time));
  shares_.give_rest(frequency, "until the hub looks: at a status, or each three periods");
}

void Rules::threshold(std::string_view name) {
  const auto threshold = flag(name);
  shares_.give(length_of(threshold), threshold);
  shares_.give_rest(flag("cluster-status-update-frequency"), "until the next probe");
}

void Rules::operator()(const ClusterConditionChanged& e) {
  if (after<ProbeFailed>() != nullptr) return threshold("cluster-failure-threshold");
  if (after<ProbeRecovered>() != nullptr) return threshold("cluster-success-threshold");
  if (settings_.clusternet()) return report();
  if (after<LeaseExpired>() != nullptr || e.condition != "Ready") return;
  shares_.give_rest(flag("cluster-status-update-frequency"), "until the next status");
}

void Rules::operator()(const TaintAdded& e) {
  if (!settings_.taints_in_two_stages() || e.taint.effect != api::effect_no_execute) return;
  const auto timeout = settings_.flag("failover-eviction-timeout");
  // The timeout counts from the condition, whichever taint came between.
  sim::Time since = before_.time;
  for (const TimelineEvent& event : leg_.before) {
    const auto* condition = std::get_if<ClusterConditionChanged>(&event.payload);
    if (condition != nullptr && condition->condition == "Ready") since = event.time;
  }
  shares_.give(until(since, length_of(timeout)), timeout);
  shares_.give_rest(settings_.flag("cluster-monitor-period"), "until the monitor looks");
}

void Rules::queue() {
  if (!leg_.wait) return;
  const QueueWait& wait = *leg_.wait;
  if (wait.ready > before_.time) {
    // Tolerations count from the taint; where the release gives every workload one, it says so.
    std::optional<Setting> usual;
    for (const TimelineEvent& event : leg_.before) {
      const auto* taint = std::get_if<TaintAdded>(&event.payload);
      if (taint == nullptr || taint->taint.effect != api::effect_no_execute) continue;
      if (taint->taint.key.ends_with("/not-ready"))
        usual = settings_.flag("default-not-ready-toleration-seconds");
      if (taint->taint.key.ends_with("/unreachable"))
        usual = settings_.flag("default-unreachable-toleration-seconds");
      const sim::Duration tolerated = wait.ready - event.time;
      if (usual && std::chrono::ceil<std::chrono::seconds>(tolerated) != usual->duration)
        usual.reset();
    }
    shares_.give(wait.ready - before_.time, usual,
                 usual ? "tolerationSeconds, from the taint's timeAdded"
                       : "tolerationSeconds of the workload's policy, from the taint's timeAdded");
  }
  const auto workers = settings_.component("taint-manager", "evictionWorkers");
  std::string words = fmt::format("{} of {} in the queue", ordinal(wait.position),
                                  std::max(wait.position, wait.depth_max));
  if (workers) words += fmt::format(", {}={}", workers->name, workers->value);
  shares_.give(wait.waited, settings_.flag("resource-eviction-rate"), std::move(words));
}

void Rules::operator()(const GracefulEvictionTaskAdded& e) {
  if (e.task.producer == "TaintManager" || after<EvictionQueued>() != nullptr) return queue();
  shares_.give_rest("tolerationSeconds of failover.application.decisionConditions");
}

void Rules::operator()(const GracefulEvictionTaskRemoved& e) {
  if (e.reason != "Timeout") return;
  auto timeout = settings_.flag("graceful-eviction-timeout");
  sim::Time since = before_.time;
  for (const TimelineEvent& event : leg_.before) {
    const auto* added = std::get_if<GracefulEvictionTaskAdded>(&event.payload);
    if (added == nullptr || added->workload != e.workload || added->cluster != e.cluster) continue;
    since = event.time;
    if (added->task.grace_period_seconds) {
      const sim::Duration own = std::chrono::seconds(*added->task.grace_period_seconds);
      timeout =
          Setting{"gracePeriodSeconds", std::to_string(*added->task.grace_period_seconds), own, {}};
    }
  }
  shares_.give(until(since, length_of(timeout)), timeout, "from the eviction");
  shares_.give_rest(timeout, "until the controller looks");
}

void Rules::scheduling() {
  if (after<SchedulingFailed>() != nullptr || after<SubscriptionFailed>() != nullptr) {
    shares_.give_rest("the scheduler's retry back-off, or until something it watches changes");
    return;
  }
  if (const auto cycle = settings_.component("scheduler", "cycleTime");
      cycle && length_of(cycle) > sim::Duration{}) {
    shares_.give_rest(cycle, "passes of the scheduler, one at a time");
  }
}

void Rules::operator()(const SubscriptionQueued& e) {
  if (e.backoff) shares_.give(e.backoff->length, std::nullopt, "the scheduler's retry back-off");
  if (shares_.rest() >= 5s) report();
}

void Rules::operator()(const WorkCreated&) {
  for (const TimelineEvent& event : leg_.before) {
    const auto* task = std::get_if<GracefulEvictionTaskAdded>(&event.payload);
    if (task == nullptr || task->task.purge_mode != "Directly" || shares_.rest() < 1s) continue;
    shares_.give_rest("the old Work must be gone first: purgeMode Directly");
  }
}

void Rules::operator()(const ManifestDelivered&) {
  if (shares_.rest() < 1s) return;
  const auto base = settings_.flag("rate-limiter-base-delay", agent_);
  const auto max = settings_.flag("rate-limiter-max-delay", agent_);
  if (base && max) {
    shares_.give_rest(Setting{base->name, base->value + " … " + max->value, {}, {}},
                      "retries until the cluster can be reached");
  } else {
    shares_.give_rest("retries until the cluster can be reached");
  }
}

void Rules::operator()(const PodsStarted&) {
  if (shares_.rest() >= 1s) shares_.give_rest("until the pods find a node, or start again");
}

void Rules::operator()(const PodsReady&) {
  shares_.give_rest("start-up of the pods (behaviour.startup)");
}

void Rules::operator()(const PodsStopped& e) {
  if (e.reason == "Crashed")
    shares_.give_rest("time to the next crash (behaviour.crash)");
  else if (e.reason == "Completed")
    shares_.give_rest("run time of the pods (behaviour.runtime)");
  else if (shares_.rest() >= 1s)
    shares_.give_rest("termination of the pods (behaviour.termination)");
}

void Rules::operator()(const ComponentStopped& e) {
  if (e.reason == "LeaseLost")
    shares_.give_rest(settings_.flag("leader-elect-renew-deadline", agent_),
                      "since it could last renew its leader's lease");
}

void Rules::operator()(const ComponentStarted&) {
  shares_.give_rest(settings_.flag("leader-elect-lease-duration", agent_),
                    "until it leads, tried each leader-elect-retry-period");
}

}  // namespace

std::vector<Share> shares_of(const Leg& leg, const Settings& settings) {
  Shares shares(leg.event.time - leg.before.back().time);
  if (shares.rest() == sim::Duration{}) return {};
  std::visit(Rules(leg, settings, shares), leg.event.payload);
  return std::move(shares).take();
}

}  // namespace firedrill::analysis
