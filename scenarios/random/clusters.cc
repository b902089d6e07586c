// Clusters, and the network between them.

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios::random {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

models::NodeSpec random_nodes(Dice& dice, std::int64_t index) {
  models::NodeSpec nodes;
  nodes.count = dice.whole(1, 4);
  if (dice.chance(0.3)) nodes.name = fmt::format("pool{}", index);
  if (dice.chance(0.3)) nodes.labels.emplace("disk", dice.one_of({"ssd", "hdd"}));
  if (dice.chance(0.1)) nodes.taints.push_back({"dedicated", "batch", "NoSchedule", {}});
  nodes.allocatable = {{"cpu", quantity(dice.one_of({"1", "2", "4", "3500m"}))},
                       {"memory", quantity(dice.one_of({"4Gi", "8Gi", "16Gi"}))},
                       {"pods", quantity(dice.one_of({"4", "10", "110"}))}};
  return nodes;
}

std::vector<api::ResourceModel> random_models(Dice& dice) {
  const api::Quantity middle = quantity(dice.one_of({"1", "2", "3"}));
  const api::Quantity most = quantity("9223372036854775807");
  return {{0, {{"cpu", quantity("0"), middle}}}, {1, {{"cpu", middle, most}}}};
}

models::BackgroundSpec random_background(const Draft& draft, Dice& dice) {
  models::BackgroundSpec background;
  switch (dice.whole(0, 2)) {
    case 0:
      background.share = dice.one_of({0.1, 0.25, 0.5, 0.8});
      return background;
    case 1:
      background.daily =
          models::DailyLoad{0.4, dice.one_of({0.1, 0.4}), std::chrono::hours(dice.whole(0, 23))};
      return background;
    default:
      break;
  }
  models::BackgroundTrace trace;
  const api::Duration end = draft.file.simulation.duration;
  trace.points.push_back({dice.instant(seconds(30), end / 3), 0.3, {}});
  trace.points.push_back({trace.points.back().at + dice.instant(seconds(60), end / 3),
                          std::nullopt,
                          {{"cpu", quantity("1500m")}, {"memory", quantity("1Gi")}}});
  background.trace = std::move(trace);
  return background;
}

models::AgentSpec random_agent(const Draft& draft, Dice& dice) {
  models::AgentSpec agent;
  if (dice.chance(0.3)) agent.phase = dice.instant(milliseconds(100), seconds(9));
  if (dice.chance(0.15)) agent.clock_skew = seconds(dice.whole(-20, 20));
  if (draft.karmada()) {
    if (dice.chance(0.3))
      agent.flags.emplace("cluster-lease-duration",
                          api::Json(dice.one_of({"20s", "40s", "60s", "75s"})));
    if (dice.chance(0.2))
      agent.flags.emplace("cluster-lease-renew-interval-fraction",
                          api::Json(dice.one_of({0.25, 0.3, 0.7})));
    if (dice.chance(0.2))
      agent.flags.emplace("cluster-status-update-frequency",
                          api::Json(dice.one_of({"7s", "10s", "35s"})));
    if (dice.chance(0.2)) agent.flags.emplace("leader-elect", api::Json(false));
    return agent;
  }
  if (dice.chance(0.3)) agent.collect_phase = dice.instant(seconds(1), seconds(15));
  if (dice.chance(0.3)) agent.first_report_immediate = true;
  if (dice.chance(0.3))
    agent.flags.emplace("cluster-status-update-frequency",
                        api::Json(dice.one_of({"20s", "45s", "2m"})));
  if (dice.chance(0.2)) agent.flags.emplace("leader-elect", api::Json(false));
  return agent;
}

api::ResourceQuota random_quota(Dice& dice) {
  api::ResourceQuota quota;
  quota.metadata.space = "default";
  quota.metadata.name = "compute";
  quota.spec.hard = {{"requests.cpu", quantity(dice.one_of({"1", "3"}))}};
  return quota;
}

/// What is rarely said of a cluster.
void add_rarities(Draft& draft, Dice& dice, models::ClusterSpec& cluster) {
  if (dice.chance(0.1)) cluster.taints.push_back({dice.one_of(hand_taints), "", "NoSchedule", {}});
  if (dice.chance(0.3)) cluster.join_at = dice.instant(seconds(1), seconds(90));
  if (dice.chance(0.15)) cluster.resource_models = random_models(dice);
  if (dice.chance(0.15)) cluster.probe_latency = milliseconds(dice.whole(1, 4000));
  if (dice.chance(0.1)) cluster.resource_quotas.push_back(random_quota(dice));
  if (dice.chance(0.1))
    cluster.conditions.push_back({"StorageHealthy", dice.one_of({"True", "False"}), "Checked"});
  if (dice.chance(0.2)) cluster.estimator.latency = milliseconds(dice.whole(5, 4000));
  if (dice.chance(0.25)) cluster.background = random_background(draft, dice);
  if (dice.chance(0.2)) cluster.pod_placement = models::PodPlacement::least_allocated;
  if (dice.chance(0.05)) {
    cluster.api_enablements = {api::ApiEnablement{
        "apps/v1", {{"deployments", "Deployment"}, {"daemonsets", "DaemonSet"}}}};
  }
  if (draft.karmada()) return;
  if (dice.chance(0.1)) cluster.space = "edge-" + cluster.name;
  if (dice.chance(0.1)) cluster.skip_cluster_init = true;
}

}  // namespace

models::ClusterSpec random_cluster(Draft& draft, Dice& dice, std::string name) {
  models::ClusterSpec cluster;
  cluster.name = std::move(name);
  cluster.labels.emplace(tier_label, dice.one_of(tiers));
  if (dice.chance(0.8)) cluster.region = dice.one_of(regions);
  if (dice.chance(0.7)) cluster.provider = dice.one_of(providers);
  if (!cluster.region.empty() && dice.chance(0.6))
    cluster.zones.push_back(fmt::format("{}-{}", cluster.region, dice.whole(1, 2)));
  if (draft.karmada()) {
    if (dice.chance(0.5)) cluster.sync_mode = models::SyncMode::pull;
  } else {
    cluster.sync_mode =
        dice.one_of({models::SyncMode::push, models::SyncMode::pull, models::SyncMode::dual});
  }
  const std::int64_t pools = dice.chance(0.05) ? 0 : dice.whole(1, 2);
  for (std::int64_t i = 0; i < pools; ++i)
    cluster.nodes.push_back(random_nodes(dice, i));
  if (!draft.karmada() || cluster.sync_mode == models::SyncMode::pull)
    cluster.agent = random_agent(draft, dice);
  add_rarities(draft, dice, cluster);
  return cluster;
}

void draw_clusters(Draft& draft) {
  Dice count = draft.dice("clusters");
  const std::int64_t wanted = count.whole(2, draft.sizes.clusters);
  const auto enter = [&](const models::ClusterSpec& cluster, const std::string& name) {
    draft.clusters.push_back(name);
    if (!draft.karmada() || cluster.sync_mode == models::SyncMode::pull)
      draft.pulling.push_back(name);
  };
  if (count.chance(0.1)) {
    // Several alike, as large worlds are written.
    ClusterEntry entry;
    entry.pattern = ClusterTemplate{random_cluster(draft, count, "")};
    entry.count = wanted;
    entry.name_prefix = "edge-";
    // A namespace is one cluster's.
    entry.pattern->cluster.space.clear();
    for (std::int64_t i = 0; i < wanted; ++i)
      enter(entry.pattern->cluster, fmt::format("edge-{}", i));
    draft.file.clusters.push_back(std::move(entry));
    return;
  }
  for (std::int64_t i = 0; i < wanted; ++i) {
    const std::string name = fmt::format("member{}", i + 1);
    Dice dice = draft.dice("cluster/" + name);
    ClusterEntry entry;
    entry.cluster = random_cluster(draft, dice, name);
    enter(entry.cluster, name);
    draft.file.clusters.push_back(std::move(entry));
  }
}

void draw_network(Draft& draft) {
  Dice dice = draft.dice("network");
  if (dice.chance(0.6)) return;
  models::NetworkSpec network;
  network.sites = {"hub", "east", "west"};
  network.control_plane_site = "hub";
  const auto link = [&](const char* from, const char* to) {
    models::LinkSpec made{from, to, milliseconds(dice.whole(0, 300)), 0, false};
    if (dice.chance(0.3)) made.loss = dice.one_of({0.01, 0.1, 0.3});
    network.links.push_back(std::move(made));
  };
  link("hub", "east");
  link("hub", "west");
  if (dice.chance(0.6)) link("east", "west");
  for (ClusterEntry& entry : draft.file.clusters) {
    models::ClusterSpec& cluster = entry.pattern ? entry.pattern->cluster : entry.cluster;
    cluster.site = dice.one_of({"east", "west", "west", "hub"});
  }
  draft.file.network = std::move(network);
}

}  // namespace firedrill::scenarios::random
