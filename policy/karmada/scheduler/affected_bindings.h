#pragma once

/// Which bindings a change of a cluster concerns, by placement instead of binding by binding: what
/// an affinity says of a cluster holds for all bindings of the placement.
/// Follows karmada pkg/scheduler/event_handler.go, enqueueAffectedBindings.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "policy/api/binding.h"
#include "policy/karmada/scheduler/affinity.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

class AffectedBindings {
 public:
  using Snapshot = std::shared_ptr<const api::ResourceBinding>;

  /// Tells of a change of the cache, and whether the scheduler handles the binding.
  void observed(const Change<api::ResourceBinding>& change, bool handled_before, bool handled);

  /// Positions in `bindings` of those that the cluster concerns, ascending. `bindings` is the cache
  /// in key order; `handles(binding)` says who counts. `settled` is a number that changes whenever
  /// the scheduler takes a key: bindings that were found since and wait still may be left out.
  /// O(bindings) with a step of an integer each, O(placements) if all that are concerned wait.
  template <class Handles>
  [[nodiscard]] std::span<const std::uint32_t> concerned(std::span<const Snapshot> bindings,
                                                         const api::Cluster& cluster,
                                                         std::optional<std::uint64_t> settled,
                                                         Handles&& handles) {
    if (stale_ || bindings.size() != group_of_.size()) {
      begin(bindings.size());
      for (const Snapshot& binding : bindings)
        group_of_.push_back(handles(*binding) ? group_of(*binding) : of_nobody);
    }
    return find(bindings, cluster, settled);
  }

 private:
  static constexpr std::uint32_t of_nobody = 0;

  /// Bindings of one placement.
  struct Group {
    std::shared_ptr<const api::Placement> placement;  ///< Keeps what the matcher refers to.
    std::optional<AffinityMatcher> affinity;          ///< Absent: every cluster matches.
    bool by_binding = false;                          ///< Depends on the binding's status.
    bool concerned = false;                           ///< By the cluster in question.
    std::optional<std::uint64_t> waiting;             ///< `settled` when all of it was found.
  };

  void begin(std::size_t bindings);
  [[nodiscard]] std::uint32_t group_of(const api::ResourceBinding& binding);
  [[nodiscard]] std::span<const std::uint32_t> find(std::span<const Snapshot> bindings,
                                                    const api::Cluster& cluster,
                                                    std::optional<std::uint64_t> settled);

  bool stale_ = true;
  std::vector<Group> groups_;
  std::unordered_map<const api::Placement*, std::uint32_t> group_by_placement_;
  std::vector<std::uint32_t> group_of_;  ///< By position in the list of bindings.
  std::vector<std::uint32_t> found_;
};

}  // namespace firedrill::policy::karmada
