// Flags, feature gates, settings, switches and latencies.

#include <array>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include <nlohmann/json.hpp>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A flag with values worth a run, as JSON. Periods that are no multiples of each other, so that
/// loops meet in ever other ways; lengths on both sides of those that they are compared with.
struct Choice {
  const char* name;
  std::vector<const char*> values;
};

enum class Whose { karmada_and_kairship, karmada, kairship, clusternet };

struct Choices {
  Whose whose;
  double chance;  ///< Of each flag to be set.
  std::vector<Choice> flags;
};

const std::vector<Choices>& flag_choices() {
  static const std::vector<Choices> all{
      {Whose::karmada_and_kairship,
       0.3,
       {{"cluster-status-update-frequency",
         {R"("7s")", R"("10s")", R"("13s")", R"("31s")", R"("1m")"}},
        {"cluster-success-threshold", {R"("0s")", R"("10s")", R"("45s")", R"("2m")"}},
        {"cluster-failure-threshold", {R"("0s")", R"("15s")", R"("47s")", R"("2m")"}},
        {"cluster-monitor-period", {R"("3s")", R"("7s")", R"("15s")", R"("1m")"}},
        {"cluster-monitor-grace-period", {R"("20s")", R"("41s")", R"("2m")"}},
        {"cluster-startup-grace-period", {R"("30s")", R"("1m30s")", R"("5m")"}},
        {"graceful-eviction-timeout", {R"("5s")", R"("1m")", R"("3m7s")"}},
        {"cluster-lease-duration", {R"("20s")", R"("50s")", R"("75s")"}},
        {"cluster-lease-renew-interval-fraction", {"0.1", "0.3", "0.6"}}}},
      {Whose::karmada_and_kairship,
       0.05,
       {{"controllers", {R"(["*", "-clusterStatus"])", R"(["*", "-gracefulEviction"])"}},
        {"enable-taint-manager", {"false"}},
        {"enable-cluster-resource-modeling", {"false"}},
        {"concurrent-cluster-syncs", {"1", "2"}},
        {"concurrent-resourcebinding-syncs", {"1", "2"}},
        {"concurrent-clusterresourcebinding-syncs", {"1"}},
        {"concurrent-work-syncs", {"1", "2"}},
        {"concurrent-dependent-resource-syncs", {"1"}},
        {"rate-limiter-base-delay", {R"("50ms")", R"("1s")"}},
        {"rate-limiter-max-delay", {R"("10s")", R"("1m")"}},
        {"rate-limiter-qps", {"1", "50"}},
        {"rate-limiter-bucket-size", {"2", "10"}},
        {"cluster-api-qps", {"2", "10"}},
        {"cluster-api-burst", {"3", "20"}},
        {"plugins", {R"(["*", "-ClusterLocality"])", R"(["*", "-TaintToleration"])"}},
        {"scheduler-name", {R"("default-scheduler")"}},
        {"enable-empty-workload-propagation", {"true"}},
        {"disable-scheduler-estimator-in-pull-mode", {"true"}},
        {"scheduler-estimator-timeout", {R"("1s")", R"("5s")"}},
        {"descheduling-interval", {R"("1m")", R"("47s")"}},
        {"unschedulable-threshold", {R"("30s")", R"("2m")"}}}},
      {Whose::karmada,
       0.5,
       {{"resource-eviction-rate", {"0.1", "0.3", "2", "50"}},
        {"no-execute-taint-eviction-purge-mode", {R"("Directly")", R"("Gracefully")"}}}},
      {Whose::kairship,
       0.4,
       {{"failover-eviction-timeout", {R"("5s")", R"("47s")", R"("2m")"}},
        {"default-not-ready-toleration-seconds", {"0", "20", "60"}},
        {"default-unreachable-toleration-seconds", {"0", "20", "60"}}}},
      {Whose::clusternet,
       0.4,
       {{"cluster-status-update-frequency", {R"("30s")", R"("47s")", R"("1m")", R"("2m")"}},
        {"cluster-status-collect-frequency", {R"("7s")", R"("20s")", R"("33s")"}}}},
      {Whose::clusternet,
       0.1,
       {{"cluster-sync-mode", {R"("Push")", R"("Pull")", R"("Dual")"}},
        {"predictor-direct-access", {"true"}},
        {"threadiness", {"1", "3"}}}},
  };
  return all;
}

const std::vector<Choice>& process_choices() {
  static const std::vector<Choice> all{{"kube-api-qps", {"5", "20"}},
                                       {"kube-api-burst", {"5", "30"}}};
  return all;
}

const std::vector<Choice>& gate_choices(bool karmada) {
  static const std::vector<Choice> of_karmada{
      {"GracefulEviction", {"false"}},
      {"StatefulFailoverInjection", {"true", "true", "true"}},
      {"PropagateDeps", {"false"}},
      {"CustomizedClusterResourceModeling", {"false", "false"}},
      {"PriorityBasedScheduling", {"false"}},
      {"ControllerPriorityQueue", {"false", "false"}},
      {"WorkloadAffinity", {"true", "true", "true"}},
      {"ResourceQuotaEstimate", {"true"}},
      {"FederatedQuotaEnforcement", {"true"}},
      {"MultiplePodTemplatesScheduling", {"true", "true"}},
      {"SchedulingOvercommitProtection", {"true", "true"}}};
  static const std::vector<Choice> of_clusternet{{"FeasibleClustersToleration", {"true"}},
                                                 {"Deployer", {"false"}},
                                                 {"FeedInventory", {"false"}},
                                                 {"Predictor", {"false"}},
                                                 {"AppPusher", {"false"}},
                                                 {"SocketConnection", {"false"}},
                                                 {"ClusterInit", {"true"}}};
  return karmada ? of_karmada : of_clusternet;
}

/// Gates that only the newer of the two Karmadas has.
bool is_kairships(std::string_view gate) {
  for (const std::string_view known :
       {"Failover", "GracefulEviction", "PropagateDeps", "CustomizedClusterResourceModeling",
        "ResourceQuotaEstimate"}) {
    if (known == gate) return true;
  }
  return false;
}

class Settings {
 public:
  explicit Settings(Draft& draft)
      : draft_(draft),
        plane_(draft.file.control_plane),
        dice_(draft.dice("control-plane")),
        kairship_(draft.karmada() && plane_.profile != "karmada") {}

  void draw() {
    draw_flags();
    draw_gates();
    draw_components();
    draw_behaviour();
  }

 private:
  void set(const std::string& flag, const char* json) {
    plane_.flags.insert_or_assign(flag, api::Json(nlohmann::json::parse(json)));
  }

  [[nodiscard]] bool has(Whose whose) const {
    switch (whose) {
      case Whose::karmada_and_kairship:
        return draft_.karmada();
      case Whose::karmada:
        return draft_.karmada() && !kairship_;
      case Whose::kairship:
        return kairship_;
      case Whose::clusternet:
        break;
    }
    return !draft_.karmada();
  }

  void draw_flags() {
    for (const Choices& choices : flag_choices()) {
      if (!has(choices.whose)) continue;
      for (const Choice& flag : choices.flags) {
        if (dice_.chance(choices.chance)) set(flag.name, dice_.one_of(flag.values));
      }
    }
    for (const Choice& flag : process_choices()) {
      if (dice_.chance(0.1)) set(flag.name, dice_.one_of(flag.values));
    }
    if (dice_.chance(0.05)) set("resource-eviction-rate", "0");
    if (kairship_ || !draft_.karmada()) plane_.flags.erase("resource-eviction-rate");
    draw_election();
    if (!has(Whose::karmada)) return;
    if (dice_.chance(0.85)) set("enable-no-execute-taint-eviction", "true");
    set("allow-no-execute-taint-policy", "true");
  }

  /// Whose times depend on each other.
  void draw_election() {
    if (dice_.chance(0.15)) return set("leader-elect", "false");
    if (dice_.chance(0.8)) return;
    const std::int64_t retry = dice_.whole(1, 5);
    const auto text = [](std::int64_t length) { return "\"" + std::to_string(length) + "s\""; };
    set("leader-elect-retry-period", text(retry).c_str());
    set("leader-elect-renew-deadline", text(2 * retry + 1).c_str());
    set("leader-elect-lease-duration", text(3 * retry + 4).c_str());
  }

  void draw_gates() {
    for (const Choice& gate : gate_choices(draft_.karmada())) {
      if (kairship_ && !is_kairships(gate.name)) continue;
      const double chance = 0.1 * static_cast<double>(gate.values.size());
      if (dice_.chance(chance))
        plane_.feature_gates.emplace(gate.name, std::string_view(gate.values.front()) == "true");
    }
    if (dice_.chance(0.85))
      plane_.feature_gates.emplace(draft_.karmada() ? "Failover" : "FailOver", true);
    // Nothing would do what that flag asks for.
    const auto mode = plane_.flags.find("cluster-sync-mode");
    if (mode != plane_.flags.end() && plane_.feature_gates.contains("AppPusher"))
      plane_.flags.erase(mode);
  }

  void component(const std::string& name, const std::string& key, nlohmann::json value) {
    plane_.components[name].insert_or_assign(key, api::Json(std::move(value)));
  }

  void draw_components() {
    if (dice_.chance(0.1))
      component("controller-manager", "clockSkew", dice_.one_of({"-7s", "11s"}));
    if (dice_.chance(0.1)) component("scheduler", "clockSkew", dice_.one_of({"-3s", "5s"}));
    if (dice_.chance(0.15)) component("scheduler", "cycleTime", dice_.one_of({"20ms", "1s"}));
    if (draft_.karmada()) return draw_karmada_components();
    if (dice_.chance(0.2)) component("agent", "collectPhase", dice_.one_of({"500ms", "1s", "13s"}));
    if (dice_.chance(0.2)) component("agent", "firstReportImmediate", true);
    if (dice_.chance(0.2)) component("predictor", "latency", dice_.one_of({"50ms", "3s", "25s"}));
    if (dice_.chance(0.1)) component("scheduler", "percentageofclusterstoscore", 50);
    if (dice_.chance(0.1)) component("scheduler", "percentageofclusterstotolerate", 0);
    for (const char* controller :
         {"cluster-lifecycle-controller", "subscription-controller", "base-controller",
          "description-controller", "feedinventory-controller"}) {
      if (dice_.chance(0.05)) component(controller, "workers", dice_.whole(1, 3));
    }
  }

  void draw_karmada_components() {
    if (dice_.chance(0.4)) component("taint-manager", "evictionWorkers", dice_.whole(1, 5));
    if (dice_.chance(0.3)) component("taint-manager", "period", dice_.one_of({"3s", "7s", "30s"}));
    if (dice_.chance(0.25)) {
      component("scheduler", "capacityRefresh", dice_.one_of({"0s", "17s", "1m"}));
    }
    if (dice_.chance(0.25)) {
      component("scheduler", "estimators", nlohmann::json::array({"general", "accurate"}));
      draft_.asks_estimators = true;
    } else if (dice_.chance(0.1)) {
      set("enable-scheduler-estimator", "true");
      draft_.asks_estimators = true;
    }
    if (dice_.chance(0.2)) {
      component("descheduler", "enabled", true);
      draft_.descheduler = draft_.asks_estimators = true;
      if (dice_.chance(0.3)) component("descheduler", "clockSkew", "9s");
    }
    for (const char* controller :
         {"taint-manager", "cluster-controller", "cluster-status-controller",
          "execution-controller", "work-status-controller", "binding-controller",
          "resource-binding-status-controller", "resource-binding-graceful-eviction-controller",
          "dependencies-distributor", "workload-rebalancer", "cluster-taint-policy-controller"}) {
      if (kairship_ && std::string_view(controller) == "cluster-taint-policy-controller") continue;
      if (dice_.chance(0.05)) component(controller, "workers", dice_.whole(1, 3));
    }
  }

  void draw_behaviour() {
    if (!draft_.karmada()) return;
    const auto behaviour = [&](const char* issue, nlohmann::json value) {
      plane_.behaviour.emplace(issue, api::Json(std::move(value)));
    };
    if (dice_.chance(0.15)) behaviour("karmada#7408", dice_.one_of({"before", "after"}));
    if (dice_.chance(0.15)) behaviour("karmada#7483", dice_.one_of({"before", "after"}));
    if (kairship_) return;
    if (dice_.chance(0.15)) behaviour("karmada#7613", dice_.one_of({"before", "after"}));
    if (!dice_.chance(0.1)) return;
    nlohmann::json brake;
    brake["mode"] = dice_.one_of({"slow", "halt"});
    brake["unhealthyShare"] = dice_.one_of({0.3, 0.55});
    brake["minClusters"] = dice_.whole(1, 4);
    brake["secondaryRate"] = dice_.one_of({0.05, 0.5});
    behaviour("karmada#6274", std::move(brake));
  }

  Draft& draft_;
  models::ControlPlaneSpec& plane_;
  Dice dice_;
  bool kairship_;
};

void draw_latency(Draft& draft) {
  using models::LatencyPreset;
  Dice dice = draft.dice("latency");
  models::LatencySpec& latency = draft.file.control_plane.latency;
  latency.preset = dice.one_of(
      {LatencyPreset::none, LatencyPreset::none, LatencyPreset::reference, LatencyPreset::typical});
  const auto vary = [&](std::optional<models::DurationModel>& model, api::Duration typical) {
    if (dice.chance(0.08)) model = dice.length(typical);
  };
  vary(latency.api_read, milliseconds(80));
  vary(latency.api_write, milliseconds(15));
  vary(latency.watch, milliseconds(10));
  vary(latency.member_write, milliseconds(40));
  vary(latency.member_watch, milliseconds(25));
  vary(latency.member_reaction, milliseconds(100));
  vary(latency.timer_lateness, microseconds(700));
  if (dice.chance(0.1)) latency.reconcile.emplace("*", dice.length(milliseconds(5)));
  if (dice.chance(0.1)) latency.reconcile.emplace("scheduler", dice.length(milliseconds(30)));
  if (dice.chance(0.05) && draft.karmada())
    latency.reconcile.emplace("taint-manager", dice.length(milliseconds(200)));
  if (dice.chance(0.15)) latency.client_limits = dice.chance(0.5);
  if (dice.chance(0.2))
    latency.probe_timeout = models::DurationModel::constant(
        dice.one_of<api::Duration>({seconds(5), seconds(32), seconds(61)}));
}

}  // namespace

void draw_control_plane(Draft& draft) {
  Settings(draft).draw();
  draw_latency(draft);
}

}  // namespace firedrill::scenarios::random
