// Every file of tests/scenarios/malformed makes one mistake; its first line says where it must be
// found and in which words. Hostile inputs that are too large for a file are made here.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

const fs::path corpus = "tests/scenarios/malformed";

std::vector<std::string> malformed_files() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

/// Diagnostics name files below the folder that the test is run from.
std::string without_folder(std::string text) {
  const std::string folder = corpus.string() + "/";
  for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
    text.erase(at, folder.size());
  }
  return text;
}

class Malformed : public testing::TestWithParam<std::string> {};

TEST_P(Malformed, GivesTheLocatedErrorOfItsFirstLine) {
  const fs::path file = corpus / (GetParam() + ".json");
  std::ifstream stream(file, std::ios::binary);
  std::string expected;
  std::getline(stream, expected);
  const std::string lead = "// expect: ";
  ASSERT_TRUE(expected.starts_with(lead)) << "the first line must name the error";
  expected.erase(0, lead.size());

  api::Diagnostics diagnostics;
  const auto scenario = load_scenario(file.string(), {}, diagnostics);

  EXPECT_FALSE(scenario.has_value());
  EXPECT_FALSE(diagnostics.ok());
  const std::string report = without_folder(diagnostics.render());
  EXPECT_NE(report.find(expected + "\n"), std::string::npos) << "got:\n" << report;
  for (const api::Diagnostic& diagnostic : diagnostics.shown()) {
    EXPECT_GT(diagnostic.position.line, 0U) << api::render(diagnostic);
    EXPECT_FALSE(diagnostic.remedy.empty()) << api::render(diagnostic);
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus,
                         Malformed,
                         testing::ValuesIn(malformed_files()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(MalformedCorpus, IsThere) {
  EXPECT_GE(malformed_files().size(), 60U);
}

class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / (std::string("hostile_") + info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(Hostile, NestingOfTenThousandLevelsIsRefused) {
  const fs::path file = folder_ / "deep.json";
  std::ofstream(file) << "{\"metadata\": " << std::string(10'000, '[') << std::string(10'000, ']')
                      << "}";
  api::Diagnostics diagnostics;
  EXPECT_FALSE(load_scenario(file.string(), {}, diagnostics).has_value());
  ASSERT_EQ(diagnostics.error_count(), 1U) << diagnostics.render();
  EXPECT_NE(diagnostics.render().find("depth"), std::string::npos) << diagnostics.render();
  EXPECT_EQ(diagnostics.shown().front().position.line, 1U);
}

TEST_F(Hostile, FileOfTwoHundredMegabytesIsRefusedUnread) {
  const fs::path file = folder_ / "huge.json";
  std::ofstream(file) << "{}";
  fs::resize_file(file, std::uintmax_t{200} << 20);  // Sparse: it takes no space.
  api::Diagnostics diagnostics;
  EXPECT_FALSE(load_scenario(file.string(), {}, diagnostics).has_value());
  EXPECT_NE(diagnostics.render().find("input-bytes"), std::string::npos) << diagnostics.render();
}

TEST_F(Hostile, NamesWithMarkupAndControlCharactersAreEscapedInMessages) {
  api::Diagnostics diagnostics;
  const std::string text =
      R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "x"},
          "simulation": {"duration": "1m"}, "clusters": [{"name": "a\u001b[31m\n<script>"}]})";
  EXPECT_FALSE(load_scenario_text(text, "a.json", {}, diagnostics).has_value());
  const std::string report = diagnostics.render();
  EXPECT_EQ(report.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(report, '\n'), 1);
}

TEST_F(Hostile, ErrorsBeyondTheLimitAreCounted) {
  std::string clusters;
  for (int i = 0; i < 250; ++i)
    clusters += R"({"name": "member", "regoin": "eu"},)";
  clusters.pop_back();
  const std::string text =
      R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": "x"},
          "simulation": {"duration": "1m"}, "clusters": [)" +
      clusters + "]}";
  LoadOptions options;
  options.limits.errors_shown = 10;
  api::Diagnostics diagnostics(10);
  EXPECT_FALSE(load_scenario_text(text, "a.json", options, diagnostics).has_value());
  EXPECT_EQ(diagnostics.error_count(), 250U);
  EXPECT_EQ(diagnostics.shown().size(), 10U);
}

}  // namespace
}  // namespace firedrill::scenarios
