#pragma once

/// Reads flags, feature gates and component settings into the described structs of one system, and
/// writes them out again for the timeline's header. Heavy; included where a system's options are
/// read and nowhere else.
///
/// A system's options are told by two functions, found by argument: `for_each_component(options,
/// visit)` calls `visit(name, flags)` for each component that has flags, in the order of the
/// tables, and `for_each_setting_group(settings, visit)` likewise for the component settings.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/options/option_source.h"
#include "policy/options/visitors.h"

namespace firedrill::policy {

/// "a, b, c".
[[nodiscard]] std::string comma_separated(const std::vector<std::string_view>& words);

/// "unknown WHAT NAME", with the name that was probably meant, or the profile whose list has all.
void report_unknown(std::string_view what,
                    std::string_view name,
                    const std::vector<std::string>& known,
                    std::string_view profile,
                    std::string pointer,
                    api::Diagnostics& diagnostics);

/// WHAT NAME changes nothing here, and why.
void warn_inert(std::string_view what,
                std::string_view name,
                std::string_view reason,
                std::string pointer,
                api::Diagnostics& diagnostics);

/// What client-go asks of the periods when an election is set up (tools/leaderelection,
/// NewLeaderElector). `flags_at` is where the flags stand.
void check_election(const ProcessFlags& flags,
                    const std::string& flags_at,
                    api::Diagnostics& diagnostics);

/// A flag as it is to be read.
struct FlagSetting {
  std::string name;     ///< Its own; "component/name" for one component.
  std::string pointer;  ///< Where it is written, maybe under another name.
  const api::Json* value = nullptr;
};

/// Flags under their own names.
[[nodiscard]] std::vector<FlagSetting> flag_settings(const Scalars& flags,
                                                     const std::string& flags_at);

/// Sets one flag in every component that it is for.
template <class Options>
void read_flag(std::string_view written,
               const api::Json& value,
               const std::string& pointer,
               const Edition& edition,
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
    KeyLister lister(known, qualified ? std::string(name) + "/" : "", edition.release);
    describe(lister, flags);
    if (qualified && name != wanted) return;
    component_known = true;
    // The same flag is checked alike everywhere, so one component's complaint is enough.
    api::Diagnostics own;
    FieldReader reader(flag, value, pointer, own, edition.release);
    describe(reader, flags);
    if (!complained) diagnostics.merge(own);
    complained = complained || !own.ok();
    found = found || reader.found();
    if (!reader.inert().empty()) inert = reader.inert();
  });
  if (!component_known) {
    diagnostics.add({api::Severity::error, pointer, "unknown component " + api::in_quotes(wanted),
                     "one of " + comma_separated(components), api::Anchor::key});
  } else if (!found) {
    report_unknown("flag", written, known, edition.profile, pointer, diagnostics);
  } else if (!inert.empty()) {
    warn_inert("flag", written, inert, pointer, diagnostics);
  }
}

/// Sets all flags: those for one component come after those for all, whatever their order.
template <class Options>
void read_flags(const std::vector<FlagSetting>& flags,
                const Edition& edition,
                Options& options,
                api::Diagnostics& diagnostics) {
  for (const bool qualified : {false, true}) {
    for (const FlagSetting& flag : flags) {
      if ((flag.name.find('/') != std::string::npos) != qualified) continue;
      read_flag(flag.name, *flag.value, flag.pointer, edition, options, diagnostics);
    }
  }
}
template <class Options>
void read_flags(const Scalars& flags,
                const std::string& flags_at,
                const Edition& edition,
                Options& options,
                api::Diagnostics& diagnostics) {
  read_flags(flag_settings(flags, flags_at), edition, options, diagnostics);
}

/// Sets the one field of a described struct that is called `name`; `what` says what it is.
template <class Struct>
void read_named(std::string_view what,
                const std::string& name,
                const api::Json& value,
                const std::string& pointer,
                const Edition& edition,
                Struct& target,
                api::Diagnostics& diagnostics) {
  FieldReader reader(name, value, pointer, diagnostics, edition.release);
  describe(reader, target);
  if (!reader.found()) {
    std::vector<std::string> known;
    KeyLister lister(known, "", edition.release);
    describe(lister, target);
    report_unknown(what, name, known, edition.profile, pointer, diagnostics);
  } else if (!reader.inert().empty()) {
    warn_inert(what, name, reader.inert(), pointer, diagnostics);
  }
}

template <class Gates>
void read_gate(const std::string& name,
               bool value,
               const std::string& pointer,
               const Edition& edition,
               Gates& gates,
               api::Diagnostics& diagnostics) {
  read_named("feature gate", name, api::Json{nlohmann::json(value)}, pointer, edition, gates,
             diagnostics);
}

/// Sets what is told of one component.
template <class Settings>
void read_settings(const std::string& component,
                   const Scalars& values,
                   const std::string& pointer,
                   const Edition& edition,
                   Settings& settings,
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
      read_named("setting of " + component, key, value, at, edition, group, diagnostics);
    }
  });
  if (!found) report_unknown("component", component, groups, edition.profile, pointer, diagnostics);
}

/// Flags, gates and settings in effect; behaviour switches are left to the system.
template <class Options>
[[nodiscard]] EffectiveOptions effective_options(Options options,
                                                 Release release = Release::current) {
  EffectiveOptions all;
  for_each_component(options, [&](std::string_view name, auto& flags) {
    Scalars own;
    FieldWriter writer(own, release);
    describe(writer, flags);
    for (auto& [flag, value] : own) {
      const auto [first, is_new] = all.flags.emplace(flag, value);
      if (!is_new && !(first->second == value)) {
        all.flags.emplace(std::string(name) + "/" + flag, std::move(value));
      }
    }
  });
  Scalars gates;
  FieldWriter gate_writer(gates, release);
  describe(gate_writer, options.gates);
  for (const auto& [gate, value] : gates) {
    all.feature_gates.emplace(gate, value.document().template get<bool>());
  }
  for_each_setting_group(options.components, [&](std::string_view name, auto& group) {
    Scalars values;
    FieldWriter writer(values, release);
    describe(writer, group);
    if (!values.empty()) all.components.emplace(name, std::move(values));
  });
  return all;
}

/// Rows of a system's flags.
template <class Options>
[[nodiscard]] std::vector<OptionInfo> flag_rows(Options options,
                                                Release release = Release::current) {
  std::vector<OptionInfo> rows;
  for_each_component(options, [&](std::string_view name, auto& flags) {
    TableWriter writer(rows, name, "", release);
    describe(writer, flags);
  });
  return rows;
}

/// Rows of one described struct: feature gates, behaviour switches.
template <class Struct>
[[nodiscard]] std::vector<OptionInfo> field_rows(Struct fields,
                                                 std::string prefix = "",
                                                 Release release = Release::current) {
  std::vector<OptionInfo> rows;
  TableWriter writer(rows, "", std::move(prefix), release);
  describe(writer, fields);
  return rows;
}

/// Rows of a system's component settings.
template <class Settings>
[[nodiscard]] std::vector<OptionInfo> setting_rows(Settings settings,
                                                   Release release = Release::current) {
  std::vector<OptionInfo> rows;
  for_each_setting_group(settings, [&](std::string_view name, auto& group) {
    TableWriter writer(rows, "", std::string(name) + ".", release);
    describe(writer, group);
  });
  return rows;
}

}  // namespace firedrill::policy
