#include "policy/karmada/scheduler/go_sort.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

/// Indices of the values after sorting them downwards, two digits each.
std::string order_of(int size, int (*value)(int)) {
  std::vector<int> indices(static_cast<std::size_t>(size));
  std::iota(indices.begin(), indices.end(), 0);
  go_sort(std::span(indices), [value](int a, int b) { return value(a) > value(b); });
  std::string text;
  for (const int index : indices)
    text += fmt::format("{}{:02}", text.empty() ? "" : " ", index);
  return text;
}

TEST(GoSort, LeavesEqualValuesWhereTheyAre) {
  for (const int size : {0, 1, 2, 12, 13, 49, 50, 51, 200}) {
    std::vector<int> values(static_cast<std::size_t>(size));
    std::iota(values.begin(), values.end(), 0);
    const std::vector<int> before = values;
    go_sort(std::span(values), [](int, int) { return false; });
    EXPECT_EQ(values, before) << size;
  }
}

TEST(GoSort, IsStableUpToTwelve) {
  EXPECT_EQ(order_of(12, [](int i) { return i % 3; }), "02 05 08 11 01 04 07 10 00 03 06 09");
}

TEST(GoSort, PermutesEqualValuesAsGoDoes) {
  EXPECT_EQ(order_of(13, [](int i) { return i % 3; }), "08 02 11 05 01 04 10 07 06 09 00 03 12");
  EXPECT_EQ(order_of(20, [](int i) { return i % 3; }),
            "08 17 02 14 11 05 10 16 19 01 07 04 13 12 03 15 00 09 18 06");
  EXPECT_EQ(order_of(20, [](int i) { return (7 * i + 3) % 5; }),
            "08 18 13 03 10 15 05 00 12 17 07 02 14 09 04 19 11 16 06 01");
  EXPECT_EQ(
      order_of(60, [](int i) { return (7 * i + 3) % 5; }),
      "18 58 38 03 33 43 23 28 08 53 48 13 55 35 50 15 05 10 25 40 20 45 30 00 07 32 42 27 37 "
      "12 22 47 17 57 02 52 29 49 34 39 59 04 54 24 44 09 14 19 26 16 46 51 11 21 36 06 56 41 "
      "01 31");
}

// Recorded with Go 1.26: patterns that make it scatter, repair, reverse and fall back to a heap.
TEST(GoSort, AgreesWithGoOnLargePatterns) {
  struct Case {
    int size;
    int (*value)(int);
    std::uint32_t digest;
  };
  const Case cases[] = {
      {100, [](int i) { return i; }, 3152998030U},
      {100, [](int i) { return -i; }, 58926130U},
      {1000, [](int i) { return i % 7; }, 3274806178U},
      {1000, [](int i) { return (i * i) % 101; }, 804906092U},
      {500, [](int i) { return i < 250 ? i : 500 - i; }, 4157029416U},
      {64, [](int i) { return -(i ^ 1); }, 588626912U},
      {5000, [](int i) { return (i * 7919) % 50; }, 3974280788U},
      {4096, [](int i) { return i & 64; }, 1794810676U},
      {300, [](int i) { return i == 299 ? 1000 : -i / 2; }, 4163190058U},
  };
  for (const Case& c : cases) {
    std::vector<int> indices(static_cast<std::size_t>(c.size));
    std::iota(indices.begin(), indices.end(), 0);
    go_sort(std::span(indices), [&c](int a, int b) { return c.value(a) > c.value(b); });
    std::uint32_t digest = 0;
    for (const int index : indices)
      digest = digest * 31 + static_cast<std::uint32_t>(index);
    EXPECT_EQ(digest, c.digest) << c.size;
  }
}

/// M. D. McIlroy's adversary: decides the values while they are compared, so that every pivot is
/// bad. Which values it ends up with depends on every comparison made.
struct Adversary {
  explicit Adversary(int size) : undecided(size), values(static_cast<std::size_t>(size), size) {}

  bool less(int left, int right) {
    int& a = values[static_cast<std::size_t>(left)];
    int& b = values[static_cast<std::size_t>(right)];
    if (a == undecided && b == undecided) (left == candidate ? a : b) = decided++;
    if (a == undecided) {
      candidate = left;
    } else if (b == undecided) {
      candidate = right;
    }
    return a < b;
  }

  int undecided;
  int decided = 0;
  int candidate = 0;
  std::vector<int> values;
};

TEST(GoSort, ComparesInGosOrderAgainstAnAdversary) {
  struct Case {
    int size;
    std::uint32_t values;
    std::uint32_t order;
  };
  const Case cases[] = {
      {60, 3013913725U, 947674620U},
      {200, 1100116479U, 195493898U},
      {2000, 3782170341U, 1177969388U},
  };
  for (const Case& c : cases) {
    Adversary adversary(c.size);
    std::vector<int> indices(static_cast<std::size_t>(c.size));
    std::iota(indices.begin(), indices.end(), 0);
    go_sort(std::span(indices), [&adversary](int a, int b) { return adversary.less(a, b); });
    std::uint32_t values = 0;
    std::uint32_t order = 0;
    for (const int value : adversary.values)
      values = values * 31 + static_cast<std::uint32_t>(value);
    for (const int index : indices)
      order = order * 31 + static_cast<std::uint32_t>(index);
    EXPECT_EQ(values, c.values) << c.size;
    EXPECT_EQ(order, c.order) << c.size;
  }
}

}  // namespace
}  // namespace firedrill::policy::karmada
