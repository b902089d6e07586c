#pragma once

/// What clusters looked like lately, as far as scheduling and eviction go by it: a decision is held
/// against what the component that took it could have seen, and caches lag.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "models/store/object_table.h"
#include "policy/api/cluster.h"
#include "sim/time.h"

namespace firedrill::models {

/// A stretch of time, both ends included.
struct Span {
  sim::Time from{};
  sim::Time until{};
};

class ClusterHistory {
 public:
  using Snapshot = std::shared_ptr<const api::Cluster>;

  /// Takes note of a write. O(1) unless taints or deletion changed.
  void changed(const Change<api::Cluster>& change, sim::Time now);

  /// Whether the cluster was such at some moment of the span; true also if that reaches back beyond
  /// what is remembered. A cluster that is gone is null.
  [[nodiscard]] bool was(std::string_view name,
                         const Span& span,
                         const std::function<bool(const api::Cluster*)>& such) const;

 private:
  struct State {
    sim::Time since{};
    Snapshot cluster;  ///< Null: not there.
  };

  /// Most states remembered of a cluster. They hold for hours; what decides takes seconds at most.
  static constexpr std::size_t remembered_max = 32;

  std::unordered_map<std::string, std::deque<State>> states_;
};

}  // namespace firedrill::models
