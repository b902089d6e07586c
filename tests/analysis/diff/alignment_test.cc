#include "analysis/diff/alignment.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../story.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;
using namespace std::chrono_literals;

using Story = std::vector<Told>;

std::vector<TimelineEvent> events_of(const Story& story) {
  std::vector<TimelineEvent> events;
  for (const Told& told : story)
    events.push_back({events.size() + 1, at(told.seconds), events.size(), told.payload});
  return events;
}

AlignmentResult align(const std::vector<TimelineEvent>& left,
                      const std::vector<TimelineEvent>& right,
                      AlignmentOptions options = {}) {
  Alignment alignment(options);
  std::size_t i = 0;
  std::size_t k = 0;
  alignment.run([&] { return i < left.size() ? &left[i++] : nullptr; },
                [&] { return k < right.size() ? &right[k++] : nullptr; }, [] { return false; });
  return alignment.finish();
}

/// The words of all differences, a line each.
std::string words(const AlignmentResult& result) {
  std::string text;
  for (const auto& [place, difference] : result.first)
    text += std::string(to_string(difference.kind)) + ": " + difference.words + "\n";
  return text;
}

std::string words(const Story& left, const Story& right, AlignmentOptions options = {}) {
  return words(align(events_of(left), events_of(right), options));
}

TaintAdded no_schedule(const char* cluster, std::int64_t added) {
  return {cluster,
          {.key = "cluster.karmada.io/not-ready",
           .value = "",
           .effect = "NoSchedule",
           .time_added = api::StoredTime::from_unix_seconds(added)}};
}

TEST(Alignment, SameStoriesDiffInNothing) {
  const auto events = events_of({{10, ProbeFailed{"member1", "refused"}},
                                 {10, ProbeFailed{"member2", "refused"}},
                                 {40, WorkDeleting{web, "member1"}}});
  const AlignmentResult result = align(events, events);
  EXPECT_EQ(words(result), "");
  EXPECT_EQ(result.equal, 3U);
  EXPECT_EQ(result.differing, 0U);
}

TEST(Alignment, TellsHowMuchLaterOrEarlier) {
  // That the taint says when it was added is no second difference.
  EXPECT_EQ(
      words({{60, no_schedule("member1", 60)}}, {{72, no_schedule("member1", 72)}}),
      "later: TaintAdded on member1 (cluster.karmada.io/not-ready:NoSchedule) 12.0 s later\n");
  EXPECT_EQ(words({{90, WorkDeleting{web, "member1"}}}, {{20, WorkDeleting{web, "member1"}}}),
            "earlier: WorkDeleting of Deployment/shop/web in member1 1m10s earlier\n");
}

TEST(Alignment, TellsOfAMomentThatMovedMoreThanItsEvent) {
  EXPECT_EQ(words({{60, no_schedule("member1", 60)}}, {{60, no_schedule("member1", 55)}}),
            "otherFields: TaintAdded on member1 (cluster.karmada.io/not-ready:NoSchedule): "
            "taint.timeAdded 1970-01-01T00:00:55Z instead of 1970-01-01T00:01:00Z\n");
}

TEST(Alignment, NamesTheOtherCluster) {
  EXPECT_EQ(words({{60, WorkCreated{web, "member2", 2}}}, {{60, WorkCreated{web, "member3", 2}}}),
            "otherCluster: WorkCreated of Deployment/shop/web in member3 instead of member2\n");
  EXPECT_EQ(words({{60, WorkCreated{web, "member2", 2}}}, {{63, WorkCreated{web, "member3", 4}}}),
            "otherCluster: WorkCreated of Deployment/shop/web in member3 instead of member2: "
            "replicas 4 instead of 2, 3.00 s later\n");
  EXPECT_EQ(words({{60, BindingScheduled{web, {{"member2", 2}}, "scheduler"}}},
                  {{60, BindingScheduled{web, {{"member3", 2}}, "scheduler"}}}),
            "otherCluster: BindingScheduled of Deployment/shop/web: clusters member3:2 instead of "
            "member2:2\n");
  EXPECT_EQ(
      words({{60, ProbeFailed{"member2", "refused"}}}, {{60, ProbeFailed{"member3", "refused"}}}),
      "otherCluster: ProbeFailed on member3 instead of member2\n");
}

TEST(Alignment, NamesOtherFields) {
  EXPECT_EQ(words({{60, PodsReady{web, "member2", 2, 4}}}, {{60, PodsReady{web, "member2", 1, 3}}}),
            "otherFields: PodsReady of Deployment/shop/web in member2: replicas 1 instead of 2, "
            "total 3 instead of 4\n");
  EXPECT_EQ(words({{60, GracefulEvictionTaskRemoved{web, "m", {{"a", 1}}, "Healthy"}}},
                  {{90, GracefulEvictionTaskRemoved{web, "m", {{"a", 1}}, "Timeout"}}}),
            "later: GracefulEvictionTaskRemoved of Deployment/shop/web in m 30.0 s later (reason "
            "Timeout instead of Healthy)\n");
  EXPECT_EQ(
      words({{60, PodsPending{web, "m", 1, "Unschedulable"}}}, {{60, PodsPending{web, "m", 1}}}),
      "otherFields: PodsPending of Deployment/shop/web in m: reason nothing instead of "
      "Unschedulable\n");
}

TEST(Alignment, NamesWhatOnlyOneHas) {
  const Story both{{10, ProbeFailed{"member1", "refused"}}};
  const Story more{{10, ProbeFailed{"member1", "refused"}},
                   {30, EvictionQueued{web, "member1", "evictions", std::nullopt, 1}}};
  EXPECT_EQ(words(both, more),
            "extra: extra EvictionQueued of Deployment/shop/web in member1 "
            "(evictions)\n");
  EXPECT_EQ(words(more, both),
            "missing: missing EvictionQueued of Deployment/shop/web in member1 "
            "(evictions)\n");
}

TEST(Alignment, NamesObjectsByWhatTellsThemApart) {
  const auto missing = [](Payload payload) { return words({{1, std::move(payload)}}, {}); };
  EXPECT_EQ(missing(ClusterConditionChanged{"m", "Ready", "False", "ClusterNotReachable"}),
            "missing: missing ClusterConditionChanged on m (Ready=False)\n");
  EXPECT_EQ(missing(ComponentStopped{"scheduler", "", "fault"}),
            "missing: missing ComponentStopped (scheduler)\n");
  EXPECT_EQ(missing(FaultStarted{"/events/0", "outage", "unreachable", {"a"}}),
            "missing: missing FaultStarted (/events/0)\n");
  EXPECT_EQ(missing(ScenarioEvent{"/events/1", "scale", web, true}),
            "missing: missing ScenarioEvent (scale /events/1)\n");
  EXPECT_EQ(missing(ManifestDelivered{web, "m", "delete"}),
            "missing: missing ManifestDelivered of Deployment/shop/web in m (delete)\n");
}

TEST(Alignment, TellsOfAnotherOrderInOneInstant) {
  const Story left{{10, ProbeFailed{"a", "refused"}},
                   {10, ProbeFailed{"b", "refused"}},
                   {10, ProbeFailed{"c", "refused"}}};
  const Story right{{10, ProbeFailed{"b", "refused"}},
                    {10, ProbeFailed{"c", "refused"}},
                    {10, ProbeFailed{"a", "refused"}}};
  EXPECT_EQ(words(left, right), "order: ProbeFailed on a at the same time, in another order\n");
  EXPECT_EQ(words(left, right, {.allowance = {.tolerance = 1s}}), "");
}

TEST(Alignment, TellsOfAnotherCause) {
  const Story story{{10, ProbeFailed{"a", "refused"}},
                    {10, ProbeFailed{"b", "refused"}},
                    {10, WorkDeleting{web, "a"}}};
  const auto left = events_of(story);
  auto right = left;
  right[2].cause = 1;
  EXPECT_EQ(words(align(left, right)),
            "cause: WorkDeleting of Deployment/shop/web in a led to by another event\n");
}

TEST(Alignment, LooksAtNoNumbersOnceTheyCount) {
  // One event more shifts all numbers after it.
  EXPECT_EQ(words({{10, ProbeFailed{"a", "refused"}}, {20, WorkDeleting{web, "a"}}},
                  {{5, ProbeFailed{"b", "refused"}},
                   {10, ProbeFailed{"a", "refused"}},
                   {20, WorkDeleting{web, "a"}}}),
            "extra: extra ProbeFailed on b\n");
}

TEST(Alignment, KeepsTheOrderOfEqualEventsOfAnObject) {
  // All is 12 s later: each is paired with its own, not with the nearest.
  const Story left{{10, ProbeFailed{"a", "refused"}},
                   {20, ProbeFailed{"a", "refused"}},
                   {30, ProbeFailed{"a", "refused"}}};
  const Story right{{22, ProbeFailed{"a", "refused"}},
                    {32, ProbeFailed{"a", "refused"}},
                    {42, ProbeFailed{"a", "refused"}}};
  EXPECT_EQ(words(left, right),
            "later: ProbeFailed on a 12.0 s later\n"
            "later: ProbeFailed on a 12.0 s later\n"
            "later: ProbeFailed on a 12.0 s later\n");
  const AlignmentResult result = align(events_of(left), events_of(right));
  const auto& group = result.groups.at({"ProbeFailed", DifferenceKind::later});
  EXPECT_EQ(group.count, 3U);
  EXPECT_EQ(group.shift->first, 12s);
  EXPECT_EQ(group.shift->second, 12s);
}

TEST(Alignment, ToleratesAsMuchAsIsAllowed) {
  const Story left{{10, EvictionDequeued{web, "a", "q", 0, 2s, "Evicted"}}};
  const Story right{{13, EvictionDequeued{web, "a", "q", 0, 5s, "Evicted"}}};
  EXPECT_EQ(words(left, right, {.allowance = {.tolerance = 3s}}), "");
  EXPECT_EQ(words(left, right, {.allowance = {.tolerance = 2999ms}}),
            "later: EvictionDequeued of Deployment/shop/web in a (q) 3.00 s later (waited 5s "
            "instead of 2s)\n");
  EXPECT_EQ(words({{10, PodsReady{web, "a", 1, 1}}}, {{11, PodsReady{web, "a", 1, 2}}},
                  {.allowance = {.tolerance = 3s}}),
            "otherFields: PodsReady of Deployment/shop/web in a: total 2 instead of 1, 1.00 s "
            "later\n");
}

TEST(Alignment, MeasuresCivilTimeFromEachRunsStart) {
  EXPECT_EQ(words({{60, no_schedule("a", 60)}}, {{60, no_schedule("a", 1060)}},
                  {.allowance = {.civil_seconds = 1000}}),
            "");
}

TEST(Alignment, DecidesTheOldestWhenTooManyWait) {
  Story left;
  for (int i = 0; i < 50; ++i)
    left.push_back({i, ProbeFailed{"member" + std::to_string(i), "refused"}});
  Story right{{100, ProbeFailed{"member0", "refused"}}, {100, ProbeFailed{"member49", "refused"}}};
  const AlignmentResult result = align(events_of(left), events_of(right), {.waiting_max = 4});
  EXPECT_EQ(result.hurried, 46U);
  const auto count = [&](DifferenceKind kind) {
    const auto group = result.groups.find({"ProbeFailed", kind});
    return group == result.groups.end() ? 0U : group->second.count;
  };
  EXPECT_EQ(count(DifferenceKind::missing), 49U);  // member0 was given up before it came
  EXPECT_EQ(count(DifferenceKind::extra), 1U);
  EXPECT_EQ(count(DifferenceKind::later), 1U);
}

TEST(Alignment, KeepsTheFirstAndCountsAll) {
  Story left;
  for (int i = 0; i < 20; ++i)
    left.push_back({i, ProbeFailed{"member" + std::to_string(i), "refused"}});
  const AlignmentResult result = align(events_of(left), {}, {.kept_max = 2});
  EXPECT_EQ(result.differing, 20U);
  EXPECT_EQ(words(result),
            "missing: missing ProbeFailed on member0\n"
            "missing: missing ProbeFailed on member1\n");
}

TEST(RoundedDuration, HasThreeDigitsOrSo) {
  EXPECT_EQ(rounded_duration(5ns), "5 ns");
  EXPECT_EQ(rounded_duration(340us), "340 µs");
  EXPECT_EQ(rounded_duration(999'600us), "1.00 s");
  EXPECT_EQ(rounded_duration(40ms), "40 ms");
  EXPECT_EQ(rounded_duration(1'234'567'890ns), "1.23 s");
  EXPECT_EQ(rounded_duration(9'999ms), "10.0 s");
  EXPECT_EQ(rounded_duration(12s), "12.0 s");
  EXPECT_EQ(rounded_duration(59'990ms), "1m00s");
  EXPECT_EQ(rounded_duration(725'400ms), "12m05s");
  EXPECT_EQ(rounded_duration(2h + 90s), "2h02m");
  EXPECT_EQ(rounded_duration(-12s), "-12.0 s");
  EXPECT_EQ(rounded_duration(0s), "0 s");
}

}  // namespace
}  // namespace firedrill::analysis
