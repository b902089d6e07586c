// The reference page in the repository is the one that the descriptions make.

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "scenarios/schema.h"

namespace firedrill::scenarios {
namespace {

TEST(ScenarioReference, IsUpToDate) {
  std::ifstream stream("docs/reference/scenario.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, scenario_reference())
      << "write it anew: firedrill schema scenario --markdown > docs/reference/scenario.md";
}

}  // namespace
}  // namespace firedrill::scenarios
