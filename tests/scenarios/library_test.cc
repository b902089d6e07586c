// Every scenario of the library is valid, says what it asks, and expects something.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

/// Folders called `shared` hold parts that scenarios include.
std::vector<fs::path> library_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator("scenarios/library/documents")) {
    const fs::path& path = entry.path();
    if (path.extension() == ".json" && path.parent_path().filename() != "shared") {
      files.push_back(path);
    }
  }
  std::ranges::sort(files);
  return files;
}

class Library : public testing::TestWithParam<fs::path> {};

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

INSTANTIATE_TEST_SUITE_P(Documents,
                         Library,
                         testing::ValuesIn(library_files()),
                         [](const auto& parameter) {
                           std::string name = parameter.param.stem().string();
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace firedrill::scenarios
