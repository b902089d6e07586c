#include "sim/random.h"

#include <bit>
#include <stdexcept>

namespace firedrill::sim {
namespace {

constexpr std::uint64_t golden_gamma = 0x9E3779B97F4A7C15;

// The finaliser of splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
// generators", 2014).
constexpr std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) {
    seed += golden_gamma;
    word = mix(seed);
  }
}

std::uint64_t Random::next() {
  auto& [a, b, c, d] = state_;
  const std::uint64_t result = std::rotl(b * 5, 7) * 9;
  const std::uint64_t shifted = b << 17;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = std::rotl(d, 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  if (bound == 0) throw std::logic_error("Random::below: the bound is 0");
  // The smallest mask that holds bound - 1; at most half of the draws are refused on average.
  const int unused = std::countl_zero((bound - 1) | 1);
  for (;;) {
    const std::uint64_t candidate = next() >> unused;
    if (candidate < bound) return candidate;
  }
}

std::int64_t Random::uniform(std::int64_t low, std::int64_t high) {
  if (low > high) throw std::logic_error("Random::uniform: low is above high");
  const std::uint64_t distance = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const std::uint64_t offset = distance + 1 == 0 ? next() : below(distance + 1);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

Duration Random::uniform(Duration low, Duration high) {
  return Duration{uniform(low.count(), high.count())};
}

double Random::uniform() {
  return static_cast<double>(next() >> 11) * 0x1p-53;
}

double Random::uniform_open() {
  return static_cast<double>((next() >> 11) | 1) * 0x1p-53;
}

bool Random::chance(double probability) {
  return uniform() < probability;
}

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) {
  // FNV-1a over the bytes, then mixed with the length so that short names spread over all bits.
  std::uint64_t hash = 0xCBF29CE484222325 ^ mix(seed + golden_gamma);
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001B3;
  }
  return mix(hash + golden_gamma * (static_cast<std::uint64_t>(bytes.size()) + 1));
}

Random Streams::stream(std::string_view entity, std::string_view purpose) const {
  return Random(stable_hash(purpose, stable_hash(entity, seed_)));
}

}  // namespace firedrill::sim
