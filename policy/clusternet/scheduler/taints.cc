#include "policy/clusternet/scheduler/taints.h"

#include <algorithm>

#include <fmt/format.h>

#include "policy/api/tolerations.h"

namespace firedrill::policy::clusternet {
namespace {

constexpr std::int64_t score_max = 100;
constexpr std::string_view effect_prefer_no_schedule = "PreferNoSchedule";

}  // namespace

std::string untolerated_taint_reason(const api::Taint& taint) {
  return fmt::format("clusters(s) had taint {{{}: {}}}, that the subscription didn't tolerate",
                     taint.key, taint.value);
}

std::int64_t count_unwelcome_taints(std::span<const api::Taint> taints,
                                    std::span<const api::Toleration> tolerations) {
  return std::ranges::count_if(taints, [tolerations](const api::Taint& taint) {
    return taint.effect == effect_prefer_no_schedule && !api::tolerated(tolerations, taint);
  });
}

void normalize_scores(std::span<std::int64_t> counts) {
  const auto most = std::ranges::max_element(counts);
  if (most == counts.end()) return;
  const std::int64_t count_max = *most;
  for (std::int64_t& count : counts) {
    count = count_max == 0 ? score_max : score_max - score_max * count / count_max;
  }
}

}  // namespace firedrill::policy::clusternet
