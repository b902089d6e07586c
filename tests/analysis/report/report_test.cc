#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analysis/metrics/calculator.h"
#include "analysis/report/event_sample.h"
#include "analysis/report/page.h"
#include "analysis/report/report_data.h"
#include "analysis/report/step_series.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST(StepSeries, KeepsEachChangeOnce) {
  StepSeries series;
  EXPECT_EQ(series.set({1s, 4, 1}), 1);
  EXPECT_EQ(series.set({2s, 4, 2}), 0);  // no change
  EXPECT_EQ(series.set({3s, 5, 3}), 1);
  EXPECT_EQ(series.set({3s, 6, 4}), 0);  // the last one of an instant counts
  EXPECT_THAT(series.steps(), ElementsAre(SeriesStep{1s, 4, 1}, SeriesStep{3s, 6, 4}));
  EXPECT_EQ(series.set({3s, 4, 5}), -1);  // nothing has changed after all
  EXPECT_THAT(series.steps(), SizeIs(1));
  EXPECT_EQ(series.width(), 0s);
}

RC_GTEST_PROP(StepSeries, KeepsTheEnvelopeWhenItGetsCoarser, ()) {
  const auto values = *rc::gen::container<std::vector<std::int64_t>>(
      400, rc::gen::inRange<std::int64_t>(-1'000, 1'000));
  StepSeries series;
  for (std::size_t i = 0; i < values.size(); ++i)
    series.set({sim::Duration(static_cast<std::int64_t>(i) * 7), values[i], i + 1});
  const std::vector<SeriesStep> all = series.steps();
  const auto steps_max = *rc::gen::inRange<std::size_t>(12, 200);
  series.coarsen(steps_max);
  RC_ASSERT(series.steps().size() <= steps_max);
  if (all.size() <= steps_max) {
    RC_ASSERT(series.steps() == all);
    return;
  }
  RC_ASSERT(series.steps().back() == all.back());
  // Each is one of those that there were, and no bucket lost its lowest or highest.
  for (const SeriesStep& step : series.steps())
    RC_ASSERT(std::ranges::find(all, step) != all.end());
  const auto in_bucket = [&](const std::vector<SeriesStep>& steps, std::int64_t bucket) {
    std::vector<std::int64_t> found;
    for (const SeriesStep& step : steps) {
      if (step.time / series.width() == bucket) found.push_back(step.value);
    }
    return found;
  };
  for (const SeriesStep& step : all) {
    const auto bucket = step.time / series.width();
    RC_ASSERT(std::ranges::min(in_bucket(series.steps(), bucket)) ==
              std::ranges::min(in_bucket(all, bucket)));
    RC_ASSERT(std::ranges::max(in_bucket(series.steps(), bucket)) ==
              std::ranges::max(in_bucket(all, bucket)));
  }
}

TEST(SeriesSet, SharesABudgetAndCutsTheLongestFirst) {
  SeriesSet set(1'000);
  const std::size_t few = set.add();
  const std::size_t many = set.add();
  for (int i = 0; i < 10; ++i)
    set.set(few, {sim::Duration(i), i % 2, 1});
  for (int i = 0; i < 50'000; ++i)
    set.set(many, {sim::Duration(i), i, 1});
  EXPECT_THAT(set.series(few).steps(), SizeIs(10));
  EXPECT_LE(set.series(many).steps().size(), 1'000U);
  EXPECT_GE(set.series(many).steps().size(), 100U);
  EXPECT_EQ(set.series(many).steps().back().value, 49'999);
  EXPECT_GT(set.width(), 0s);
}

timeline::TimelineEvent event(std::uint64_t seq, std::uint64_t cause, timeline::Payload payload) {
  return {seq, sim::Time(std::chrono::seconds(seq)), cause, std::move(payload)};
}

TEST(EventSample, ThinsOutWhatTellsLeastAndLeadsChainsPastIt) {
  EventSample sample(100);
  // A fault, and behind it a chain of 999 events that merely report, each led to by the one before.
  sample.add(event(1, 0, timeline::FaultStarted{.fault = "f", .type = "outage"}));
  for (std::uint64_t seq = 2; seq <= 1'000; ++seq)
    sample.add(event(seq, seq - 1, timeline::HealthChanged{"w", "c", "Healthy"}));
  EXPECT_LE(sample.rows().size(), 100U);
  EXPECT_EQ(sample.every(0), 1U);
  EXPECT_GE(sample.every(3), 10U);
  EXPECT_EQ(sample.rows().front().seq, 1U);
  const std::vector<std::uint64_t> causes = sample.kept_causes();
  ASSERT_EQ(causes.size(), sample.rows().size());
  EXPECT_EQ(causes.front(), 0U);
  for (std::size_t row = 1; row < causes.size(); ++row)
    EXPECT_EQ(causes[row], sample.rows()[row - 1].seq);
}

TEST(EventSample, KeepsAllThatFit) {
  EventSample sample(100);
  for (std::uint64_t seq = 1; seq <= 100; ++seq)
    sample.add(event(seq, seq / 2, timeline::ClusterRemoved{"c"}));
  const std::vector<std::uint64_t> causes = sample.kept_causes();
  for (std::uint64_t seq = 1; seq <= 100; ++seq)
    EXPECT_EQ(causes[seq - 1], seq / 2);
}

class Text final : public timeline::Output {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

TEST(ReportPage, HasNoNameThatCouldEndAScript) {
  const std::string name = "</script><!-- & \u2028 \u2029 \xE2\x82\xAC";
  ReportData data;
  data.begin({.scenario = name});
  data.event(event(1, 0, timeline::ClusterJoined{.cluster = name, .sync_mode = "Push"}));
  data.end({.time = sim::Time(10s), .events = 1});
  Calculator calculator;
  calculator.end({});
  const std::string json = data.json(calculator.table(), "");
  for (const std::string unwanted : {"<", ">", "&", "\u2028", "\u2029"})
    EXPECT_THAT(json, Not(HasSubstr(unwanted)));
  EXPECT_THAT(json,
              HasSubstr("\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028 \\u2029 \xE2\x82\xAC"));

  Text page;
  const std::vector<std::string> runs{json, json};
  write_page(page, runs);
  std::size_t blocks = 0;
  for (std::size_t at = page.text.find(json); at != std::string::npos;
       at = page.text.find(json, at + 1))
    ++blocks;
  EXPECT_EQ(blocks, 2U);
  EXPECT_THAT(page.text, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.text, HasSubstr("Mike Bostock"));
  for (const std::string mark : {"@POLICY@", "@STYLE@", "@RUNS@", "@D3@", "@SCRIPT@"})
    EXPECT_THAT(page.text, Not(HasSubstr(mark)));
}

}  // namespace
}  // namespace firedrill::analysis
