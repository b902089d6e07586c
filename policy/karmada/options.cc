#include "policy/karmada/options.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "policy/karmada/controller_list.h"
#include "policy/karmada/options_visitors.h"

namespace firedrill::policy::karmada {
namespace {

/// Calls `visit(name, struct)` for each component that has flags, in the order of the tables.
template <class AnyOptions, class Visit>
void for_each_component(AnyOptions& options, const Visit& visit) {
  visit(std::string_view("controller-manager"), options.controller_manager);
  visit(std::string_view("agent"), options.agent);
  visit(std::string_view("scheduler"), options.scheduler);
  visit(std::string_view("descheduler"), options.descheduler);
  visit(std::string_view("webhook"), options.webhook);
}

std::string join(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

/// "unknown …", with the name that was probably meant.
void report_unknown(std::string_view what,
                    std::string_view name,
                    const std::vector<std::string>& known,
                    std::string pointer,
                    api::Diagnostics& diagnostics) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string_view near = api::nearest(name, candidates);
  std::string remedy = near.empty() ? "firedrill profiles karmada lists them all"
                                    : "did you mean " + api::in_quotes(near) + "?";
  diagnostics.add({api::Severity::error, std::move(pointer),
                   "unknown " + std::string(what) + " " + api::in_quotes(name), std::move(remedy),
                   api::Anchor::key});
}

void warn_inert(std::string_view what,
                std::string_view name,
                std::string_view reason,
                std::string pointer,
                api::Diagnostics& diagnostics) {
  diagnostics.add({api::Severity::warning, std::move(pointer),
                   std::string(what) + " " + api::in_quotes(name) + " changes nothing here",
                   std::string(reason), api::Anchor::key});
}

/// Sets one flag in every component that it is for.
void read_flag(std::string_view written,
               const api::Json& value,
               const std::string& pointer,
               Options& options,
               api::Diagnostics& diagnostics) {
  const std::size_t slash = written.find('/');
  const bool qualified = slash != std::string_view::npos;
  const std::string_view wanted = qualified ? written.substr(0, slash) : std::string_view();
  const std::string_view flag = qualified ? written.substr(slash + 1) : written;
  bool found = false;
  bool complained = false;
  bool component_known = !qualified;
  std::string_view inert;
  std::vector<std::string> known;
  std::vector<std::string_view> components;
  for_each_component(options, [&](std::string_view name, auto& flags) {
    components.push_back(name);
    KeyLister lister(known, qualified ? std::string(name) + "/" : "");
    describe(lister, flags);
    if (qualified && name != wanted) return;
    component_known = true;
    // The same flag is checked alike everywhere, so one component's complaint is enough.
    api::Diagnostics own;
    FieldReader reader(flag, value, pointer, own);
    describe(reader, flags);
    if (!complained) diagnostics.merge(own);
    complained = complained || !own.ok();
    found = found || reader.found();
    if (!reader.inert().empty()) inert = reader.inert();
  });
  if (!component_known) {
    diagnostics.add({api::Severity::error, pointer, "unknown component " + api::in_quotes(wanted),
                     "one of " + join(components), api::Anchor::key});
  } else if (!found) {
    report_unknown("flag", written, known, pointer, diagnostics);
  } else if (!inert.empty()) {
    warn_inert("flag", written, inert, pointer, diagnostics);
  }
}

void read_gate(const std::string& name,
               bool value,
               const std::string& pointer,
               FeatureGates& gates,
               api::Diagnostics& diagnostics) {
  const api::Json json{nlohmann::json(value)};
  FieldReader reader(name, json, pointer, diagnostics);
  describe(reader, gates);
  if (!reader.found()) {
    std::vector<std::string> known;
    KeyLister lister(known);
    describe(lister, gates);
    report_unknown("feature gate", name, known, pointer, diagnostics);
  } else if (!reader.inert().empty()) {
    warn_inert("feature gate", name, reader.inert(), pointer, diagnostics);
  }
}

void read_settings(const std::string& component,
                   const Scalars& values,
                   const std::string& pointer,
                   ComponentSettings& settings,
                   api::Diagnostics& diagnostics) {
  bool found = false;
  std::vector<std::string> groups;
  for_each_setting_group(settings, [&](std::string_view name, auto& group) {
    groups.emplace_back(name);
    if (name != component) return;
    found = true;
    for (const auto& [key, value] : values) {
      const std::string at = api::child_pointer(pointer, key);
      if (key == "external") {
        diagnostics.add({api::Severity::error, at, "components cannot be external processes yet",
                         "leave it out: " + component + " runs within the simulator",
                         api::Anchor::key});
        continue;
      }
      FieldReader reader(key, value, at, diagnostics);
      describe(reader, group);
      if (reader.found()) continue;
      std::vector<std::string> known;
      KeyLister lister(known);
      describe(lister, group);
      report_unknown("setting of " + component, key, known, at, diagnostics);
    }
  });
  if (!found) report_unknown("component", component, groups, pointer, diagnostics);
}

void read_switch(const std::string& name,
                 const api::Json& value,
                 const std::string& pointer,
                 Behaviour& behaviour,
                 api::Diagnostics& diagnostics) {
  FieldReader reader(name, value, pointer, diagnostics);
  describe(reader, behaviour);
  if (reader.found()) return;
  std::vector<std::string> known;
  KeyLister lister(known);
  describe(lister, behaviour);
  report_unknown("behaviour switch", name, known, pointer, diagnostics);
}

/// What client-go asks of the periods when an election is set up (tools/leaderelection,
/// NewLeaderElector).
void check_election(const ProcessFlags& flags,
                    const std::string& flags_at,
                    api::Diagnostics& diagnostics) {
  constexpr double jitter_factor = 1.2;
  if (!flags.leader_elect) return;
  const auto refuse = [&](std::string_view flag, const char* problem, const char* remedy) {
    diagnostics.error(api::child_pointer(flags_at, flag), problem, remedy);
  };
  if (flags.leader_elect_retry_period <= api::Duration::zero())
    return refuse("leader-elect-retry-period", "is not positive", "2s, for example");
  const auto longest_retry = static_cast<std::int64_t>(
      jitter_factor * static_cast<double>(flags.leader_elect_retry_period.count()));
  if (flags.leader_elect_renew_deadline.count() <= longest_retry) {
    refuse("leader-elect-renew-deadline", "is not longer than 1.2 times leader-elect-retry-period",
           "10s, for example, with a retry period of 2s");
  }
  if (flags.leader_elect_lease_duration <= flags.leader_elect_renew_deadline) {
    refuse("leader-elect-lease-duration", "is not longer than leader-elect-renew-deadline",
           "15s, for example, with a deadline of 10s");
  }
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
                        near.empty() ? "*, or one of " + join(names)
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

Options read_options(const OptionSource& source,
                     std::string_view pointer,
                     api::Diagnostics& diagnostics) {
  Options options;
  const std::string flags_at = api::child_pointer(pointer, "flags");
  // Flags for one component come after those for all, whatever their order in the map.
  for (const bool qualified : {false, true}) {
    for (const auto& [name, value] : source.flags) {
      if ((name.find('/') != std::string::npos) != qualified) continue;
      read_flag(name, value, api::child_pointer(flags_at, name), options, diagnostics);
    }
  }
  const std::string gates_at = api::child_pointer(pointer, "featureGates");
  for (const auto& [name, value] : source.feature_gates) {
    read_gate(name, value, api::child_pointer(gates_at, name), options.gates, diagnostics);
  }
  const std::string components_at = api::child_pointer(pointer, "components");
  for (const auto& [name, values] : source.components) {
    read_settings(name, values, api::child_pointer(components_at, name), options.components,
                  diagnostics);
  }
  const std::string behaviour_at = api::child_pointer(pointer, "behaviour");
  for (const auto& [name, value] : source.behaviour) {
    read_switch(name, value, api::child_pointer(behaviour_at, name), options.behaviour,
                diagnostics);
  }
  check_flags(options, pointer, diagnostics);
  check_controllers(source.flags, options, flags_at, diagnostics);
  check_estimators(options.components.scheduler, pointer, diagnostics);
  return options;
}

AgentFlags read_agent_flags(const AgentFlags& base,
                            const Scalars& flags,
                            std::string_view pointer,
                            api::Diagnostics& diagnostics) {
  AgentFlags result = base;
  for (const auto& [name, value] : flags) {
    const std::string at = api::child_pointer(pointer, name);
    FieldReader reader(name, value, at, diagnostics);
    describe(reader, result);
    if (!reader.found()) {
      std::vector<std::string> known;
      KeyLister lister(known);
      describe(lister, result);
      report_unknown("agent flag", name, known, at, diagnostics);
    } else if (!reader.inert().empty()) {
      warn_inert("agent flag", name, reader.inert(), at, diagnostics);
    }
  }
  if (!(result.process == base.process))
    check_election(result.process, std::string(pointer), diagnostics);
  return result;
}

FeatureGates read_agent_gates(FeatureGates base,
                              const std::map<std::string, bool>& gates,
                              std::string_view pointer,
                              api::Diagnostics& diagnostics) {
  for (const auto& [name, value] : gates)
    read_gate(name, value, api::child_pointer(std::string(pointer), name), base, diagnostics);
  return base;
}

EffectiveOptions effective(const Options& options) {
  Options copy = options;
  EffectiveOptions all;
  for_each_component(copy, [&](std::string_view name, auto& flags) {
    Scalars own;
    FieldWriter writer(own);
    describe(writer, flags);
    for (auto& [flag, value] : own) {
      const auto [first, is_new] = all.flags.emplace(flag, value);
      if (!is_new && !(first->second == value)) {
        all.flags.emplace(std::string(name) + "/" + flag, std::move(value));
      }
    }
  });
  Scalars gates;
  FieldWriter gate_writer(gates);
  describe(gate_writer, copy.gates);
  for (const auto& [gate, value] : gates) {
    all.feature_gates.emplace(gate, value.document().get<bool>());
  }
  for_each_setting_group(copy.components, [&](std::string_view name, auto& group) {
    Scalars values;
    FieldWriter writer(values);
    describe(writer, group);
    if (!values.empty()) all.components.emplace(name, std::move(values));
  });
  Behaviour reference;
  Scalars usual;
  FieldWriter usual_writer(usual);
  describe(usual_writer, reference);
  FieldWriter switch_writer(all.behaviour);
  describe(switch_writer, copy.behaviour);
  std::erase_if(all.behaviour,
                [&](const auto& entry) { return entry.second == usual.at(entry.first); });
  return all;
}

std::vector<OptionInfo> flag_table() {
  std::vector<OptionInfo> rows;
  Options options;
  for_each_component(options, [&](std::string_view name, auto& flags) {
    TableWriter writer(rows, name);
    describe(writer, flags);
  });
  return rows;
}

std::vector<OptionInfo> feature_gate_table() {
  std::vector<OptionInfo> rows;
  FeatureGates gates;
  TableWriter writer(rows, "");
  describe(writer, gates);
  return rows;
}

std::vector<OptionInfo> component_table() {
  std::vector<OptionInfo> rows;
  ComponentSettings settings;
  for_each_setting_group(settings, [&](std::string_view name, auto& group) {
    TableWriter writer(rows, "", std::string(name) + ".");
    describe(writer, group);
  });
  return rows;
}

std::vector<OptionInfo> behaviour_table() {
  std::vector<OptionInfo> rows;
  Behaviour behaviour;
  TableWriter writer(rows, "");
  describe(writer, behaviour);
  std::vector<OptionInfo> parameters;
  TableWriter parameter_writer(parameters, "", "karmada#6274.");
  describe(parameter_writer, behaviour.eviction_brake);
  const auto brake = std::ranges::find(rows, "karmada#6274", &OptionInfo::name);
  rows.insert(std::next(brake), parameters.begin(), parameters.end());
  return rows;
}

}  // namespace firedrill::policy::karmada
