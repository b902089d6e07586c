// The reference pages in the repository say what the code's tables say.

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "analysis/metrics/reference.h"
#include "analysis/timeline/invariants.h"
#include "scenarios/schema.h"

namespace firedrill::scenarios {
namespace {

TEST(ScenarioReference, IsUpToDate) {
  std::ifstream stream("docs/reference/scenario.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, scenario_reference())
      << "write it anew: firedrill schema scenario -o markdown > docs/reference/scenario.md";
}

TEST(StudyReference, IsUpToDate) {
  std::ifstream stream("docs/reference/study.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, study_reference())
      << "write it anew: firedrill schema study -o markdown > docs/reference/study.md";
}

TEST(MetricsReference, IsUpToDate) {
  std::ifstream stream("docs/reference/metrics.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, analysis::metrics_reference())
      << "write it anew: firedrill schema metrics -o markdown > docs/reference/metrics.md";
}

TEST(InvariantReference, HasARowForEachInvariant) {
  std::ifstream stream("docs/reference/invariants.md", std::ios::binary);
  std::string rows;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("| `")) rows += line + "\n";
  }
  std::string expected;
  for (const timeline::InvariantInfo& info : timeline::invariants) {
    expected += "| `";
    expected.append(info.name).append("` | ").append(info.says).append(" | ");
    expected.append(info.why).append(" |\n");
  }
  EXPECT_EQ(rows, expected);
}

}  // namespace
}  // namespace firedrill::scenarios
