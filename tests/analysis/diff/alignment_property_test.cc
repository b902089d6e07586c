// Whatever was done to a timeline, its diff names exactly that.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "../story.h"
#include "analysis/diff/alignment.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;
using namespace std::chrono_literals;

using Events = std::vector<TimelineEvent>;

/// Events of few kinds about few objects, so that many are about the same one; unlike ones differ
/// by their object or their numbers.
Payload random_payload(std::size_t number) {
  const std::string cluster = "member" + std::to_string(*rc::gen::inRange(1, 5));
  const std::string workload = "Deployment/shop/web-" + std::to_string(*rc::gen::inRange(0, 3));
  const auto count = static_cast<api::Replicas>(number);
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return PodsReady{workload, cluster, 1, count};
    case 1:
      return PodsStopped{workload, cluster, 1, count, "Deleted"};
    case 2:
      return WorkCreated{workload, cluster, count};
    case 3:
      return ReplicasChanged{workload, cluster, 0, count};
    default:
      return EvictionQueued{workload, cluster, "queue", std::nullopt,
                            static_cast<std::int64_t>(number)};
  }
}

void number(Events& events) {
  std::ranges::stable_sort(events, {}, [](const TimelineEvent& event) { return event.time; });
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].seq = i + 1;
    events[i].cause = 0;
  }
}

/// No two events say the same, so that what was done can't be told in two ways.
Events random_timeline() {
  Events events;
  std::int64_t seconds = 0;
  const int count = *rc::gen::inRange(8, 60);
  for (int i = 0; i < count; ++i) {
    seconds += *rc::gen::inRange(0, 20);
    events.push_back({0, at(seconds), 0, random_payload(static_cast<std::size_t>(i))});
  }
  number(events);
  return events;
}

AlignmentResult align(const Events& left, const Events& right, AlignmentOptions options = {}) {
  Alignment alignment(options);
  std::size_t i = 0;
  std::size_t k = 0;
  alignment.run([&] { return i < left.size() ? &left[i++] : nullptr; },
                [&] { return k < right.size() ? &right[k++] : nullptr; }, [] { return false; });
  return alignment.finish();
}

void move_to(Payload& payload, const std::string& cluster) {
  std::visit(
      [&](auto& event) {
        if constexpr (requires {
                        event.workload;
                        event.cluster;
                      })
          event.cluster = cluster;
      },
      payload);
}

/// What one edit must show as, from the left timeline to the right one.
struct Edit {
  DifferenceKind kind;
  sim::Time place;
};

/// Does something to the event at that place of the timeline, beyond its end to none.
Edit edit(Events& events, std::size_t place) {
  TimelineEvent& event = events[place];
  switch (*rc::gen::inRange(0, 5)) {
    case 0: {
      const sim::Time was = event.time;
      event.time += std::chrono::milliseconds(*rc::gen::inRange(1, 100'000));
      return {DifferenceKind::later, was};
    }
    case 1: {
      event.time -= std::min<sim::Duration>(
          event.time.time_since_epoch(), std::chrono::milliseconds(*rc::gen::inRange(1, 100'000)));
      return {DifferenceKind::earlier, event.time};
    }
    case 2: {
      move_to(event.payload, "elsewhere" + std::to_string(place));
      return {DifferenceKind::other_cluster, event.time};
    }
    case 3: {
      const sim::Time was = event.time;
      events.erase(events.begin() + static_cast<std::ptrdiff_t>(place));
      return {DifferenceKind::missing, was};
    }
    default: {
      // About an object of its own: else an extra event and a missing one might be one that moved.
      const sim::Time time = event.time;
      events.push_back({0, time, 0, ProbeFailed{"new" + std::to_string(place), "refused"}});
      return {DifferenceKind::extra, time};
    }
  }
}

RC_GTEST_PROP(AlignmentProperties, NothingDiffersFromItself, ()) {
  const Events events = random_timeline();
  const AlignmentResult result = align(events, events);
  RC_ASSERT(result.differing == 0U);
  RC_ASSERT(result.equal == events.size());
}

RC_GTEST_PROP(AlignmentProperties, OneEditIsNamed, ()) {
  const Events left = random_timeline();
  Events right = left;
  const std::size_t place = *rc::gen::inRange<std::size_t>(0, left.size());
  const Edit done = edit(right, place);
  number(right);
  if (left[place].time.time_since_epoch() == 0s && done.kind == DifferenceKind::earlier) return;
  const AlignmentResult result = align(left, right);
  RC_ASSERT(result.differing == 1U);
  RC_ASSERT(result.hurried == 0U);
  const auto& [where, difference] = *result.first.begin();
  RC_ASSERT(difference.kind == done.kind);
  RC_ASSERT(where.time == done.place);
  RC_ASSERT(result.equal + 1 >= std::min(left.size(), right.size()));
}

RC_GTEST_PROP(AlignmentProperties, SeveralEditsAreNamedEach, ()) {
  const Events left = random_timeline();
  Events right = left;
  // From the back, so that a place that is still to come keeps its event; on an object each.
  std::set<std::uint64_t> objects;
  std::vector<DifferenceKind> done;
  for (std::size_t i = left.size(); i-- > 0;) {
    if (*rc::gen::inRange(0, 4) != 0) continue;
    if (!objects.insert(facts_of(left[i].payload).object).second) continue;
    if (left[i].time.time_since_epoch() == 0s) continue;
    done.push_back(edit(right, i).kind);
  }
  number(right);
  const AlignmentResult result = align(left, right);
  std::vector<DifferenceKind> found;
  for (const auto& [where, difference] : result.first)
    found.push_back(difference.kind);
  std::ranges::sort(done);
  std::ranges::sort(found);
  RC_ASSERT(found == done);
}

/// A small table may pair less well, but it counts every event once.
RC_GTEST_PROP(AlignmentProperties, ALittleRoomStillAccountsForAll, ()) {
  const Events left = random_timeline();
  const Events right = random_timeline();
  const AlignmentResult result =
      align(left, right, {.waiting_max = *rc::gen::inRange<std::size_t>(1, 6), .kept_max = 1'000});
  std::size_t lefts = result.equal;
  std::size_t rights = result.equal;
  for (const auto& [where, difference] : result.first) {
    lefts += difference.left ? 1U : 0U;
    rights += difference.right ? 1U : 0U;
  }
  RC_ASSERT(result.first.size() == result.differing);
  RC_ASSERT(lefts == left.size());
  RC_ASSERT(rights == right.size());
}

}  // namespace
}  // namespace firedrill::analysis
