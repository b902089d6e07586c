#include "policy/api/json_reader.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "json_fixture.h"
#include "policy/api/cluster.h"

namespace firedrill::api {
namespace {

using json_fixture::Delay;
using json_fixture::Everything;
using json_fixture::Mode;
using json_fixture::Outage;
using json_fixture::Selector;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What came of reading a text: the value, and the diagnostics as lines.
template <class T>
struct Reading {
  T value{};
  std::vector<std::string> lines;
  std::vector<Diagnostic> shown;
};

template <class T>
Reading<T> read(const std::string& text, UnknownKeys unknown_keys = UnknownKeys::error) {
  Reading<T> reading;
  Diagnostics diagnostics;
  ReadContext context(diagnostics, unknown_keys);
  read_json(nlohmann::json::parse(text), reading.value, context);
  for (const Diagnostic& diagnostic : diagnostics.shown()) {
    reading.lines.push_back(render(diagnostic));
  }
  reading.shown = diagnostics.shown();
  return reading;
}

/// Reads an Everything whose choice is made, so that only the rest of the text counts.
Reading<Everything> read_fields(const std::string& fields) {
  return read<Everything>(R"({"end": "x", )" + fields + "}");
}

std::vector<std::string> problems_of(const std::string& fields) {
  return read_fields(fields).lines;
}

TEST(JsonReader, LeavesAbsentMembersAsTheyWereConstructed) {
  const auto reading = read<Everything>(R"({"end": "x"})");
  EXPECT_THAT(reading.lines, IsEmpty());
  Everything expected;
  expected.what = std::string("x");
  EXPECT_EQ(reading.value, expected);
}

TEST(JsonReader, ReadsEveryKindOfMember) {
  const auto reading = read<Everything>(R"({
    "text": "t", "flag": true, "small": -3, "large": 9223372036854775807, "count": 4294967295,
    "bytes": 18446744073709551615, "share": 0.25, "mode": "Pull", "period": "1m30s",
    "stored": "2026-01-01T00:00:00Z", "seen": "2026-01-01T00:00:00.5Z", "maybe": 7,
    "zones": ["a", "b"], "labels": {"k": "v"}, "requests": {"cpu": "500m", "memory": 2},
    "startup": "20s", "clusters": ["m1", "m2"], "anything": {"x": [1, null]},
    "shared": {"cluster": "m3", "severity": 2}, "tree": {"children": [{"name": "leaf"}]},
    "outage": {"cluster": "m1"}, "steps": 3})");
  EXPECT_THAT(reading.lines, IsEmpty());
  const Everything& value = reading.value;
  EXPECT_EQ(value.large, INT64_MAX);
  EXPECT_EQ(value.count, UINT32_MAX);
  EXPECT_EQ(value.bytes, UINT64_MAX);
  EXPECT_EQ(value.mode, Mode::pull);
  EXPECT_EQ(value.period, std::chrono::seconds(90));
  EXPECT_EQ(value.stored->unix_seconds(), 1767225600);
  EXPECT_EQ(value.seen->time_since_epoch(), std::chrono::milliseconds(1767225600500));
  EXPECT_THAT(value.zones, ElementsAre("a", "b"));
  EXPECT_EQ(value.requests.at("cpu"), Quantity::from_milli(500));
  EXPECT_EQ(value.requests.at("memory"), Quantity::from_units(2));
  EXPECT_EQ(value.startup, (Delay{"constant", std::chrono::seconds(20)}));
  EXPECT_EQ(value.clusters, (Selector{{"m1", "m2"}}));
  EXPECT_EQ(value.anything.document().dump(), R"({"x":[1,null]})");
  EXPECT_EQ(*value.shared, (Outage{"m3", 2}));
  EXPECT_EQ(value.tree->children.at(0).name, "leaf");
  EXPECT_EQ(std::get<0>(value.what), (Outage{"m1", 1}));
  EXPECT_EQ(std::get<1>(*value.how), 3);
}

TEST(JsonReader, SuggestsTheNearestKeyForAnUnknownOne) {
  EXPECT_THAT(read<Outage>(R"({"cluster": "m1", "severty": 2})").lines,
              ElementsAre("/severty: unknown key \"severty\" in Outage; one of cluster, severity; "
                          "did you mean \"severity\"?"));
}

TEST(JsonReader, PointsAtTheKeyOfAnUnknownOne) {
  const auto reading = read<Outage>(R"({"cluster": "m1", "x": 2})");
  ASSERT_EQ(reading.shown.size(), 1U);
  EXPECT_EQ(reading.shown[0].anchor, Anchor::key);
}

TEST(JsonReader, WarnsOfUnknownKeysInPastedObjectsAndReadsTheRest) {
  const auto reading = read<Outage>(R"({"cluster": "m1", "x": 2})", UnknownKeys::warn);
  EXPECT_EQ(reading.value.cluster, "m1");
  ASSERT_EQ(reading.shown.size(), 1U);
  EXPECT_EQ(reading.shown[0].severity, Severity::warning);
}

TEST(JsonReader, IgnoresUnknownKeysOfVectorsSilently) {
  EXPECT_THAT(read<Outage>(R"({"cluster": "m1", "x": 2})", UnknownKeys::ignore).lines, IsEmpty());
}

TEST(JsonReader, ReportsAllErrorsAtOnce) {
  EXPECT_EQ(
      problems_of(R"("text": 1, "flag": "true", "small": 1.5, "zones": {}, "mode": "x")").size(),
      5U);
}

TEST(JsonReader, ReportsAMissingKeyWithItsMeaning) {
  EXPECT_THAT(read<Outage>("{}").lines, ElementsAre("missing key \"cluster\"; add it: Which one."));
  EXPECT_THAT(read<Outage>(R"({"cluster": null})").lines,
              ElementsAre(HasSubstr("missing key \"cluster\"")));
}

TEST(JsonReader, TakesNullForAbsent) {
  const auto reading = read_fields(R"("text": null, "maybe": null, "tree": null, "script": null)");
  EXPECT_THAT(reading.lines, IsEmpty());
  EXPECT_EQ(reading.value.text, "usual");
}

TEST(JsonReader, RefusesNullInListsOfOwnFormatsAndTakesItForZeroElsewhere) {
  EXPECT_THAT(problems_of(R"("zones": ["a", null])"), ElementsAre(HasSubstr("/zones/1: null")));
  const auto lenient = read<Everything>(
      R"({"end": "x", "zones": ["a", null], "labels": {"k": null}})", UnknownKeys::ignore);
  EXPECT_THAT(lenient.lines, IsEmpty());
  EXPECT_THAT(lenient.value.zones, ElementsAre("a", ""));
  EXPECT_EQ(lenient.value.labels.at("k"), "");
}

struct WrongField {
  std::string fields;
  std::string line;
};

class WrongFields : public testing::TestWithParam<WrongField> {};

TEST_P(WrongFields, AreNamedWithProblemAndRemedy) {
  EXPECT_THAT(problems_of(GetParam().fields), ElementsAre(GetParam().line)) << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    JsonReader,
    WrongFields,
    testing::Values(
        WrongField{R"("small": 3000000000)",
                   "/small: 3000000000 is out of range; give an integer from -2147483648 to "
                   "2147483647"},
        WrongField{R"("small": -11)", "/small: -11 is out of range; must be at least -10"},
        WrongField{R"("small": 1.9)",
                   "/small: 1.9 has a fraction where an integer is expected; give an integer from "
                   "-2147483648 to 2147483647"},
        WrongField{R"("large": 9223372036854775808)",
                   "/large: 9223372036854775808 is out of range; give an integer of 64 bits"},
        WrongField{R"("large": 1e300)",
                   "/large: 1e+300 is out of range; give an integer of 64 bits"},
        WrongField{R"("large": 123456789012345678901234567890)",
                   "/large: 1.2345678901234568e+29 is out of range; give an integer of 64 bits"},
        WrongField{R"("count": -5)",
                   "/count: -5 is out of range; give an integer from 0 to 4294967295"},
        WrongField{R"("bytes": -1)",
                   "/bytes: -1 is out of range; give an integer of 64 bits, not negative"},
        WrongField{R"("small": "3")",
                   "/small: text \"3\" where an integer is expected; write 3 without quotes"},
        WrongField{R"("share": 1)",
                   "/share: 1 is out of range; must be at least 0 and less than 1"},
        WrongField{R"("share": "half")",
                   "/share: text \"half\" where a number is expected; give a number"},
        WrongField{R"("flag": 1)", "/flag: 1 where true or false is expected; give true or false"},
        WrongField{R"("flag": "true")",
                   "/flag: text \"true\" where true or false is expected; write true without "
                   "quotes"},
        WrongField{R"("text": 5)", "/text: 5 where a text is expected; write \"5\" in quotes"},
        WrongField{R"("text": "")", "/text: empty text; must hold something"},
        WrongField{R"("text": ["a"])", "/text: a list where a text is expected; give a text"},
        WrongField{R"("mode": "push")",
                   "/mode: unknown value \"push\"; one of Push, Pull; did you mean \"Push\"?"},
        WrongField{R"("mode": 1)", "/mode: 1 where a text is expected; write \"1\" in quotes"},
        WrongField{R"("period": "1d")",
                   "/period: unknown unit \"d\" in duration \"1d\"; there is no unit \"d\"; a day "
                   "is 24h"},
        WrongField{R"("period": 0)", "/period: 0 is out of range; must be more than 0 seconds"},
        WrongField{R"("period": 1e10)",
                   "/period: 10000000000.0 seconds don't fit a duration; at most 9223372036 "
                   "seconds (292 years)"},
        WrongField{R"("period": true)",
                   "/period: true where a duration is expected; give a duration"},
        WrongField{R"("zones": "eu")", "/zones: text \"eu\" where a list is expected; give a list"},
        WrongField{R"("zones": ["a", 1])",
                   "/zones/1: 1 where a text is expected; write \"1\" in quotes"},
        WrongField{R"("labels": {"a/b~c": 1})",
                   "/labels/a~1b~0c: 1 where a text is expected; write \"1\" in quotes"},
        WrongField{R"("requests": {"cpu": "-1"})",
                   "/requests/cpu: text \"-1\" is out of range; must not be negative"},
        WrongField{R"("startup": -1)", "/startup: -1 is out of range; must be at least 0 seconds"},
        WrongField{R"("startup": [])",
                   "/startup: a list where a number or a text or an object is expected; give a "
                   "number or a text or an object"},
        WrongField{R"("startup": {"mean": "1s", "distribution": "constnt"})",
                   "/startup/distribution: unknown value \"constnt\"; one of constant, "
                   "exponential; did you mean \"constant\"?"},
        WrongField{R"("clusters": "all")",
                   "/clusters: \"all\" is too many; expected: A name; \"all\" is refused."},
        WrongField{R"("shared": {"cluster": "No"})",
                   "/shared/cluster: \"No\" is not allowed here; must be a DNS label: at most 63 "
                   "of a-z, 0-9 and \"-\", with no \"-\" at either end"},
        WrongField{R"("tree": {"children": [{}, {"nam": "x"}]})",
                   "/tree/children/1/nam: unknown key \"nam\" in Tree; one of name, children; did "
                   "you mean \"name\"?"},
        WrongField{R"("small": 2, "large": 1)",
                   "/large: large is less than small; give at least what small is"},
        WrongField{R"("script": "s", "steps": 1)",
                   "script and steps stand side by side; exactly one of them: split the entry, or "
                   "remove the others"}));

TEST(JsonReader, WantsExactlyOneKeyOfAChoice) {
  EXPECT_THAT(read<Everything>("{}").lines,
              ElementsAre("none of the keys that say what it is; add exactly one of outage, end"));
  EXPECT_THAT(read<Everything>(R"({"outage": {"cluster": "m"}, "end": "x"})").lines,
              ElementsAre(HasSubstr("outage and end stand side by side")));
}

TEST(JsonReader, ChecksBetweenFieldsOnlyWhenTheFieldsAreRight) {
  EXPECT_THAT(problems_of(R"("small": 2.5, "large": -1)"),
              ElementsAre(HasSubstr("/small: 2.5 has a fraction")));
}

TEST(JsonReader, ReadsSecondsToTheNanosecond) {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"1", 1'000'000'000},
      {"0.1", 100'000'000},
      {"1.5", 1'500'000'000},
      {"0.000000001", 1},
      {"1234567.123456789", 1'234'567'123'456'789},
      {"9223372036", 9'223'372'036'000'000'000},
  };
  for (const auto& [text, nanoseconds] : cases) {
    const auto reading = read_fields(R"("period": )" + text);
    EXPECT_THAT(reading.lines, IsEmpty()) << text;
    EXPECT_EQ(reading.value.period.count(), nanoseconds) << text;
  }
}

TEST(JsonReader, TakesAWholeNumberForAnIntegerHoweverItIsWritten) {
  EXPECT_EQ(read_fields(R"("small": 3.0)").value.small, 3);
  EXPECT_EQ(read_fields(R"("small": 1e3)").value.small, 1000);
  EXPECT_EQ(read_fields(R"("large": -0.0)").value.large, 0);
  EXPECT_EQ(read_fields(R"("large": 9007199254740993)").value.large, 9007199254740993);
}

TEST(JsonReader, ReadsKubernetesObjects) {
  const auto reading = read<Toleration>(
      R"({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30})");
  EXPECT_THAT(reading.lines, IsEmpty());
  EXPECT_EQ(reading.value.toleration_seconds, 30);
}

TEST(JsonReader, ShowsAHundredOfAMillionUnknownKeysAndCountsTheRest) {
  nlohmann::json object = {{"cluster", "m1"}};
  auto& members = object.get_ref<nlohmann::json::object_t&>();
  for (int i = 0; i < 1'000'000; ++i)
    members.emplace("key" + std::to_string(i), 0);
  Diagnostics diagnostics;
  ReadContext context(diagnostics);
  Outage value;
  read_json(object, value, context);
  EXPECT_EQ(diagnostics.shown().size(), 100U);
  EXPECT_EQ(diagnostics.error_count(), 1'000'000U);
  EXPECT_THAT(diagnostics.render(),
              HasSubstr("999900 more errors; --limit errors-shown=1000000 shows them"));
}

TEST(JsonReader, ReadsBehindAKeyOfAHundredThousandCharacters) {
  const std::string key(100'000, 'k');
  const auto reading = read<Outage>(R"({"cluster": "m1", ")" + key + R"(": 1})");
  ASSERT_EQ(reading.lines.size(), 1U);
  EXPECT_LT(reading.lines[0].size(), 400U);
  EXPECT_THAT(reading.lines[0], HasSubstr("kkk…"));
}

TEST(JsonReader, ChecksALabelOfAHundredThousandCharacters) {
  const auto reading = read<Outage>(R"({"cluster": ")" + std::string(100'000, 'a') + R"("})");
  ASSERT_EQ(reading.lines.size(), 1U);
  EXPECT_LT(reading.lines[0].size(), 400U);
}

TEST(JsonReader, KeepsMessagesOfHugeTextsShort) {
  const std::string huge(100'000, '9');
  for (const std::string field : {"period", "stored", "mode", "small", "share"}) {
    const auto reading = read_fields("\"" + field + "\": \"" + huge + "\"");
    ASSERT_EQ(reading.lines.size(), 1U) << field;
    EXPECT_LT(reading.lines[0].size(), 1500U) << field;
  }
}

}  // namespace
}  // namespace firedrill::api
