#include "models/network/network.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

#include "analysis/timeline/glob.h"
#include "models/spec/cluster_selector.h"

namespace firedrill::models {
namespace {

bool names(const ClusterSelector& set, std::string_view site) {
  return std::ranges::any_of(
      set.names, [site](const std::string& name) { return timeline::matches_glob(site, name); });
}

/// A share that is lost of what has lost that share before.
double combined_loss(double before, double then) {
  return 1 - (1 - before) * (1 - then);
}

}  // namespace

Network::Network(const std::optional<NetworkSpec>& spec)
    : control_plane_site_(spec ? spec->control_plane_site : default_control_plane_site) {
  if (!spec) return;
  for (const std::string& site : spec->sites)
    sites_.emplace(site, static_cast<SiteId>(sites_.size()));
  places_at_.resize(sites_.size());
  std::vector<RouteLink> ways;
  for (const LinkSpec& link : spec->links) {
    Line line{.spec = link, .ways = {}, .loss = link.loss};
    const auto add = [&](const std::string& from, const std::string& to) {
      line.ways.push_back(static_cast<LinkId>(ways.size()));
      line_of_way_.push_back(lines_.size());
      ways.push_back({.from = sites_.at(from), .to = sites_.at(to), .latency = link.latency});
    };
    add(link.from, link.to);
    if (!link.one_way) add(link.to, link.from);
    lossy_ = lossy_ || link.loss > 0;
    lines_between_[{link.from, link.to}].push_back(lines_.size());
    if (!link.one_way) lines_between_[{link.to, link.from}].push_back(lines_.size());
    lines_.push_back(std::move(line));
  }
  const SiteId root = sites_.at(control_plane_site_);
  outbound_ = std::make_unique<Routes>(sites_.size(), ways, root, RouteDirection::outbound);
  inbound_ = std::make_unique<Routes>(sites_.size(), ways, root, RouteDirection::inbound);
}

Network::~Network() = default;

void Network::add_cluster(const ClusterSpec& cluster) {
  Place place{.spec = &cluster, .site = site_of(cluster), .site_id = {}, .way = {}};
  if (outbound_) place.site_id = sites_.find(place.site)->second;
  const Way route = find_route(place);
  place.linked = route.open();
  place.way = past_partitions(route, place);
  const auto [entry, fresh] = places_.emplace(cluster.name, std::move(place));
  if (!fresh) throw std::logic_error("a second cluster " + cluster.name);
  if (entry->second.site_id)
    places_at_.at(static_cast<std::size_t>(*entry->second.site_id)).push_back(&entry->second);
}

const Way& Network::way(std::string_view cluster) const {
  const auto found = places_.find(cluster);
  if (found == places_.end()) throw std::logic_error("no cluster " + std::string(cluster));
  return found->second.way;
}

Network::Changed Network::begin(std::uint64_t fault, const PartitionEvent& partition) {
  partitions_.emplace(fault, partition);
  return update_ways(all_places());
}

Network::Changed Network::begin(std::uint64_t fault, const LinkEvent& link) {
  lossy_ = lossy_ || link.loss.has_value();
  std::vector<std::size_t> lines = lines_between(link.link);
  links_.emplace(fault, ActiveLink{lines, link});
  return update(lines);
}

Network::Changed Network::end(std::uint64_t fault) {
  if (partitions_.erase(fault) != 0) return update_ways(all_places());
  const auto link = links_.extract(fault);
  return link.empty() ? Changed{} : update(link.mapped().lines);
}

std::vector<std::string> Network::parted(const PartitionEvent& partition) const {
  std::vector<std::string> clusters;
  for (const auto& [name, place] : places_) {
    const Cut cut = cut_by(partition, place);
    if (cut.outbound || cut.inbound) clusters.push_back(name);
  }
  return clusters;
}

bool Network::holds_control_plane(const ClusterSelector& set) const {
  return names(set, control_plane_site_);
}

bool Network::holds(const ClusterSelector& set, const Place& place) {
  return names(set, place.site) || !select_clusters(set, std::span(place.spec, 1)).empty();
}

Network::Cut Network::cut_by(const PartitionEvent& partition, const Place& place) const {
  Cut cut;
  const auto& sets = partition.between;
  for (std::size_t here = 0; here < sets.size(); ++here) {
    if (!holds_control_plane(sets[here])) continue;
    for (std::size_t there = 0; there < sets.size(); ++there) {
      if (here == there || !holds(sets[there], place)) continue;
      cut.outbound = cut.outbound || !partition.one_way || here < there;
      cut.inbound = cut.inbound || !partition.one_way || there < here;
    }
  }
  return cut;
}

Way Network::find_route(const Place& place) const {
  Way way;
  if (!place.site_id) return way;
  const auto out = outbound_->latency(*place.site_id);
  const auto in = inbound_->latency(*place.site_id);
  way.outbound = out.has_value();
  way.inbound = in.has_value();
  way.out = out.value_or(sim::Duration::zero());
  way.in = in.value_or(sim::Duration::zero());
  if (lossy_) {
    way.loss_out = loss_on(outbound_->path(*place.site_id));
    way.loss_in = loss_on(inbound_->path(*place.site_id));
  }
  way.drops = !way.open() && std::ranges::any_of(links_, [](const auto& entry) {
    const LinkEvent& event = entry.second.event;
    return event.state == LinkState::down && event.packets == PacketLoss::dropped;
  });
  return way;
}

Way Network::past_partitions(Way way, const Place& place) const {
  for (const auto& [number, partition] : partitions_) {
    const Cut cut = cut_by(partition, place);
    way.outbound = way.outbound && !cut.outbound;
    way.inbound = way.inbound && !cut.inbound;
    if (cut.outbound || cut.inbound) way.drops |= partition.packets == PacketLoss::dropped;
  }
  return way;
}

double Network::loss_on(const std::vector<LinkId>& path) const {
  double loss = 0;
  for (const LinkId way : path)
    loss = combined_loss(loss, lines_[line_of_way_[static_cast<std::size_t>(way)]].loss);
  return loss;
}

std::vector<std::size_t> Network::lines_between(const LinkEnds& ends) const {
  std::vector<std::size_t> lines;
  for (const auto& [from, to] : {std::pair(ends.from, ends.to), std::pair(ends.to, ends.from)}) {
    const auto found = lines_between_.find({from, to});
    if (found != lines_between_.end())
      lines.insert(lines.end(), found->second.begin(), found->second.end());
  }
  std::ranges::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

Network::Changed Network::update(const std::vector<std::size_t>& lines) {
  std::vector<SiteId> touched;
  for (const std::size_t index : lines)
    update(lines_[index], index, touched);
  // Of two ways that are equally long one may lose more than the other.
  if (lossy_) return update_ways(all_places());
  std::vector<Place*> places;
  std::ranges::sort(touched);
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const SiteId site : touched) {
    const auto& here = places_at_[static_cast<std::size_t>(site)];
    places.insert(places.end(), here.begin(), here.end());
  }
  return update_ways(places);
}

void Network::update(Line& line, std::size_t index, std::vector<SiteId>& touched) {
  bool up = true;
  std::optional<sim::Duration> slowest;
  std::optional<double> worst;
  for (const auto& [number, active] : links_) {
    if (std::ranges::find(active.lines, index) == active.lines.end()) continue;
    const LinkEvent& event = active.event;
    if (event.latency) slowest = std::max(slowest.value_or(*event.latency), *event.latency);
    if (event.loss) worst = std::max(worst.value_or(*event.loss), *event.loss);
    up = up && event.state != LinkState::down;
  }
  const sim::Duration latency = slowest.value_or(line.spec.latency);
  line.loss = worst.value_or(line.spec.loss);
  for (Routes* routes : {outbound_.get(), inbound_.get()}) {
    for (const LinkId way : line.ways) {
      routes->change(way, latency, up);
      touched.insert(touched.end(), routes->touched().begin(), routes->touched().end());
    }
  }
}

Network::Changed Network::update_ways(const std::vector<Place*>& places) {
  Changed changed;
  for (Place* place : places) {
    const std::string& name = place->spec->name;
    const Way route = find_route(*place);
    const bool linked = route.open();
    if (place->linked != linked) (linked ? changed.linked : changed.cut).push_back(name);
    place->linked = linked;
    const Way way = past_partitions(route, *place);
    if (way == place->way) continue;
    place->way = way;
    changed.ways.push_back(name);
  }
  for (auto* names : {&changed.ways, &changed.cut, &changed.linked})
    std::ranges::sort(*names);
  return changed;
}

std::vector<Network::Place*> Network::all_places() {
  std::vector<Place*> places;
  for (auto& [name, place] : places_)
    places.push_back(&place);
  return places;
}

}  // namespace firedrill::models
