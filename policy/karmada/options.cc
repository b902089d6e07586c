#include "policy/karmada/options.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "policy/karmada/controller_list.h"
#include "policy/karmada/options_describe.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/options/reading.h"

namespace firedrill::policy::karmada {

/// Calls `visit(name, struct)` for each component that has flags, in the order of the tables.
template <class Visit>
void for_each_component(Options& options, const Visit& visit) {
  visit(std::string_view("controller-manager"), options.controller_manager);
  visit(std::string_view("agent"), options.agent);
  visit(std::string_view("scheduler"), options.scheduler);
  visit(std::string_view("descheduler"), options.descheduler);
  visit(std::string_view("webhook"), options.webhook);
}

namespace {

/// Both profiles of the legacy release have the same names.
Edition edition_of(Release release) {
  return {release == Release::current ? "karmada" : "kairship", release};
}

/// What to do with a flag of a vendor's name.
std::string flag_of_vendor(std::string_view written,
                           const std::string& pointer,
                           api::Diagnostics& diagnostics) {
  const std::size_t slash = written.find('/');
  const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
  const std::string_view name = written.substr(start);
  const auto parameters = vendor_parameters();
  const auto parameter = std::ranges::find(parameters, name, &VendorParameter::name);
  if (parameter == parameters.end()) return std::string(written);
  if (!parameter->caveat.empty()) {
    diagnostics.add({api::Severity::warning, pointer,
                     "flag " + api::in_quotes(name) + " is read as " + std::string(parameter->flag),
                     std::string(parameter->caveat), api::Anchor::key});
  }
  return std::string(written.substr(0, start)) + std::string(parameter->flag);
}

/// The flags under their own names.
std::vector<FlagSetting> flags_of_release(const Scalars& flags,
                                          const std::string& flags_at,
                                          Release release,
                                          api::Diagnostics& diagnostics) {
  std::vector<FlagSetting> settings = flag_settings(flags, flags_at);
  if (release == Release::current) return settings;
  for (FlagSetting& setting : settings) {
    const std::string written = setting.name;
    setting.name = flag_of_vendor(written, setting.pointer, diagnostics);
    if (setting.name == written || !flags.contains(setting.name)) continue;
    diagnostics.add({api::Severity::error, setting.pointer,
                     "flag " + setting.name + " is given twice, under two names",
                     "keep one of the two", api::Anchor::key});
  }
  return settings;
}

/// What the reference checks between flags.
void check_flags(const Options& options, std::string_view pointer, api::Diagnostics& diagnostics) {
  const ControllerManagerFlags& flags = options.controller_manager;
  const std::string flags_at = api::child_pointer(pointer, "flags");
  std::vector<ProcessFlags> checked;  // A flag of all components is complained of once.
  for (const ProcessFlags& process : {flags.process, options.agent.process,
                                      options.scheduler.process, options.descheduler.process}) {
    if (std::ranges::find(checked, process) != checked.end()) continue;
    check_election(process, flags_at, diagnostics);
    checked.push_back(process);
  }
  const std::string& mode = flags.no_execute_taint_eviction_purge_mode;
  if (!flags.enable_no_execute_taint_eviction || mode == "Gracefully" || mode == "Directly") return;
  diagnostics.error(api::child_pointer(flags_at, "no-execute-taint-eviction-purge-mode"),
                    "unknown value " + api::in_quotes(mode), "one of Gracefully, Directly");
}

/// Controllers that there are in no process: one list may serve the manager and the agents.
void check_controllers(const Scalars& flags,
                       const Options& options,
                       const std::string& flags_at,
                       api::Diagnostics& diagnostics) {
  const auto managers = controller_names(ControllerHost::controller_manager);
  const auto agents = controller_names(ControllerHost::agent);
  std::vector<std::string_view> names(managers.begin(), managers.end());
  names.insert(names.end(), agents.begin(), agents.end());
  for (const auto& [flag, value] : flags) {
    if (flag != "controllers" && !flag.ends_with("/controllers")) continue;
    const auto& words = flag.starts_with("agent/") ? options.agent.controllers
                                                   : options.controller_manager.controllers;
    for (const std::string& word : words) {
      const std::string_view name = controller_of(word);
      if (word == "*" || std::ranges::find(names, name) != names.end()) continue;
      const std::string_view near = api::nearest(name, names);
      diagnostics.error(api::child_pointer(flags_at, flag),
                        "unknown controller " + api::in_quotes(name),
                        near.empty() ? "*, or one of " + comma_separated(names)
                                     : "did you mean " + api::in_quotes(near) + "?");
    }
  }
}

/// The general estimator cannot be left out upstream.
void check_estimators(const SchedulerDeployment& scheduler,
                      std::string_view pointer,
                      api::Diagnostics& diagnostics) {
  if (scheduler.has_estimator("general")) return;
  const std::string scheduler_at =
      api::child_pointer(api::child_pointer(pointer, "components"), "scheduler");
  diagnostics.error(api::child_pointer(scheduler_at, "estimators"), "leaves out general",
                    "[\"general\"], or [\"general\", \"accurate\"]");
}

}  // namespace

RateLimiterOptions QueueFlags::limiter() const {
  RateLimiterOptions options;
  if (base_delay > api::Duration::zero()) options.base_delay = base_delay;
  if (max_delay > api::Duration::zero()) options.max_delay = max_delay;
  if (qps > 0) options.qps = static_cast<double>(qps);
  if (bucket_size > 0) options.bucket_size = bucket_size;
  return options;
}

Options read_options(const Options& defaults,
                     const OptionSource& source,
                     std::string_view pointer,
                     api::Diagnostics& diagnostics) {
  Options options = defaults;
  const Edition edition = edition_of(options.release);
  const std::string flags_at = api::child_pointer(pointer, "flags");
  read_flags(flags_of_release(source.flags, flags_at, options.release, diagnostics), edition,
             options, diagnostics);
  const std::string gates_at = api::child_pointer(pointer, "featureGates");
  for (const auto& [name, value] : source.feature_gates) {
    read_gate(name, value, api::child_pointer(gates_at, name), edition, options.gates, diagnostics);
  }
  const std::string components_at = api::child_pointer(pointer, "components");
  for (const auto& [name, values] : source.components) {
    read_settings(name, values, api::child_pointer(components_at, name), edition,
                  options.components, diagnostics);
  }
  const std::string behaviour_at = api::child_pointer(pointer, "behaviour");
  for (const auto& [name, value] : source.behaviour) {
    read_named("behaviour switch", name, value, api::child_pointer(behaviour_at, name), edition,
               options.behaviour, diagnostics);
  }
  check_flags(options, pointer, diagnostics);
  check_controllers(source.flags, options, flags_at, diagnostics);
  check_estimators(options.components.scheduler, pointer, diagnostics);
  return options;
}

AgentFlags read_agent_flags(const Options& options,
                            const Scalars& flags,
                            std::string_view pointer,
                            api::Diagnostics& diagnostics) {
  AgentFlags result = options.agent;
  for (const auto& [name, value] : flags) {
    read_named("agent flag", name, value, api::child_pointer(pointer, name),
               edition_of(options.release), result, diagnostics);
  }
  if (!(result.process == options.agent.process))
    check_election(result.process, std::string(pointer), diagnostics);
  return result;
}

FeatureGates read_agent_gates(const Options& options,
                              const std::map<std::string, bool>& gates,
                              std::string_view pointer,
                              api::Diagnostics& diagnostics) {
  FeatureGates result = options.gates;
  for (const auto& [name, value] : gates) {
    read_gate(name, value, api::child_pointer(std::string(pointer), name),
              edition_of(options.release), result, diagnostics);
  }
  return result;
}

EffectiveOptions effective(const Options& options) {
  EffectiveOptions all = effective_options(options, options.release);
  Behaviour reference = release_defaults(options.release).behaviour;
  Scalars usual;
  FieldWriter usual_writer(usual, options.release);
  describe(usual_writer, reference);
  FieldWriter switch_writer(all.behaviour, options.release);
  Behaviour behaviour = options.behaviour;
  describe(switch_writer, behaviour);
  std::erase_if(all.behaviour,
                [&](const auto& entry) { return entry.second == usual.at(entry.first); });
  return all;
}

std::vector<OptionInfo> flag_table(const Options& defaults) {
  return flag_rows(defaults, defaults.release);
}

std::vector<OptionInfo> feature_gate_table(const Options& defaults) {
  return field_rows(defaults.gates, "", defaults.release);
}

std::vector<OptionInfo> component_table(const Options& defaults) {
  return setting_rows(defaults.components, defaults.release);
}

std::vector<OptionInfo> behaviour_table(const Options& defaults) {
  std::vector<OptionInfo> rows = field_rows(defaults.behaviour, "", defaults.release);
  const auto brake = std::ranges::find(rows, "karmada#6274", &OptionInfo::name);
  if (brake == rows.end()) return rows;
  const std::vector<OptionInfo> parameters =
      field_rows(defaults.behaviour.eviction_brake, "karmada#6274.", defaults.release);
  rows.insert(std::next(brake), parameters.begin(), parameters.end());
  return rows;
}

std::vector<OptionInfo> mechanics_table(Release release) {
  return field_rows(mechanics(release), "", release);
}

}  // namespace firedrill::policy::karmada
