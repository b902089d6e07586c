#pragma once

/// What the scheduler remembers of its own results before its cache shows them: the bindings as it
/// patched them (for the gate WorkloadAffinity), and what they will take of each cluster (for the
/// gate SchedulingOvercommitProtection).
///
/// Follows karmada pkg/scheduler/cache (AssigningResourceBindingCache). The reference sweeps out
/// what has expired once a minute, which nobody can notice: expired entries don't count. Here they
/// go with the next assumption.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/time.h"
#include "policy/karmada/ports.h"
#include "policy/karmada/scheduler/estimator.h"

namespace firedrill::policy::karmada {

/// How long an assumption counts after the last result of its binding.
inline constexpr api::Duration assumption_lifetime = std::chrono::minutes(5);

class AssigningCache {
 public:
  struct Options {
    bool remembers_results = false;  ///< Gate WorkloadAffinity.
    bool assumes = false;            ///< Gate SchedulingOvercommitProtection.
  };

  explicit AssigningCache(Options options) : options_(options) {}

  /// A result was written; `stored` is the binding as the API server has it now. Replaces what was
  /// assumed of it: all its replicas in each target, not only new ones.
  void patched(const std::shared_ptr<const api::ResourceBinding>& stored, Timestamp now);

  /// The watch brought a change: results that it shows are forgotten, and what was assumed of a
  /// cluster goes when the binding leaves it, becomes Healthy there, or is deleted. What is older
  /// than the result changes nothing.
  void observed(const Change<api::ResourceBinding>& change);

  /// The newer of the cached binding and what was written last.
  [[nodiscard]] std::shared_ptr<const api::ResourceBinding> latest(
      const std::shared_ptr<const api::ResourceBinding>& cached) const;

  /// What counts at `now`, by cluster, in the order of bindings.
  [[nodiscard]] AssumedByCluster assumed(Timestamp now) const;

 private:
  struct Assumption {
    std::map<std::string, AssumedWorkload> by_cluster;
    Timestamp expires{};
    std::int64_t version = 0;  ///< Of the binding that was written.
  };

  Options options_;
  std::map<Key, std::shared_ptr<const api::ResourceBinding>> results_;
  std::map<Key, Assumption> assumptions_;
};

}  // namespace firedrill::policy::karmada
