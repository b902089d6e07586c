// Every scenario of the library comes out as it expects, and stays calm without its events.

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/events.h"
#include "library.h"
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

// The stages of each workload add up to its total, to the nanosecond.
TEST_P(LibraryRun, SplitsTheTimeIntoStages) {
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  using enum analysis::Measure;
  using analysis::Subject;
  const analysis::MetricTable& table = run->result.metrics;
  for (const auto& [workload, total] : table.column(stage_total, Subject::workload)) {
    analysis::Int128 sum = 0;
    for (const analysis::Measure stage : {stage_observed, stage_condition, stage_taint, stage_queue,
                                          stage_eviction, stage_scheduled, stage_ready}) {
      const auto& column = table.column(stage, Subject::workload);
      const auto found = column.find(workload);
      if (found != column.end()) sum += found->second.numerator;
    }
    EXPECT_TRUE(sum == total.numerator) << workload;
  }
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
