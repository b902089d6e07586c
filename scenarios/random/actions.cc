// What people and machines do meanwhile.

#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {
namespace {

using models::ScenarioEvent;
using std::chrono::minutes;
using std::chrono::seconds;

class Actions {
 public:
  explicit Actions(Draft& draft) : draft_(draft), dice_(draft.dice("actions")) {}

  void draw() {
    const std::int64_t wanted = dice_.whole(0, draft_.sizes.actions);
    for (std::int64_t i = 0; i < wanted; ++i)
      draw_one();
  }

 private:
  // Draws in the arguments of one call come in whatever order the compiler likes, so a call has at
  // most one.

  /// At a time, or when the timeline tells of something.
  void enter(models::EventAction action, std::optional<api::Duration> at = std::nullopt) {
    ScenarioEvent event;
    event.action = std::move(action);
    if (!at && dice_.chance(0.15)) {
      event.on = trigger();
      if (dice_.chance(0.6)) event.after = dice_.instant(seconds(0), seconds(90));
      if (dice_.chance(0.3)) event.times = dice_.whole(2, 3);
    } else {
      event.at = at.value_or(dice_.instant(seconds(30), draft_.file.simulation.duration));
    }
    draft_.file.events.push_back(std::move(event));
  }

  timeline::Selector trigger() {
    nlohmann::json selector;
    selector["kind"] =
        dice_.one_of({"TaintAdded", "ClusterConditionChanged", "FaultEnded", "BindingScheduled"});
    return timeline::Selector::parse(api::Json(std::move(selector))).value();
  }

  void draw_one() {
    switch (dice_.whole(0, 13)) {
      case 0:
      case 1:
        return taint();
      case 2:
        return relabel();
      case 3:
        return condition();
      case 4:
      case 5:
        return nodes();
      case 6:
        return join();
      case 7:
        return unjoin();
      case 8:
        return scale();
      case 9:
        return rollout();
      case 10:
        return ready_cap();
      case 11:
        return status();
      default:
        return enter(random_object_action(draft_, dice_));
    }
  }

  [[nodiscard]] std::string cluster() { return dice_.one_of(draft_.clusters); }

  void taint() {
    models::TaintEvent taint;
    taint.cluster = cluster();
    taint.key = dice_.one_of(hand_taints);
    taint.effect = dice_.one_of({"NoExecute", "NoExecute", "NoSchedule"});
    if (!draft_.karmada() && dice_.chance(0.3)) taint.effect = "PreferNoSchedule";
    if (dice_.chance(0.3)) taint.value = "planned";
    const api::Duration end = draft_.file.simulation.duration;
    const api::Duration at = dice_.instant(seconds(30), end * 7 / 10);
    models::UntaintEvent untaint{taint.cluster, taint.key, dice_.chance(0.5) ? taint.effect : ""};
    enter(std::move(taint), at);
    if (dice_.chance(0.7)) enter(std::move(untaint), at + dice_.instant(seconds(5), end / 3));
  }

  void relabel() {
    models::LabelEvent label{cluster(), {}};
    if (dice_.chance(0.8)) label.labels.emplace(tier_label, dice_.one_of(tiers));
    enter(std::move(label));
  }

  void condition() {
    enter(models::ConditionEvent{cluster(), "StorageHealthy",
                                 dice_.one_of({"True", "False", "False", "Unknown"}), "Checked"});
  }

  void nodes() {
    models::NodesEvent nodes;
    nodes.cluster = cluster();
    switch (dice_.whole(0, 2)) {
      case 0:
        nodes.add = -dice_.whole(1, 2);
        break;
      case 1:
        nodes.cordon = dice_.whole(0, 3);
        break;
      default:
        nodes.set.emplace();
        nodes.set->push_back(
            {dice_.whole(1, 3),
             "fresh",
             {},
             {},
             {{"cpu", quantity("4")}, {"memory", quantity("8Gi")}, {"pods", quantity("20")}}});
        break;
    }
    enter(std::move(nodes));
  }

  void join() {
    const std::string name = fmt::format("late{}", ++joined_);
    models::ClusterSpec cluster = random_cluster(draft_, dice_, name);
    cluster.join_at = {};
    if (draft_.file.network) cluster.site = dice_.one_of({"east", "west"});
    const api::Duration at = dice_.instant(minutes(1), draft_.file.simulation.duration * 7 / 10);
    enter(std::move(cluster), at);
    if (!dice_.chance(0.3)) return;
    const bool force = dice_.chance(0.5);
    enter(models::UnjoinEvent{name, force}, at + dice_.instant(seconds(60), minutes(15)));
  }

  void unjoin() {
    // Two that leave are too many for small worlds.
    if (left_) return scale();
    left_ = true;
    const std::string name = cluster();
    const api::Duration at = dice_.instant(minutes(1), draft_.file.simulation.duration);
    enter(models::UnjoinEvent{name, dice_.chance(0.4)}, at);
    if (dice_.chance(0.6) || !draft_.file.clusters.front().cluster.name.starts_with("member"))
      return;
    for (const ClusterEntry& entry : draft_.file.clusters) {
      if (entry.cluster.name != name) continue;
      models::ClusterSpec again = entry.cluster;
      again.join_at = {};
      enter(std::move(again), at + dice_.instant(seconds(60), minutes(10)));
    }
  }

  void scale() {
    const NamedWorkload workload = any_workload(draft_, dice_);
    enter(models::ScaleEvent{workload.full(), dice_.whole(0, draft_.sizes.replicas)});
  }

  void rollout() {
    const NamedWorkload workload = any_workload(draft_, dice_);
    if (workload.entry->kind == "Job") return scale();
    enter(models::RolloutEvent{workload.full(), random_behaviour(draft_, dice_, false)});
  }

  void ready_cap() {
    const NamedWorkload workload = any_workload(draft_, dice_);
    const std::string where = cluster();
    const api::Duration at = dice_.instant(seconds(60), draft_.file.simulation.duration / 2);
    const std::int64_t cap = dice_.whole(0, 2);
    enter(models::ReadyCapEvent{workload.full(), where, cap}, at);
    if (!dice_.chance(0.7)) return;
    const api::Duration later = at + dice_.instant(seconds(30), minutes(12));
    enter(models::ReadyCapEvent{workload.full(), where, -1}, later);
  }

  void status() {
    const NamedWorkload workload = any_workload(draft_, dice_);
    nlohmann::json document;
    document["state"] = dice_.one_of({"Failed", "Running"});
    enter(models::StatusEvent{workload.full(), cluster(), api::Json(std::move(document))});
  }

  Draft& draft_;
  Dice dice_;
  int joined_ = 0;
  bool left_ = false;
};

}  // namespace

void draw_actions(Draft& draft) {
  Actions(draft).draw();
}

}  // namespace firedrill::scenarios::random
