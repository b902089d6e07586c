#pragma once

// Random streams that give the same numbers on every machine and compiler.
//
// Each stochastic entity draws from its own stream, named by the entity and the purpose and derived
// from the seed of the run: adding an entity, or drawing more often from one stream, changes no
// other. A stream is a value; a copy repeats the draws of the original.
//
// The generator is xoshiro256** of Blackman and Vigna ("Scrambled linear pseudorandom number
// generators", 2021), its state filled by splitmix64.

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "sim/time.h"

namespace firedrill::sim {

/// One stream of random numbers.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// 64 uniform bits.
  std::uint64_t next();

  /// A whole number in [0, bound), every one equally likely (by rejection). Throws std::logic_error
  /// if bound is 0.
  std::uint64_t below(std::uint64_t bound);

  /// A whole number in [low, high], both included. Throws std::logic_error if low > high.
  std::int64_t uniform(std::int64_t low, std::int64_t high);

  /// A duration in [low, high], both included, to the nanosecond. Throws std::logic_error if low >
  /// high.
  Duration uniform(Duration low, Duration high);

  /// A number in [0, 1): one of the 2^53 multiples of 2^-53.
  double uniform();

  /// A number in (0, 1): one of the 2^52 odd multiples of 2^-53, so that neither end is ever met.
  double uniform_open();

  /// True with that probability; never for 0 or less, always for 1 or more. Draws once in any case.
  bool chance(double probability);

  /// Puts the elements into a random order, every one equally likely (Fisher-Yates).
  template <class Range>
  void shuffle(Range& range) {
    auto first = std::begin(range);
    for (auto left = static_cast<std::uint64_t>(std::size(range)); left > 1; --left) {
      using Difference = typename std::iterator_traits<decltype(first)>::difference_type;
      using std::swap;
      swap(first[static_cast<Difference>(left - 1)], first[static_cast<Difference>(below(left))]);
    }
  }

 private:
  std::array<std::uint64_t, 4> state_;
};

/// The family of streams of one run.
class Streams {
 public:
  explicit Streams(std::uint64_t seed) : seed_(seed) {}

  /// The stream of that entity for that purpose, from its start: the same names give the same draws
  /// each time.
  [[nodiscard]] Random stream(std::string_view entity, std::string_view purpose) const;

  [[nodiscard]] std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
};

/// A hash of bytes that is equal everywhere and for ever; not for adversaries.
[[nodiscard]] std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace firedrill::sim
