#pragma once

/// Read, change and write again at once when somebody else has written in between, as client-go's
/// retry.RetryOnConflict does with its DefaultRetry (k8s.io/client-go util/retry/util.go), instead
/// of giving the key back to the work queue and its back-off.

#include <chrono>
#include <cstdint>

#include "policy/runtime/ports.h"

namespace firedrill::policy {

struct ConflictRetry {
  int attempts = 1;  ///< In all; 1 leaves conflicts to the work queue.

  /// client-go's DefaultRetry.
  [[nodiscard]] static ConflictRetry in_place() { return {5}; }

  /// Whether to try again after this many attempts, the last of which came to `outcome`.
  [[nodiscard]] bool again(int attempts_made, Outcome outcome) const {
    return outcome == Outcome::conflict && attempts_made < attempts;
  }

  /// How long to wait before the next attempt: 10 ms and up to 10 % more.
  [[nodiscard]] static Duration pause(Entropy& entropy) {
    constexpr Duration base = std::chrono::milliseconds(10);
    constexpr double jitter = 0.1;
    const auto more =
        static_cast<std::int64_t>(static_cast<double>(base.count()) * jitter * entropy.uniform());
    return base + Duration(more);
  }
};

}  // namespace firedrill::policy
