// Random streams: reproducible, independent of each other, even.

#include "sim/random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// xoshiro256** as its authors write it down, and splitmix64, on other words.
TEST(Random, IsXoshiroSeededBySplitmix) {
  std::uint64_t seed = 42;
  const auto splitmix = [&seed] {
    std::uint64_t z = (seed += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  };
  std::array<std::uint64_t, 4> s{};
  for (auto& word : s)
    word = splitmix();
  Random random(42);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t expected = std::rotl(s[1] * 5, 7) * 9;
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    ASSERT_EQ(random.next(), expected);
  }
}

TEST(Random, RepeatsItselfFromTheSameSeedOnly) {
  Random first(7);
  Random same(7);
  Random other(8);
  int differences = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t drawn = first.next();
    EXPECT_EQ(same.next(), drawn);
    differences += other.next() != drawn ? 1 : 0;
  }
  EXPECT_EQ(differences, 100);
}

TEST(Random, DrawsWholeNumbersEvenly) {
  Random random(1);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i)
    ++counts[static_cast<std::size_t>(random.below(7))];
  for (const int count : counts)
    EXPECT_NEAR(count, 10'000, 5 * 93);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(random.below(1), 0U);
  std::uint64_t largest = 0;
  for (int i = 0; i < 1000; ++i)
    largest = std::max(largest, random.below(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_GT(largest, std::uint64_t{1} << 63);
  EXPECT_THROW(random.below(0), std::logic_error);
}

TEST(Random, DrawsFromRangesWithBothEnds) {
  Random random(2);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 200; ++i)
    seen.insert(random.uniform(-2, 2));
  EXPECT_THAT(seen, ElementsAre(-2, -1, 0, 1, 2));
  std::set<Duration> durations;
  for (int i = 0; i < 200; ++i)
    durations.insert(random.uniform(5ns, 7ns));
  EXPECT_THAT(durations, ElementsAre(5ns, 6ns, 7ns));
  bool negative = false;
  bool positive = false;
  for (int i = 0; i < 200; ++i) {
    const auto drawn = random.uniform(std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max());
    (drawn < 0 ? negative : positive) = true;
  }
  EXPECT_TRUE(negative && positive);
  EXPECT_THROW(random.uniform(2, 1), std::logic_error);
}

TEST(Random, DrawsRealNumbersEvenly) {
  Random random(3);
  double sum = 0;
  double squares = 0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    const double open = random.uniform_open();
    ASSERT_GT(open, 0);
    ASSERT_LT(open, 1);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / draws, 0.5, 0.005);
  EXPECT_NEAR(squares / draws, 1.0 / 3, 0.005);
}

TEST(Random, TakesChances) {
  Random random(4);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
    hits += random.chance(0.2) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2000, 200);
}

TEST(Random, ShufflesIntoEveryOrderEvenly) {
  Random random(5);
  std::map<std::string, int> counts;
  for (int i = 0; i < 24'000; ++i) {
    std::string letters = "abcd";
    random.shuffle(letters);
    ++counts[letters];
  }
  EXPECT_EQ(counts.size(), 24U);
  for (const auto& [letters, count] : counts)
    EXPECT_NEAR(count, 1000, 160) << letters;
  std::vector<int> none;
  random.shuffle(none);
  EXPECT_TRUE(none.empty());
}

TEST(Streams, DependOnSeedEntityAndPurposeAlone) {
  const Streams streams(7);
  Random first = streams.stream("cluster/member1", "heartbeat");
  const std::uint64_t drawn = first.next();
  EXPECT_EQ(streams.stream("cluster/member1", "heartbeat").next(), drawn);
  EXPECT_EQ(Streams(7).stream("cluster/member1", "heartbeat").next(), drawn);
  EXPECT_NE(Streams(8).stream("cluster/member1", "heartbeat").next(), drawn);
  EXPECT_NE(streams.stream("cluster/member2", "heartbeat").next(), drawn);
  EXPECT_NE(streams.stream("cluster/member1", "outage").next(), drawn);
  EXPECT_NE(streams.stream("heartbeat", "cluster/member1").next(), drawn);
  EXPECT_NE(streams.stream("cluster/member1h", "eartbeat").next(), drawn);
}

TEST(Streams, OfManyEntitiesAreDistinctAndUncorrelated) {
  const Streams streams(1);
  constexpr int entities = 10'000;
  std::set<std::uint64_t> firsts;
  double product_sum = 0;
  double before = 0;
  for (int i = 0; i < entities; ++i) {
    Random stream = streams.stream("cluster/member" + std::to_string(i), "repair");
    Random copy = stream;
    firsts.insert(stream.next());
    const double centred = copy.uniform() - 0.5;
    product_sum += before * centred;
    before = centred;
  }
  EXPECT_EQ(firsts.size(), static_cast<std::size_t>(entities));
  // Neighbours: covariance 0, standard deviation 1/12 / sqrt(entities).
  EXPECT_NEAR(product_sum / entities, 0, 5.0 / 12 / std::sqrt(entities));
}

// Values that must never change, or saved runs could not be repeated.
TEST(Streams, StayTheSameForEver) {
  Random random = Streams(7).stream("cluster/member1", "heartbeat");
  EXPECT_EQ(random.next(), 6479308134420292259U);
  EXPECT_EQ(stable_hash(""), 6566800829925814604U);
  EXPECT_EQ(stable_hash("firedrill"), 15785848994160008938U);
}

}  // namespace
}  // namespace firedrill::sim
