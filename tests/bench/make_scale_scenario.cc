/// Writes a scenario of any size, to measure how the whole program scales (docs/benchmarks.md).
///
///   make_scale_scenario CLUSTERS BINDINGS DURATION LOST AT > scale.json
///
/// CLUSTERS and BINDINGS are multiples of 200; LOST of the clusters, evenly spread, become
/// unreachable AT and stay so; DURATION and AT are seconds. Bindings come from 200 entries with a
/// placement each: 80 Duplicated on two clusters chosen by label, 80 with dynamic weights over a
/// label that selects 100 clusters, 40 Divided over two to three regions; 1, 2 and 3 replicas in
/// turn. Failover is on, rate 50, three eviction workers.
///
/// Entries arrive one after another, so that each sees what the ones before left free, as on a real
/// platform: all at one instant would pile the aggregated ones onto the two roomiest clusters.
/// Nodes are as many as the fullest clusters need with a third to spare: nothing stays pending, and
/// every eviction completes.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

constexpr std::int64_t entries = 200;
constexpr std::int64_t duplicated = 80;
constexpr std::int64_t dynamic = 80;
constexpr std::int64_t zone_size = 10;
constexpr std::int64_t zones_selected = 10;
constexpr std::int64_t region_count = 10;
constexpr std::int64_t pods_per_node = 250;

struct Scale {
  std::int64_t clusters = 0;
  std::int64_t bindings = 0;
  std::int64_t duration = 0;
  std::int64_t lost = 0;
  std::int64_t at = 0;

  [[nodiscard]] std::int64_t per_entry() const { return bindings / entries; }
  /// A Duplicated entry brings each of its clusters two pods a binding; what is divided comes on
  /// top.
  [[nodiscard]] std::int64_t nodes() const {
    return std::max<std::int64_t>(20, per_entry() * 4 / pods_per_node);
  }
  /// Entries arrive within ten minutes, or half of the time before the clusters are lost.
  [[nodiscard]] double created_at(std::int64_t entry) const {
    const std::int64_t end = std::min<std::int64_t>(600, (lost > 0 ? at : duration) / 2);
    return 15 + static_cast<double>(end - 15) * static_cast<double>(entry) / entries;
  }
};

std::string cluster(const Scale& scale, std::int64_t i) {
  return fmt::format(
      R"({{"name":"member-{:05}","region":"region-{}","provider":"example","zones":["zone-{}"],)"
      R"("labels":{{"zone":"z{}","pair":"p{}"}},"nodes":[{{"count":{},"allocatable":)"
      R"({{"cpu":"64","memory":"256Gi","pods":"{}"}}}}]}})",
      i, i * region_count / scale.clusters, i / zone_size, i / zone_size, i / 2, scale.nodes(),
      pods_per_node);
}

std::string by_pair(const Scale& scale, std::int64_t k) {
  return fmt::format(
      R"({{"clusterAffinity":{{"labelSelector":{{"matchLabels":{{"pair":"p{}"}}}}}},)"
      R"("replicaScheduling":{{"replicaSchedulingType":"Duplicated"}}}})",
      k * (scale.clusters / 2) / duplicated);
}

std::string by_weight(const Scale& scale, std::int64_t k) {
  const std::int64_t zones = scale.clusters / zone_size;
  std::vector<std::string> chosen;
  for (std::int64_t j = 0; j < zones_selected; ++j)
    chosen.push_back(fmt::format("\"z{}\"", (k * zones / dynamic + j) % zones));
  return fmt::format(
      R"({{"clusterAffinity":{{"labelSelector":{{"matchExpressions":[{{"key":"zone","operator":"In","values":[{}]}}]}}}},)"
      R"("replicaScheduling":{{"replicaSchedulingType":"Divided","replicaDivisionPreference":"Weighted",)"
      R"("weightPreference":{{"dynamicWeight":"AvailableReplicas"}}}}}})",
      fmt::join(chosen, ","));
}

/// The toleration of a taint that nobody sets makes forty placements of one.
std::string by_region(std::int64_t k) {
  return fmt::format(
      R"({{"clusterTolerations":[{{"key":"bench.example.io/maintenance","operator":"Exists","effect":"NoExecute","tolerationSeconds":{}}}],)"
      R"("spreadConstraints":[{{"spreadByField":"region","minGroups":2,"maxGroups":3}},{{"spreadByField":"cluster","minGroups":2,"maxGroups":10}}],)"
      R"("replicaScheduling":{{"replicaSchedulingType":"Divided","replicaDivisionPreference":"Aggregated"}}}})",
      300 + k);
}

std::string workload(const Scale& scale, std::int64_t k) {
  const std::string placement = k < duplicated             ? by_pair(scale, k)
                                : k < duplicated + dynamic ? by_weight(scale, k - duplicated)
                                                           : by_region(k - duplicated - dynamic);
  // 200 is no multiple of three, nor are 80 and 40: each kind gets all sizes.
  return fmt::format(
      R"({{"name":"app{:03}","namespace":"shop","count":{},"replicas":{},"createAt":{:.3f},)"
      R"("requests":{{"cpu":"100m","memory":"128Mi"}},"placement":{},"behaviour":{{"startup":"20s"}}}})",
      k, scale.per_entry(), 1 + k % 3, scale.created_at(k), placement);
}

std::string outage(const Scale& scale) {
  if (scale.lost == 0) return {};
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < scale.lost; ++i)
    names.push_back(fmt::format("\"member-{:05}\"", i * scale.clusters / scale.lost));
  return fmt::format(R"({{"at":{},"outage":{{"clusters":[{}]}}}})", scale.at,
                     fmt::join(names, ","));
}

template <class Entry>
void write_list(std::string_view key, std::int64_t count, const Entry& entry) {
  std::cout << ",\n\"" << key << "\":[";
  for (std::int64_t i = 0; i < count; ++i)
    std::cout << (i == 0 ? "\n" : ",\n") << entry(i);
  std::cout << "]";
}

void write(const Scale& scale) {
  std::cout << fmt::format(
      R"({{"apiVersion":"firedrill/v1","kind":"Scenario","metadata":{{"name":"scale-{}x{}"}},)"
      R"("simulation":{{"duration":{},"seed":1}},"controlPlane":{{"profile":"karmada",)"
      R"("flags":{{"enable-no-execute-taint-eviction":true,"allow-no-execute-taint-policy":true,"resource-eviction-rate":50}},)"
      R"("featureGates":{{"Failover":true,"CustomizedClusterResourceModeling":false}},)"
      R"("components":{{"taint-manager":{{"evictionWorkers":3}}}}}},)"
      R"("objects":[{{"apiVersion":"policy.karmada.io/v1alpha1","kind":"ClusterTaintPolicy","metadata":{{"name":"evict-not-ready"}},)"
      R"("spec":{{"addOnConditions":[{{"conditionType":"Ready","operator":"In","statusValues":["False","Unknown"]}}],)"
      R"("removeOnConditions":[{{"conditionType":"Ready","operator":"In","statusValues":["True"]}}],)"
      R"("taints":[{{"key":"bench.example.io/not-ready","effect":"NoExecute"}}]}}}}])",
      scale.clusters, scale.bindings, scale.duration);
  write_list("clusters", scale.clusters, [&](std::int64_t i) { return cluster(scale, i); });
  write_list("workloads", entries, [&](std::int64_t k) { return workload(scale, k); });
  std::cout << ",\n\"events\":[" << outage(scale) << "]}\n";
}

bool read(std::string_view text, std::int64_t& number) {
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end && number >= 0;
}

}  // namespace

int main(int count, char** words) {
  Scale scale;
  const bool complete = count == 6 && read(words[1], scale.clusters) &&
                        read(words[2], scale.bindings) && read(words[3], scale.duration) &&
                        read(words[4], scale.lost) && read(words[5], scale.at);
  const bool sound = complete && scale.clusters >= entries && scale.clusters % entries == 0 &&
                     scale.bindings >= entries && scale.bindings % entries == 0 &&
                     scale.lost <= scale.clusters && scale.duration > 60;
  if (!sound) {
    std::cerr << "make_scale_scenario CLUSTERS BINDINGS DURATION LOST AT; clusters and bindings in "
                 "multiples of 200\n";
    return 2;
  }
  write(scale);
  return std::cout.flush() ? 0 : 3;
}
