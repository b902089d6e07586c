#pragma once

/// The network between the control plane and the member clusters: which way messages take, how long
/// they need, how many get lost, and what the faults under way stop.
///
/// Two kinds of faults meet here. A link that is down is a matter of routes: traffic goes another
/// way if there is one. A partition stands between two sets of places, whatever way lies between
/// them. A message passes when it has a route and no partition stops it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/network/routes.h"
#include "models/network/way.h"
#include "models/spec/cluster_spec.h"
#include "models/spec/fault_spec.h"
#include "models/spec/network_spec.h"

namespace firedrill::models {

class Network {
 public:
  /// Without a spec the control plane and each cluster are sites of their own, linked without
  /// latency. Requires: a spec that the loader accepted.
  explicit Network(const std::optional<NetworkSpec>& spec);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  ~Network();

  /// Requires: its site exists, and no other cluster has its name. The spec must outlive the
  /// network.
  void add_cluster(const ClusterSpec& cluster);

  /// Requires: the cluster was added.
  [[nodiscard]] const Way& way(std::string_view cluster) const;

  /// What a change did, in clusters by name.
  struct Changed {
    std::vector<std::string> ways;    ///< With another way than before.
    std::vector<std::string> cut;     ///< Of these: links lead there and back no longer, or
    std::vector<std::string> linked;  ///< again; whatever partitions let through.
  };

  /// Faults begin and end, by the number that the caller gives each. A link's costs what it touches
  /// (models/network/routes.h), and in a network that loses messages the way of every cluster.
  Changed begin(std::uint64_t fault, const PartitionEvent& partition);
  Changed begin(std::uint64_t fault, const LinkEvent& link);
  /// Nothing if there is no such fault.
  Changed end(std::uint64_t fault);

  /// The clusters between which and the control plane the partition stands, by name.
  [[nodiscard]] std::vector<std::string> parted(const PartitionEvent& partition) const;

 private:
  struct Place {
    const ClusterSpec* spec;
    std::string site;
    std::optional<SiteId> site_id;  ///< Absent without a network.
    Way way;
    bool linked = true;  ///< Links lead there and back.
  };
  /// A link of the scenario, as one or two ways.
  struct Line {
    LinkSpec spec;
    std::vector<LinkId> ways;
    double loss = 0;  ///< Now.
  };
  struct ActiveLink {
    std::vector<std::size_t> lines;
    LinkEvent event;
  };
  struct Cut {
    bool outbound = false;
    bool inbound = false;
  };

  [[nodiscard]] Cut cut_by(const PartitionEvent& partition, const Place& place) const;
  [[nodiscard]] bool holds_control_plane(const ClusterSelector& set) const;
  [[nodiscard]] static bool holds(const ClusterSelector& set, const Place& place);
  /// The way by the links alone.
  [[nodiscard]] Way find_route(const Place& place) const;
  /// What the partitions under way leave of it.
  [[nodiscard]] Way past_partitions(Way way, const Place& place) const;
  [[nodiscard]] double loss_on(const std::vector<LinkId>& path) const;
  /// In either direction: an event on a link means all that lies between its ends.
  [[nodiscard]] std::vector<std::size_t> lines_between(const LinkEnds& ends) const;
  /// The lines are as the faults under way leave them.
  Changed update(const std::vector<std::size_t>& lines);
  void update(Line& line, std::size_t index, std::vector<SiteId>& touched);
  Changed update_ways(const std::vector<Place*>& places);
  [[nodiscard]] std::vector<Place*> all_places();

  std::string control_plane_site_;
  std::map<std::string, SiteId, std::less<>> sites_;
  std::vector<Line> lines_;
  std::vector<std::size_t> line_of_way_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> lines_between_;
  bool lossy_ = false;                ///< Whether any link loses messages, or did.
  std::unique_ptr<Routes> outbound_;  ///< Null without a network, like the next.
  std::unique_ptr<Routes> inbound_;
  std::map<std::string, Place, std::less<>> places_;
  std::vector<std::vector<Place*>> places_at_;  ///< By site.
  std::map<std::uint64_t, PartitionEvent> partitions_;
  std::map<std::uint64_t, ActiveLink> links_;
};

}  // namespace firedrill::models
