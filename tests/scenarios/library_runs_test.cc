// Every scenario of the library comes out as it expects, stays calm without its events, and tells
// the story that is kept beside it: `X.timeline.jsonl`, or `X.digest` where that would be long.
// FIREDRILL_UPDATE_GOLDEN=1 writes those files anew.

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/timeline/events.h"
#include "library.h"
#include "metric_laws.h"
#include "policy/api/duration.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

bool golden_wanted() {
  return std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr;
}

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// The first line that differs, as both have it.
std::string first_difference(const std::string& kept, const std::string& now) {
  std::istringstream before(kept);
  std::istringstream after(now);
  std::string left;
  std::string right;
  for (int line = 1;; ++line) {
    const bool more_left = static_cast<bool>(std::getline(before, left));
    const bool more_right = static_cast<bool>(std::getline(after, right));
    if (!more_left) left = "(end)";
    if (!more_right) right = "(end)";
    if (left != right || !more_left)
      return "line " + std::to_string(line) + "\n kept: " + left + "\n now:  " + right;
  }
}

/// Whose timeline is kept: the examples of the documents, and of each disaster the scenario that
/// its page is named after. Variants are held to their expectations.
bool is_kept(const fs::path& scenario) {
  return scenario.parent_path().filename() == "documents" ||
         fs::exists(fs::path("docs/disasters") / (scenario.stem().string() + ".md"));
}

class LibraryRun : public testing::TestWithParam<fs::path> {};

TEST_P(LibraryRun, HoldsItsExpectations) {
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  for (std::size_t i = 0; i < run->result.verdicts.size(); ++i) {
    const analysis::Verdict& verdict = run->result.verdicts[i];
    EXPECT_TRUE(verdict.passed) << "/expect/" << i << ": expected " << verdict.expected
                                << "; actual " << verdict.actual;
  }
  for (const models::Violation& violation : run->result.violations)
    ADD_FAILURE() << violation.first.invariant << ": " << violation.first.message;
}

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

// What Karmada itself does at the start is no disaster: a cluster that joins is tainted until it is
// Ready.
TEST_P(LibraryRun, IsCalmWithoutItsEvents) {
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  if (!run->scenario.metadata.calm_twin) return;
  const auto twin = play(GetParam(), {"/events=[]", "/expect=[]"});
  ASSERT_NE(twin, nullptr);
  std::set<std::string> ready;
  for (const timeline::TimelineEvent& event : twin->events) {
    const std::string when = " at " + api::format_duration(event.time.time_since_epoch());
    if (const auto* change = std::get_if<timeline::ClusterConditionChanged>(&event.payload)) {
      if (change->condition == "Ready" && change->status == "True") ready.insert(change->cluster);
    } else if (const auto* added = std::get_if<timeline::TaintAdded>(&event.payload)) {
      EXPECT_TRUE(added->taint.effect == "NoSchedule" && !ready.contains(added->cluster))
          << added->cluster << " is tainted" << when;
    } else if (const auto* task =
                   std::get_if<timeline::GracefulEvictionTaskAdded>(&event.payload)) {
      ADD_FAILURE() << task->workload << " is evicted" << when;
    }
  }
}

TEST_P(LibraryRun, TellsTheStoryThatIsKept) {
  if (!is_kept(GetParam())) return;
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  const fs::path stem = GetParam().parent_path() / GetParam().stem();
  const fs::path timeline = stem.string() + ".timeline.jsonl";
  const fs::path digest = stem.string() + ".digest";
  const bool long_story = run->text.empty();
  const std::string digest_line = run->result.footer.digest + "\n";
  if (golden_wanted()) {
    fs::remove(long_story ? timeline : digest);
    std::ofstream(long_story ? digest : timeline, std::ios::binary)
        << (long_story ? digest_line : run->text);
  }
  if (long_story) {
    EXPECT_EQ(read(digest), digest_line) << digest;
    EXPECT_FALSE(fs::exists(timeline)) << timeline << " is longer than what is kept";
  } else {
    const std::string kept = read(timeline);
    EXPECT_TRUE(kept == run->text) << timeline << ", " << first_difference(kept, run->text);
    EXPECT_FALSE(fs::exists(digest)) << digest << " is not needed";
  }
}

INSTANTIATE_TEST_SUITE_P(Files, LibraryRun, testing::ValuesIn(library_files()), instance_name);

}  // namespace
}  // namespace firedrill::scenarios
