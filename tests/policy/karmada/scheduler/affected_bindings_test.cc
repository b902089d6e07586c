/// Bindings found by placement against bindings asked one by one. ctest fixes seed and number of
/// cases (RC_PARAMS).

#include "policy/karmada/scheduler/affected_bindings.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "policy/karmada/scheduler/triggers.h"
#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using Binding = std::shared_ptr<const api::ResourceBinding>;
using Positions = std::vector<std::uint32_t>;

template <class T = int>
T upto(T most) {
  return *rc::gen::inRange<T>(0, most + 1);
}

bool one_in(int n) {
  return upto(n - 1) == 0;
}

std::string name_of(int i) {
  return std::string("c") + static_cast<char>('a' + i);
}

api::ClusterAffinity gold() {
  api::ClusterAffinity affinity;
  affinity.label_selector.emplace().match_labels["tier"] = "gold";
  return affinity;
}

/// With an affinity, with groups of them, or with neither.
std::shared_ptr<const api::Placement> any_placement() {
  api::Placement placement;
  if (one_in(3)) {
    placement.cluster_affinity = one_in(2) ? gold() : testing::named({"ca", "cb"});
  } else if (one_in(2)) {
    placement.cluster_affinities.push_back({.name = "first", .affinity = gold(), .overflow = {}});
    placement.cluster_affinities.push_back(
        {.name = "second", .affinity = testing::named({"ca", "cc"}), .overflow = {}});
  }
  return std::make_shared<const api::Placement>(std::move(placement));
}

using Placements = std::array<std::shared_ptr<const api::Placement>, 3>;

Binding any_binding(const Placements& placements) {
  auto binding = std::make_shared<api::ResourceBinding>();
  binding->metadata.generation = 1;
  binding->spec.placement = one_in(8) ? nullptr : placements[upto(placements.size() - 1)];
  binding->spec.scheduler_name = one_in(4) ? "another" : "";
  binding->status.scheduler_observed_generation = upto(1);
  binding->status.scheduler_observed_affinity_name = one_in(2) ? "second" : "";
  return binding;
}

bool handled(const api::ResourceBinding& binding) {
  return binding.spec.scheduler_name.empty();
}

api::Cluster any_cluster() {
  api::Cluster cluster;
  cluster.metadata.name = name_of(upto(3));
  if (one_in(2)) cluster.metadata.labels["tier"] = "gold";
  return cluster;
}

TEST(AffectedBindings, AreThoseThatEachForItselfIsAffected) {
  EXPECT_TRUE(rc::check([] {
    Placements placements;
    for (auto& placement : placements)
      placement = any_placement();
    std::vector<Binding> bindings;
    for (int i = 0; i < 6; ++i)
      bindings.push_back(any_binding(placements));
    AffectedBindings affected;
    for (int round = 0; round < 4; ++round) {
      const api::Cluster cluster = any_cluster();
      Positions expected;
      for (std::uint32_t i = 0; i < bindings.size(); ++i) {
        if (handled(*bindings[i]) && affected_by_cluster(*bindings[i], cluster))
          expected.push_back(i);
      }
      const auto found = affected.concerned(bindings, cluster, std::nullopt, handled);
      RC_ASSERT(Positions(found.begin(), found.end()) == expected);
      Binding& replaced = bindings[upto(bindings.size() - 1)];
      const Binding next = any_binding(placements);
      affected.observed({replaced, next}, handled(*replaced), handled(*next));
      replaced = next;
    }
  }));
}

TEST(AffectedBindings, ThoseThatWaitAlreadyAreNotFoundAgain) {
  Placements placements;
  for (auto& placement : placements)
    placement = std::make_shared<const api::Placement>();
  auto binding = std::make_shared<api::ResourceBinding>();
  binding->spec.placement = placements.front();
  const std::array<Binding, 1> bindings{binding};
  AffectedBindings affected;
  const api::Cluster cluster;
  EXPECT_EQ(affected.concerned(bindings, cluster, 7, handled).size(), 1U);
  EXPECT_EQ(affected.concerned(bindings, cluster, 7, handled).size(), 0U);
  EXPECT_EQ(affected.concerned(bindings, cluster, 8, handled).size(), 1U) << "one was taken since";
  affected.observed({nullptr, binding}, false, true);
  EXPECT_EQ(affected.concerned(bindings, cluster, 8, handled).size(), 1U) << "one came";
}

}  // namespace
}  // namespace firedrill::policy::karmada
