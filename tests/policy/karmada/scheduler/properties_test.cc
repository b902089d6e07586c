/// Laws of scheduling that hold whatever the input. ctest fixes seed and number of cases
/// (RC_PARAMS).

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "policy/karmada/scheduler/division.h"
#include "policy/karmada/scheduler/go_sort.h"
#include "policy/karmada/scheduler/schedule.h"
#include "policy/karmada/scheduler/selection.h"
#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using testing::Scene;
using Targets = std::vector<api::TargetCluster>;

/// A number of 0 to `most`, both included.
template <class T = int>
T upto(T most) {
  return *rc::gen::inRange<T>(0, most + 1);
}

bool one_in(int n) {
  return upto(n - 1) == 0;
}

/// Some clusters with room, some of them tainted, without the API, deleted, under eviction, in use.
void add_clusters(Scene& scene, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string name = "c" + std::to_string(i);
    api::Cluster& cluster = scene.cluster(name, "r" + std::to_string(upto(2)));
    if (!one_in(6)) scene.estimator.answers[name] = upto(12);
    if (one_in(6)) cluster.spec.taints = {testing::taint("k", "v", "NoSchedule")};
    if (one_in(9)) cluster.status.api_enablements.clear();
    if (one_in(9)) cluster.metadata.deletion_timestamp = api::StoredTime();
    if (one_in(3)) scene.current({{name, upto(6)}});
    if (one_in(8)) scene.evicting(name);
  }
}

void add_constraints(Scene& scene) {
  const int least = upto(3);
  scene.spread("cluster", least, least + upto(4));
  if (one_in(2)) return;
  const int regions = upto(2);
  scene.spread("region", regions, regions + upto(2));
}

void add_spread(Scene& scene) {
  if (one_in(2)) return;
  add_constraints(scene);
}

/// A binding whose constraints count, and a cluster that is sure to be feasible.
Scene spread_scene() {
  Scene scene(upto(30));
  add_clusters(scene, upto(14));
  scene.cluster("sure", "r" + std::to_string(upto(2)));
  switch (upto(2)) {
    case 0:
      scene.dynamic();
      break;
    case 1:
      scene.aggregated();
      break;
    default:
      scene.duplicated();
      break;
  }
  add_constraints(scene);
  return scene;
}

/// A binding of any strategy but Duplicated, or also of that.
Scene any_scene(bool with_duplicated) {
  Scene scene(upto(30));
  add_clusters(scene, upto(14));
  switch (upto(with_duplicated ? 3 : 2)) {
    case 0:
      scene.dynamic();
      break;
    case 1:
      scene.aggregated();
      break;
    case 2:
      scene.static_weights({{"c0", 1}, {"c1", 2}, {"c2", 1}});
      break;
    default:
      scene.duplicated();
      break;
  }
  add_spread(scene);
  scene.spec.resource.uid = one_in(2) ? "uid-1" : "uid-2";
  if (one_in(4)) scene.fresh();
  return scene;
}

/// The targets of a successful pass; an unsuccessful one says nothing about the laws below.
Targets targets_of(const Scene& scene) {
  const ScheduleResult result = scene.result();
  const auto* targets = std::get_if<Targets>(&result);
  if (targets == nullptr) RC_DISCARD("no result");
  return *targets;
}

api::Replicas total(const Targets& targets) {
  api::Replicas sum = 0;
  for (const api::TargetCluster& target : targets)
    sum += target.replicas;
  return sum;
}

std::map<std::string, api::Replicas> by_name(const Targets& targets) {
  std::map<std::string, api::Replicas> replicas;
  for (const api::TargetCluster& target : targets)
    replicas[target.name] = target.replicas;
  return replicas;
}

TEST(SchedulingLaws, DividedReplicasAddUp) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = any_scene(false);
    RC_ASSERT(total(targets_of(scene)) == scene.spec.replicas);
  }));
}

TEST(SchedulingLaws, NoTargetIsNamedTwiceOrHoldsLessThanNothing) {
  EXPECT_TRUE(rc::check([] {
    const Targets targets = targets_of(any_scene(true));
    RC_ASSERT(by_name(targets).size() == targets.size());
    for (const api::TargetCluster& target : targets)
      RC_ASSERT(target.replicas > 0);
  }));
}

TEST(SchedulingLaws, NoReplicaGoesToAFilteredCluster) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = any_scene(true);
    for (const api::TargetCluster& target : targets_of(scene)) {
      const auto found = std::ranges::find_if(scene.clusters, [&target](const auto& cluster) {
        return cluster->metadata.name == target.name;
      });
      RC_ASSERT(found != scene.clusters.end());
      RC_ASSERT(!(*found)->metadata.deleting());
      RC_ASSERT(scene.spec.find_eviction_task(target.name) == nullptr);
      if (scene.spec.find_target(target.name) != nullptr) continue;
      RC_ASSERT((*found)->spec.taints.empty());
      RC_ASSERT(!(*found)->status.api_enablements.empty());
    }
  }));
}

TEST(SchedulingLaws, MaxGroupsIsRespected) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = any_scene(true);
    const Targets targets = targets_of(scene);
    if (ignores_spread(scene.placement)) RC_DISCARD("static weights ignore constraints");
    const api::SpreadConstraint* clusters = find_constraint(scene.placement, "cluster");
    const api::SpreadConstraint* regions = find_constraint(scene.placement, "region");
    if (regions != nullptr) {
      std::set<std::string> used;
      for (const auto& cluster : scene.clusters) {
        if (by_name(targets).contains(cluster->metadata.name)) used.insert(cluster->spec.region);
      }
      RC_ASSERT(static_cast<std::int64_t>(used.size()) <= regions->max_groups);
    } else if (clusters != nullptr) {
      RC_ASSERT(static_cast<std::int64_t>(targets.size()) <= clusters->max_groups);
    }
  }));
}

/// The clusters that the filters let through, by a rule of our own.
std::vector<const api::Cluster*> feasible(const Scene& scene) {
  std::vector<const api::Cluster*> clusters;
  for (const auto& cluster : scene.clusters) {
    const std::string& name = cluster->metadata.name;
    if (cluster->metadata.deleting() || scene.spec.find_eviction_task(name) != nullptr) continue;
    const bool open = cluster->spec.taints.empty() && !cluster->status.api_enablements.empty();
    if (open || scene.spec.find_target(name) != nullptr) clusters.push_back(cluster.get());
  }
  return clusters;
}

/// Numbers of feasible clusters by region, the largest first.
std::vector<std::int64_t> region_sizes(const Scene& scene) {
  std::map<std::string, std::int64_t> sizes;
  for (const api::Cluster* cluster : feasible(scene))
    ++sizes[cluster->spec.region];
  std::vector<std::int64_t> sorted;
  for (const auto& [region, size] : sizes)
    sorted.push_back(size);
  std::ranges::sort(sorted, std::greater<>{});
  return sorted;
}

/// What the roomiest clusters, so many of them, can hold together.
api::Replicas room_of_best(const Scene& scene, std::size_t count) {
  std::vector<api::Replicas> rooms;
  for (const api::Cluster* cluster : feasible(scene)) {
    const auto answer = scene.estimator.answers.find(cluster->metadata.name);
    const api::TargetCluster* current = scene.spec.find_target(cluster->metadata.name);
    rooms.push_back(
        (answer == scene.estimator.answers.end() ? scene.spec.replicas : answer->second) +
        (current == nullptr ? 0 : current->replicas));
  }
  std::ranges::sort(rooms, std::greater<>{});
  rooms.resize(std::min(count, rooms.size()));
  return std::accumulate(rooms.begin(), rooms.end(), api::Replicas{0});
}

/// The number between two texts; absent if they do not frame one.
std::optional<std::int64_t> number_within(const std::string& text,
                                          const std::string& before,
                                          const std::string& after) {
  const std::size_t start = text.find(before);
  if (start == std::string::npos || !text.ends_with(after)) return std::nullopt;
  return std::stoll(text.substr(start + before.size()));
}

/// The least and the most number of groups of a field, as far as constrained.
struct Groups {
  Groups(const Scene& scene, std::string_view field) {
    const api::SpreadConstraint* found = find_constraint(scene.placement, field);
    constrained = found != nullptr;
    if (!constrained) return;
    min = found->min_groups;
    max = found->max_groups;
  }
  bool constrained = false;
  std::int64_t min = 0;
  std::int64_t max = 0;
};

constexpr const char* too_few_clusters =
    "failed to select clusters: the number of feasible clusters is less than "
    "spreadConstraint.MinGroups";
constexpr const char* too_few_regions =
    "failed to select clusters: the number of feasible region is less than "
    "spreadConstraint.MinGroups";
constexpr const char* too_few_clusters_in_regions =
    "failed to select clusters: the number of clusters is less than the cluster "
    "spreadConstraint.MinGroups";

TEST(SchedulingLaws, MinGroupsIsReachedOrNamed) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = spread_scene();
    const Groups clusters(scene, "cluster");
    const Groups regions(scene, "region");
    const std::string text = testing::text_of(scene.result());
    if (regions.constrained) {
      const auto found = static_cast<std::int64_t>(region_sizes(scene).size());
      RC_ASSERT((text == too_few_regions) == (found < regions.min));
    } else {
      const auto found = static_cast<std::int64_t>(feasible(scene).size());
      RC_ASSERT((text == too_few_clusters) == (found < clusters.min));
    }
  }));
}

TEST(SchedulingLaws, AFailedPassNamesWhyNot) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = any_scene(true);
    const ScheduleResult result = scene.result();
    const auto* error = std::get_if<ScheduleError>(&result);
    if (error == nullptr) RC_DISCARD("no error");
    const std::string& text = error->text;
    const Groups clusters(scene, "cluster");
    const Groups regions(scene, "region");
    if (text.starts_with("0/")) {
      RC_ASSERT(feasible(scene).empty());
    } else if (text == too_few_clusters || text == too_few_regions) {
      RC_SUCCEED("held by MinGroupsIsReachedOrNamed");
    } else if (text == too_few_clusters_in_regions) {
      std::vector<std::int64_t> sizes = region_sizes(scene);
      sizes.resize(std::min(sizes.size(), static_cast<std::size_t>(regions.max)));
      const std::int64_t most = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
      RC_ASSERT(most < clusters.min || regions.max < regions.min ||
                regions.min + clusters.min == 0);
    } else if (const auto count =
                   number_within(text, "no enough resource when selecting ", " clusters")) {
      RC_ASSERT(*count <= clusters.max);
      RC_ASSERT(*count == 0 ||
                room_of_best(scene, static_cast<std::size_t>(*count)) < scene.spec.replicas);
    } else if (text == "failed to assign replicas: no clusters available to schedule") {
      RC_ASSERT((clusters.constrained && clusters.max == 0) ||
                (regions.constrained && regions.max == 0));
    } else {
      const auto room =
          number_within(text, "Clusters available replicas ", " are not enough to schedule.");
      RC_ASSERT(room.has_value());
      RC_ASSERT(*room < scene.spec.replicas);
    }
  }));
}

/// Dynamic weights or Aggregated, nothing filtered, in use already and not to be started afresh.
Scene steady_scene() {
  Scene scene(upto(30));
  const int count = 1 + upto(19);
  for (int i = 0; i < count; ++i) {
    const std::string name = "c" + std::to_string(i);
    scene.available({{name, upto(12)}});
    if (one_in(2)) scene.current({{name, upto(4)}});
  }
  return one_in(2) ? scene.dynamic() : scene.aggregated();
}

TEST(SchedulingLaws, ScalingUpTakesNothingAway) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = steady_scene();
    if (total(scene.spec.clusters) > scene.spec.replicas) RC_DISCARD("scales down");
    const auto after = by_name(targets_of(scene));
    for (const api::TargetCluster& target : scene.spec.clusters) {
      if (target.replicas > 0) RC_ASSERT(after.at(target.name) >= target.replicas);
    }
  }));
}

TEST(SchedulingLaws, ScalingUpStaysWithinTheRoom) {
  EXPECT_TRUE(rc::check([] {
    const Scene scene = steady_scene();
    if (total(scene.spec.clusters) >= scene.spec.replicas) RC_DISCARD("does not scale up");
    for (const auto& [name, replicas] : by_name(targets_of(scene))) {
      const api::TargetCluster* before = scene.spec.find_target(name);
      const api::Replicas had = before == nullptr ? 0 : before->replicas;
      RC_ASSERT(replicas - had <= scene.estimator.answers.at(name));
    }
  }));
}

TEST(SchedulingLaws, ScalingDownAddsNothing) {
  EXPECT_TRUE(rc::check([] {
    Scene scene = steady_scene();
    const api::Replicas before_total = total(scene.spec.clusters);
    if (before_total == 0) RC_DISCARD("nothing to take away");
    scene.spec.replicas = upto(before_total - 1);
    for (const api::TargetCluster& target : targets_of(scene)) {
      const api::TargetCluster* before = scene.spec.find_target(target.name);
      RC_ASSERT(before != nullptr);
      RC_ASSERT(target.replicas <= before->replicas);
    }
  }));
}

TEST(SchedulingLaws, ASecondPassChangesNothing) {
  EXPECT_TRUE(rc::check([] {
    Scene scene = steady_scene();
    scene.spec.clusters = targets_of(scene);
    const Targets first = scene.spec.clusters;
    RC_ASSERT(targets_of(scene) == first);
  }));
}

TEST(SchedulingLaws, TheOrderOfTheClustersChangesNothing) {
  EXPECT_TRUE(rc::check([] {
    Scene scene = any_scene(true);
    Decision before_decision;
    Decision after_decision;
    const std::string before = testing::text_of(scene.result(&before_decision));
    for (std::size_t i = scene.clusters.size(); i > 1; --i) {
      std::swap(scene.clusters[i - 1], scene.clusters[upto<std::size_t>(i - 1)]);
    }
    RC_ASSERT(testing::text_of(scene.result(&after_decision)) == before);
    RC_ASSERT(before_decision == after_decision);
  }));
}

/// Seats given one at a time by looking at all parties: what the heap must agree with.
std::vector<Party> apportion_plainly(api::Replicas seats,
                                     std::vector<Party> parties,
                                     bool ascending) {
  std::ranges::sort(parties, {}, &Party::name);
  const auto claim = [](const Party& party) {
    return static_cast<double>(party.weight) / static_cast<double>(2 * party.seats + 1);
  };
  for (; seats > 0; --seats) {
    Party* best = &parties.front();
    for (Party& party : parties) {
      const bool ahead = claim(party) > claim(*best) ||
                         (claim(party) == claim(*best) &&
                          (party.seats < best->seats ||
                           (party.seats == best->seats && !ascending && party.name > best->name)));
      if (ahead) best = &party;
    }
    ++best->seats;
  }
  return parties;
}

TEST(DivisionLaws, TheHeapAgreesWithPlainSearch) {
  EXPECT_TRUE(rc::check([] {
    const int count = 1 + upto(15);
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i)
      names.push_back("c" + std::to_string(i));
    std::vector<Party> parties;
    for (const std::string& name : names) {
      parties.push_back(
          {name, upto<std::int64_t>(one_in(2) ? 4 : 1'000'000), upto<api::Replicas>(3)});
    }
    const auto seats = upto<api::Replicas>(60);
    const bool ascending = one_in(2);
    const auto ties = ascending ? TieBreak::name_ascending : TieBreak::name_descending;
    RC_ASSERT(apportion(seats, parties, ties) == apportion_plainly(seats, parties, ascending));
  }));
}

TEST(SortLaws, SortsAndPermutes) {
  EXPECT_TRUE(rc::check([] {
    const int size = upto(400);
    const int range = one_in(2) ? 5 : 1000;
    std::vector<std::pair<int, int>> values;
    for (int i = 0; i < size; ++i)
      values.emplace_back(upto(range), i);
    auto sorted = values;
    go_sort(std::span(sorted), [](const auto& a, const auto& b) { return a.first > b.first; });
    RC_ASSERT(std::ranges::is_sorted(
        sorted, [](const auto& a, const auto& b) { return a.first > b.first; }));
    std::ranges::sort(sorted, {}, &std::pair<int, int>::second);
    RC_ASSERT(sorted == values);
  }));
}

}  // namespace
}  // namespace firedrill::policy::karmada
