#pragma once

/// How long the things of one purpose take: a constant, or draws from a distribution.
///
/// Draws are the object's own: each object that something is done to has a stream by (entity,
/// object, purpose), so that one more cluster, binding or component changes nobody else's draws,
/// and two policies that meet the same disaster meet the same delays. A constant draws nothing.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/api/meta.h"
#include "sim/distributions.h"
#include "sim/random.h"
#include "sim/time.h"

namespace firedrill::models {

class Delays {
 public:
  /// No time at all.
  Delays() = default;
  /// Always that long.
  template <class Rep, class Period>
  Delays(std::chrono::duration<Rep, Period> length)  // NOLINT(google-explicit-constructor): 5ms
      : constant_(length) {}
  /// Draws of `purpose` ("apiWrite") by `entity` ("scheduler/"), who may ask for many objects.
  Delays(const sim::Distribution& distribution,
         const sim::Streams& streams,
         std::string entity,
         std::string purpose);

  [[nodiscard]] bool varies() const { return drawn_.has_value(); }
  /// Requires: !varies().
  [[nodiscard]] sim::Duration constant() const { return constant_; }

  /// How long it takes this time, for that object.
  [[nodiscard]] sim::Duration next(std::string_view object);
  [[nodiscard]] sim::Duration next(const api::Key& object);
  /// How long it takes at that instant, the same for everybody who asks: what a machine does.
  [[nodiscard]] sim::Duration at(sim::Time instant) const;

 private:
  struct Drawn {
    sim::Distribution distribution;
    sim::Streams streams;
    std::string entity;
    std::string purpose;
    std::unordered_map<std::string, sim::Random> by_object;  ///< Looked up, never walked through.
  };

  sim::Duration constant_{};
  std::optional<Drawn> drawn_;
};

}  // namespace firedrill::models
