#pragma once

/// From probe to Ready condition: what a health check shows, and how long it must show it before
/// the control plane believes it.
///
/// Follows karmada pkg/controllers/status/cluster_status_controller.go (getClusterHealthStatus,
/// generateReadyCondition) and cluster_condition_cache.go (thresholdAdjustedReadyCondition).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "policy/api/meta.h"
#include "policy/api/time.h"
#include "policy/karmada/behaviour.h"

namespace firedrill::policy::karmada {

inline constexpr std::string_view reason_cluster_ready = "ClusterReady";
inline constexpr std::string_view reason_cluster_not_ready = "ClusterNotReady";
inline constexpr std::string_view reason_cluster_not_reachable = "ClusterNotReachable";
inline constexpr std::string_view reason_status_collection_failed = "StatusCollectionFailed";

/// What one probe of a member's API server showed.
enum class ProbeOutcome : std::uint8_t {
  no_client,    ///< No client could be built, so nothing was asked.
  unreachable,  ///< No answer, or one that counts as none.
  not_ready,    ///< Answered, but not with 200.
  ready,
};

/// Path asked first, and the one asked instead when it is not there (`retries_at_healthz`).
inline constexpr std::string_view probe_path = "/readyz";
inline constexpr std::string_view probe_fallback_path = "/healthz";

/// Whether an answer with this HTTP status makes the probe ask the older path.
[[nodiscard]] constexpr bool retries_at_healthz(int http_status) {
  return http_status == 404;
}

/// Meaning of an HTTP status. Every status outside 200..206 counts as no answer at all, so that a
/// 500 is "not reachable" and only 201..206 is "not ready".
[[nodiscard]] ProbeOutcome probe_outcome(int http_status);

/// The Ready condition that an outcome stands for, stamped `now`.
[[nodiscard]] api::Condition observed_ready(ProbeOutcome outcome, api::Timestamp now);

/// Whether version, API enablements, nodes and resources are collected and written, too. In every
/// other case only the Ready condition is, and the rest keeps its last values.
[[nodiscard]] bool collects_status(ProbeOutcome outcome, const api::Condition& reported);

/// Whether an observation is stored as it is, past the thresholds and unseen by them: before
/// karmada#7408 a failure to build the client was.
[[nodiscard]] constexpr bool bypasses_thresholds(ProbeOutcome outcome, Revision client_errors) {
  return outcome == ProbeOutcome::no_client && client_errors == Revision::before;
}

/// Holds back changes between True and not True until they have lasted for a threshold. One
/// instance a process that probes, whatever the number of clusters; in memory only.
class ConditionCache {
 public:
  struct Thresholds {
    api::Duration success{};  ///< `cluster-success-threshold`.
    api::Duration failure{};  ///< `cluster-failure-threshold`.
  };

  explicit ConditionCache(Thresholds thresholds) : thresholds_(thresholds) {}

  /// The condition to store, given the one that is stored (null: none) and the one just observed.
  ///
  /// The first observation of a cluster passes as it is. Later ones that would turn True into not
  /// True, or back, pass from the instant on at which the observed status has lasted for its
  /// threshold (at equality it passes); any change of the observed status starts anew. O(log
  /// clusters).
  [[nodiscard]] api::Condition adjust(std::string_view cluster,
                                      const api::Condition* stored,
                                      const api::Condition& observed,
                                      api::Timestamp now);

  /// The cluster is gone.
  void forget(std::string_view cluster);

 private:
  struct Entry {
    std::string status;
    std::optional<api::Timestamp> since;  ///< Empty: since ever.
  };

  Thresholds thresholds_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace firedrill::policy::karmada
