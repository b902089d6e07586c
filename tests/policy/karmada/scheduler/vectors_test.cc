/// The golden vectors of the scheduler, case by case.

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scenarios/conformance/areas.h"

namespace firedrill::scenarios {
namespace {

class SchedulerVectors : public testing::TestWithParam<const char*> {};

TEST_P(SchedulerVectors, AgreeWithTheReference) {
  std::ifstream file(std::string("tests/conformance/karmada/") + GetParam() + ".json");
  ASSERT_TRUE(file) << "run from the repository's root";
  const nlohmann::json vectors = nlohmann::json::parse(file);
  const Area* area = find_area(vectors.at("area").get<std::string>());
  ASSERT_NE(area, nullptr);
  ASSERT_FALSE(vectors.at("cases").empty());
  for (const nlohmann::json& vector : vectors.at("cases")) {
    const nlohmann::json actual = area->compute(vector.at("input"));
    const nlohmann::json& expected = vector.at("expected");
    EXPECT_TRUE(area->matches == nullptr ? expected == actual : area->matches(expected, actual))
        << vector.at("name") << "\nexpected " << expected << "\nactual   " << actual;
  }
}

INSTANTIATE_TEST_SUITE_P(Karmada,
                         SchedulerVectors,
                         testing::Values("cluster-affinity",
                                         "descheduler",
                                         "estimator",
                                         "filters",
                                         "replica-assignment",
                                         "schedule",
                                         "schedule-affinities",
                                         "spread-selection",
                                         "weighted-division"));

}  // namespace
}  // namespace firedrill::scenarios
