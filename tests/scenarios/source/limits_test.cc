#include "scenarios/source/limits.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::scenarios {
namespace {

using testing::HasSubstr;

TEST(Limits, HaveTheDefaultsOfTheSpecification) {
  const Limits limits;
  EXPECT_EQ(limits.text().input_bytes, 67'108'864U);
  EXPECT_EQ(limits.text().depth, 128U);
  EXPECT_EQ(limits.includes, 1'000U);
  EXPECT_EQ(limits.clusters, 100'000U);
  EXPECT_EQ(limits.workloads, 5'000'000U);
  EXPECT_EQ(limits.replicas, 100'000'000U);
  EXPECT_EQ(limits.random_faults, 1'000'000U);
  EXPECT_EQ(limits.errors_shown, 100U);
}

TEST(Limits, AreSetByName) {
  for (const LimitInfo& info : limit_table()) {
    Limits limits;
    EXPECT_EQ(set_limit(std::string(info.name) + "=7", limits), std::nullopt);
    EXPECT_EQ(limits.*info.member, 7U) << info.name;
    Limits expected;
    expected.*info.member = 7;
    EXPECT_EQ(limits, expected) << info.name;
  }
}

TEST(Limits, RefuseWhatTheyCannotBe) {
  Limits limits;
  for (const std::string option : {"depth=0", "depth=1001", "depth=-1", "depth=", "depth",
                                   "depth=12x", "depth=99999999999999999999999"}) {
    const auto problem = set_limit(option, limits);
    ASSERT_TRUE(problem.has_value()) << option;
    EXPECT_THAT(problem->text, HasSubstr("depth must be a whole number from 1 to 1000")) << option;
  }
  EXPECT_THAT(set_limit("dept=1", limits)->text, HasSubstr("did you mean depth?"));
  EXPECT_EQ(limits, Limits{});
}

}  // namespace
}  // namespace firedrill::scenarios
