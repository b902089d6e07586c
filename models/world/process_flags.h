#pragma once

/// What the flags that every component has come to for its process.

#include <cstdint>

#include "models/process/client_limits.h"
#include "models/process/leader_election.h"
#include "policy/options/option_source.h"

namespace firedrill::models {

[[nodiscard]] inline ElectionTerms terms_of(const policy::ProcessFlags& flags) {
  return {.elects = flags.leader_elect,
          .lease = flags.leader_elect_lease_duration,
          .renew_deadline = flags.leader_elect_renew_deadline,
          .retry_period = flags.leader_elect_retry_period};
}

/// The flags are float32 in the references.
[[nodiscard]] inline ClientLimit client_limit(double qps, std::int64_t burst) {
  return {.qps = static_cast<double>(static_cast<float>(qps)), .burst = burst};
}

}  // namespace firedrill::models
