#include "policy/karmada/scheduler/division.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace firedrill::policy::karmada {
namespace {

std::string divided(api::Replicas seats,
                    std::vector<Party> parties,
                    TieBreak ties = TieBreak::name_ascending) {
  std::string text;
  for (const Party& party : apportion(seats, std::move(parties), ties)) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", party.name, party.seats);
  }
  return text;
}

TEST(Division, GivesEachSeatToTheStrongestClaim) {
  EXPECT_EQ(divided(10, {{"a", 53}, {"b", 24}, {"c", 23}}), "a:6 b:2 c:2");
  EXPECT_EQ(divided(21, {{"a", 100}, {"b", 10}, {"c", 1}}), "a:19 b:2 c:0");
  EXPECT_EQ(divided(24, {{"a", 17}, {"b", 5}, {"c", 2}}), "a:17 b:5 c:2");
}

TEST(Division, BreaksTiesByFewerSeatsThenByName) {
  EXPECT_EQ(divided(7, {{"a", 1}, {"b", 1}, {"c", 1}}), "a:3 b:2 c:2");
  EXPECT_EQ(divided(7, {{"a", 1}, {"b", 1}, {"c", 1}}, TieBreak::name_descending), "a:2 b:2 c:3");
  EXPECT_EQ(divided(2, {{"a", 0}, {"b", 0}}), "a:1 b:1");
}

TEST(Division, CountsSeatsThatPartiesHoldAlready) {
  EXPECT_EQ(divided(1, {{"a", 10, 4}, {"b", 3, 0}}), "a:4 b:1");
}

std::string rounded_down(api::Replicas seats, std::vector<Party> parties) {
  std::string text;
  for (const Party& party : apportion_rounded_down(seats, std::move(parties)))
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", party.name, party.seats);
  return text;
}

TEST(Division, RoundsDownAndGivesTheRestToTheHeaviestInOlderReleases) {
  EXPECT_EQ(rounded_down(4, {{"a", 9}, {"b", 6}}), "a:3 b:1");
  EXPECT_EQ(divided(4, {{"a", 9}, {"b", 6}}), "a:2 b:2");
  EXPECT_EQ(rounded_down(5, {{"a", 1}, {"b", 7}, {"c", 2}}), "b:4 c:1 a:0");
  EXPECT_EQ(rounded_down(3, {{"a", 0}, {"b", 0}}), "a:0 b:0");
}

TEST(Division, RoundedDownTiesGoToPreviousSeatsThenByName) {
  EXPECT_EQ(rounded_down(1, {{"a", 1}, {"b", 1}}), "a:1 b:0");
  EXPECT_EQ(rounded_down(1, {{"a", 1}, {"b", 1, 0, 3}}), "b:1 a:0");
}

TEST(Division, OrdersTheResultByName) {
  EXPECT_EQ(divided(3, {{"c", 1}, {"a", 1}, {"b", 1}}), "a:1 b:1 c:1");
  EXPECT_EQ(divided(0, {{"b", 5}, {"a", 5}}), "a:0 b:0");
  EXPECT_EQ(divided(4, {}), "");
}

TEST(Division, TakesTheDirectionOfTiesFromTheUid) {
  for (const char* uid : {"", "a", "uid-2", "7c5d0c1e-0000-4000-8000-000000000001"}) {
    EXPECT_EQ(tie_break(uid), TieBreak::name_ascending) << uid;
  }
  for (const char* uid : {"b", "uid-1", "7c5d0c1e-0000-4000-8000-000000000002"}) {
    EXPECT_EQ(tie_break(uid), TieBreak::name_descending) << uid;
  }
}

}  // namespace
}  // namespace firedrill::policy::karmada
