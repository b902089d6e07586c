#pragma once

/// Why a scheduling pass ended as it did, cluster by cluster. Filled only when somebody listens.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/api/binding.h"

namespace firedrill::policy {

/// One cluster in a scheduling pass.
struct ConsideredCluster {
  api::Name cluster;
  api::Name rejected;  ///< The filter's reason; empty when it passed.
  std::int64_t score = 0;
  api::Replicas available = 0;
  api::Replicas assigned = 0;
  bool selected = false;  ///< The spread constraints leave it.
  bool chosen = false;    ///< It is in the result.

  friend bool operator==(const ConsideredCluster&, const ConsideredCluster&) = default;
};

/// How many of the clusters passed the filters, and how many didn't for which reason.
struct FilterCounts {
  std::int64_t candidates = 0;
  std::map<std::string, std::int64_t, std::less<>> rejected;

  friend bool operator==(const FilterCounts&, const FilterCounts&) = default;
};

/// A scheduling pass: every cluster in name order. Passes that share their work (karmada
/// scheduler/shared_passes.h) list the selected ones only, and the best of the others in the order
/// of `better`; then the counts are of all.
struct Decision {
  std::vector<ConsideredCluster> clusters;
  std::optional<FilterCounts> counts = {};

  friend bool operator==(const Decision&, const Decision&) = default;
};

/// How many of the clusters that were not chosen are told of.
inline constexpr std::size_t others_told = 10;

/// Whether `a` would have been the better choice: it passed the filters, scores more, has more
/// room; else the name decides. A total order.
[[nodiscard]] bool better(const ConsideredCluster& a, const ConsideredCluster& b);

[[nodiscard]] FilterCounts count(const Decision& decision);

}  // namespace firedrill::policy
