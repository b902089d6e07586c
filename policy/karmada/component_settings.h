#pragma once

/// What the reference hard-codes about its components, and how a component is deployed: the
/// settings of a scenario's `controlPlane.components`, with the reference's values as defaults.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/duration.h"
#include "policy/api/result.h"
#include "policy/api/time.h"

namespace firedrill::policy::karmada {

/// Whatever one's clock says: the machine's setting, the same in every process.
template <class V>
void describe_clock_skew(V& v, api::Duration& skew) {
  v.field("clockSkew", skew, "How far ahead its machine's clock is; negative: behind.");
}

/// Of karmada-controller-manager as a process.
struct ControllerManagerSettings {
  api::Duration clock_skew{};

  friend bool operator==(const ControllerManagerSettings&,
                         const ControllerManagerSettings&) = default;
};

template <class V>
void describe(V& v, ControllerManagerSettings& s) {
  v.begin("ControllerManagerSettings", "About the controller manager.");
  describe_clock_skew(v, s.clock_skew);
}

/// How current the capacities are that the scheduler's general estimator reckons with.
struct CapacityRefresh {
  /// Empty: as the status loop brings them. Else they are read from the members that often; zero:
  /// at each decision.
  std::optional<api::Duration> every;

  friend bool operator==(const CapacityRefresh&, const CapacityRefresh&) = default;
};

[[nodiscard]] inline api::Result<CapacityRefresh> refresh_of_duration(api::Duration every) {
  if (every < api::Duration::zero()) return api::Problem{"a negative duration"};
  return CapacityRefresh{every};
}
[[nodiscard]] inline api::Result<CapacityRefresh> refresh_of_text(std::string text) {
  if (text == "status") return CapacityRefresh{};
  const api::Result<api::Duration> every = api::parse_duration(text);
  if (!every) return api::Problem{"neither \"status\" nor a duration"};
  return refresh_of_duration(every.value());
}
[[nodiscard]] inline std::optional<std::string> text_of_refresh(const CapacityRefresh& refresh) {
  return refresh.every ? api::format_duration(*refresh.every) : "status";
}
/// Texts say it all.
[[nodiscard]] inline std::optional<api::Duration> duration_of_refresh(const CapacityRefresh&) {
  return std::nullopt;
}

template <class V>
void describe_forms(V& v, CapacityRefresh&) {
  v.begin("CapacityRefresh", "How current the scheduler's capacities are.");
  v.form(api::Form<std::string>{"\"status\", or a duration"}, &refresh_of_text, &text_of_refresh);
  v.form(api::Form<api::Duration>{"a duration"}, &refresh_of_duration, &duration_of_refresh);
}

struct SchedulerDeployment {
  api::Duration cycle_time{};
  std::vector<std::string> estimators = {"general"};
  CapacityRefresh capacity_refresh;
  api::Duration clock_skew{};

  [[nodiscard]] bool has_estimator(std::string_view name) const {
    for (const std::string& estimator : estimators) {
      if (estimator == name) return true;
    }
    return false;
  }
  friend bool operator==(const SchedulerDeployment&, const SchedulerDeployment&) = default;
};

template <class V>
void describe(V& v, SchedulerDeployment& s) {
  v.begin("SchedulerDeployment", "About the scheduler.");
  v.field("cycleTime", s.cycle_time,
          "How long one pass over a binding takes, during which its only worker is busy.",
          api::AtLeast{0});
  v.field("estimators", s.estimators,
          "general, which always runs, and accurate (as enable-scheduler-estimator).",
          api::NotEmpty{}, api::OneOf{"general", "accurate"});
  v.field("capacityRefresh", s.capacity_refresh,
          "How often the general estimator's capacities are brought up to date: status (when the "
          "status loop brings them), or a duration; 0s = at each decision.");
  describe_clock_skew(v, s.clock_skew);
}

/// Whether a descheduler is deployed at all.
struct DeschedulerSettings {
  bool enabled = false;
  api::Duration clock_skew{};

  friend bool operator==(const DeschedulerSettings&, const DeschedulerSettings&) = default;
};

template <class V>
void describe(V& v, DeschedulerSettings& s) {
  v.begin("DeschedulerSettings", "About the descheduler.");
  v.field("enabled", s.enabled, "Whether one is deployed.");
  describe_clock_skew(v, s.clock_skew);
}

inline constexpr double most_workers = 1000;

template <class V>
void describe_workers(V& v, std::optional<std::int64_t>& workers) {
  v.field("workers", workers,
          "Its workers; without it as many as its concurrent-…-syncs flag says.", api::AtLeast{1},
          api::AtMost{most_workers});
}

struct TaintManagerSettings {
  std::optional<std::int64_t> workers;
  std::int64_t eviction_workers = 3;
  api::Duration period = std::chrono::seconds(10);

  friend bool operator==(const TaintManagerSettings&, const TaintManagerSettings&) = default;
};

template <class V>
void describe(V& v, TaintManagerSettings& s) {
  v.begin("TaintManagerSettings", "What the reference hard-codes about its taint manager.");
  v.field("evictionWorkers", s.eviction_workers, "Eviction workers of each of its two queues.",
          api::AtLeast{1}, api::AtMost{most_workers});
  v.field("period", s.period, "How often each tainted cluster is looked at anew.", api::Above{0});
  describe_workers(v, s.workers);
}

/// One controller of the controller manager, and of the agents where they run it, too.
struct ControllerSettings {
  std::optional<std::int64_t> workers;

  friend bool operator==(const ControllerSettings&, const ControllerSettings&) = default;
};

template <class V>
void describe(V& v, ControllerSettings& s) {
  v.begin("ControllerSettings", "About one controller.");
  describe_workers(v, s.workers);
}

/// Controllers that exist once for each scope of bindings.
struct BindingControllerSettings {
  ControllerSettings binding;
  ControllerSettings status;
  ControllerSettings graceful_eviction;
  ControllerSettings application_failover;

  friend bool operator==(const BindingControllerSettings&,
                         const BindingControllerSettings&) = default;
};

struct ComponentSettings {
  ControllerManagerSettings controller_manager;
  SchedulerDeployment scheduler;
  DeschedulerSettings descheduler;
  TaintManagerSettings taint_manager;
  ControllerSettings cluster;
  ControllerSettings cluster_status;
  ControllerSettings taint_policy;
  ControllerSettings execution;
  ControllerSettings work_status;
  ControllerSettings dependencies_distributor;
  ControllerSettings workload_rebalancer;
  BindingControllerSettings bindings;
  BindingControllerSettings cluster_bindings;

  friend bool operator==(const ComponentSettings&, const ComponentSettings&) = default;
};

/// Calls `visit(name, struct)` for each component that has settings; controllers have the names
/// that the reference registers them under.
template <class Visit>
void for_each_setting_group(ComponentSettings& s, const Visit& visit) {
  using Name = std::string_view;
  visit(Name("controller-manager"), s.controller_manager);
  visit(Name("scheduler"), s.scheduler);
  visit(Name("descheduler"), s.descheduler);
  visit(Name("taint-manager"), s.taint_manager);
  visit(Name("cluster-controller"), s.cluster);
  visit(Name("cluster-status-controller"), s.cluster_status);
  visit(Name("cluster-taint-policy-controller"), s.taint_policy);
  visit(Name("execution-controller"), s.execution);
  visit(Name("work-status-controller"), s.work_status);
  visit(Name("dependencies-distributor"), s.dependencies_distributor);
  visit(Name("workload-rebalancer"), s.workload_rebalancer);
  visit(Name("binding-controller"), s.bindings.binding);
  visit(Name("resource-binding-status-controller"), s.bindings.status);
  visit(Name("resource-binding-graceful-eviction-controller"), s.bindings.graceful_eviction);
  visit(Name("resource-binding-application-failover-controller"), s.bindings.application_failover);
  visit(Name("cluster-resource-binding-controller"), s.cluster_bindings.binding);
  visit(Name("cluster-resource-binding-status-controller"), s.cluster_bindings.status);
  visit(Name("cluster-resource-binding-graceful-eviction-controller"),
        s.cluster_bindings.graceful_eviction);
  visit(Name("cluster-resource-binding-application-failover-controller"),
        s.cluster_bindings.application_failover);
}

}  // namespace firedrill::policy::karmada
