#include "policy/karmada/scheduler/options.h"

namespace firedrill::policy::karmada {
namespace {

bool enabled(std::string_view name, std::span<const std::string> flag) {
  bool star = false;
  for (const std::string& word : flag) {
    if (word == name) return true;
    if (word.starts_with('-') && std::string_view(word).substr(1) == name) return false;
    if (word == "*") star = true;
  }
  return star;
}

}  // namespace

std::string_view plugin_name(Plugin plugin) {
  switch (plugin) {
    case Plugin::api_enablement:
      return "APIEnablement";
    case Plugin::cluster_affinity:
      return "ClusterAffinity";
    case Plugin::cluster_eviction:
      return "ClusterEviction";
    case Plugin::spread_constraint:
      return "SpreadConstraint";
    case Plugin::taint_toleration:
      return "TaintToleration";
    case Plugin::workload_affinity:
      return "WorkloadAffinity";
    case Plugin::workload_anti_affinity:
      return "WorkloadAntiAffinity";
    case Plugin::cluster_locality:
      return "ClusterLocality";
  }
  return {};
}

DivisionMethod division_method(Release release) {
  return mechanics(release).webster_division ? DivisionMethod::webster
                                             : DivisionMethod::rounded_down;
}

PluginSet::PluginSet() {
  enabled_.set();
  set(Plugin::workload_affinity, false);
  set(Plugin::workload_anti_affinity, false);
}

PluginSet enabled_plugins(std::span<const std::string> flag, bool workload_affinity) {
  PluginSet plugins;
  for (std::size_t i = 0; i < plugin_count; ++i) {
    const auto plugin = static_cast<Plugin>(i);
    const bool gated =
        plugin == Plugin::workload_affinity || plugin == Plugin::workload_anti_affinity;
    plugins.set(plugin, enabled(plugin_name(plugin), flag) && (workload_affinity || !gated));
  }
  return plugins;
}

}  // namespace firedrill::policy::karmada
