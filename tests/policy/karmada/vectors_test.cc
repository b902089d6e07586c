/// The golden vectors of failover decisions, admission and the Kubernetes vocabulary, case by case.

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scenarios/conformance/areas.h"

namespace firedrill::scenarios {
namespace {

class FailoverVectors : public testing::TestWithParam<const char*> {};

TEST_P(FailoverVectors, AgreeWithTheReference) {
  std::ifstream file(std::string("tests/conformance/karmada/") + GetParam() + ".json");
  ASSERT_TRUE(file) << "run from the repository's root";
  const nlohmann::json vectors = nlohmann::json::parse(file);
  const Area* area = find_area(vectors.at("area").get<std::string>());
  ASSERT_NE(area, nullptr);
  ASSERT_FALSE(vectors.at("cases").empty());
  for (const nlohmann::json& vector : vectors.at("cases")) {
    EXPECT_EQ(area->compute(vector.at("input")), vector.at("expected")) << vector.at("name");
  }
}

INSTANTIATE_TEST_SUITE_P(Karmada,
                         FailoverVectors,
                         testing::Values("application-failover",
                                         "cluster-taint-policy",
                                         "condition-threshold",
                                         "duration",
                                         "graceful-eviction",
                                         "jsonpath",
                                         "label-selector",
                                         "quantity",
                                         "taint-toleration",
                                         "validation"));

}  // namespace
}  // namespace firedrill::scenarios
