#pragma once

/// Options of the scheduler's decisions: plugins and feature gates, under the reference's names
/// (karmada cmd/scheduler/app/options, pkg/features).

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/karmada/release.h"
#include "policy/karmada/scheduler/candidate.h"
#include "policy/karmada/scheduler/division.h"

namespace firedrill::policy::karmada {

/// In-tree plugins. The filters come in the order in which they are asked here.
enum class Plugin : std::uint8_t {
  api_enablement,
  cluster_affinity,
  cluster_eviction,
  spread_constraint,
  taint_toleration,
  workload_affinity,       ///< Only with the gate WorkloadAffinity.
  workload_anti_affinity,  ///< Likewise.
  cluster_locality,        ///< Scores only.
};

inline constexpr std::size_t plugin_count = 8;

inline constexpr std::array filter_plugins = {
    Plugin::api_enablement,        Plugin::cluster_affinity, Plugin::cluster_eviction,
    Plugin::spread_constraint,     Plugin::taint_toleration, Plugin::workload_affinity,
    Plugin::workload_anti_affinity};

/// The reference's name, as `--plugins` spells it: "TaintToleration".
[[nodiscard]] std::string_view plugin_name(Plugin plugin);

/// Which plugins run.
class PluginSet {
 public:
  /// All but those of the gate WorkloadAffinity.
  PluginSet();

  [[nodiscard]] bool has(Plugin plugin) const {
    return enabled_.test(static_cast<std::size_t>(plugin));
  }
  void set(Plugin plugin, bool enabled) { enabled_.set(static_cast<std::size_t>(plugin), enabled); }

 private:
  std::bitset<plugin_count> enabled_;
};

/// What `--plugins` says: "*" enables all, "Name" that one, "-Name" disables it; a plugin's own
/// name counts before the star, and its first mention before later ones. Names of plugins that
/// don't exist are ignored, as in the reference.
[[nodiscard]] PluginSet enabled_plugins(std::span<const std::string> flag, bool workload_affinity);

/// How a release divides replicas.
[[nodiscard]] DivisionMethod division_method(Release release);

struct SchedulerOptions {
  PluginSet plugins;
  /// `--enable-empty-workload-propagation`: clusters that get no replica become targets too.
  bool propagate_empty_workloads = false;
  /// Gate CustomizedClusterResourceModeling.
  bool resource_models = true;
  DivisionMethod division = DivisionMethod::webster;
  Preference preference = Preference::roomiest;
  /// Whether a lack of capacity has a reason and a queue of its own; else it is like any error.
  bool tells_lack_of_capacity = true;
};

}  // namespace firedrill::policy::karmada
