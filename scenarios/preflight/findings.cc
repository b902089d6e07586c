#include "scenarios/preflight/findings.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <utility>

namespace firedrill::scenarios::preflight {

void Findings::add(analysis::Finding finding) {
  Key key{finding.code, finding.gravity, finding.reason, finding.clusters};
  const auto [place, fresh] = known_.emplace(std::move(key), findings_.size());
  if (fresh) {
    findings_.push_back(std::move(finding));
    return;
  }
  analysis::Finding& known = findings_[place->second];
  std::vector<std::uint32_t> both;
  std::ranges::set_union(known.workloads, finding.workloads, std::back_inserter(both));
  known.workloads = std::move(both);
  for (analysis::Remedy& remedy : finding.remedies) {
    if (std::ranges::count(known.remedies, remedy) == 0)
      known.remedies.push_back(std::move(remedy));
  }
}

std::vector<analysis::Finding> Findings::take() {
  std::ranges::stable_sort(findings_, {}, &analysis::Finding::code);
  known_.clear();
  return std::move(findings_);
}

std::vector<std::uint32_t> all_workloads(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

}  // namespace firedrill::scenarios::preflight
