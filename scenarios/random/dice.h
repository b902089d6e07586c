#pragma once

/// Draws from one stream, in the words that generators think in. Internal to random_scenario.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/spec/duration_model.h"
#include "policy/api/time.h"
#include "sim/random.h"

namespace firedrill::scenarios::random {

class Dice {
 public:
  explicit Dice(sim::Random random) : random_(random) {}

  [[nodiscard]] bool chance(double probability) { return random_.chance(probability); }

  /// Both ends included.
  [[nodiscard]] std::int64_t whole(std::int64_t low, std::int64_t high) {
    return random_.uniform(low, high);
  }

  /// Whole seconds, both ends included.
  [[nodiscard]] api::Duration seconds(std::int64_t low, std::int64_t high) {
    return std::chrono::seconds(whole(low, high));
  }

  /// A time that mostly keeps to whole seconds, where loops meet, and sometimes to none.
  [[nodiscard]] api::Duration instant(api::Duration low, api::Duration high);

  /// One of the values. Requires: there is one.
  template <class T>
  [[nodiscard]] const T& one_of(const std::vector<T>& values) {
    return values.at(static_cast<std::size_t>(random_.below(values.size())));
  }
  template <class T>
  [[nodiscard]] T one_of(std::initializer_list<T> values) {
    return values.begin()[random_.below(values.size())];
  }

  /// `count` of the values, or all of them, in their order.
  template <class T>
  [[nodiscard]] std::vector<T> some_of(const std::vector<T>& values, std::int64_t count) {
    std::vector<T> chosen;
    auto wanted = static_cast<std::uint64_t>(count < 0 ? 0 : count);
    for (std::size_t i = 0; i < values.size() && wanted > 0; ++i) {
      // Each set of that size alike: selection sampling.
      if (random_.below(values.size() - i) >= wanted) continue;
      chosen.push_back(values[i]);
      --wanted;
    }
    return chosen;
  }

  /// A length about as long as `typical`: a constant, or of any distribution. Requires: typical >
  /// 0.
  [[nodiscard]] models::DurationModel length(api::Duration typical);

 private:
  sim::Random random_;
};

}  // namespace firedrill::scenarios::random
