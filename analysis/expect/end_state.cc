#include "analysis/expect/end_state.h"

#include <iterator>

#include <fmt/format.h>

#include "analysis/expect/state_check.h"
#include "analysis/timeline/glob.h"

namespace firedrill::analysis {
namespace {

void append(std::string& words, const std::string& workload, const EndState& state) {
  fmt::format_to(std::back_inserter(words), "{}{} assigned {}, ready {}", words.empty() ? "" : "; ",
                 workload, render(state.assigned), render(state.ready));
}

}  // namespace

EndStates end_states(const RunState& state) {
  EndStates states;
  for (const WorkloadState& workload : state.workloads()) {
    EndState& end = states[workload.name];
    end.assigned = workload.assigned;
    for (const auto& [cluster, copy] : workload.copies) {
      if (copy.ready != 0) end.ready.emplace(cluster, copy.ready);
    }
  }
  return states;
}

EndComparison compare_ends(const EndStates& actual,
                           const EndStates& expected,
                           const std::string& workload) {
  constexpr std::size_t shown_max = 3;
  EndComparison found;
  std::size_t different = 0;
  for (const auto& [name, state] : actual) {
    const auto other = expected.find(name);
    if (other == expected.end()) continue;
    if (!workload.empty() && !timeline::matches_workload(name, workload)) continue;
    ++found.compared;
    if (state == other->second) continue;
    if (++different > shown_max) continue;
    if (different == 1) found.first_workload = name;
    append(found.expected, name, other->second);
    append(found.actual, name, state);
  }
  if (different > shown_max) found.actual += fmt::format("; and {} more", different - shown_max);
  return found;
}

}  // namespace firedrill::analysis
