#include "analysis/preflight.h"

#include <algorithm>

#include "analysis/timeline/glob.h"

namespace firedrill::analysis {

bool FindingSelector::matches(const Finding& finding,
                              const std::function<std::string_view(std::uint32_t)>& name) const {
  if (!timeline::matches_glob(name_of(finding.code), code)) return false;
  const auto named = [&](std::uint32_t number) {
    return timeline::matches_workload(name(number), workload);
  };
  if (!workload.empty() && std::ranges::none_of(finding.workloads, named)) return false;
  const auto meant = [&](const std::string& each) { return timeline::matches_glob(each, cluster); };
  return cluster.empty() || std::ranges::any_of(finding.clusters, meant);
}

bool is_preflight_code(std::string_view text) {
  return std::ranges::any_of(preflight_codes, [text](std::string_view code) {
    return timeline::matches_glob(code, text);
  });
}

}  // namespace firedrill::analysis
