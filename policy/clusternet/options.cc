#include "policy/clusternet/options.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "policy/api/json_text.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/options_describe.h"
#include "policy/options/reading.h"

namespace firedrill::policy::clusternet {

/// Calls `visit(name, struct)` for each component that has flags, in the order of the tables.
template <class Visit>
void for_each_component(Options& options, const Visit& visit) {
  visit(std::string_view("agent"), options.agent);
  visit(std::string_view("controller-manager"), options.controller_manager);
  visit(std::string_view("scheduler"), options.scheduler);
}

/// Calls `visit(name, struct)` for each component that has settings.
template <class Visit>
void for_each_setting_group(ComponentSettings& s, const Visit& visit) {
  visit(std::string_view("agent"), s.agent);
  visit(std::string_view("controller-manager"), s.controller_manager);
  visit(std::string_view("scheduler"), s.scheduler);
  visit(std::string_view("predictor"), s.predictor);
  visit(cluster_lifecycle_name, s.cluster_lifecycle);
  visit(feed_inventory_name, s.feed_inventory);
  visit(subscription_name, s.subscription);
  visit(base_controller_name, s.base);
  visit(localization_controller_name, s.localization);
  visit(manifest_controller_name, s.manifest);
  visit(description_controller_name, s.description);
}

namespace {

using std::chrono::seconds;

/// Whose list has all names.
constexpr std::string_view profile = "clusternet";

/// The reference does not check the periods: below a second a cluster is never seen alive.
void check_periods(const AgentFlags& flags,
                   const std::string& flags_at,
                   api::Diagnostics& diagnostics) {
  const api::Duration period = flags.cluster_status_update_frequency;
  const std::string at = api::child_pointer(flags_at, "cluster-status-update-frequency");
  if (period < seconds(1)) {
    diagnostics.error(at, "is below a second, so that the cluster would always count as silent",
                      "1s or more");
    return;
  }
  constexpr std::int64_t periods_allowed = 3;
  const api::Duration allowed = periods_allowed * std::chrono::floor<seconds>(period);
  if (allowed > flags.cluster_status_collect_frequency + period) return;
  diagnostics.warning(at,
                      "lets a healthy cluster look silent: three periods in whole seconds are not "
                      "more than one period and cluster-status-collect-frequency",
                      "report less often, or collect more often");
}

void check_agent(const AgentFlags& flags,
                 const FeatureGates& gates,
                 const std::string& flags_at,
                 api::Diagnostics& diagnostics) {
  check_periods(flags, flags_at, diagnostics);
  if (flags.cluster_sync_mode == sync_mode_push && !gates.app_pusher) {
    diagnostics.error(api::child_pointer(flags_at, "cluster-sync-mode"),
                      "Push needs the feature gate AppPusher", "Pull, or switch the gate on");
  }
}

void check_profiles(const SchedulerSettings& scheduler,
                    const std::string& components_at,
                    api::Diagnostics& diagnostics) {
  const std::string at =
      api::child_pointer(api::child_pointer(components_at, "scheduler"), "profiles");
  const std::set<std::string> names(scheduler.profiles.begin(), scheduler.profiles.end());
  if (names.size() != scheduler.profiles.size())
    diagnostics.error(at, "has a name twice", "each profile once");
  if (names.contains("")) diagnostics.error(at, "has an empty name", "\"default\", for example");
}

void check(const Options& options, std::string_view pointer, api::Diagnostics& diagnostics) {
  const std::string flags_at = api::child_pointer(pointer, "flags");
  std::vector<ProcessFlags> checked;  // A flag of all components is complained of once.
  for (const ProcessFlags& process :
       {options.agent.process, options.controller_manager.process, options.scheduler.process}) {
    if (std::ranges::find(checked, process) != checked.end()) continue;
    check_election(process, flags_at, diagnostics);
    checked.push_back(process);
  }
  check_agent(options.agent, options.gates, flags_at, diagnostics);
  check_profiles(options.components.scheduler, api::child_pointer(pointer, "components"),
                 diagnostics);
}

}  // namespace

Options read_options(const OptionSource& source,
                     std::string_view pointer,
                     api::Diagnostics& diagnostics) {
  Options options;
  read_flags(source.flags, api::child_pointer(pointer, "flags"), profile, options, diagnostics);
  const std::string gates_at = api::child_pointer(pointer, "featureGates");
  for (const auto& [name, value] : source.feature_gates) {
    read_gate(name, value, api::child_pointer(gates_at, name), profile, options.gates, diagnostics);
  }
  const std::string components_at = api::child_pointer(pointer, "components");
  for (const auto& [name, values] : source.components) {
    read_settings(name, values, api::child_pointer(components_at, name), profile,
                  options.components, diagnostics);
  }
  const std::string behaviour_at = api::child_pointer(pointer, "behaviour");
  for (const auto& [name, value] : source.behaviour) {
    report_unknown("behaviour switch", name, {}, profile, api::child_pointer(behaviour_at, name),
                   diagnostics);
  }
  if (diagnostics.ok()) check(options, pointer, diagnostics);
  return options;
}

AgentFlags read_agent_flags(const AgentFlags& base,
                            const Scalars& flags,
                            std::string_view pointer,
                            api::Diagnostics& diagnostics) {
  AgentFlags result = base;
  for (const auto& [name, value] : flags) {
    read_named("agent flag", name, value, api::child_pointer(pointer, name), profile, result,
               diagnostics);
  }
  if (!flags.empty()) check_periods(result, std::string(pointer), diagnostics);
  if (!(result.process == base.process))
    check_election(result.process, std::string(pointer), diagnostics);
  return result;
}

FeatureGates read_agent_gates(FeatureGates base,
                              const std::map<std::string, bool>& gates,
                              std::string_view pointer,
                              api::Diagnostics& diagnostics) {
  for (const auto& [name, value] : gates)
    read_gate(name, value, api::child_pointer(pointer, name), profile, base, diagnostics);
  return base;
}

EffectiveOptions effective(const Options& options) {
  return effective_options(options);
}

std::vector<OptionInfo> flag_table() {
  return flag_rows(Options{});
}

std::vector<OptionInfo> feature_gate_table() {
  return field_rows(FeatureGates{});
}

std::vector<OptionInfo> component_table() {
  return setting_rows(ComponentSettings{});
}

}  // namespace firedrill::policy::clusternet
