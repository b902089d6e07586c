// Every scenario of the library comes out as it expects, and stays calm without its events.

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "analysis/timeline/events.h"
#include "library.h"
#include "metric_laws.h"
#include "policy/api/duration.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

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

INSTANTIATE_TEST_SUITE_P(Files, LibraryRun, testing::ValuesIn(library_files()), instance_name);

}  // namespace
}  // namespace firedrill::scenarios
