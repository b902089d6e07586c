#include "analysis/timeline/json_lines.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/text.h"
#include "sim/digest.h"

namespace firedrill::timeline {
namespace {

using namespace std::chrono_literals;

std::string seconds(sim::Duration duration) {
  std::string out;
  append_seconds(out, duration);
  return out;
}

std::string line_of(std::uint64_t seq, sim::Duration at, std::uint64_t cause, Payload payload) {
  std::string out;
  append_line(out, TimelineEvent{seq, sim::start_time + at, cause, std::move(payload)});
  return out;
}

TEST(TimelineText, PrintsSecondsFromTheInteger) {
  EXPECT_EQ(seconds(0s), "0");
  EXPECT_EQ(seconds(90s), "90");
  EXPECT_EQ(seconds(612500ms), "612.5");
  EXPECT_EQ(seconds(1ns), "0.000000001");
  EXPECT_EQ(seconds(10'000'000'010ns), "10.00000001");
  EXPECT_EQ(seconds(-1500ms), "-1.5");
  EXPECT_EQ(seconds(sim::Duration::min()), "-9223372036.854775808");
}

TEST(TimelineText, PrintsAYearPlusANanosecondExactly) {
  EXPECT_EQ(seconds(31'536'000s + 1ns), "31536000.000000001");
}

TEST(TimelineText, EscapesOnlyWhatJsonDemands) {
  std::string out;
  append_json(out, std::string_view("a\"b\\c\n\t\x01/ü<\x7f"));
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\t\\u0001/ü<\x7f\"");
}

TEST(TimelineText, PrintsDoublesShortestRoundTrip) {
  std::string out;
  append_double(out, 0.1);
  out.push_back(' ');
  append_double(out, 2.0);
  out.push_back(' ');
  append_double(out, 1e300);
  EXPECT_EQ(out, "0.1 2 1e+300");
}

TEST(TimelineLine, PutsSeqTimeAndKindFirstAndCauseLast) {
  EXPECT_EQ(line_of(41, 612500ms, 40,
                    TaintAdded{.cluster = "member1",
                               .taint = {.key = "cluster.karmada.io/not-ready",
                                         .value = "",
                                         .effect = "NoSchedule",
                                         .time_added = {}}}),
            R"({"seq":41,"t":612.5,"kind":"TaintAdded","cluster":"member1",)"
            R"("taint":{"key":"cluster.karmada.io/not-ready","effect":"NoSchedule"},"cause":40})");
}

TEST(TimelineLine, KeepsEmptyMapsOfRequiredFieldsAndDropsOptionalOnes) {
  EXPECT_EQ(
      line_of(1, 70s, 0,
              GracefulEvictionTaskAdded{.workload = "Deployment/shop/web",
                                        .cluster = "member1",
                                        .task = {.purge_mode = "Gracefully",
                                                 .reason = "TaintUntolerated",
                                                 .producer = "TaintManager",
                                                 .replicas = 4},
                                        .clusters = {}}),
      R"({"seq":1,"t":70,"kind":"GracefulEvictionTaskAdded","workload":"Deployment/shop/web",)"
      R"("cluster":"member1","task":{"purgeMode":"Gracefully","reason":"TaintUntolerated",)"
      R"("producer":"TaintManager","replicas":4},"clusters":{},"cause":0})");
}

TEST(TimelineLine, SortsMapsByKeyBytewise) {
  EXPECT_EQ(
      line_of(2, 1s, 1,
              BindingScheduled{.workload = "Deployment/shop/web",
                               .clusters = {{"member10", 1}, {"Member", 3}, {"member2", 2}},
                               .by = "scheduler",
                               .decision = Decision{.candidates = 3,
                                                    .rejected = {{"TaintToleration", 1}},
                                                    .considered = {{"member2", 100, 7, 2, ""}}}}),
      R"({"seq":2,"t":1,"kind":"BindingScheduled","workload":"Deployment/shop/web",)"
      R"("clusters":{"Member":3,"member10":1,"member2":2},"by":"scheduler",)"
      R"("decision":{"candidates":3,"rejected":{"TaintToleration":1},"considered":[)"
      R"({"cluster":"member2","score":100,"available":7,"assigned":2}]},"cause":1})");
}

TEST(TimelineLine, WritesOptionalInstantsAndSpansAsSeconds) {
  EXPECT_EQ(line_of(3, 100s, 2,
                    EvictionDequeued{.workload = "Deployment/shop/web",
                                     .cluster = "member1",
                                     .queue = "taint-manager",
                                     .worker = 2,
                                     .waited = 250ms,
                                     .outcome = "Failed",
                                     .retry_at = sim::start_time + 100500ms}),
            R"({"seq":3,"t":100,"kind":"EvictionDequeued","workload":"Deployment/shop/web",)"
            R"("cluster":"member1","queue":"taint-manager","worker":2,"waited":0.25,)"
            R"("outcome":"Failed","retryAt":100.5,"cause":2})");
}

TEST(TimelineLine, WritesSummariesInKubernetesShape) {
  EXPECT_EQ(
      line_of(4, 20s, 0,
              ResourceSummaryChanged{
                  .cluster = "member1",
                  .resource_summary = {.allocatable = {{"cpu", api::Quantity::from_units(16)}},
                                       .allocating = {},
                                       .allocated = {{"cpu", api::Quantity::from_milli(1500)}},
                                       .allocatable_modelings = {{0, 3}}}}),
      R"({"seq":4,"t":20,"kind":"ResourceSummaryChanged","cluster":"member1",)"
      R"("resourceSummary":{"allocatable":{"cpu":"16"},"allocated":{"cpu":"1500m"},)"
      R"("allocatableModelings":[{"count":3}]},"cause":0})");
}

TEST(TimelineLine, HeaderCarriesTypedSettingsInOrder) {
  Header header{.firedrill = "1.0.0",
                .scenario = "region-outage",
                .sha256 = "ab",
                .seed = 7,
                .profile = "karmada",
                .start = api::StoredTime::from_unix_seconds(1'767'225'600)};
  header.flags.emplace("resource-eviction-rate", api::Json(nlohmann::json(0.5)));
  header.flags.emplace("cluster-monitor-grace-period", api::Json(nlohmann::json("40s")));
  header.feature_gates.emplace("Failover", true);
  header.components.emplace("taint-manager", api::Json(nlohmann::json{{"evictionWorkers", 3}}));
  std::string out;
  append_line(out, header);
  EXPECT_EQ(
      out,
      R"({"kind":"Header","format":1,"firedrill":"1.0.0","scenario":"region-outage",)"
      R"("sha256":"ab","seed":7,"profile":"karmada","start":"2026-01-01T00:00:00Z",)"
      R"("flags":{"cluster-monitor-grace-period":"40s","resource-eviction-rate":0.5},)"
      R"("featureGates":{"Failover":true},"components":{"taint-manager":{"evictionWorkers":3}}})");
}

TEST(JsonLines, DigestsTheBytesOfAllLinesBeforeTheFooter) {
  std::ostringstream stream;
  StreamOutput output(stream);
  JsonLines lines(output);
  lines.begin(Header{.scenario = "calm"});
  lines.event({1, sim::start_time, 0, ClusterRemoved{.cluster = "member1"}});
  lines.end(Footer{.time = sim::start_time + 1h, .events = 1, .by_kind = {{"ClusterRemoved", 1}}});

  const std::string text = stream.str();
  const std::size_t footer = text.rfind("{\"kind\":\"Footer\"");
  ASSERT_NE(footer, std::string::npos);
  EXPECT_EQ(
      text.substr(footer),
      R"({"kind":"Footer","t":3600,"events":1,"byKind":{"ClusterRemoved":1},"api":{},"digest":")" +
          sim::sha256_hex(text.substr(0, footer)) + "\"}\n");
  EXPECT_EQ(lines.digest(), sim::sha256_hex(text.substr(0, footer)));
}

TEST(JsonLines, GivesTheSameDigestWithoutAnOutput) {
  std::ostringstream stream;
  StreamOutput output(stream);
  JsonLines written(output);
  JsonLines digested;
  for (JsonLines* lines : {&written, &digested}) {
    lines->begin({});
    // More than one buffer, so that the cut between pieces is met.
    for (std::uint64_t seq = 1; seq <= 3000; ++seq) {
      lines->event({seq, sim::start_time, 0, WorkDeleted{"Deployment/shop/web", "member1"}});
    }
    lines->end({.events = 3000});
  }
  EXPECT_EQ(written.digest(), digested.digest());
  EXPECT_GT(stream.str().size(), 65536u);
}

}  // namespace
}  // namespace firedrill::timeline
