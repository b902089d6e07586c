#pragma once

/// A run that chance gives too many faults is broken off.

#include <cstdint>
#include <stdexcept>
#include <string>

#include "sim/time.h"

namespace firedrill::models {

/// Chance made more faults in a run than its limit allows.
class RandomFaultLimitExceeded : public std::runtime_error {
 public:
  RandomFaultLimitExceeded(sim::Time time, std::uint64_t limit)
      : std::runtime_error("more than " + std::to_string(limit) + " random faults"),
        time_(time),
        limit_(limit) {}

  [[nodiscard]] sim::Time time() const { return time_; }
  [[nodiscard]] std::uint64_t limit() const { return limit_; }

 private:
  sim::Time time_;
  std::uint64_t limit_;
};

}  // namespace firedrill::models
