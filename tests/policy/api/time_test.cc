#include "policy/api/time.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace firedrill::api {
namespace {

using namespace std::chrono_literals;

const Timestamp nine_o_clock = *parse_timestamp("2026-03-01T09:00:00Z");

TEST(StoredTime, LosesTheFraction) {
  EXPECT_EQ(format_rfc3339(StoredTime::floor(nine_o_clock + 999'999'999ns)),
            "2026-03-01T09:00:00Z");
  EXPECT_EQ(StoredTime::floor(nine_o_clock + 1500ms).timestamp(), nine_o_clock + 1s);
}

TEST(StoredTime, IsCutDownwardsBeforeTheEpochToo) {
  EXPECT_EQ(StoredTime::floor(Timestamp(-1ns)).unix_seconds(), -1);
  EXPECT_EQ(format_rfc3339(StoredTime::floor(Timestamp(-1ns))), "1969-12-31T23:59:59Z");
}

TEST(StoredTime, IsReadAndWrittenForEveryYear) {
  for (const char* text :
       {"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0400-02-29T12:00:00Z",
        "1900-02-28T23:59:59Z", "2000-02-29T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    const auto time = parse_stored_time(text);
    ASSERT_TRUE(time) << time.problem();
    EXPECT_EQ(format_rfc3339(*time), text);
  }
  EXPECT_EQ(parse_stored_time("0001-01-01T00:00:00Z")->unix_seconds(), -62'135'596'800);
}

TEST(StoredTime, EndsWhereRfc3339Ends) {
  EXPECT_EQ(format_rfc3339(StoredTime::from_unix_seconds(StoredTime::unix_seconds_max)),
            "9999-12-31T23:59:59Z");
  EXPECT_EQ(format_rfc3339(StoredTime::from_unix_seconds(StoredTime::unix_seconds_min)),
            "0000-01-01T00:00:00Z");
  EXPECT_THROW((void)StoredTime::from_unix_seconds(StoredTime::unix_seconds_max + 1),
               std::logic_error);
  EXPECT_FALSE(parse_stored_time("9999-12-31T23:59:59-01:00"));
}

TEST(StoredTime, SaturatesOnAClockOf64BitNanoseconds) {
  EXPECT_EQ(parse_stored_time("0001-01-01T00:00:00Z")->timestamp(), Timestamp::min());
  EXPECT_EQ(parse_stored_time("9999-12-31T23:59:59Z")->timestamp(), Timestamp::max());
}

TEST(Timestamp, ShowsTheFractionItHas) {
  EXPECT_EQ(format_rfc3339(nine_o_clock), "2026-03-01T09:00:00Z");
  EXPECT_EQ(format_rfc3339(nine_o_clock + 250ms), "2026-03-01T09:00:00.25Z");
  EXPECT_EQ(format_rfc3339(nine_o_clock + 1ns), "2026-03-01T09:00:00.000000001Z");
  EXPECT_EQ(format_rfc3339(Timestamp(-1ns)), "1969-12-31T23:59:59.999999999Z");
}

TEST(Timestamp, HasSixDigitsInALease) {
  EXPECT_EQ(format_rfc3339_micro(nine_o_clock), "2026-03-01T09:00:00.000000Z");
  EXPECT_EQ(format_rfc3339_micro(nine_o_clock + 1234567ns), "2026-03-01T09:00:00.001234Z");
  EXPECT_EQ(format_rfc3339_micro(Timestamp(-1ns)), "1969-12-31T23:59:59.999999Z");
}

TEST(Timestamp, ReadsFractionsAndOffsets) {
  EXPECT_EQ(*parse_timestamp("2026-03-01T09:00:00.5Z"), nine_o_clock + 500ms);
  EXPECT_EQ(*parse_timestamp("2026-03-01T09:00:00.0000000019Z"), nine_o_clock + 1ns);
  EXPECT_EQ(*parse_timestamp("2026-03-01T10:30:00+01:30"), nine_o_clock);
  EXPECT_EQ(*parse_timestamp("2026-03-01T00:00:00-09:00"), nine_o_clock);
}

TEST(Timestamp, ReadsBackBothEndsOfItsRange) {
  EXPECT_EQ(*parse_timestamp(format_rfc3339(Timestamp::min())), Timestamp::min());
  EXPECT_EQ(*parse_timestamp(format_rfc3339(Timestamp::max())), Timestamp::max());
  EXPECT_FALSE(parse_timestamp("1500-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_timestamp("2262-04-11T23:47:16.854775808Z"));
}

TEST(Timestamp, RefusesWhatIsNotRfc3339) {
  for (const char* text : {"",
                           "2026",
                           "2026-03-01",
                           "2026-03-01T09:00:00",
                           "2026-03-01 09:00:00Z",
                           "2026-03-01t09:00:00z",
                           "2026-3-1T9:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:60Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00+0100",
                           "2026-01-01T00:00:00Zx",
                           " 2026-01-01T00:00:00Z",
                           "+026-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
    EXPECT_FALSE(parse_stored_time(text)) << text;
  }
}

TEST(Elapsed, SaturatesAsGoDoes) {
  EXPECT_EQ(elapsed(nine_o_clock, nine_o_clock + 40s), 40s);
  EXPECT_EQ(elapsed(nine_o_clock + 40s, nine_o_clock), -40s);
  EXPECT_EQ(elapsed(Timestamp::min(), Timestamp::max()), Duration::max());
  EXPECT_EQ(elapsed(Timestamp::max(), Timestamp::min()), Duration::min());
  const StoredTime first = *parse_stored_time("0001-01-01T00:00:00Z");
  const StoredTime last = *parse_stored_time("9999-12-31T23:59:59Z");
  EXPECT_EQ(elapsed(first, last), Duration::max());
  EXPECT_EQ(elapsed(last, first), Duration::min());
  EXPECT_EQ(elapsed(first, first), 0ns);
}

TEST(Later, StaysOnTheScale) {
  EXPECT_EQ(later(nine_o_clock, 5min), nine_o_clock + 5min);
  EXPECT_EQ(later(Timestamp::max(), 1ns), Timestamp::max());
  EXPECT_EQ(later(Timestamp::min(), -1ns), Timestamp::min());
}

}  // namespace
}  // namespace firedrill::api
