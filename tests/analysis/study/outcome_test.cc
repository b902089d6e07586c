// What a study's runs come to, computed by hand: figures, standings, the recommended setting,
// effects. And laws of the front that hold for any costs.

#include "analysis/study/outcome.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "analysis/study/effects.h"
#include "tables.h"

namespace firedrill::analysis {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(StudyFigure, IsTheMeanOverScenariosOfTheMeansOverSeeds) {
  StudyTable table{.seeds = 2};
  table.points = {{}};
  table.scenarios = {{.name = "flap"}, {.name = "outage"}};
  table.cells = {cell(1, 10), cell(3, 20), cell(0, 100), cell(2, 120)};
  const PointFigure figure = figure_of(table, 0, unavailable, "");
  EXPECT_EQ(figure.by_scenario[0]->mean, 15 * second);
  EXPECT_EQ(figure.by_scenario[1]->mean, 110 * second);
  // One sample a seed: 55 s and 70 s, so s = 10.6066, s/sqrt(2) = 7.5, t = 12.7062.
  EXPECT_EQ(figure.value->mean, 62.5 * second);
  EXPECT_THAT(*figure.value->half_width, DoubleNear(12.7062 * 7.5 * second, 1e-4 * second * 10));
  EXPECT_EQ(extreme_scenario(figure, true), 1U);
  EXPECT_EQ(extreme_scenario(figure, false), 0U);
  EXPECT_EQ(figure_of(table, 0, unavailable, "out*").value->mean, 110 * second);
}

TEST(StudyFigure, LeavesOutSeedsThatAScenarioIsSilentIn) {
  StudyTable table{.seeds = 2};
  table.points = {{}};
  table.scenarios = {{.name = "a"}, {.name = "b"}, {.name = "never"}};
  table.cells = {cell(1, 10), cell(1, 30), cell(1, 50), StudyCell{}, StudyCell{}, StudyCell{}};
  const PointFigure figure = figure_of(table, 0, unavailable, "");
  EXPECT_EQ(figure.value->mean, 30 * second);  // of the first seed: (10 + 50) / 2
  EXPECT_EQ(figure.value->count, 1U);
  EXPECT_EQ(figure.silent, 3U);
  EXPECT_FALSE(figure.by_scenario[2]);
}

TEST(StudyOutcome, OfTwoByTwo) {
  const StudyTable table = two_by_two();
  const StudyOutcome outcome = weigh(table);
  EXPECT_THAT(outcome.front, ElementsAre(2, 0, 1)) << "by needless evictions";
  EXPECT_EQ(outcome.points[3].standing, Standing::dominated);
  EXPECT_EQ(outcome.points[3].dominated_by, 0U);
  ASSERT_TRUE(outcome.recommended);
  EXPECT_EQ(outcome.recommended->point, 0U);
  // Needless from 1 to 8, unavailable from 61 s to 102 s.
  EXPECT_DOUBLE_EQ(outcome.recommended->distance,
                   std::sqrt((4.0 / 7) * (4.0 / 7) + (14.0 / 41) * (14.0 / 41)));
  EXPECT_THAT(outcome.recommended->changed, ElementsAre(0)) << "of the policy nothing is known";
}

TEST(StudyOutcome, SaysWhichDifferencesAreChance) {
  StudyTable table = two_by_two();
  // Seed by seed 3 has -1 and +3 evictions more than 0, and 0 s and 4 s: both intervals hold 0.
  EXPECT_TRUE(weigh(table).points[3].within_noise);
  // 1 more in each seed is no chance, though the means are those from before.
  table.cells[6] = cell(5, 70);
  table.cells[7] = cell(7, 84);
  EXPECT_FALSE(weigh(table).points[3].within_noise);
  EXPECT_EQ(weigh(table).points[3].standing, Standing::dominated);
}

TEST(StudyOutcome, OfOneSeedKnowsNoChance) {
  StudyTable table = two_by_two();
  table.seeds = 1;
  table.cells = {cell(5, 75), cell(8, 61), cell(1, 102), cell(6, 77)};
  EXPECT_FALSE(weigh(table).points[3].within_noise);
}

TEST(StudyOutcome, KeepsPointsWithFailedOrMissingRunsOffTheFront) {
  StudyTable table = two_by_two();
  table.cells[4] = StudyCell{.error = "no progress"};
  table.cells[0].reset();
  const StudyOutcome outcome = weigh(table);
  EXPECT_EQ(outcome.points[2].standing, Standing::failed);
  EXPECT_EQ(outcome.points[0].standing, Standing::unfinished);
  EXPECT_THAT(outcome.front, ElementsAre(3, 1));
  EXPECT_EQ(outcome.failed, 1U);
  EXPECT_EQ(outcome.unfinished, 1U);
}

TEST(StudyOutcome, KeepsPointsWithoutAValueOffTheFront) {
  StudyTable table = two_by_two();
  table.cells[4]->metrics.erase(unavailable);
  EXPECT_EQ(weigh(table).points[2].standing, Standing::front) << "the other seed has one";
  table.cells[5]->metrics.erase(unavailable);
  EXPECT_EQ(weigh(table).points[2].standing, Standing::no_value);
}

TEST(StudyOutcome, KeepsInfeasiblePointsOffTheFront) {
  StudyTable table = two_by_two();
  table.constraints = {{.metric = unavailable, .below = Threshold{.number = 102}}};
  StudyOutcome outcome = weigh(table);
  EXPECT_EQ(outcome.points[2].standing, Standing::infeasible);
  EXPECT_EQ(outcome.points[2].constraints[0].wrong, "flap: 1m42s ±25.412s");
  EXPECT_THAT(outcome.front, ElementsAre(0, 1));
  table.constraints[0] = {.metric = unavailable,
                          .of = BoundOver::runs,
                          .between = {Threshold{.number = 61}, Threshold{.number = 104}}};
  outcome = weigh(table);
  EXPECT_EQ(outcome.points[1].constraints[0].wrong, "flap, seed 7: 60 s");
  EXPECT_TRUE(outcome.points[2].constraints[0].kept);
  table.constraints[0] = {.metric = "migrations.total", .above = Threshold{.number = -1}};
  outcome = weigh(table);
  EXPECT_EQ(outcome.points[0].constraints[0].wrong, "flap: no value");
  EXPECT_TRUE(outcome.front.empty());
  EXPECT_FALSE(outcome.recommended);
}

TEST(StudyOutcome, MaximizesWhatIsToBeLarge) {
  StudyTable table = two_by_two();
  table.objectives = {{.maximize = needless}};
  const StudyOutcome outcome = weigh(table);
  EXPECT_THAT(outcome.front, ElementsAre(1));
  EXPECT_EQ(outcome.recommended->distance, 0);
}

TEST(StudyOutcome, RecommendsOfEqualsTheOneThatChangesLeast) {
  StudyTable table = two_by_two();
  table.seeds = 1;
  // The ends of a front of two are equally far from the ideal.
  table.cells = {cell(1, 80), cell(9, 99), cell(2, 40), cell(9, 99)};
  EXPECT_THAT(weigh(table).front, ElementsAre(0, 2));
  EXPECT_EQ(weigh(table).recommended->point, 2U) << "60s is the scenario's own";
  table.own_point = 1;  // 30s evict
  EXPECT_EQ(weigh(table).recommended->point, 0U);
  EXPECT_THAT(weigh(table).recommended->changed, ElementsAre(1));
  table.own_point.reset();
  table.parameters[0].own.reset();
  EXPECT_EQ(weigh(table).recommended->point, 0U) << "nothing is known: the first";
}

TEST(StudyEffects, OfTwoByTwo) {
  const StudyTable table = two_by_two();
  const std::vector<ObjectiveEffects> effects = effects_of(table, weigh(table));
  ASSERT_EQ(effects.size(), 2U);
  // 5, 8, 1, 6 evictions around their mean of 5: squares 26; none 3, evict 7; 30s 6.5, 60s 3.5.
  const Effect& policy = effects[0].effects[0];
  EXPECT_EQ(policy.parameter, 1U) << "the larger one comes first";
  EXPECT_DOUBLE_EQ(policy.share, 16.0 / 26);
  EXPECT_DOUBLE_EQ(policy.range, 4);
  EXPECT_FALSE(policy.slope);
  EXPECT_EQ(policy.levels[0].label, "none");
  EXPECT_EQ(policy.levels[0].mean, 3);
  const Effect& threshold = effects[0].effects[1];
  EXPECT_DOUBLE_EQ(threshold.share, 9.0 / 26);
  EXPECT_DOUBLE_EQ(threshold.range, 3);
  EXPECT_DOUBLE_EQ(*threshold.slope, -0.1);
  // 75, 61, 102, 77 s: a second of threshold costs 21.5 / 30 seconds.
  EXPECT_DOUBLE_EQ(*effects[1].effects[0].slope, 21.5 / 30 * second);
}

TEST(StudyEffects, OfAWholeGridWithoutInterplayAddUpToAll) {
  StudyTable table = two_by_two();
  table.seeds = 1;
  table.cells = {cell(1, 10), cell(4, 20), cell(11, 15), cell(14, 25)};  // 10 + 3, 5 + 10
  for (const ObjectiveEffects& entry : effects_of(table, weigh(table)))
    EXPECT_DOUBLE_EQ(entry.effects[0].share + entry.effects[1].share, 1);
}

TEST(StudyEffects, LeaveOutWhatIsNotOfTheDesignOrNotWhole) {
  StudyTable table = two_by_two();
  table.points[3].designed = false;
  table.cells[0] = StudyCell{.error = "no progress"};
  EXPECT_EQ(effects_of(table, weigh(table))[0].points, 2U);
}

TEST(StudyEffects, AreNoneWhereNothingVaries) {
  StudyTable table = two_by_two();
  for (auto& each : table.cells)
    each = cell(3, 30);
  const auto effects = effects_of(table, weigh(table));
  EXPECT_EQ(effects[0].variance, 0);
  EXPECT_EQ(effects[0].effects[0].share, 0);
}

/// A hundred values of x from 0 to 99, and of another parameter that does nothing.
StudyTable hundred_draws() {
  StudyTable table{.design = "random", .seeds = 1};
  table.parameters = {{.name = "idle", .kind = ValueKind::number},
                      {.name = "x", .kind = ValueKind::number}};
  table.scenarios = {{.name = "a"}};
  table.objectives = {{.minimize = needless}};
  for (int i = 0; i < 100; ++i) {
    const int x = (i * 37) % 100;
    table.points.push_back(
        {.values = {{.text = std::to_string((i * 61) % 100 + 1000), .number = (i * 61) % 100},
                    {.text = std::to_string(x), .number = x}}});
    table.cells.emplace_back(cell(3 * x + 5, 0));
  }
  return table;
}

TEST(StudyEffects, PutManyValuesTogetherByRank) {
  const StudyTable table = hundred_draws();
  const ObjectiveEffects effects = effects_of(table, weigh(table))[0];
  const Effect& x = effects.effects[0];
  EXPECT_EQ(x.parameter, 1U);
  EXPECT_TRUE(x.binned);
  ASSERT_EQ(x.levels.size(), 10U);
  EXPECT_EQ(x.levels[0].label, "0 … 9");
  EXPECT_EQ(x.levels[0].points, 10U);
  EXPECT_DOUBLE_EQ(x.levels[0].mean, 3 * 4.5 + 5);
  EXPECT_DOUBLE_EQ(*x.slope, 3);
  EXPECT_GT(x.share, 0.98);
  EXPECT_LT(effects.effects[1].share, 0.1) << "what does nothing explains nothing";
}

TEST(StudyEffects, OfChanceExplainNothing) {
  StudyTable table = hundred_draws();
  table.parameters.erase(table.parameters.begin());
  for (std::int64_t i = 0; i < 100; ++i) {
    const auto point = static_cast<std::size_t>(i);
    table.points[point].values = {{.text = std::to_string(i), .number = static_cast<double>(i)}};
    table.cells[point] = cell((i * i * 7919 + i * 12345) % 1009, 0);
  }
  // Ten parts of such figures explain 9.2 % of their variance; 9 of 99 are to be expected.
  EXPECT_NEAR(effects_of(table, weigh(table))[0].effects[0].share, 0.0014, 5e-5);
}

std::vector<std::vector<double>> some_costs() {
  const auto objectives = *rc::gen::inRange<std::size_t>(1, 4);
  // Few different numbers, so that equal ones are met.
  return *rc::gen::container<std::vector<std::vector<double>>>(
      rc::gen::container<std::vector<double>>(
          objectives, rc::gen::map(rc::gen::inRange(0, 6), [](int i) { return i / 2.0; })));
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

TEST(ParetoFront, IsWhatNobodyDominates) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<std::vector<double>> costs = some_costs();
    std::vector<std::size_t> all(costs.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = i;
    const std::vector<std::size_t> front = pareto_front(costs, all);
    for (const std::size_t i : all) {
      const bool dominated =
          std::ranges::any_of(costs, [&](const auto& other) { return dominates(other, costs[i]); });
      RC_ASSERT((std::ranges::count(front, i) == 1) == !dominated);
      if (!dominated) continue;
      RC_ASSERT(std::ranges::any_of(
          front, [&](std::size_t other) { return dominates(costs[other], costs[i]); }));
    }
  }));
}

StudyTable random_study() {
  StudyTable table = two_by_two();
  table.constraints = {{.metric = unavailable, .below = Threshold{.number = 60}}};
  for (auto& each : table.cells) {
    each = cell(*rc::gen::inRange(0, 8), *rc::gen::inRange(40, 70));
    if (*rc::gen::inRange(0, 12) == 0) each = StudyCell{.error = "it failed"};
    if (*rc::gen::inRange(0, 12) == 0) each.reset();
  }
  return table;
}

TEST(StudyOutcome, HasAStandingForEachPoint) {
  EXPECT_TRUE(rc::check([] {
    const StudyTable table = random_study();
    const StudyOutcome outcome = weigh(table);
    for (std::size_t i = 0; i < outcome.points.size(); ++i) {
      const PointOutcome& point = outcome.points[i];
      RC_ASSERT((std::ranges::count(outcome.front, i) == 1) == (point.standing == Standing::front));
      if (point.standing == Standing::front || point.standing == Standing::dominated) {
        RC_ASSERT(point.failed == 0 && point.unfinished == 0);
        RC_ASSERT(point.constraints[0].kept);
      }
      RC_ASSERT(point.dominated_by.has_value() == (point.standing == Standing::dominated));
    }
    RC_ASSERT(outcome.recommended.has_value() == !outcome.front.empty());
    if (outcome.recommended)
      RC_ASSERT(outcome.points[outcome.recommended->point].standing == Standing::front);
  }));
}

TEST(StudyOutcome, DoesNotDependOnTheUnitsOfObjectives) {
  EXPECT_TRUE(rc::check([] {
    StudyTable table = random_study();
    table.constraints.clear();
    const StudyOutcome before = weigh(table);
    for (auto& each : table.cells) {
      if (each && !each->failed()) each->metrics.at(needless).numerator *= 1024;
    }
    const StudyOutcome after = weigh(table);
    RC_ASSERT(before.front == after.front);
    RC_ASSERT(before.recommended.has_value() == after.recommended.has_value());
    if (before.recommended) RC_ASSERT(before.recommended->point == after.recommended->point);
  }));
}

}  // namespace
}  // namespace firedrill::analysis
