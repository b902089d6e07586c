/// Passes that share their work against passes that don't, over bindings and clusters that change
/// in between. ctest fixes seed and number of cases (RC_PARAMS).

#include "policy/karmada/scheduler/shared_passes.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "scene.h"

namespace firedrill::policy::karmada {
namespace {

using testing::Scene;

int upto(int most) {
  return *rc::gen::inRange(0, most + 1);
}
bool one_in(int n) {
  return upto(n - 1) == 0;
}

/// Clusters by name with room for pods; what of them matters to the filters is changed at random.
class Fleet {
 public:
  explicit Fleet(int count) {
    for (int i = 0; i < count; ++i) {
      auto cluster = std::make_shared<api::Cluster>();
      cluster->metadata.name = "c" + std::to_string(10 + i);
      change(*cluster);
      clusters_.push_back(std::move(cluster));
    }
  }

  /// A new version of some clusters; now and then one goes or comes.
  void change() {
    for (auto& cluster : clusters_) {
      if (!one_in(3)) continue;
      auto next = std::make_shared<api::Cluster>(*cluster);
      change(*next);
      cluster = std::move(next);
    }
    if (one_in(4) && !clusters_.empty()) {
      clusters_.erase(clusters_.begin() + upto(static_cast<int>(clusters_.size()) - 1));
    } else if (one_in(4)) {
      auto cluster = std::make_shared<api::Cluster>();
      cluster->metadata.name = "b" + std::to_string(++version_);
      change(*cluster);
      clusters_.insert(clusters_.begin(), std::move(cluster));
      std::ranges::sort(clusters_, {}, [](const auto& one) { return one->metadata.name; });
    }
  }

  [[nodiscard]] std::span<const std::shared_ptr<const api::Cluster>> all() const {
    return clusters_;
  }

 private:
  void change(api::Cluster& cluster) {
    cluster.metadata.resource_version = ++version_;
    cluster.metadata.labels = {{"tier", upto(1) == 0 ? "hot" : "cold"}};
    cluster.metadata.deletion_timestamp.reset();
    if (one_in(9)) cluster.metadata.deletion_timestamp = api::StoredTime();
    cluster.spec.region = one_in(9) ? "" : "r" + std::to_string(upto(3));
    cluster.spec.taints.clear();
    if (one_in(5))
      cluster.spec.taints = {testing::taint("k", "v" + std::to_string(upto(2)), "NoSchedule")};
    cluster.status.api_enablements.clear();
    if (!one_in(9))
      cluster.status.api_enablements = {
          {"apps/v1", {{.name = "deployments", .kind = "Deployment"}}}};
    cluster.status.resource_summary.emplace();
    cluster.status.resource_summary->allocatable["pods"] = api::Quantity::from_units(upto(12));
  }

  std::vector<std::shared_ptr<const api::Cluster>> clusters_;
  std::int64_t version_ = 0;
};

std::shared_ptr<const api::Placement> any_placement() {
  Scene scene(0);
  switch (upto(3)) {
    case 0:
      scene.dynamic();
      break;
    case 1:
      scene.aggregated();
      break;
    case 2:
      scene.static_weights({{"c10", 1}, {"c11", 2}, {"c12", 1}});
      break;
    default:
      scene.duplicated();
      break;
  }
  if (one_in(2)) scene.spread("cluster", upto(2), 1 + upto(4));
  if (one_in(2)) scene.spread("region", upto(2), 1 + upto(2));
  if (one_in(3)) {
    scene.placement.cluster_affinity.emplace();
    scene.placement.cluster_affinity->label_selector.emplace();
    scene.placement.cluster_affinity->label_selector->match_labels = {{"tier", "hot"}};
  } else if (one_in(2)) {
    scene.placement.cluster_affinities = {
        {.name = "first",
         .affinity = testing::named({"c10", "c12", "c14"}),
         .overflow = {{.name = "more", .affinity = testing::named({"c11", "c13"})}}},
        {.name = "second", .affinity = testing::named({"c13", "c15"}), .overflow = {}}};
  }
  return std::make_shared<const api::Placement>(scene.placement);
}

api::BindingSpec any_binding(const std::shared_ptr<const api::Placement>& placement,
                             const Fleet& fleet) {
  api::BindingSpec spec = Scene(upto(3) * 3).spec;
  if (one_in(3)) spec.replica_requirements = {};
  spec.placement = placement;
  spec.resource.uid = one_in(2) ? "uid-1" : "uid-2";
  if (one_in(2)) return spec;
  for (const auto& cluster : fleet.all()) {
    if (one_in(4)) spec.clusters.push_back({cluster->metadata.name, upto(5)});
    if (one_in(6))
      spec.graceful_eviction_tasks.emplace_back().from_cluster = cluster->metadata.name;
  }
  if (one_in(4)) spec.clusters.push_back({"gone", 2});
  return spec;
}

/// What of a decision is told: the chosen clusters, the best of the others, the counts.
std::vector<ConsideredCluster> told(const Decision& decision) {
  std::vector<ConsideredCluster> chosen;
  std::vector<ConsideredCluster> others;
  for (const ConsideredCluster& cluster : decision.clusters)
    (cluster.chosen ? chosen : others).push_back(cluster);
  std::ranges::sort(others, better);
  others.resize(std::min(others.size(), others_told));
  chosen.insert(chosen.end(), others.begin(), others.end());
  return chosen;
}

TEST(SharedPasses, EndAsIfTheySharedNothing) {
  EXPECT_TRUE(rc::check([] {
    SchedulerOptions options;
    options.propagate_empty_workloads = one_in(4);
    if (one_in(3)) options.preference = Preference::none;
    SharedPasses shared(options);
    Fleet fleet(upto(16));
    const std::vector placements{any_placement(), any_placement()};
    const GeneralEstimator general;
    const Estimator* const estimators[] = {&general};
    for (int pass = 0; pass < 8; ++pass) {
      if (one_in(3)) {
        fleet.change();
        shared.clusters_changed();
      }
      const api::BindingSpec spec = any_binding(placements[pass % 2 == 0 ? 0 : 1], fleet);
      const api::BindingStatus status;
      const SchedulingInput input{.clusters = fleet.all(),
                                  .spec = spec,
                                  .status = status,
                                  .affinity_name = one_in(2) ? "first" : "second",
                                  .options = options};
      RC_ASSERT(SharedPasses::serves(input));
      Decision alone;
      Decision sharing;
      const ScheduleResult expected = schedule(input, estimators, &alone);
      const ScheduleResult result = shared.schedule(input, &sharing);
      RC_ASSERT(result == expected);
      RC_ASSERT(told(sharing) == told(alone));
      RC_ASSERT(count(sharing) == count(alone));
    }
  }));
}

}  // namespace
}  // namespace firedrill::policy::karmada
