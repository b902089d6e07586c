// Every scenario of the library is valid, says what it asks, and expects something.

#include "library.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"

namespace firedrill::scenarios {
namespace {

class Library : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Library, IsValidWithoutAWarning) {
  api::Diagnostics diagnostics;
  const auto scenario = load_scenario(GetParam().string(), {}, diagnostics);
  ASSERT_TRUE(scenario.has_value()) << diagnostics.render();
  EXPECT_EQ(diagnostics.warning_count(), 0U) << diagnostics.render();
  EXPECT_EQ(scenario->metadata.name, GetParam().stem().string());
  EXPECT_FALSE(scenario->metadata.question.empty());
  EXPECT_FALSE(scenario->metadata.description.empty());
  EXPECT_FALSE(scenario->expect.empty());
  EXPECT_EQ(scenario->sha256.size(), 64U);
}

INSTANTIATE_TEST_SUITE_P(Files, Library, testing::ValuesIn(library_files()), instance_name);

}  // namespace
}  // namespace firedrill::scenarios
