#include "analysis/metrics/openmetrics.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "../story.h"
#include "analysis/metrics/reference_series.h"
#include "hostile.h"

namespace firedrill::exports {
namespace {

using analysis::ReferenceSeries;
using analysis::Told;
using testing::HasSubstr;

const std::vector<Told> scraped{
    {0, timeline::ClusterJoined{.cluster = "m1", .sync_mode = "Push"}},
    {0, timeline::ClusterConditionChanged{"m1", "Ready", "True", "Fine"}},
    {20, timeline::ClusterJoined{.cluster = "m2", .sync_mode = "Push"}},
    {30, timeline::ClusterConditionChanged{"m1", "Ready", "False", "Lost"}},
    {31,
     timeline::EvictionQueued{
         .workload = analysis::web, .cluster = "m1", .queue = "q", .depth = 1}},
    {32, timeline::EvictionDequeued{.workload = analysis::web,
                                    .cluster = "m1",
                                    .queue = "q",
                                    .waited = {},
                                    .outcome = "Evicted"}},
    {50, timeline::ClusterRemoved{"m2"}},
};

std::string written(const ReferenceSeries& series,
                    void (ReferenceSeries::*write)(timeline::Output&) const) {
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  (series.*write)(output);
  return stream.str();
}

TEST(ReferenceSeries, SeesWhatIsRecordedForTheInstantOfAScrape) {
  ReferenceSeries series(std::chrono::seconds(10));
  analysis::tell(series, scraped, 60);
  EXPECT_EQ(written(series, &ReferenceSeries::write_rule_test),
            "    # Below the other keys of a test with interval: 10s\n"
            "    input_series:\n"
            "      - series: 'cluster_ready_state{member_cluster=\"m1\"}'\n"
            "        values: '1+0x2 0+0x3'\n"
            "      - series: 'cluster_ready_state{member_cluster=\"m2\"}'\n"
            "        values: '_x2 0+0x2 stale _x1'\n"
            "      - series: 'eviction_processing_total{name=\"q\",result=\"success\"}'\n"
            "        values: '_x4 1+0x2'\n"
            "      - series: 'eviction_queue_depth{name=\"q\"}'\n"
            "        values: '_x4 0+0x2'\n");
}

TEST(ReferenceSeries, IsOpenMetricsWithTimeStamps) {
  ReferenceSeries series(std::chrono::seconds(30));
  analysis::tell(series, scraped, 60);
  EXPECT_EQ(written(series, &ReferenceSeries::write_openmetrics),
            "# HELP cluster_ready_state 1 if the cluster is ready, 0 otherwise.\n"
            "# TYPE cluster_ready_state gauge\n"
            "cluster_ready_state{member_cluster=\"m1\"} 1 0\n"
            "cluster_ready_state{member_cluster=\"m1\"} 0 30\n"
            "cluster_ready_state{member_cluster=\"m1\"} 0 60\n"
            "cluster_ready_state{member_cluster=\"m2\"} 0 30\n"
            "# HELP eviction_processing_total Evictions processed, by result.\n"
            "eviction_processing_total{name=\"q\",result=\"success\"} 1 60\n"
            "# HELP eviction_queue_depth Keys in the eviction queue.\n"
            "# TYPE eviction_queue_depth gauge\n"
            "eviction_queue_depth{name=\"q\"} 0 60\n"
            "# EOF\n");
}

TEST(ReferenceSeries, HasWholeSeconds) {
  EXPECT_THROW(ReferenceSeries(std::chrono::milliseconds(1500)), std::logic_error);
  EXPECT_THROW(ReferenceSeries(sim::Duration{}), std::logic_error);
}

#ifdef FIREDRILL_PROMTOOL

/// What promtool says and how it ends, at the file's place in the arguments.
std::string complaint(const std::string& arguments, const std::string& text) {
  namespace fs = std::filesystem;
  const fs::path file =
      fs::temp_directory_path() / ("firedrill-promtool-test-" + std::to_string(::getpid()));
  std::ofstream(file, std::ios::binary) << text;
  const std::string command = FIREDRILL_PROMTOOL " " + arguments + file.string() + " 2>&1";
  std::string said;
  std::array<char, 4096> piece{};
  std::FILE* pipe = ::popen(command.c_str(), "r");
  while (std::fgets(piece.data(), static_cast<int>(piece.size()), pipe) != nullptr)
    said += piece.data();
  const int status = ::pclose(pipe);
  fs::remove(file);
  return status == 0 ? "" : said;
}

TEST(OpenMetrics, PleasesPromtoolWithHostileNames) {
  analysis::ReferenceMetrics metrics;
  ReferenceSeries series(std::chrono::seconds(15));
  std::vector<Told> story;
  for (const std::string& name : hostile_texts) {
    story.push_back({1, timeline::ClusterJoined{.cluster = name, .sync_mode = "Push"}});
    story.push_back({1, timeline::EvictionQueued{
                            .workload = name, .cluster = name, .queue = name, .depth = 1}});
  }
  analysis::tell(metrics, story, 300);
  analysis::tell(series, story, 300);
  EXPECT_EQ(complaint("check metrics < ", metrics.text()), "");
  EXPECT_EQ(complaint("check metrics < ", written(series, &ReferenceSeries::write_openmetrics)),
            "");
  // Each name comes out of PromQL as it went in.
  std::string test = "tests:\n  - interval: 15s\n    promql_expr_test:\n";
  for (const std::string& name : hostile_texts) {
    const std::string metric = "cluster_ready_state{" +
                               api::visible(analysis::openmetrics_label("member_cluster", name)) +
                               "}";
    std::string in_yaml;
    for (const char c : metric)
      in_yaml += c == '\'' ? "''" : std::string(1, c);
    test += "      - expr: '" + in_yaml +
            "'\n        eval_time: 1m\n        exp_samples:\n          - labels: '" + in_yaml +
            "'\n            value: 0\n";
  }
  test += written(series, &ReferenceSeries::write_rule_test);
  EXPECT_EQ(complaint("test rules ", test), "");
  test.replace(test.find("value: 0"), 8, "value: 1");
  EXPECT_THAT(complaint("test rules ", test), HasSubstr("FAILED")) << "promtool looks at them";
}

#endif

}  // namespace
}  // namespace firedrill::exports
