#pragma once

/// The scheduler's filter plugins: which clusters a binding may go to, and why not to the others.
///
/// The reference runs its plugins in an order that is random per process and stops at the first
/// that rejects; here the order is that of `FilterPlugin`. Follows karmada
/// pkg/scheduler/framework/plugins.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/karmada/scheduler/affinity.h"
#include "policy/karmada/scheduler/options.h"
#include "policy/karmada/scheduler/target_index.h"

namespace firedrill::policy::karmada {

/// Why a plugin turned a cluster down.
struct Rejection {
  Plugin plugin = Plugin::api_enablement;
  std::string reason;

  friend bool operator==(const Rejection&, const Rejection&) = default;
};

/// Assignments of the other bindings in the binding's workload (anti-)affinity groups, for the
/// plugins of the gate WorkloadAffinity. Bindings without targets are left out.
struct WorkloadPeers {
  std::vector<const std::vector<api::TargetCluster>*> affinity;
  std::vector<const std::vector<api::TargetCluster>*> anti_affinity;
};

/// The filter for one binding and one attempt. Refers to its arguments, which must outlive it.
class ClusterFilter {
 public:
  /// `affinity_name` names the affinity group that this attempt is for. `peers` may be null.
  /// Requires: the binding has a placement.
  ClusterFilter(const api::BindingSpec& spec,
                std::string_view affinity_name,
                const TargetIndex& targets,
                const PluginSet& plugins,
                const WorkloadPeers* peers = nullptr);

  /// Whether the cluster may be used: it is not being deleted and no plugin rejects it.
  [[nodiscard]] bool passes(const api::Cluster& cluster) const;

  /// The first rejection in the order of the plugins. A cluster that is being deleted is skipped
  /// silently: it has none.
  [[nodiscard]] std::optional<Rejection> first_rejection(const api::Cluster& cluster) const;

  /// One rejection for every plugin that has a reason.
  [[nodiscard]] std::vector<Rejection> rejections(const api::Cluster& cluster) const;

  /// All of them in a line; "" if there is none. One that is being deleted has a reason here.
  [[nodiscard]] std::string reasons(const api::Cluster& cluster) const;

  /// Where the cluster stands in the observed affinity group: 0 in the affinity itself, n in the
  /// n-th overflow affinity; 0 without groups, 1000 in none of them.
  [[nodiscard]] std::int32_t overflow_order(const api::Cluster& cluster) const;

 private:
  /// A rejection without its text.
  struct Verdict {
    bool rejected = false;
    std::string_view reason;
    const api::Taint* taint = nullptr;  ///< With TaintToleration, instead of the reason.
  };

  [[nodiscard]] Verdict check(Plugin plugin, const api::Cluster& cluster) const;
  [[nodiscard]] Verdict check_api(const api::Cluster& cluster) const;
  [[nodiscard]] Verdict check_affinity(const api::Cluster& cluster) const;
  [[nodiscard]] Verdict check_spread(const api::Cluster& cluster) const;
  [[nodiscard]] Verdict check_taints(const api::Cluster& cluster) const;
  [[nodiscard]] Verdict check_peers(Plugin plugin, const api::Cluster& cluster) const;
  [[nodiscard]] static Rejection explain(Plugin plugin, const Verdict& verdict);

  const api::BindingSpec& spec_;
  const TargetIndex& targets_;
  const PluginSet& plugins_;
  const WorkloadPeers* peers_;
  /// clusterAffinity, or the affinity of the observed group followed by its overflow affinities.
  std::vector<AffinityMatcher> affinities_;
  std::vector<std::string_view> evicting_;  ///< Sorted.
  bool grouped_ = false;
};

/// The error of a pass in which no cluster passed: "0/3 clusters are available: 2 reason, …".
/// Follows FitError in karmada pkg/scheduler/framework/types.go.
[[nodiscard]] std::string fit_error_text(
    std::span<const std::shared_ptr<const api::Cluster>> clusters, const ClusterFilter& filter);

}  // namespace firedrill::policy::karmada
