// Which points a study tries: all of them, evenly, the same ones every time.

#include "scenarios/study/design.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scenarios/study/levels.h"

namespace firedrill::scenarios {
namespace {

using testing::ElementsAre;

Parameter listed(const std::string& name, const std::vector<std::string>& texts) {
  Parameter parameter;
  parameter.name = name;
  parameter.path = "/" + name;
  for (const std::string& text : texts)
    parameter.levels.push_back({.shown = {.text = text, .number = {}},
                                .value = api::Json(nlohmann::json(text)),
                                .changes = {}});
  return parameter;
}

Parameter ranged(const std::string& name, const ParameterRange& range) {
  Parameter parameter;
  parameter.name = name;
  parameter.path = "/" + name;
  parameter.range = range;
  return parameter;
}

Study study_of(Method method, std::uint64_t points, std::vector<Parameter> parameters) {
  Study study;
  study.file.design = {.method = method, .points = points, .seeds = 1, .seed = 5};
  study.parameters = std::move(parameters);
  return study;
}

std::vector<std::string> texts_of(const std::vector<Level>& levels) {
  std::vector<std::string> texts;
  for (const Level& level : levels)
    texts.push_back(level.shown.text);
  return texts;
}

std::vector<std::string> texts_of(const std::vector<Point>& points) {
  std::vector<std::string> texts;
  for (const Point& point : points) {
    std::string& text = texts.emplace_back();
    for (const Level& level : point)
      text += (text.empty() ? "" : " ") + level.shown.text;
  }
  return texts;
}

/// The column's numbers, as shares of a range from 0 to 1.
std::vector<double> column_of(const std::vector<Point>& points, std::size_t parameter) {
  std::vector<double> column;
  for (const Point& point : points)
    column.push_back(point[parameter].shown.number.value());
  return column;
}

const ParameterRange unit{.least = 0,
                          .greatest = 1,
                          .scale = Scale::linear,
                          .integer = false,
                          .is_duration = false,
                          .grid_points = 5};
constexpr double second = 1e9;

TEST(Grid, TakesEveryCombinationTheLastParameterFastest) {
  const Study study =
      study_of(Method::grid, 1, {listed("a", {"x", "y"}), listed("b", {"1", "2", "3"})});
  EXPECT_EQ(design_size(study), 6U);
  EXPECT_THAT(texts_of(design_points(study)),
              ElementsAre("x 1", "x 2", "x 3", "y 1", "y 2", "y 3"));
  EXPECT_EQ(first_point(study), design_points(study).front());
}

TEST(Grid, DividesARangeByItsScaleBothEndsIncluded) {
  EXPECT_THAT(texts_of(grid_levels(ranged("a", unit))),
              ElementsAre("0.0", "0.25", "0.5", "0.75", "1.0"));
  ParameterRange rates = unit;
  rates.least = 0.1;
  rates.greatest = 1000;
  rates.scale = Scale::log;
  EXPECT_THAT(texts_of(grid_levels(ranged("a", rates))),
              ElementsAre("0.1", "1.0", "10.0", "100.0", "1000.0"));
}

TEST(Grid, RoundsToWholeNumbersEachOnce) {
  ParameterRange whole = unit;
  whole.greatest = 3;
  whole.integer = true;
  whole.grid_points = 9;
  EXPECT_THAT(texts_of(grid_levels(ranged("a", whole))), ElementsAre("0", "1", "2", "3"));
}

TEST(Grid, WritesDurationsAsDurations) {
  ParameterRange range{.least = 10 * second,
                       .greatest = 90 * second,
                       .scale = Scale::linear,
                       .integer = false,
                       .is_duration = true,
                       .grid_points = 3};
  const std::vector<Level> levels = grid_levels(ranged("a", range));
  EXPECT_THAT(texts_of(levels), ElementsAre("10s", "50s", "1m30s"));
  EXPECT_EQ(levels[2].shown.number, 90.0);
  EXPECT_EQ(levels[2].value.document(), "1m30s");
}

TEST(Levels, OfARangeHaveSixDigitsAndStayInside) {
  EXPECT_EQ(level_of_range(unit, 0.123456789).shown.text, "0.123457");
  EXPECT_EQ(level_of_range(unit, 0.99999999).shown.text, "1.0");
  ParameterRange range = unit;
  range.least = 0.1234567;
  EXPECT_EQ(level_of_range(range, range.least).shown.number, 0.1234567);
}

TEST(Levels, OfWholeNumbersAreEquallyLikely) {
  ParameterRange dice = unit;
  dice.least = 1;
  dice.greatest = 6;
  dice.integer = true;
  const Parameter parameter = ranged("dice", dice);
  std::vector<std::size_t> counts(7);
  constexpr std::size_t draws = 600;
  for (std::size_t i = 0; i < draws; ++i) {
    const double share = static_cast<double>(i) / draws;
    ++counts[static_cast<std::size_t>(level_at(parameter, share).shown.number.value())];
  }
  EXPECT_THAT(counts, ElementsAre(0, 100, 100, 100, 100, 100, 100));
}

class Drawn : public testing::TestWithParam<Method> {};

TEST_P(Drawn, PointsAreTheSameEveryTimeAndOthersWithAnotherSeed) {
  Study study = study_of(GetParam(), 32, {ranged("a", unit), ranged("b", unit)});
  const std::vector<Point> points = design_points(study);
  ASSERT_EQ(points.size(), 32U);
  EXPECT_EQ(points, design_points(study));
  EXPECT_EQ(points.front(), first_point(study));
  study.file.design.seed = 6;
  EXPECT_NE(points, design_points(study));
}

TEST_P(Drawn, AnotherParameterChangesNoDrawOfTheFirst) {
  const Study one = study_of(GetParam(), 32, {ranged("a", unit)});
  const Study two = study_of(GetParam(), 32, {ranged("a", unit), ranged("b", unit)});
  EXPECT_EQ(column_of(design_points(one), 0), column_of(design_points(two), 0));
  EXPECT_NE(column_of(design_points(two), 0), column_of(design_points(two), 1));
}

TEST_P(Drawn, PointsStayWithinTheRange) {
  ParameterRange rates = unit;
  rates.least = 0.1;
  rates.greatest = 50;
  rates.scale = Scale::log;
  const std::vector<Point> points = design_points(study_of(GetParam(), 500, {ranged("a", rates)}));
  const std::vector<double> column = column_of(points, 0);
  EXPECT_GE(*std::ranges::min_element(column), 0.1);
  EXPECT_LE(*std::ranges::max_element(column), 50);
  // Half of them lie below the geometric mean, 2.236: within four standard deviations of chance.
  const auto below = std::ranges::count_if(column, [](double rate) { return rate < 2.2360679775; });
  EXPECT_NEAR(static_cast<double>(below), 250, 45);
}

INSTANTIATE_TEST_SUITE_P(Methods,
                         Drawn,
                         testing::Values(Method::random, Method::latin_hypercube, Method::sobol));

TEST(LatinHypercube, HasOnePointInEachPartOfEachParameter) {
  constexpr std::size_t points = 40;
  const Study study = study_of(Method::latin_hypercube, points,
                               {ranged("a", unit), ranged("b", unit), ranged("c", unit)});
  for (std::size_t parameter = 0; parameter < 3; ++parameter) {
    std::set<int> parts;
    for (const double share : column_of(design_points(study), parameter))
      parts.insert(static_cast<int>(share * points));
    EXPECT_EQ(parts.size(), points);
  }
}

TEST(LatinHypercube, BalancesChoices) {
  const Study study =
      study_of(Method::latin_hypercube, 30, {listed("policy", {"a", "b", "c"}), ranged("x", unit)});
  std::vector<std::string> labels;
  for (const Point& point : design_points(study))
    labels.push_back(point[0].shown.text);
  for (const std::string label : {"a", "b", "c"})
    EXPECT_EQ(std::ranges::count(labels, label), 10) << label;
}

// The property of a (0, 2)-sequence, which a digital shift keeps: each of the 16 elementary boxes
// of any of these shapes holds one of 16 points.
TEST(Sobol, PutsAsManyPointsIntoEachElementaryBox) {
  const Study study = study_of(Method::sobol, 16, {ranged("a", unit), ranged("b", unit)});
  // The sequence begins with its second point, so that the first sixteen are not a whole block; the
  // fifteen of the block that are there lie in boxes of their own.
  const std::vector<Point> points = design_points(study);
  for (const int a : {1, 2, 4, 8, 16}) {
    const int b = 16 / a;
    std::set<std::pair<int, int>> boxes;
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
      boxes.emplace(static_cast<int>(points[i][0].shown.number.value() * a),
                    static_cast<int>(points[i][1].shown.number.value() * b));
    EXPECT_EQ(boxes.size(), 15U) << a << " by " << b;
  }
}

TEST(PointAt, TakesAShareOfEachParameter) {
  const Study study = study_of(Method::nsga2, 1, {listed("a", {"x", "y"}), ranged("b", unit)});
  const std::vector<double> shares{0.5, 0.25};
  EXPECT_THAT(texts_of(std::vector<Point>{point_at(study, shares)}), ElementsAre("y 0.25"));
  EXPECT_TRUE(is_search(study.file.design.method));
}

}  // namespace
}  // namespace firedrill::scenarios
