// What `firedrill test scenarios/library` (the ctest entry library) does not ask of the bundled
// scenarios: that the metrics and causes of every run keep their laws, and that the timelines which
// documents speak of are kept at all.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/metrics/calculator.h"
#include "library.h"
#include "metric_laws.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

std::string metrics_text(const RunResult& result) {
  return analysis::format_metrics_json(result.header, result.metrics);
}

class LibraryRun : public testing::TestWithParam<fs::path> {};

TEST_P(LibraryRun, KeepsTheLawsOfMetrics) {
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  check_metric_laws(run->result, GetParam().string());
}

TEST_P(LibraryRun, LeadsWhatItTellsBackToWhatHappened) {
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  EXPECT_THAT(run->cause_problems, testing::IsEmpty());
}

// The examples of the documents, and of each disaster the scenario that its page is named after.
// Of variants those have one that a mutant spoils and that no other golden would tell.
TEST_P(LibraryRun, HasAGoldenWhereDocumentsSpeakOfIt) {
  const fs::path& file = GetParam();
  const bool spoken_of = file.parent_path().filename() == "documents" ||
                         fs::exists(fs::path("docs/disasters") / (file.stem().string() + ".md"));
  if (!spoken_of) return;
  const std::string stem = (file.parent_path() / file.stem()).string();
  EXPECT_TRUE(fs::exists(stem + ".timeline.jsonl") || fs::exists(stem + ".digest"))
      << "firedrill test " << file << " --create-golden makes it";
}

// Rounds of periodic loops that are skipped would have left no trace at all: neither in the
// timeline, whose footer counts requests, nor in a metric.
TEST_P(LibraryRun, IsTheSameWhenNoRoundIsSkipped) {
  const auto sparse = played(GetParam());
  ASSERT_NE(sparse, nullptr);
  RunOptions options;
  options.dense = true;
  const RunResult dense = run(sparse->scenario, {}, options);
  EXPECT_EQ(sparse->result.footer.digest, dense.footer.digest)
      << "firedrill run --timeline - and --dense, by firedrill diff, show where";
  EXPECT_EQ(metrics_text(sparse->result), metrics_text(dense));
}

INSTANTIATE_TEST_SUITE_P(Files, LibraryRun, testing::ValuesIn(library_files()), instance_name);

}  // namespace
}  // namespace firedrill::scenarios
