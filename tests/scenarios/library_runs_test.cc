// What `firedrill test scenarios/library` (the ctest entry library) does not ask of the bundled
// scenarios: that the metrics and causes of every run keep their laws, and that the timelines which
// documents speak of are kept at all.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.h"
#include "metric_laws.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

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

INSTANTIATE_TEST_SUITE_P(Files, LibraryRun, testing::ValuesIn(library_files()), instance_name);

}  // namespace
}  // namespace firedrill::scenarios
