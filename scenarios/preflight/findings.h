#pragma once

/// Collects findings: what several workloads have in common is one of them.

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "analysis/preflight.h"

namespace firedrill::scenarios::preflight {

class Findings {
 public:
  /// One of the same code, gravity, reason and clusters as an earlier one becomes a part of it.
  void add(analysis::Finding finding);
  /// By code, then in the order in which they came.
  [[nodiscard]] std::vector<analysis::Finding> take();

 private:
  using Key =
      std::tuple<analysis::PreflightCode, analysis::Gravity, std::string, std::vector<std::string>>;
  std::map<Key, std::size_t> known_;
  std::vector<analysis::Finding> findings_;
};

/// Every workload of a scenario, by number.
[[nodiscard]] std::vector<std::uint32_t> all_workloads(std::size_t count);

}  // namespace firedrill::scenarios::preflight
