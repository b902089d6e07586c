#include "policy/karmada/failover/tolerations.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace firedrill::policy::karmada {
namespace {

using api::Duration;
using api::Taint;
using api::Timestamp;
using api::Toleration;

/// Go multiplies seconds to nanoseconds in wrapping 64-bit arithmetic.
Duration wrapping_seconds(std::int64_t seconds) {
  const auto nanoseconds = static_cast<std::uint64_t>(seconds) * std::uint64_t{1'000'000'000};
  return Duration(static_cast<std::int64_t>(nanoseconds));
}

const Toleration* find_toleration(const Taint& taint, std::span<const Toleration> tolerations) {
  const auto found = std::ranges::find_if(
      tolerations, [&taint](const Toleration& toleration) { return tolerates(toleration, taint); });
  return found == tolerations.end() ? nullptr : &*found;
}

std::vector<Taint>::iterator find_taint(std::vector<Taint>& taints, const Taint& wanted) {
  return std::ranges::find_if(
      taints, [&wanted](const Taint& taint) { return taint.same_identity(wanted); });
}

}  // namespace

std::string untolerated_taint_reason(const Taint& taint) {
  const std::string value = taint.value.empty() ? "" : "=" + taint.value;
  return fmt::format("cluster(s) had untolerated taint {{{}{}:{}}}", taint.key, value,
                     taint.effect);
}

std::vector<Taint> no_execute_taints(std::span<const Taint> taints) {
  std::vector<Taint> found;
  std::ranges::copy_if(taints, std::back_inserter(found),
                       [](const Taint& taint) { return taint.effect == api::effect_no_execute; });
  return found;
}

TolerationMatch match_tolerations(std::span<const Taint> no_execute,
                                  std::span<const Toleration> tolerations) {
  TolerationMatch match;
  for (const Taint& taint : no_execute) {
    const Toleration* toleration = find_toleration(taint, tolerations);
    if (toleration == nullptr) return {.all_tolerated = false, .used = {}};
    match.used.push_back(*toleration);
  }
  return match;
}

std::optional<Duration> remaining_toleration(std::span<const Taint> no_execute,
                                             std::span<const Toleration> used,
                                             Timestamp now) {
  if (no_execute.empty()) return std::nullopt;
  if (used.empty()) return Duration::zero();
  std::optional<Timestamp> earliest;
  for (const Toleration& toleration : used) {
    if (!toleration.toleration_seconds) continue;
    for (const Taint& taint : no_execute) {
      if (!taint.time_added || !tolerates(toleration, taint)) continue;
      const Timestamp expiry = api::later(taint.time_added->timestamp(),
                                          wrapping_seconds(*toleration.toleration_seconds));
      earliest = earliest ? std::min(*earliest, expiry) : expiry;
    }
  }
  if (!earliest) return std::nullopt;
  return std::max(Duration::zero(), api::elapsed(now, *earliest));
}

bool change_taints(std::vector<Taint>& taints, const TaintChange& change, Timestamp now) {
  std::vector<Taint> next = taints;
  for (Taint taint : change.add) {
    if (find_taint(next, taint) != next.end()) continue;
    taint.time_added = api::StoredTime::floor(now);
    next.push_back(std::move(taint));
  }
  for (const Taint& taint : change.remove) {
    const auto found = find_taint(next, taint);
    if (found != next.end()) next.erase(found);
  }
  if (next == taints) return false;
  taints = std::move(next);
  return true;
}

std::string list_taints(std::span<const Taint> taints) {
  std::string text;
  for (const Taint& taint : taints) {
    if (!text.empty()) text += ", ";
    text += taint.value.empty() ? fmt::format("{{{},{}}}", taint.key, taint.effect)
                                : fmt::format("{{{},{},{}}}", taint.key, taint.value, taint.effect);
  }
  return text.empty() ? "none" : text;
}

}  // namespace firedrill::policy::karmada
