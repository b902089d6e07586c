#include "models/network/routes.h"

#include <algorithm>
#include <compare>
#include <functional>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

namespace firedrill::models {
namespace {

/// Latency first, then number of links: every link makes a route longer, so no cycle is free.
struct Length {
  std::int64_t latency = std::numeric_limits<std::int64_t>::max();
  std::uint32_t links = 0;

  [[nodiscard]] bool finite() const { return latency != std::numeric_limits<std::int64_t>::max(); }
  friend constexpr auto operator<=>(const Length&, const Length&) = default;
};

constexpr Length endless{};

Length operator+(const Length& route, const Length& link) {
  if (!route.finite() || !link.finite()) return endless;
  return {route.latency + link.latency, route.links + link.links};
}

struct Link {
  std::uint32_t number = 0;
  Length length;  ///< Endless while down.
};

using Graph = boost::
    adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property, Link>;
using Vertex = Graph::vertex_descriptor;
using Edge = Graph::edge_descriptor;

Length length_of(sim::Duration latency, bool up) {
  return up ? Length{latency.count(), 1} : endless;
}

}  // namespace

class Routes::Implementation {
 public:
  Implementation(std::size_t sites,
                 const std::vector<RouteLink>& links,
                 SiteId root,
                 RouteDirection direction)
      : graph_(sites), root_(static_cast<Vertex>(root)), direction_(direction), lengths_(sites) {
    for (const RouteLink& link : links) {
      const Vertex from = static_cast<Vertex>(link.from);
      const Vertex to = static_cast<Vertex>(link.to);
      const bool outbound = direction == RouteDirection::outbound;
      const Link value{static_cast<std::uint32_t>(edges_.size()), length_of(link.latency, link.up)};
      edges_.push_back(
          boost::add_edge(outbound ? from : to, outbound ? to : from, value, graph_).first);
    }
    affected_.resize(sites, false);
    find_anew();
  }

  void find_anew() {
    boost::dijkstra_shortest_paths(graph_, root_,
                                   boost::weight_map(boost::get(&Link::length, graph_))
                                       .distance_map(lengths_.data())
                                       .distance_compare(std::less<Length>{})
                                       .distance_combine(std::plus<Length>{})
                                       .distance_inf(endless)
                                       .distance_zero(Length{0, 0}));
  }

  void change(LinkId id, sim::Duration latency, bool up) {
    const Edge edge = edges_.at(static_cast<std::size_t>(id));
    const Length next = length_of(latency, up);
    const Length before = std::exchange(graph_[edge].length, next);
    touched_.clear();
    if (next < before) {
      shorten(edge);
    } else if (before < next) {
      lengthen(edge, before);
    }
  }

  [[nodiscard]] const Length& length(SiteId site) const {
    return lengths_.at(static_cast<std::size_t>(site));
  }

  [[nodiscard]] std::vector<LinkId> path(SiteId site) const {
    std::vector<LinkId> links;
    if (!length(site).finite()) return links;
    for (Vertex at = static_cast<Vertex>(site); at != root_;) {
      const Edge last = last_link(at);
      links.push_back(static_cast<LinkId>(graph_[last].number));
      at = boost::source(last, graph_);
    }
    // Walked from the far end: that is the order of travel only towards the root.
    if (direction_ == RouteDirection::outbound) std::ranges::reverse(links);
    return links;
  }

  [[nodiscard]] const std::vector<SiteId>& touched() const { return touched_; }

 private:
  using Entry = std::pair<Length, Vertex>;
  using Frontier = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

  void note(Vertex site) { touched_.push_back(static_cast<SiteId>(site)); }

  [[nodiscard]] bool is_tight(const Edge& edge) const {
    const Length& end = lengths_[boost::target(edge, graph_)];
    return end.finite() && lengths_[boost::source(edge, graph_)] + graph_[edge].length == end;
  }

  /// Of the links by which the site's route can arrive, the lowest in number.
  [[nodiscard]] Edge last_link(Vertex site) const {
    std::optional<Edge> best;
    const auto [begin, end] = boost::in_edges(site, graph_);
    for (auto edge = begin; edge != end; ++edge) {
      if (!is_tight(*edge)) continue;
      if (!best || graph_[*edge].number < graph_[*best].number) best = *edge;
    }
    return best.value();
  }

  /// Gives the sites of the frontier their lengths, and those that they bring closer.
  void settle(Frontier& frontier) {
    while (!frontier.empty()) {
      const auto [length, site] = frontier.top();
      frontier.pop();
      if (length != lengths_[site]) continue;  // It has found a shorter one since.
      note(site);
      const auto [begin, end] = boost::out_edges(site, graph_);
      for (auto edge = begin; edge != end; ++edge)
        offer(*edge, frontier);
    }
  }

  /// Takes the way over `edge` if it is shorter than what its end has.
  void offer(const Edge& edge, Frontier& frontier) {
    const Vertex site = boost::target(edge, graph_);
    const Length length = lengths_[boost::source(edge, graph_)] + graph_[edge].length;
    if (!(length < lengths_[site])) return;
    lengths_[site] = length;
    frontier.emplace(length, site);
  }

  void shorten(const Edge& edge) {
    Frontier frontier;
    offer(edge, frontier);
    settle(frontier);
  }

  void lengthen(const Edge& edge, const Length& before) {
    const Vertex end = boost::target(edge, graph_);
    const Length& route = lengths_[end];
    const bool was_used = route.finite() && lengths_[boost::source(edge, graph_)] + before == route;
    if (!was_used) return;
    const std::vector<Vertex> sites = cut_off(end);
    Frontier frontier;
    for (const Vertex site : sites)
      lengths_[site] = endless;
    for (const Vertex site : sites) {
      affected_[site] = false;
      const auto [begin, finish] = boost::in_edges(site, graph_);
      for (auto way = begin; way != finish; ++way)
        offer(*way, frontier);
    }
    settle(frontier);
    touched_.clear();
    for (const Vertex site : sites)
      note(site);
  }

  /// The sites all of whose shortest routes are gone, `first` perhaps among them. A site is looked
  /// at each time that one of its ways is found to be gone; every link counts as longer than
  /// nothing, so the last look sees all of them.
  [[nodiscard]] std::vector<Vertex> cut_off(Vertex first) {
    std::vector<Vertex> sites;
    if (!has_way(first)) mark(first, sites);
    for (std::size_t i = 0; i < sites.size(); ++i) {
      const auto [begin, end] = boost::out_edges(sites[i], graph_);
      for (auto edge = begin; edge != end; ++edge) {
        const Vertex next = boost::target(*edge, graph_);
        if (!affected_[next] && is_tight(*edge) && !has_way(next)) mark(next, sites);
      }
    }
    return sites;
  }

  void mark(Vertex site, std::vector<Vertex>& sites) {
    affected_[site] = true;
    sites.push_back(site);
  }

  /// Whether a route as short as before arrives over a site that still has its own.
  [[nodiscard]] bool has_way(Vertex site) const {
    if (site == root_) return true;
    const auto [begin, end] = boost::in_edges(site, graph_);
    return std::any_of(begin, end, [this](const Edge& edge) {
      return !affected_[boost::source(edge, graph_)] && is_tight(edge);
    });
  }

  Graph graph_;
  Vertex root_;
  RouteDirection direction_;
  std::vector<Edge> edges_;
  std::vector<Length> lengths_;
  std::vector<bool> affected_;  ///< Only within a change.
  std::vector<SiteId> touched_;
};

Routes::Routes(std::size_t sites,
               const std::vector<RouteLink>& links,
               SiteId root,
               RouteDirection direction)
    : implementation_(std::make_unique<Implementation>(sites, links, root, direction)) {}

Routes::~Routes() = default;

void Routes::change(LinkId link, sim::Duration latency, bool up) {
  implementation_->change(link, latency, up);
}

void Routes::find_anew() {
  implementation_->find_anew();
}

std::optional<sim::Duration> Routes::latency(SiteId site) const {
  const Length& length = implementation_->length(site);
  if (!length.finite()) return std::nullopt;
  return sim::Duration(length.latency);
}

std::vector<LinkId> Routes::path(SiteId site) const {
  return implementation_->path(site);
}

const std::vector<SiteId>& Routes::touched() const {
  return implementation_->touched();
}

}  // namespace firedrill::models
