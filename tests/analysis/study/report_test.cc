// A study's answer as people and programs get it, and what a study expects of it.

#include "analysis/study/report.h"

#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "analysis/study/expect.h"
#include "policy/api/utf8.h"
#include "tables.h"

namespace firedrill::analysis {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

StudyTable with_own_setting() {
  StudyTable table = two_by_two();
  table.own_point = 2;
  table.constraints = {{.metric = unavailable, .below = Threshold{.number = 300}}};
  return table;
}

StudyExpectation count_of(MetricBound counted, MetricBound bound) {
  return {.count = std::move(counted), .bound = std::move(bound)};
}

TEST(StudyText, AnswersTheQuestion) {
  const StudyTable table = with_own_setting();
  EXPECT_EQ(study_text(report_on(table, {}), false),
            R"(flapping-link
  grid: 4 points × 1 scenario × 2 seeds = 8 runs
  minimize eviction.needless.count
  minimize workload.unavailability.max
  only where workload.unavailability.max below 5m0s, on the mean of each scenario
  figures are means over the seeds; ± 95 % intervals (Student t over the seeds)

Pareto front: 3 of 4 points
  POINT  cluster-failure-threshold  policy  eviction.needless.count  workload.unavailability.max
      2                        60s  none                          1               1m42s ±25.412s  own setting
      0                        30s  none                   5 ±12.71              1m15s ±1m3.531s  recommended
      1                        30s  evict                         8                1m1s ±12.706s
  dominated: 3
  dominated only within noise (more seeds would tell): 3

Recommended setting: point 0
  the point of the front nearest to the best of every objective, each scaled to the front's range
  it changes cluster-failure-threshold
  policy: none
    karmada-controller-manager --cluster-failure-threshold=30s
    firedrill run flap.json --set /controlPlane/flags/cluster-failure-threshold=30s
  OBJECTIVE                        RECOMMENDED     OWN SETTING              CHANGE
  eviction.needless.count             5 ±12.71               1     +4 ±12.71 +400%
  workload.unavailability.max  1m15s ±1m3.531s  1m42s ±25.412s  -27s ±38.119s -26%

What moves eviction.needless.count
  PARAMETER                  SHARE  RANGE       SLOPE  MEANS BY VALUE
  policy                     61.5%      4              none: 3 | evict: 7
  cluster-failure-threshold  34.6%      3  -0.1 per s  30s: 6.5 | 60s: 3.5

What moves workload.unavailability.max
  PARAMETER                  SHARE  RANGE           SLOPE  MEANS BY VALUE
  cluster-failure-threshold  53.0%  21.5s  +0.717 s per s  30s: 1m8s | 60s: 1m29.5s
  policy                     43.6%  19.5s                  none: 1m28.5s | evict: 1m9s
)");
}

TEST(StudyText, IsOfAllPointsWhereWide) {
  StudyTable table = with_own_setting();
  table.metrics = {"migrations.total"};
  const std::string text = study_text(report_on(table, {}), true);
  EXPECT_THAT(text, HasSubstr("  migrations.total  workload.unavailability.max below 5m0s\n"));
  EXPECT_THAT(text,
              HasSubstr("\n      3                        60s  evict                  6 ±38.12"
                        "             1m17s ±1m28.943s                 -  kept"));
  EXPECT_THAT(text, HasSubstr("  dominated by 0, within noise\n"));
}

TEST(StudyText, ShowsTheWorstOfSeveralScenarios) {
  StudyTable table = two_by_two();
  table.scenarios.push_back({.name = "outage", .path = "outage.json", .first_seed = 1});
  table.seeds = 1;
  const std::string text = study_text(report_on(table, {}), false);
  EXPECT_THAT(text, HasSubstr("figures are means over the scenarios; one seed"));
  // Point 0: 70 s and 80 s; point 1: 60 s and 62 s, which needs as many evictions in both.
  EXPECT_THAT(text, HasSubstr("WORST SCENARIO\n"));
  EXPECT_THAT(text, HasSubstr("1m15s  1m20s outage\n"));
}

TEST(StudyText, SaysHowManyRunsAreSilent) {
  StudyTable table = two_by_two();
  table.cells[0]->metrics.erase(unavailable);
  EXPECT_THAT(study_text(report_on(table, {}), false), HasSubstr("  1m20s (1 run silent)  "));
}

TEST(StudyText, SaysWhatParametersDoOnlyTogether) {
  StudyTable table = two_by_two();
  table.seeds = 1;
  table.cells = {cell(0, 1), cell(0, 1), cell(0, 1), cell(4, 5)};  // 1/3 each, 1/3 together
  EXPECT_THAT(study_text(report_on(table, {}), false),
              HasSubstr("  each alone; the other 33% are what they do together\n"));
}

TEST(StudyText, NamesFailedRuns) {
  StudyTable table = two_by_two();
  table.cells[5] = StudyCell{.error = "no progress\nat 10m0s"};
  table.cells[6].reset();
  const std::string text = study_text(report_on(table, {}), false);
  EXPECT_THAT(text, HasSubstr("= 8 runs, 1 failed, 1 not made\n"));
  EXPECT_THAT(text, HasSubstr("  failed: 2\n"));
  EXPECT_THAT(text, HasSubstr("cell 5: point 2 (cluster-failure-threshold=60s policy=none), flap, "
                              "seed 8: no progress at 10m0s\n"));
}

TEST(StudyText, SaysWhenNothingCanBeRecommended) {
  StudyTable table = two_by_two();
  table.constraints = {{.metric = unavailable, .below = Threshold{.number = 10}}};
  const StudyReport report = report_on(table, {});
  EXPECT_THAT(study_text(report, false), HasSubstr("No setting can be recommended\n"));
  EXPECT_THAT(study_json(report), Not(HasSubstr("\"recommended\"")));
}

TEST(StudyMarkdown, EscapesWhatMarkdownWouldTakeForItsOwn) {
  StudyTable table = with_own_setting();
  table.name = "a|b <script>";
  table.points[0].values[1].text = "no|ne";
  const std::string text = study_markdown(report_on(table, {}));
  EXPECT_THAT(text, HasSubstr("# a\\|b &lt;script>\n"));
  EXPECT_THAT(text,
              HasSubstr("| 0 | 30s | no\\|ne | 5 ±12.71 | 1m15s ±1m3.531s | recommended |\n"));
  EXPECT_THAT(text, HasSubstr("```sh\nkarmada-controller-manager "
                              "--cluster-failure-threshold=30s\n"));
}

TEST(StudyJson, HasEverything) {
  const StudyTable table = with_own_setting();
  const json document = json::parse(
      study_json(report_on(table, {count_of({.metric = needless, .above = Threshold{.number = 5}},
                                            {.equals = Threshold{.number = 2}})})));
  EXPECT_EQ(document["front"], json({2, 0, 1}));
  EXPECT_EQ(document["points"][1]["objectives"][1]["mean"], 61);
  EXPECT_EQ(document["points"][3]["withinNoise"], true);
  EXPECT_EQ(document["recommended"]["point"], 0);
  EXPECT_EQ(document["recommended"]["flags"][0],
            "karmada-controller-manager --cluster-failure-threshold=30s");
  EXPECT_EQ(document["recommended"]["overrides"][0],
            "--set /controlPlane/flags/cluster-failure-threshold=30s");
  EXPECT_EQ(document["recommended"]["against"]["objectives"][1]["mean"], -27);
  EXPECT_EQ(document["effects"][0]["effects"][0]["parameter"], "policy");
  EXPECT_EQ(document["expect"][0]["held"], false);
}

std::string csv(const StudyTable& table) {
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  write_csv(table, output);
  return stream.str();
}

TEST(StudyCsv, HasARowForEachFinishedCell) {
  StudyTable table = two_by_two();
  table.cells[1]->metrics.emplace("stage.queue.max", Amount(12'345'678'901));
  table.cells[2] = StudyCell{.error = "no \"web\", no run"};
  for (std::size_t i = 3; i < 8; ++i)
    table.cells[i].reset();
  EXPECT_EQ(csv(table),
            "cell,point,scenario,seed,cluster-failure-threshold,policy,error,"
            "eviction.needless.count,stage.queue.max,workload.unavailability.max\r\n"
            "0,0,flap,7,30s,none,,4,,70\r\n"
            "1,0,flap,8,30s,none,,6,12.345678901,80\r\n"
            "2,1,flap,7,30s,evict,\"no \"\"web\"\", no run\",,,\r\n");
}

TEST(StudyCsv, HasNoFormulas) {
  StudyTable table = two_by_two();
  table.scenarios[0].name = "=cmd|' /C calc'!A0";
  table.points[0].values = {{.text = "-5s"}, {.text = "@SUM(A1)"}};
  table.points[1].values = {{.text = "-5"}, {.text = "+1"}};
  const std::string text = csv(table);
  EXPECT_THAT(text, HasSubstr("\r\n0,0,'=cmd|' /C calc'!A0,7,'-5s,'@SUM(A1),,4,70\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\n2,1,'=cmd|' /C calc'!A0,7,-5,'+1,,8,60\r\n"));
}

/// What a reader of RFC 4180 gets.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\r')) {
      rows.back().push_back(std::exchange(field, {}));
      if (c == '\r') {
        ++i;
        rows.emplace_back();
      }
    } else {
      field += c;
    }
  }
  rows.pop_back();
  return rows;
}

TEST(StudyCsv, ReadsBack) {
  EXPECT_TRUE(rc::check([] {
    StudyTable table = two_by_two();
    const auto letter = rc::gen::element('a', ',', '"', '\r', '\n', ' ', '=', '-', '1');
    const auto word = rc::gen::container<std::string>(letter);
    for (auto& point : table.points)
      point.values[1].text = *word;
    for (auto& each : table.cells) {
      if (*rc::gen::inRange(0, 2) == 0) each = StudyCell{.error = "x" + *word};
    }
    const auto rows = read_csv(csv(table));
    RC_ASSERT(rows.size() == 9U);
    for (std::size_t i = 0; i < 8; ++i) {
      RC_ASSERT(rows[i + 1].size() == rows[0].size());
      std::string value = rows[i + 1][5];
      if (value.starts_with('\'')) value.erase(0, 1);
      RC_ASSERT(value == api::visible(table.points[i / 2].values[1].text));
      RC_ASSERT(rows[i + 1][6] == api::visible(table.cells[i]->error));
    }
  }));
}

StudyVerdict judged(const StudyExpectation& expectation, const StudyTable& table) {
  EXPECT_THAT(problems_of(expectation, table), IsEmpty());
  return judge(expectation, table, weigh(table));
}

TEST(StudyExpectations, CountPoints) {
  const StudyTable table = two_by_two();
  // In each run: 8, 8 at point 1; of point 3 only one run has more than 5, of point 0 as well.
  StudyExpectation expectation = count_of({.metric = needless, .above = Threshold{.number = 5}},
                                          {.equals = Threshold{.number = 1}});
  EXPECT_TRUE(judged(expectation, table).held);
  expectation.count->of = BoundOver::means;
  const StudyVerdict verdict = judged(expectation, table);
  EXPECT_FALSE(verdict.held);
  EXPECT_EQ(verdict.expected, "number of points with eviction.needless.count above 5: equal to 1");
  EXPECT_EQ(verdict.actual, "2 of 4 points");
  EXPECT_THAT(verdict.points, ElementsAre("point 1 (cluster-failure-threshold=30s policy=evict)",
                                          "point 3 (cluster-failure-threshold=60s policy=evict)"));
  expectation.where = NamedValues{{"policy", NamedValue{"none"}}};
  EXPECT_EQ(judged(expectation, table).actual, "0 of 2 points");
  StudyTable compared = table;
  compared.points[0].designed = false;
  EXPECT_EQ(judged(expectation, compared).actual, "0 of 1 point");
}

TEST(StudyExpectations, HoldMetricsOfPoints) {
  const StudyTable table = two_by_two();
  StudyExpectation expectation{
      .where = NamedValues{{"cluster-failure-threshold", NamedValue{"1m"}}},
      .bound = {.metric = unavailable, .below = Threshold{.number = 100, .is_duration = true}}};
  const StudyVerdict verdict = judged(expectation, table);
  EXPECT_FALSE(verdict.held);
  EXPECT_EQ(verdict.expected,
            "workload.unavailability.max below 1m40s where cluster-failure-threshold=1m");
  EXPECT_EQ(verdict.actual, "not so at 1 of 2 points");
  EXPECT_THAT(verdict.points, ElementsAre("point 2 (cluster-failure-threshold=60s policy=none): "
                                          "flap, seed 7: 100 s"));
  expectation.bound.below->number = 105;
  EXPECT_TRUE(judged(expectation, table).held);
  EXPECT_EQ(judged(expectation, table).actual, "so at 2 of 2 points");
}

TEST(StudyExpectations, AreNotKeptByFailedRuns) {
  StudyTable table = two_by_two();
  table.cells[5] = StudyCell{.error = "no progress"};
  const StudyVerdict verdict =
      judged({.bound = {.metric = needless, .below = Threshold{.number = 100}}}, table);
  EXPECT_FALSE(verdict.held);
  EXPECT_THAT(verdict.points, ElementsAre("point 2 (cluster-failure-threshold=60s policy=none): "
                                          "flap, seed 8: failed: no progress"));
}

TEST(StudyExpectations, HoldTheRecommendedSetting) {
  const StudyTable table = two_by_two();
  EXPECT_TRUE(
      judged({.recommended = NamedValues{{"cluster-failure-threshold", NamedValue{"30"}}}}, table)
          .held);
  const StudyVerdict verdict =
      judged({.recommended = NamedValues{{"policy", NamedValue{"evict"}}}}, table);
  EXPECT_FALSE(verdict.held);
  EXPECT_EQ(verdict.actual, "point 0 (cluster-failure-threshold=30s policy=none)");
}

std::vector<std::string> problems(const StudyExpectation& expectation) {
  std::vector<std::string> lines;
  for (const StudyExpectationProblem& problem : problems_of(expectation, two_by_two()))
    lines.push_back(problem.pointer + ": " + problem.problem + "; " + problem.remedy);
  return lines;
}

TEST(StudyExpectations, AreRefusedWhereTheyCanBeOfNothing) {
  const MetricBound bound{.metric = needless, .below = Threshold{.number = 1}};
  EXPECT_THAT(problems({.where = NamedValues{{"polic", NamedValue{"none"}}}, .bound = bound}),
              ElementsAre("/where/polic: the study has no parameter \"polic\"; one of "
                          "cluster-failure-threshold, policy; did you mean \"policy\"?"));
  EXPECT_THAT(
      problems({.where = NamedValues{{"policy", NamedValue{"never"}}}, .bound = bound}),
      ElementsAre("/where/policy: no point has policy=never; a value that the design takes"));
  EXPECT_THAT(
      problems(
          {.bound = {.metric = needless, .scenario = "flop", .below = Threshold{.number = 1}}}),
      ElementsAre("/scenario: no scenario of the study is called \"flop\"; one of flap"));
}

TEST(StudySetting, IsQuotedForAShell) {
  StudyTable table = two_by_two();
  table.parameters[1].pointers = {"/objects/0/it's"};
  table.points[0].values[1].text = "a b";
  EXPECT_THAT(setting_in_overrides(table, 0),
              ElementsAre("--set /controlPlane/flags/cluster-failure-threshold=30s",
                          "--set '/objects/0/it'\\''s=a b'"));
}

}  // namespace
}  // namespace firedrill::analysis
