// Comparisons, computed by hand: means and intervals, changes paired by seed, rules.

#include "analysis/compare/comparison.h"

#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/compare/report.h"
#include "analysis/compare/rule.h"
#include "analysis/compare/statistics.h"

namespace firedrill::analysis {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* unavailable = "workload.unavailability.max";

Amount seconds(std::int64_t count) {
  return Amount(std::chrono::seconds(count));
}

/// Runs in which the metric came to so many seconds; -1: it has no value.
VariantRuns runs(std::string label, std::initializer_list<std::int64_t> values) {
  VariantRuns variant{std::move(label), {}};
  for (const std::int64_t value : values) {
    MetricValues& run = variant.runs.emplace_back();
    if (value >= 0) run.emplace(unavailable, seconds(value));
  }
  return variant;
}

Judgement judged(const std::string& rule, const Comparison& comparison) {
  return judge(std::get<RegressionRule>(parse_rule(rule)), comparison, 1);
}

Judgement judged_change(const std::string& rule, std::int64_t reference, std::int64_t value) {
  return judged(rule, Comparison(std::vector{runs("a", {reference}), runs("b", {value})}));
}

// Tables of the t distribution, two-sided 95 %.
TEST(StudentT, IsThatOfTheTables) {
  EXPECT_NEAR(student_t(1), 12.7062, 5e-5);
  EXPECT_NEAR(student_t(2), 4.3027, 5e-5);
  EXPECT_NEAR(student_t(4), 2.7764, 5e-5);
  EXPECT_NEAR(student_t(9), 2.2622, 5e-5);
  EXPECT_NEAR(student_t(29), 2.0452, 5e-5);
  EXPECT_NEAR(student_t(1'000), 1.9623, 5e-5);
}

// 1, 2, 3, 4, 5: mean 3, squares 4+1+0+1+4 = 10, variance 10/4, standard error sqrt(2.5/5) =
// 0.70711, times 2.7764.
TEST(Estimate, IsTheMeanWithItsInterval) {
  const std::vector<double> samples{1, 2, 3, 4, 5};
  const auto result = estimate(samples);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->mean, 3);
  EXPECT_EQ(result->count, 5U);
  EXPECT_NEAR(*result->half_width, 1.96324, 5e-5);
  EXPECT_NEAR(result->low(), 1.03676, 5e-5);
}

TEST(Estimate, OfOneRunHasNoIntervalAndOfNoneNoMean) {
  const std::vector<double> one{7};
  EXPECT_EQ(estimate(one), (Estimate{.mean = 7, .count = 1, .half_width = {}}));
  EXPECT_FALSE(estimate({}));
}

// Each seed costs 10, 12 and 14 s more, though the seeds themselves are 900 s apart: the change is
// 12 ± 4.3027 * sqrt(4/3) = 4.9683 s, and chance that struck both doesn't blur it.
TEST(Comparison, PairsBySeed) {
  const Comparison comparison(
      std::vector{runs("a", {100, 500, 1'000}), runs("b", {110, 512, 1'014})});
  const Row* row = comparison.find(unavailable);
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->cells[0].change);
  const Change& change = *row->cells[1].change;
  EXPECT_EQ(in_unit(Unit::seconds, change.delta.mean), 12);
  EXPECT_NEAR(in_unit(Unit::seconds, *change.delta.half_width), 4.9683, 5e-4);
  EXPECT_GT(*row->cells[1].value->half_width, *change.delta.half_width * 100);
  EXPECT_NEAR(*change.relative(), 36.0 / 1'600, 1e-12);
}

TEST(Comparison, LeavesOutSeedsInWhichOneHasNoValue) {
  const Comparison comparison(std::vector{runs("a", {10, -1, 30}), runs("b", {11, 99, -1})});
  const Row* row = comparison.find(unavailable);
  EXPECT_EQ(row->cells[0].value->count, 2U);
  EXPECT_EQ(in_unit(Unit::seconds, row->cells[1].value->mean), 55);
  EXPECT_EQ(row->cells[1].change->delta.count, 1U);
  EXPECT_EQ(in_unit(Unit::seconds, row->cells[1].change->delta.mean), 1);
  EXPECT_EQ(in_unit(Unit::seconds, row->cells[1].change->reference), 10);
}

// 2^60 and 2^60 + 1 are one double; their difference is not.
TEST(Comparison, SubtractsWholeAmountsExactly) {
  const Int128 large = Int128{1} << 60U;
  const std::vector variants{VariantRuns{"a", {{{"drift", Amount(large)}}}},
                             VariantRuns{"b", {{{"drift", Amount(large + 1)}}}}};
  EXPECT_EQ(Comparison(variants).find("drift")->cells[1].change->delta.mean, 1);
}

TEST(Rule, SaysWhatIsWorse) {
  const RegressionRule percent =
      std::get<RegressionRule>(parse_rule("workload.unavailability.max > +5%"));
  EXPECT_EQ(percent.metric, unavailable);
  EXPECT_TRUE(percent.rise && percent.percent);
  EXPECT_EQ(percent.bound, 5);
  EXPECT_EQ(std::get<RegressionRule>(parse_rule("stage.total.max>1m30s")).bound, 90e9);
  EXPECT_EQ(std::get<RegressionRule>(parse_rule("stage.total.max > +2.5")).bound, 2.5e9);
  EXPECT_EQ(std::get<RegressionRule>(parse_rule("drift > 3")).bound, 3e9) << "replica-seconds";
  const RegressionRule fall =
      std::get<RegressionRule>(parse_rule(" workload.readyShare.min  <  - 0.1 "));
  EXPECT_FALSE(fall.rise);
  EXPECT_EQ(fall.bound, -0.1);
  EXPECT_EQ(std::get<RegressionRule>(parse_rule("capacity.peak.cpu > 5 %")).bound, 5);
  EXPECT_EQ(std::get<RegressionRule>(parse_rule("eviction.rate < 0")).bound, 0);
}

TEST(Rule, ThatMakesNoSenseIsLocated) {
  struct Case {
    std::string text;
    std::size_t column;
    std::string problem;
    std::string remedy;
  };
  for (const Case& wrong : std::vector<Case>{
           {"", 1, "no metric", "METRIC"},
           {" > 5%", 2, "no metric", "METRIC"},
           {"workload.unavailbility.max > 5%", 1, "unknown metric", "workload.unavailability.max"},
           {"capacity.peak.RESOURCE > 5%", 1, "for each resource", "capacity.peak.cpu"},
           {"drift", 6, "expected > or <", "better"},
           {"drift = 5%", 7, "expected > or <", "better"},
           {"drift >", 8, "missing", "+5%"},
           {"drift > %", 9, "no percentage", "+5%"},
           {"drift > +five", 10, "no change", "replica"},
           {"drift > +-5", 10, "no change", "+5%"},
           {"drift > nan", 9, "no change", "+5%"},
           {"drift > +10s", 10, "no time", "replica"},
           {"stage.total.max > +10 parsecs", 20, "no change", "+10s"},
           {"workload.readyShare.min < 0.1", 27, "a fall or a rise", "-0.1"},
       }) {
    const auto parsed = parse_rule(wrong.text);
    const auto* problem = std::get_if<RuleProblem>(&parsed);
    ASSERT_NE(problem, nullptr) << wrong.text;
    EXPECT_EQ(problem->column, wrong.column) << wrong.text;
    EXPECT_THAT(problem->problem, HasSubstr(wrong.problem)) << wrong.text;
    EXPECT_THAT(problem->remedy, HasSubstr(wrong.remedy)) << wrong.text;
  }
}

TEST(Rule, IsBrokenBeyondItsBoundAndNotOnIt) {
  EXPECT_EQ(judged_change("workload.unavailability.max > +10s", 100, 110), Judgement::holds);
  EXPECT_EQ(judged_change("workload.unavailability.max > +10s", 100, 111), Judgement::regressed);
  EXPECT_EQ(judged_change("workload.unavailability.max > +7%", 100, 107), Judgement::holds);
  EXPECT_EQ(judged_change("workload.unavailability.max > +7%", 100, 108), Judgement::regressed);
  EXPECT_EQ(judged_change("workload.unavailability.max < -10s", 100, 90), Judgement::holds);
  EXPECT_EQ(judged_change("workload.unavailability.max < -10s", 100, 89), Judgement::regressed);
  // It has to get better by a tenth.
  EXPECT_EQ(judged_change("workload.unavailability.max > -10%", 100, 91), Judgement::regressed);
  EXPECT_EQ(judged_change("workload.unavailability.max > -10%", 100, 90), Judgement::holds);
  // No percentage of nothing is more than nothing.
  EXPECT_EQ(judged_change("workload.unavailability.max > +50%", 0, 1), Judgement::regressed);
  EXPECT_EQ(judged_change("workload.unavailability.max > +50%", 0, 0), Judgement::holds);
}

// Changes of 10, 12 and 14 s: 12 ± 4.97, from 7.03 to 16.97.
TEST(Rule, IsBrokenByTheWholeIntervalOnly) {
  const Comparison comparison(std::vector{runs("a", {100, 100, 100}), runs("b", {110, 112, 114})});
  EXPECT_EQ(judged("workload.unavailability.max > 7s", comparison), Judgement::regressed);
  EXPECT_EQ(judged("workload.unavailability.max > 7.1s", comparison), Judgement::unclear);
  EXPECT_EQ(judged("workload.unavailability.max > 11.9%", comparison), Judgement::unclear);
  EXPECT_EQ(judged("workload.unavailability.max > 12s", comparison), Judgement::holds);
  EXPECT_EQ(judged("workload.unavailability.max < +17s", comparison), Judgement::regressed);
  EXPECT_EQ(judged("workload.unavailability.max < +16.9s", comparison), Judgement::unclear);
}

TEST(Rule, CannotPassForWantOfFigures) {
  const Judgement one_sided = judged("workload.unavailability.max > 5%",
                                     Comparison(std::vector{runs("a", {10}), runs("b", {-1})}));
  EXPECT_EQ(one_sided, Judgement::incomparable);
  EXPECT_TRUE(fails(one_sided));
  const Comparison neither(std::vector{runs("a", {-1}), runs("b", {-1})});
  EXPECT_EQ(judged("workload.unavailability.max > 5%", neither), Judgement::holds);
  const Comparison refused(std::vector{runs("a", {1}), runs("b", {})});
  EXPECT_EQ(judged("workload.unavailability.max > 5%", refused), Judgement::refused);
  EXPECT_FALSE(fails(Judgement::refused));
}

ComparisonReport report(std::vector<VariantRuns> variants, std::uint64_t seeds) {
  std::vector<VariantNote> notes;
  for (const VariantRuns& variant : variants) {
    VariantNote& note = notes.emplace_back(VariantNote{variant.label, "meaning"});
    if (variant.runs.empty()) note.refusal = {"x.json:1:2: /a: no; yes"};
  }
  return {7, seeds, std::move(notes), Comparison(variants)};
}

TEST(ComparisonReport, TellsWhatChangedAndWhatDidNot) {
  ComparisonReport told = report({runs("old", {100}), runs("new", {90}), runs("third", {})}, 1);
  told.rules.push_back(std::get<RegressionRule>(parse_rule("eviction.started.count > 0")));
  const std::string text = comparison_text(told, Rows::chosen);
  EXPECT_THAT(text, HasSubstr("METRIC                       UNIT    old    new     CHANGE\n"
                              "Service\n"
                              "workload.unavailability.max  s     1m40s  1m30s  -10s -10%\n"));
  EXPECT_THAT(text, HasSubstr("third is refused:\n  x.json:1:2: /a: no; yes\n"));
  EXPECT_THAT(text, HasSubstr("new: eviction.started.count > 0: holds (no run has a value)\n"));
  EXPECT_THAT(text, HasSubstr("seed 7: one run each, so there are no intervals\n"));
  EXPECT_EQ(comparison_markdown(told),
            "| metric | unit | old | new | change |\n"
            "|---|---|---:|---:|---:|\n"
            "| **Service** | | | | |\n"
            "| `workload.unavailability.max` | s | 1m40s | 1m30s | -10s -10% |\n"
            "\nthird is refused:\n\n- x.json:1:2: /a: no; yes\n");
}

TEST(ComparisonReport, LeavesOutWhatIsZeroEverywhereUnlessARuleIsAboutIt) {
  ComparisonReport told = report({runs("old", {0}), runs("new", {0})}, 1);
  EXPECT_THAT(comparison_text(told, Rows::chosen), Not(HasSubstr(unavailable)));
  EXPECT_THAT(comparison_text(told, Rows::all), HasSubstr(unavailable));
  told.rules.push_back(std::get<RegressionRule>(parse_rule("workload.unavailability.max > 5%")));
  EXPECT_THAT(comparison_text(told, Rows::chosen), HasSubstr("workload.unavailability.max  s"));
  EXPECT_FALSE(told.fails());
}

TEST(ComparisonReport, SaysHowManyRunsHaveAValue) {
  const ComparisonReport told = report({runs("old", {1, -1}), runs("new", {1, 1})}, 2);
  EXPECT_THAT(comparison_text(told, Rows::chosen), HasSubstr(" 1s (n=1)  "));
}

TEST(ComparisonReport, IsJsonWithUnroundedNumbers) {
  ComparisonReport told =
      report({runs("old", {100, 500, 1'000}), runs("new", {110, 512, 1'014})}, 3);
  told.rules.push_back(std::get<RegressionRule>(parse_rule("workload.unavailability.max > 7s")));
  const std::string text = comparison_json(told);
  EXPECT_THAT(text, HasSubstr("\"halfWidth\": 4.96827"));
  EXPECT_THAT(text, HasSubstr("\"relative\": 0.0225"));
  EXPECT_THAT(text, HasSubstr("\"regressed\": true"));
  EXPECT_THAT(text, HasSubstr("\"verdict\": \"regressed\""));
}

}  // namespace
}  // namespace firedrill::analysis
