#include "analysis/explain/inaction.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/explain/names.h"
#include "analysis/explain/progress.h"
#include "analysis/explain/wording.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

/// Finds the gate at which the way of one cluster ended.
class GateFinder {
 public:
  GateFinder(Causes& causes, const std::string& workload, const ProgressFollower& progress)
      : causes_(causes),
        settings_(causes.settings()),
        workload_(workload),
        follower_(progress),
        end_(causes.file().footer().time.time) {}

  [[nodiscard]] Gate gate(const std::string& cluster, const Progress& progress) const;
  /// Switches that would have stopped it further on.
  void add_closed_switches(std::vector<Gate>& gates) const;

 private:
  [[nodiscard]] Gate not_noticed(const Progress& progress, const std::string& cluster) const;
  [[nodiscard]] Gate below_threshold(const Progress& progress) const;
  [[nodiscard]] Gate no_taint(const Progress& progress, const std::string& cluster) const;
  [[nodiscard]] Gate not_queued(const Progress& progress) const;
  [[nodiscard]] Gate still_queued(const Progress& progress) const;
  [[nodiscard]] Gate decided(const Progress& progress) const;
  [[nodiscard]] Gate of_subscription(const Progress& progress, const std::string& cluster) const;

  [[nodiscard]] Gate make(std::string name,
                          const std::optional<Setting>& setting,
                          std::string words) const {
    Gate gate{.name = std::move(name), .words = std::move(words)};
    if (setting) {
      gate.setting = setting->name;
      gate.value = setting->value;
    }
    return gate;
  }
  [[nodiscard]] std::optional<Setting> failover_gate() const {
    return Setting{"Failover", "false", {}, {}};
  }
  /// "until 1h0m33s", or "to the end of the run".
  [[nodiscard]] std::string ended(const Progress& progress) const {
    return progress.undone ? "until " + clock_text(progress.undone->time) : "to the end of the run";
  }
  [[nodiscard]] sim::Duration lasted(const Progress& progress) const {
    const sim::Time until = progress.undone ? progress.undone->time : end_;
    return until - progress.reached->time;
  }

  Causes& causes_;
  const Settings& settings_;
  const std::string& workload_;
  const ProgressFollower& follower_;
  sim::Time end_;
};

Gate GateFinder::gate(const std::string& cluster, const Progress& progress) const {
  Gate gate;
  switch (progress.stage) {
    case Stage::none:
      gate = make("NoFault", {}, "no fault and no evicting taint reached it");
      break;
    case Stage::fault:
      gate = not_noticed(progress, cluster);
      break;
    case Stage::noticed:
      gate = below_threshold(progress);
      break;
    case Stage::condition:
      gate = no_taint(progress, cluster);
      break;
    case Stage::taint:
      gate = settings_.clusternet() ? of_subscription(progress, cluster) : not_queued(progress);
      break;
    case Stage::queued:
      gate = settings_.clusternet() ? of_subscription(progress, cluster) : still_queued(progress);
      break;
    case Stage::decided:
      gate = settings_.clusternet() ? of_subscription(progress, cluster) : decided(progress);
      break;
  }
  gate.cluster = cluster;
  return gate;
}

Gate GateFinder::not_noticed(const Progress& progress, const std::string& cluster) const {
  const std::string fault = fmt::format("the fault lasted {}, {}",
                                        api::format_duration(lasted(progress)), ended(progress));
  if (settings_.clusternet()) {
    return make("NotNoticed", settings_.flag("cluster-status-update-frequency"),
                fault + "; silence counts after three periods without a report");
  }
  if (causes_.pull(cluster)) {
    return make("NotNoticed", settings_.flag("cluster-monitor-grace-period"),
                fault + "; the cluster's lease did not run out");
  }
  return make("NotNoticed", settings_.flag("cluster-status-update-frequency"),
              fault + "; no probe of the cluster failed");
}

Gate GateFinder::below_threshold(const Progress& progress) const {
  return make("BelowThreshold", settings_.flag("cluster-failure-threshold"),
              fmt::format("probes failed for {} at a stretch, and Ready turns False only after the "
                          "threshold",
                          api::format_duration(progress.failing_max)));
}

Gate GateFinder::no_taint(const Progress& progress, const std::string& cluster) const {
  const std::string unready = fmt::format("{} was not Ready from {} {}", cluster,
                                          clock_text(progress.reached->time), ended(progress));
  if (settings_.clusternet()) return of_subscription(progress, cluster);
  const bool gate_off = settings_.gate("Failover") == false;
  if (settings_.taints_in_two_stages()) {
    if (gate_off) {
      return make("FailoverGateOff", failover_gate(),
                  unready + ", but without the gate no NoExecute taint is added by itself");
    }
    return make("BeforeEvictionTimeout", settings_.flag("failover-eviction-timeout"),
                unready + ", and the NoExecute taint comes only after the time-out");
  }
  if (gate_off) {
    return make("FailoverGateOff", failover_gate(),
                unready +
                    ", but without the gate neither ClusterTaintPolicies nor the taint "
                    "manager are heeded");
  }
  return make("NoNoExecuteSource", settings_.flag("allow-no-execute-taint-policy"),
              unready +
                  ", but no ClusterTaintPolicy gave it a NoExecute taint, and nothing else "
                  "does so by itself");
}

Gate GateFinder::not_queued(const Progress& progress) const {
  const auto& taint = std::get<TaintAdded>(progress.reached->payload).taint;
  const std::string tainted =
      fmt::format("the taint {}:{} was there from {} {}", taint.key, taint.effect,
                  clock_text(progress.reached->time), ended(progress));
  if (!settings_.taints_in_two_stages() && settings_.gate("Failover") == false) {
    return make("FailoverGateOff", failover_gate(),
                tainted + ", but without the gate the taint manager does not run");
  }
  for (const char* flag : {"enable-taint-manager", "enable-no-execute-taint-eviction"}) {
    if (settings_.is_off(flag))
      return make("EvictionDisabled", settings_.flag(flag), tainted + ", but evictions are off");
  }
  return make("ToleratesForever", {},
              fmt::format("{}, and {} tolerates it without tolerationSeconds", tainted,
                          short_name(workload_)));
}

Gate GateFinder::still_queued(const Progress& progress) const {
  const auto& queued = std::get<EvictionQueued>(progress.last->payload);
  if (queued.ready_at && (queued.ready_at->time > end_ ||
                          (progress.undone && queued.ready_at->time > progress.undone->time))) {
    return make(
        "Tolerated", {},
        fmt::format("the taint is tolerated until {}, and it {}", clock_text(queued.ready_at->time),
                    progress.undone ? "was gone at " + clock_text(progress.undone->time)
                                    : "is later than the end of the run"));
  }
  return make(
      "WaitingInQueue", settings_.flag("resource-eviction-rate"),
      fmt::format("queued for eviction at {} as the {} in the queue, and no worker had come "
                  "to it {}",
                  clock_text(progress.reached->time),
                  ordinal(static_cast<std::uint64_t>(std::max<std::int64_t>(
                      std::get<EvictionQueued>(progress.reached->payload).depth, 1))),
                  progress.undone
                      ? fmt::format("when the taint went at {}", clock_text(progress.undone->time))
                      : "by the end of the run"));
}

Gate GateFinder::decided(const Progress& progress) const {
  const auto& done = std::get<EvictionDequeued>(progress.last->payload);
  if (done.outcome == "NotNeeded") {
    return make("NotNeeded", {},
                fmt::format("when its turn came at {}, there was nothing to evict any more",
                            clock_text(progress.last->time)));
  }
  return make("EvictionFailed", {},
              fmt::format("the eviction was tried and failed, last at {}",
                          clock_text(progress.last->time)));
}

Gate GateFinder::of_subscription(const Progress& progress, const std::string& cluster) const {
  if (follower_.failed()) {
    const auto lines = details_of(*follower_.failed());
    return make("NowhereToGo", {},
                fmt::format("the scheduler found nothing else, last at {}: {}",
                            clock_text(follower_.failed()->time),
                            lines.empty() ? words_of(*follower_.failed()) : lines.front()));
  }
  const std::string lost =
      fmt::format("{} was lost at {}", cluster, clock_text(progress.reached->time));
  const auto& bound = follower_.scheduled();
  const auto* scheduled = bound ? std::get_if<SubscriptionScheduled>(&bound->payload) : nullptr;
  const bool divided =
      scheduled != nullptr && scheduled->decision &&
      std::ranges::any_of(scheduled->decision->considered,
                          [](const Considered& considered) { return considered.assigned > 0; });
  if (divided) {
    return make("DividingDoesNotMove", {},
                lost +
                    ", but its replicas are divided: a division is made anew when the "
                    "Subscription or the sum of its replicas changes, not for a lost cluster");
  }
  return make("BoundAsBefore", {}, lost + ", and the scheduler bound it as before");
}

void GateFinder::add_closed_switches(std::vector<Gate>& gates) const {
  if (settings_.clusternet() || gates.empty()) return;
  const auto add = [&](Gate gate) {
    const bool told = std::ranges::any_of(gates, [&](const Gate& other) {
      return other.setting == gate.setting && other.name == gate.name;
    });
    if (!told) gates.push_back(std::move(gate));
  };
  if (settings_.gate("Failover") == false)
    add(make("FailoverGateOff", failover_gate(), "this, too, would have stopped it"));
  for (const char* flag : {"enable-taint-manager", "enable-no-execute-taint-eviction"}) {
    if (settings_.is_off(flag))
      add(make("EvictionDisabled", settings_.flag(flag), "this, too, would have stopped it"));
  }
}

ProgressFollower follow(const TimelineFile& file, const std::string& workload, bool clusternet) {
  ProgressFollower follower(workload, clusternet);
  auto cursor = file.cursor();
  // Events about the workload, and of every kind that a cluster passes on the way.
  std::vector<std::string> texts{in_line(workload)};
  for (const std::string_view kind :
       {FaultStarted::kind, FaultEnded::kind, ProbeFailed::kind, ProbeRecovered::kind,
        LeaseExpired::kind, HeartbeatLost::kind, HeartbeatSeen::kind, TaintAdded::kind,
        TaintRemoved::kind, ClusterConditionChanged::kind}) {
    texts.push_back(fmt::format("\"kind\":\"{}\"", kind));
  }
  cursor.holding(std::move(texts));
  while (const TimelineEvent* event = cursor.next())
    follower.follow(*event);
  follower.end(file.footer().time.time);
  return follower;
}

std::string names_of(const std::map<std::string, std::uint64_t, std::less<>>& clusters) {
  constexpr std::size_t shown_max = 3;
  std::string text;
  std::size_t shown = 0;
  for (const auto& [name, times] : clusters) {
    if (++shown > shown_max) return text + fmt::format(" and {} more", clusters.size() - shown_max);
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace

Explanation explain_inaction(Causes& causes, const std::string& workload) {
  const std::string name = short_name(workload);
  const ProgressFollower progress = follow(causes.file(), workload, causes.settings().clusternet());
  const GateFinder finder(causes, workload, progress);
  Explanation result;
  result.question = fmt::format("{} was not evicted", name);
  if (progress.clusters().empty()) {
    Gate gate{.name = "NeverScheduled", .words = "it was never assigned to any cluster"};
    if (progress.failed()) {
      result.chains.push_back(causes.chain(progress.failed()->seq));
      const auto lines = details_of(*progress.failed());
      if (!lines.empty()) gate.words += ": " + lines.front();
    }
    result.gates.push_back(std::move(gate));
    result.answer = fmt::format("{} was not evicted: {}", name, result.gates.front().words);
    return result;
  }

  // The cluster whose way got farthest comes first: that is where it nearly happened.
  std::vector<std::pair<std::string, const Progress*>> order;
  for (const auto& [cluster, one] : progress.clusters())
    order.emplace_back(cluster, &one);
  std::ranges::stable_sort(
      order, [](const auto& a, const auto& b) { return a.second->stage > b.second->stage; });
  for (const auto& [cluster, one] : order) {
    if (one->stage == Stage::none && !result.gates.empty()) continue;
    result.gates.push_back(finder.gate(cluster, *one));
    if (!one->last) continue;
    Chain chain = causes.chain(one->reached->seq);
    chain.title = fmt::format("how far it got in {}", cluster);
    result.chains.push_back(std::move(chain));
  }
  Gate& first = result.gates.front();
  if (first.name == "NoFault") {
    first.cluster.clear();
    std::map<std::string, std::uint64_t, std::less<>> places;
    for (const auto& [cluster, one] : progress.clusters())
      places.emplace(cluster, 1);
    first.words =
        fmt::format("no fault and no evicting taint reached {}, where it was", names_of(places));
    if (!progress.hit().empty()) first.words += "; the faults hit " + names_of(progress.hit());
  }
  result.answer = fmt::format("{} was not evicted: {}", name, first.words);
  if (!first.setting.empty()) result.answer += fmt::format(" ({}={})", first.setting, first.value);
  finder.add_closed_switches(result.gates);
  return result;
}

}  // namespace firedrill::analysis
