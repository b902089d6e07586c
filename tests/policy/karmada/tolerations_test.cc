#include "policy/karmada/failover/tolerations.h"

#include <chrono>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "policy/karmada/failover/eviction.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

constexpr api::Timestamp now(1000s);

api::Taint no_execute(const char* key, std::optional<std::int64_t> added) {
  api::Taint taint{.key = key, .value = "", .effect = "NoExecute", .time_added = {}};
  if (added) taint.time_added = api::StoredTime::from_unix_seconds(*added);
  return taint;
}

api::Toleration exists(const char* key, std::optional<std::int64_t> seconds) {
  return {.key = key, .op = "Exists", .value = "", .effect = "", .toleration_seconds = seconds};
}

/// A row of the table of measured cases: what becomes of a workload at second 1000.
struct Row {
  const char* name;
  std::vector<api::Taint> taints;
  std::vector<api::Toleration> tolerations;
  EvictionNeed expected;
};

const EvictionNeed leave_now{.now = true, .tolerated_for = {}};
const EvictionNeed stay{.now = false, .tolerated_for = {}};
EvictionNeed stay_for(api::Duration time) {
  return {.now = false, .tolerated_for = time};
}

const api::Taint nr = no_execute("nr", 900);
const api::Taint ur = no_execute("ur", 990);

class MeasuredTolerations : public testing::TestWithParam<Row> {};

TEST_P(MeasuredTolerations, DecideWhenToLeave) {
  const Row& row = GetParam();
  EXPECT_EQ(eviction_need(row.taints, row.tolerations, now), row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MeasuredTolerations,
    testing::Values(
        Row{"ExpiresAtEquality", {nr}, {exists("nr", 100)}, leave_now},
        Row{"OneSecondLeft", {nr}, {exists("nr", 101)}, stay_for(1s)},
        Row{"Expired", {nr}, {exists("nr", 99)}, leave_now},
        Row{"NegativeSecondsAreThePast", {nr}, {exists("nr", -5)}, leave_now},
        Row{"LaterTolerationIsNeverPicked", {nr}, {exists("nr", {}), exists("", 5)}, stay},
        Row{"PickedTolerationLimitsOtherTaints",
            {nr, ur},
            {exists("nr", {}), exists("", 200)},
            stay_for(100s)},
        Row{"EarliestExpiryRules", {nr, ur}, {exists("nr", 500), exists("ur", 30)}, stay_for(20s)},
        Row{"OneUntoleratedTaintIsEnough", {nr, ur}, {exists("nr", 500)}, leave_now},
        Row{"NoTimeAddedNoCountdown", {no_execute("k", {})}, {exists("k", 5)}, stay},
        Row{"EmptyKeyWithEqualComparesValues",
            {nr},
            {{.key = "", .op = "", .value = "", .effect = "", .toleration_seconds = 500}},
            stay_for(400s)},
        Row{"ComparisonOperatorsNeverMatch",
            {nr},
            {{.key = "nr", .op = "Lt", .value = "", .effect = "", .toleration_seconds = {}}},
            leave_now},
        Row{"OtherEffectDoesNotMatch",
            {nr},
            {{.key = "nr",
              .op = "Exists",
              .value = "",
              .effect = "NoSchedule",
              .toleration_seconds = {}}},
            leave_now},
        Row{"NoTaintsNoEviction", {}, {}, stay}),
    [](const auto& row) { return row.param.name; });

TEST(Tolerations, FilterLooksAtNoScheduleAndNoExecuteOnly) {
  const std::vector<api::Taint> taints = {
      {.key = "a", .value = "", .effect = "PreferNoSchedule", .time_added = {}},
      {.key = "b", .value = "v", .effect = "NoSchedule", .time_added = {}}};
  const api::Taint* found = find_untolerated_taint(taints, {});
  ASSERT_EQ(found, &taints[1]);
  EXPECT_EQ(untolerated_taint_reason(*found), "cluster(s) had untolerated taint {b=v:NoSchedule}");
  EXPECT_EQ(find_untolerated_taint(taints, std::vector{exists("b", 0)}), nullptr);
}

TEST(Taints, AddsWhatIsMissingAtTheEndAndKeepsWhatIsThere) {
  std::vector<api::Taint> taints = {nr, ur};
  const api::Taint again{.key = "nr", .value = "new", .effect = "NoExecute", .time_added = {}};
  const api::Taint other_effect{.key = "nr", .value = "", .effect = "NoSchedule", .time_added = {}};
  EXPECT_TRUE(change_taints(taints, {.add = {again, other_effect}, .remove = {}}, now + 900ms));
  ASSERT_EQ(taints.size(), 3U);
  EXPECT_EQ(taints[0], nr);
  EXPECT_EQ(taints[2].effect, "NoSchedule");
  EXPECT_EQ(taints[2].time_added, api::StoredTime::from_unix_seconds(1000));
  EXPECT_FALSE(change_taints(taints, {.add = {again}, .remove = {}}, now));
}

TEST(Taints, ThatAreAddedAndRemovedInOnePassAreAbsentAtTheEnd) {
  std::vector<api::Taint> taints = {nr};
  EXPECT_FALSE(change_taints(taints, {.add = {ur}, .remove = {ur}}, now));
  EXPECT_EQ(taints, std::vector{nr});
}

TEST(Taints, RemovesOnlyTheFirstOfRepeats) {
  std::vector<api::Taint> taints = {nr, no_execute("nr", 950)};
  EXPECT_TRUE(change_taints(taints, {.add = {}, .remove = {no_execute("nr", {})}}, now));
  EXPECT_EQ(taints, std::vector{no_execute("nr", 950)});
}

TEST(Taints, AreListedForEvents) {
  const api::Taint valued{.key = "k", .value = "v", .effect = "NoSchedule", .time_added = {}};
  EXPECT_EQ(list_taints(std::vector{nr, valued}), "{nr,NoExecute}, {k,v,NoSchedule}");
  EXPECT_EQ(list_taints({}), "none");
}

}  // namespace
}  // namespace firedrill::policy::karmada
