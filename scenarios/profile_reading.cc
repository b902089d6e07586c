#include "scenarios/profile_reading.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "policy/clusternet/options.h"
#include "policy/karmada/options.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/profiles.h"

namespace firedrill::scenarios {
namespace {

namespace clusternet = policy::clusternet;
namespace karmada = policy::karmada;
using models::ControlPlaneSpec;
using models::ProfileSettings;
using policy::OptionInfo;
using policy::Profile;

using Names = std::set<std::string, std::less<>>;
using Pointers = std::map<std::string, std::string>;

/// What a profile can be told. A flag stands there without a component, and with each that has it.
struct KnownNames {
  Names flags;
  Names gates;
  Names components;  ///< "component.setting"
  Names behaviour;
};

struct Tables {
  std::vector<OptionInfo> flags;
  std::vector<OptionInfo> gates;
  std::vector<OptionInfo> components;
  std::vector<OptionInfo> behaviour;
};

Tables tables_of(const Profile& profile) {
  if (profile.system == policy::System::clusternet) {
    return {clusternet::flag_table(),
            clusternet::feature_gate_table(),
            clusternet::component_table(),
            {}};
  }
  const karmada::Options defaults = karmada::default_options(profile.name);
  return {karmada::flag_table(defaults), karmada::feature_gate_table(defaults),
          karmada::component_table(defaults), karmada::behaviour_table(defaults)};
}

/// A vendor's names, where the profile takes them, stand for flags.
void add_vendor_names(const Profile& profile, Names& flags) {
  if (profile.system != policy::System::karmada) return;
  const policy::Release release = karmada::default_options(profile.name).release;
  for (const karmada::VendorParameter& parameter : karmada::vendor_parameters()) {
    if (karmada::has_flag(release, parameter.name)) flags.emplace(parameter.name);
  }
}

/// Calls `visit` for each of the words between ", ".
template <class Visit>
void for_each_word(std::string_view words, const Visit& visit) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(", "), words.size());
    visit(words.substr(0, end));
    words.remove_prefix(std::min(end + 2, words.size()));
  }
}

KnownNames known_names(const Profile& profile) {
  const Tables tables = tables_of(profile);
  KnownNames known;
  for (const OptionInfo& flag : tables.flags) {
    known.flags.insert(flag.name);
    for_each_word(flag.components, [&](std::string_view component) {
      known.flags.insert(fmt::format("{}/{}", component, flag.name));
    });
  }
  add_vendor_names(profile, known.flags);
  for (const OptionInfo& gate : tables.gates)
    known.gates.insert(gate.name);
  for (const OptionInfo& setting : tables.components)
    known.components.insert(setting.name);
  for (const OptionInfo& behaviour : tables.behaviour)
    known.behaviour.insert(behaviour.name);
  return known;
}

/// Those of every profile but one.
std::vector<KnownNames> names_of_others(const Profile& profile) {
  std::vector<KnownNames> others;
  for (const Profile& other : policy::profiles) {
    if (other.name != profile.name) others.push_back(known_names(other));
  }
  return others;
}

/// Leaves names out that the profile doesn't know and another one does.
class LeavingOut {
 public:
  explicit LeavingOut(const Profile& profile)
      : own_(known_names(profile)), others_(names_of_others(profile)) {}

  template <class Map>
  void from(Map& map, Names KnownNames::*kind, std::string_view prefix = {}) {
    std::erase_if(map, [&](const auto& entry) {
      const std::string name = std::string(prefix) + entry.first;
      if ((own_.*kind).contains(name)) return false;
      const bool elsewhere = std::ranges::any_of(
          others_, [&](const KnownNames& other) { return (other.*kind).contains(name); });
      if (elsewhere) left_out_.push_back(entry.first);
      return elsewhere;
    });
  }

  void from_components(std::map<std::string, policy::Scalars>& components) {
    for (auto& [component, settings] : components) {
      const std::size_t before = left_out_.size();
      from(settings, &KnownNames::components, component + ".");
      for (std::size_t i = before; i < left_out_.size(); ++i)
        left_out_[i] = component + "." + left_out_[i];
    }
    std::erase_if(components, [&](const auto& entry) { return entry.second.empty(); });
  }

  void report(const std::string& pointer, const Reading& reading) const {
    if (left_out_.empty()) return;
    reading.diagnostics.warning(
        pointer,
        fmt::format("profile {} leaves out what it doesn't know: {}", reading.profile->name,
                    fmt::join(left_out_, ", ")),
        fmt::format("say it in controlPlane.profiles of those that know it; `firedrill profiles "
                    "{}` lists what this one knows",
                    reading.profile->name));
  }

 private:
  KnownNames own_;
  std::vector<KnownNames> others_;
  std::vector<std::string> left_out_;
};

std::string names_of_profiles() {
  std::vector<std::string_view> names;
  for (const Profile& profile : policy::profiles)
    names.push_back(profile.name);
  return fmt::format("one of {}", fmt::join(names, ", "));
}

std::string near_profile(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Profile& profile : policy::profiles)
    names.push_back(profile.name);
  const std::string_view near = api::nearest(name, names);
  return near.empty()
             ? names_of_profiles()
             : fmt::format("{}; did you mean {}?", names_of_profiles(), api::in_quotes(near));
}

models::SystemOptions read_by_tables(const Profile& profile,
                                     const policy::OptionSource& source,
                                     std::string_view pointer,
                                     api::Diagnostics& diagnostics) {
  if (profile.system == policy::System::clusternet)
    return clusternet::read_options(source, pointer, diagnostics);
  return karmada::read_options(karmada::default_options(profile.name), source, pointer,
                               diagnostics);
}

template <class Map>
void lay_over(Map& shared, const Map& own) {
  for (const auto& [name, value] : own)
    shared.insert_or_assign(name, value);
}

/// A flag of the profile's own replaces the shared one under any of its names, and unless it is for
/// one component, what the file says for single components.
void lay_over_flags(policy::Scalars& shared, const policy::Scalars& own) {
  for (const auto& [name, value] : own) {
    const std::string_view flag = karmada::canonical_flag(name);
    const bool qualified = flag.find('/') != std::string_view::npos;
    std::erase_if(shared, [&](const auto& entry) {
      const std::string_view other = karmada::canonical_flag(entry.first);
      const std::size_t slash = other.find('/');
      if (qualified || slash == std::string_view::npos) return other == flag;
      return other.substr(slash + 1) == flag;
    });
  }
  lay_over(shared, own);
}

/// Lays them over; their pointers, where they would stand among the shared ones, go to `moved`.
void lay_over_all(ControlPlaneSpec& shared, const ProfileSettings& own, Pointers& moved) {
  const std::string to = api::child_pointer("/controlPlane/profiles", shared.profile);
  const auto move = [&](const std::string& list, const auto& map) {
    for (const auto& [name, value] : map)
      moved.emplace(api::child_pointer("/controlPlane" + list, name),
                    api::child_pointer(to + list, name));
  };
  lay_over_flags(shared.flags, own.flags);
  move("/flags", own.flags);
  lay_over(shared.feature_gates, own.feature_gates);
  move("/featureGates", own.feature_gates);
  for (const auto& [component, values] : own.components) {
    lay_over(shared.components[component], values);
    move(api::child_pointer("/components", component), values);
  }
  lay_over(shared.behaviour, own.behaviour);
  move("/behaviour", own.behaviour);
}

/// Settings for profiles that don't run must be right, too. Warnings of them can wait.
void check_other_settings(const ControlPlaneSpec& control_plane, Reading& reading) {
  for (const auto& [name, settings] : control_plane.profiles) {
    const std::string pointer = api::child_pointer("/controlPlane/profiles", name);
    const Profile* profile = policy::find_profile(name);
    if (profile == nullptr) {
      reading.diagnostics.add({api::Severity::error, pointer,
                               fmt::format("unknown profile {}", api::in_quotes(name)),
                               near_profile(name), api::Anchor::key});
      continue;
    }
    if (profile == reading.profile) continue;
    api::Diagnostics own;
    static_cast<void>(read_by_tables(
        *profile, {settings.flags, settings.feature_gates, settings.components, settings.behaviour},
        pointer, own));
    for (const api::Diagnostic& diagnostic : own.shown()) {
      if (diagnostic.severity == api::Severity::error) reading.diagnostics.add(diagnostic);
    }
  }
}

}  // namespace

void settle_profile(ControlPlaneSpec& control_plane, std::string_view wanted, Reading& reading) {
  const std::string own = control_plane.profile;
  if (!wanted.empty()) control_plane.profile = wanted;
  reading.profile = policy::find_profile(control_plane.profile);
  reading.chosen_outside = !wanted.empty() && wanted != own;
  if (reading.profile != nullptr) return;
  reading.diagnostics.error(
      wanted.empty() ? "/controlPlane/profile" : "",
      fmt::format("unknown profile {}", api::in_quotes(control_plane.profile)),
      near_profile(control_plane.profile));
  reading.profile = policy::profiles.data();
}

models::SystemOptions read_profile_options(ControlPlaneSpec& control_plane, Reading& reading) {
  check_other_settings(control_plane, reading);
  if (reading.chosen_outside) {
    LeavingOut leaving(*reading.profile);
    leaving.from(control_plane.flags, &KnownNames::flags);
    leaving.from(control_plane.feature_gates, &KnownNames::gates);
    leaving.from_components(control_plane.components);
    leaving.from(control_plane.behaviour, &KnownNames::behaviour);
    leaving.report("/controlPlane", reading);
  }
  Pointers moved;
  const auto own = control_plane.profiles.find(std::string(reading.profile->name));
  if (own != control_plane.profiles.end()) lay_over_all(control_plane, own->second, moved);
  api::Diagnostics found;
  models::SystemOptions options =
      read_by_tables(*reading.profile,
                     {control_plane.flags, control_plane.feature_gates, control_plane.components,
                      control_plane.behaviour},
                     "/controlPlane", found);
  for (api::Diagnostic diagnostic : found.shown()) {
    for (const auto& [from, to] : moved) {
      if (diagnostic.pointer == from || diagnostic.pointer.starts_with(from + "/"))
        diagnostic.pointer = to + diagnostic.pointer.substr(from.size());
    }
    reading.diagnostics.add(std::move(diagnostic));
  }
  return options;
}

void read_agent(models::AgentSpec& agent,
                const models::SystemOptions& options,
                const std::string& pointer,
                Reading& reading) {
  if (reading.chosen_outside && (!agent.flags.empty() || !agent.feature_gates.empty())) {
    LeavingOut leaving(*reading.profile);
    leaving.from(agent.flags, &KnownNames::flags, "agent/");
    leaving.from(agent.feature_gates, &KnownNames::gates);
    leaving.report(pointer, reading);
  }
  const std::string flags_at = api::child_pointer(pointer, "flags");
  const std::string gates_at = api::child_pointer(pointer, "featureGates");
  if (const auto* set = std::get_if<karmada::Options>(&options)) {
    static_cast<void>(karmada::read_agent_flags(*set, agent.flags, flags_at, reading.diagnostics));
    static_cast<void>(
        karmada::read_agent_gates(*set, agent.feature_gates, gates_at, reading.diagnostics));
  } else {
    const auto& hub = std::get<clusternet::Options>(options);
    static_cast<void>(
        clusternet::read_agent_flags(hub.agent, agent.flags, flags_at, reading.diagnostics));
    static_cast<void>(clusternet::read_agent_gates(hub.gates, agent.feature_gates, gates_at,
                                                   reading.diagnostics));
  }
}

}  // namespace firedrill::scenarios
