#include "scenarios/network_reading.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace firedrill::scenarios {
namespace {

using models::ClusterSpec;
using models::LinkSpec;
using models::NetworkSpec;

std::vector<std::string_view> views(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

class NetworkReader {
 public:
  NetworkReader(const NetworkSpec& network, Reading& reading)
      : network_(network), reading_(reading), known_(views(network.sites)) {}

  void run() {
    for (std::size_t i = 0; i < network_.sites.size(); ++i) {
      if (sites_.insert(network_.sites[i]).second) continue;
      reading_.diagnostics.error(api::child_pointer("/network/sites", i),
                                 fmt::format("a second site {}", api::in_quotes(network_.sites[i])),
                                 "another name, or leave it out");
    }
    check_site(network_.control_plane_site, "/network/controlPlaneSite");
    for (std::size_t i = 0; i < network_.links.size(); ++i)
      check(network_.links[i], api::child_pointer("/network/links", i));
  }

  bool check_site(const std::string& name, const std::string& pointer) {
    if (sites_.contains(name)) return true;
    report_unknown(reading_, "site", name, known_, pointer);
    return false;
  }

  /// Warns of sites with clusters between which and the control plane there is no way at all.
  void check_reach(const std::map<std::string, std::string>& cluster_at) {
    const std::set<std::string> out = reached_from_control_plane(false);
    const std::set<std::string> in = reached_from_control_plane(true);
    for (const auto& [site, cluster] : cluster_at) {
      if (!sites_.contains(site) || (out.contains(site) && in.contains(site))) continue;
      reading_.diagnostics.warning("/network/links",
                                   fmt::format("no way leads between {} and {}, where {} is",
                                               network_.control_plane_site, site, cluster),
                                   "a link, unless the control plane is never to see the cluster");
    }
  }

 private:
  void check(const LinkSpec& link, const std::string& pointer) {
    const bool known = check_site(link.from, api::child_pointer(pointer, "from")) &
                       static_cast<int>(check_site(link.to, api::child_pointer(pointer, "to")));
    if (!known) return;
    if (link.from == link.to) {
      reading_.diagnostics.error(pointer, "a link from a site to itself", "two sites");
      return;
    }
    note(link.from, link.to, pointer);
    if (!link.one_way) note(link.to, link.from, pointer);
  }

  /// Events name a link by its ends, so there is one in a direction.
  void note(const std::string& from, const std::string& to, const std::string& pointer) {
    const auto [first, fresh] = links_.emplace(std::pair(from, to), pointer);
    if (fresh || first->second == pointer) return;
    reading_.diagnostics.error(pointer, fmt::format("a second link from {} to {}", from, to),
                               fmt::format("leave it out; the first is at {}", first->second));
  }

  [[nodiscard]] std::set<std::string> reached_from_control_plane(bool backwards) const {
    std::map<std::string, std::vector<std::string>> next;
    for (const auto& [ends, pointer] : links_)
      next[backwards ? ends.second : ends.first].push_back(backwards ? ends.first : ends.second);
    std::set<std::string> reached{network_.control_plane_site};
    std::deque<std::string> open{network_.control_plane_site};
    for (; !open.empty(); open.pop_front()) {
      for (const std::string& site : next[open.front()]) {
        if (reached.insert(site).second) open.push_back(site);
      }
    }
    return reached;
  }

  const NetworkSpec& network_;
  Reading& reading_;
  std::vector<std::string_view> known_;
  std::set<std::string> sites_;
  std::map<std::pair<std::string, std::string>, std::string> links_;
};

/// Those that are there and those that will join.
std::vector<const ClusterSpec*> all_clusters(const models::WorldSpec& world) {
  std::vector<const ClusterSpec*> clusters;
  for (const ClusterSpec& cluster : world.clusters)
    clusters.push_back(&cluster);
  for (const models::ScenarioEvent& event : world.events) {
    if (const auto* joined = std::get_if<ClusterSpec>(&event.action)) clusters.push_back(joined);
  }
  return clusters;
}

}  // namespace

void check_network(const models::WorldSpec& world, Reading& reading) {
  if (!world.network) return;
  NetworkReader reader(*world.network, reading);
  reader.run();
  std::map<std::string, std::string> cluster_at;
  for (const ClusterSpec* cluster : all_clusters(world))
    cluster_at.emplace(models::site_of(*cluster), cluster->name);
  reader.check_reach(cluster_at);
}

void check_site(const ClusterSpec& cluster,
                const std::optional<NetworkSpec>& network,
                const std::string& pointer,
                Reading& reading) {
  const std::string site_at = api::child_pointer(pointer, "site");
  if (!network) {
    if (cluster.site.empty()) return;
    reading.diagnostics.error(site_at, "there is no network, so there are no sites",
                              "a network, or leave it out");
    return;
  }
  const std::string& site = models::site_of(cluster);
  if (std::ranges::count(network->sites, site) != 0) return;
  if (!cluster.site.empty()) {
    report_unknown(reading, "site", site, views(network->sites), site_at);
    return;
  }
  reading.diagnostics.error(
      pointer, fmt::format("says not where in the network {} is", api::in_quotes(cluster.name)),
      "a site, or a site of its name in the network");
}

void check_link(const models::LinkEnds& link,
                const models::WorldSpec& world,
                const std::string& pointer,
                Reading& reading) {
  if (!world.network) {
    reading.diagnostics.error(pointer, "there is no network, so there are no links",
                              "a network, or an outage or partition");
    return;
  }
  const auto joins = [&](const LinkSpec& spec) {
    return (spec.from == link.from && spec.to == link.to) ||
           (spec.from == link.to && spec.to == link.from);
  };
  if (std::ranges::any_of(world.network->links, joins)) return;
  std::vector<std::string> names;
  for (const LinkSpec& spec : world.network->links)
    names.push_back(spec.from + "/" + spec.to);
  report_unknown(reading, "link", link.from + "/" + link.to, views(names), pointer);
}

bool is_site(std::string_view name, const models::WorldSpec& world) {
  if (world.network) return std::ranges::count(world.network->sites, name) != 0;
  if (name == models::default_control_plane_site) return true;
  return std::ranges::any_of(all_clusters(world),
                             [name](const ClusterSpec* cluster) { return cluster->name == name; });
}

}  // namespace firedrill::scenarios
