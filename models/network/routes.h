#pragma once

/// Shortest-latency routes between one site and all others, kept up as links change.
///
/// A change costs what it touches: a link that gets slower or goes down is looked at together with
/// the sites whose route used it, a link that gets faster with the sites that it brings closer; the
/// rest of the network is not visited (Ramalingam and Reps, On the computational complexity of
/// dynamic graph problems, 1996). Of several routes with the least latency the one with the fewest
/// links counts, then the one whose links have the lowest numbers, seen from the far end: what the
/// routes are depends on the network as it is, never on how it became so.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/time.h"

namespace firedrill::models {

/// Sites and links by number, in the order in which the scenario lists them.
enum class SiteId : std::uint32_t {};
enum class LinkId : std::uint32_t {};

/// A way from one site to another. Traffic in both directions takes two.
struct RouteLink {
  SiteId from{};
  SiteId to{};
  sim::Duration latency{};  ///< Not negative; all links together below 2^62 ns.
  bool up = true;
};

enum class RouteDirection {
  outbound,  ///< From the root to each site.
  inbound,   ///< From each site to the root.
};

class Routes {
 public:
  /// O((sites + links) log sites). Requires: ends of links and the root are below `sites`.
  Routes(std::size_t sites,
         const std::vector<RouteLink>& links,
         SiteId root,
         RouteDirection direction);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  /// A link gets another latency, goes down or comes up. O(n log n) in the number of links at the
  /// sites whose route changes.
  void change(LinkId link, sim::Duration latency, bool up);

  /// Computes all routes from nothing, by one Dijkstra; they come out as they are.
  /// O((sites + links) log sites).
  void find_anew();

  /// Latency of the route; absent when there is none. O(1).
  [[nodiscard]] std::optional<sim::Duration> latency(SiteId site) const;

  /// The route's links in the order of travel; empty when there is none, and for the root. O(number
  /// of links at the sites on it).
  [[nodiscard]] std::vector<LinkId> path(SiteId site) const;

  /// The sites that the last change gave another latency or number of links.
  [[nodiscard]] const std::vector<SiteId>& touched() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace firedrill::models
