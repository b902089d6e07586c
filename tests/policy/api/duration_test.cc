#include "policy/api/duration.h"

#include <gtest/gtest.h>

#include "vectors.h"

namespace firedrill::api {
namespace {

using namespace std::chrono_literals;
using test::Vector;

class DurationVector : public testing::TestWithParam<Vector> {};

TEST_P(DurationVector, MatchesGo) {
  const Vector& vector = GetParam();
  const Result<Duration> duration = parse_duration(vector.input.at("text").get<std::string>());
  if (vector.expected.contains("error")) {
    EXPECT_FALSE(duration) << format_duration(*duration);
    return;
  }
  ASSERT_TRUE(duration) << duration.problem();
  EXPECT_EQ(duration->count(), vector.expected.at("nanoseconds").get<std::int64_t>());
  EXPECT_EQ(format_duration(*duration), vector.expected.at("string").get<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Conformance,
                         DurationVector,
                         testing::ValuesIn(test::load_vectors("duration")),
                         test::test_name);

TEST(Duration, AddsUpTermsInAnyOrder) {
  EXPECT_EQ(*parse_duration("1h30m"), 90min);
  EXPECT_EQ(*parse_duration("30m1h"), 90min);
  EXPECT_EQ(*parse_duration("1s1s1s"), 3s);
  EXPECT_EQ(*parse_duration("-1.5s"), -1500ms);
}

TEST(Duration, KnowsBothLettersForMicro) {
  EXPECT_EQ(*parse_duration("5\u00B5s"), 5us);
  EXPECT_EQ(*parse_duration("5\u03BCs"), 5us);
  EXPECT_EQ(*parse_duration("5us"), 5us);
}

TEST(Duration, NeedsAUnitExceptForZero) {
  EXPECT_EQ(*parse_duration("0"), 0ns);
  EXPECT_EQ(parse_duration("40").problem(), "missing unit in duration \"40\"");
  EXPECT_EQ(parse_duration("1d").problem(), "unknown unit \"d\" in duration \"1d\"");
  EXPECT_EQ(parse_duration("").problem(), "invalid duration \"\"");
}

TEST(Duration, ReachesBothEndsOfItsRange) {
  EXPECT_EQ(*parse_duration("9223372036854775807ns"), Duration::max());
  EXPECT_EQ(*parse_duration("-9223372036854775808ns"), Duration::min());
  EXPECT_FALSE(parse_duration("9223372036854775808ns"));
  EXPECT_FALSE(parse_duration("300000000h"));
}

TEST(Duration, PrintsTheLargestUnitsFirst) {
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(999ns), "999ns");
  EXPECT_EQ(format_duration(1500ns), "1.5\u00B5s");
  EXPECT_EQ(format_duration(10ms), "10ms");
  EXPECT_EQ(format_duration(5min), "5m0s");
  EXPECT_EQ(format_duration(100h + 250ms), "100h0m0.25s");
  EXPECT_EQ(format_duration(-3s), "-3s");
  EXPECT_EQ(format_duration(Duration::min()), "-2562047h47m16.854775808s");
}

TEST(Duration, ReadsBackWhatItPrints) {
  for (std::int64_t nanoseconds = 1; nanoseconds > 0 && nanoseconds < Duration::max().count() / 7;
       nanoseconds = nanoseconds * 7 + 3) {
    const Duration duration(nanoseconds);
    EXPECT_EQ(*parse_duration(format_duration(duration)), duration);
    EXPECT_EQ(*parse_duration(format_duration(-duration)), -duration);
  }
}

}  // namespace
}  // namespace firedrill::api
