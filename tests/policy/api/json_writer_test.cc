#include "policy/api/json_writer.h"

#include <chrono>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "json_fixture.h"
#include "policy/api/json_reader.h"
#include "policy/api/placement.h"

namespace firedrill::api {
namespace {

using json_fixture::Delay;
using json_fixture::Everything;
using json_fixture::Mode;
using json_fixture::Outage;

template <class T>
std::string written(const T& value, WriteMode mode = WriteMode::brief) {
  nlohmann::json json;
  write_json(value, json, mode);
  return json.dump();
}

Everything rich() {
  Everything value;
  value.text = "t";
  value.flag = true;
  value.small = -3;
  value.large = INT64_MAX;
  value.count = UINT32_MAX;
  value.bytes = UINT64_MAX;
  value.share = 0.1;
  value.mode = Mode::pull;
  value.period = std::chrono::nanoseconds(90'000'000'001);
  value.stored = StoredTime::from_unix_seconds(1767225600);
  value.seen = Timestamp(std::chrono::milliseconds(1767225600500));
  value.maybe = 0;
  value.zones = {};
  value.labels = {{"k", "v"}};
  value.requests = {{"cpu", Quantity::from_milli(500)}};
  value.startup = {"exponential", std::chrono::seconds(20)};
  value.clusters = {{"m1", "m2"}};
  value.anything = Json(nlohmann::json{{"x", {1, nullptr}}});
  value.shared = std::make_shared<const Outage>(Outage{"m3", 2});
  value.tree = json_fixture::Tree{"root", {{"leaf", {}}}};
  value.what = Outage{"m1", 4};
  value.how = std::int64_t{3};
  return value;
}

TEST(JsonWriter, LeavesOutWhatEqualsTheDefault) {
  Everything value;
  value.what = std::string("x");
  EXPECT_EQ(written(value), R"({"end":"x"})");
}

TEST(JsonWriter, WritesWhatDiffersFromTheDefaultEvenIfItIsEmpty) {
  Everything value;
  value.what = std::string("x");
  value.zones = {};
  value.text = "";
  EXPECT_EQ(written(value), R"({"end":"x","text":"","zones":[]})");
}

TEST(JsonWriter, WritesAllThatHasAValueInFullMode) {
  const auto json = nlohmann::json::parse(written(Outage{"m1", 1}, WriteMode::full));
  EXPECT_EQ(json, (nlohmann::json{{"cluster", "m1"}, {"severity", 1}}));
}

TEST(JsonWriter, WritesRequiredMembersAlways) {
  EXPECT_EQ(written(Outage{}), R"({"cluster":""})");
}

TEST(JsonWriter, PrefersTheFirstFormThatCanExpressTheValue) {
  EXPECT_EQ(written(Delay{"constant", std::chrono::milliseconds(1500)}), R"("1.5s")");
  EXPECT_EQ(written(Delay{"exponential", std::chrono::seconds(1)}),
            R"({"distribution":"exponential","mean":"1s"})");
}

class BothModes : public testing::TestWithParam<WriteMode> {};

TEST_P(BothModes, GiveWhatTheReaderReadsBackEqual) {
  for (const Everything& value : {Everything{}, rich()}) {
    Everything whole = value;
    if (std::holds_alternative<Outage>(whole.what)) std::get<Outage>(whole.what).cluster = "m1";
    nlohmann::json json;
    write_json(whole, json, GetParam());
    Diagnostics diagnostics;
    ReadContext context(diagnostics);
    Everything back;
    read_json(json, back, context);
    EXPECT_EQ(diagnostics.render(), "");
    EXPECT_EQ(back, whole) << json.dump(1);
  }
}

INSTANTIATE_TEST_SUITE_P(JsonWriter, BothModes, testing::Values(WriteMode::brief, WriteMode::full));

TEST(JsonWriter, WritesKubernetesObjectsInTheirOwnSpelling) {
  Toleration toleration;
  toleration.key = "maintenance";
  toleration.op = "Exists";
  toleration.toleration_seconds = 0;
  EXPECT_EQ(written(toleration),
            R"({"key":"maintenance","operator":"Exists","tolerationSeconds":0})");
}

TEST(JsonWriter, RefusesAnEnumValueThatHasNoWord) {
  nlohmann::json slot;
  EXPECT_THROW(write_json(static_cast<Mode>(7), slot), std::logic_error);
}

}  // namespace
}  // namespace firedrill::api
