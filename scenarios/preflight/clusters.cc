#include "scenarios/preflight/clusters.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <variant>

#include "scenarios/cluster_object.h"

namespace firedrill::scenarios::preflight {
namespace {

std::vector<models::ClusterSpec> joining(const models::WorldSpec& world) {
  std::vector<models::ClusterSpec> specs;
  for (const models::ScenarioEvent& event : world.events) {
    if (const auto* joined = std::get_if<models::ClusterSpec>(&event.action))
      specs.push_back(*joined);
  }
  return specs;
}

}  // namespace

Clusters::Clusters(const models::WorldSpec& world) : world_(world), joining_(joining(world)) {
  for (const models::ClusterSpec& cluster : world.clusters)
    add(cluster);
  for (const models::ClusterSpec& cluster : joining_)
    add(cluster);
  for (const models::ScenarioEvent& event : world.events) {
    if (const auto* untaint = std::get_if<models::UntaintEvent>(&event.action)) {
      const auto number = find(untaint->cluster);
      if (!number) continue;
      std::erase_if(looks_[*number].front().spec.taints, [untaint](const api::Taint& taint) {
        return taint.key == untaint->key &&
               (untaint->effect.empty() || taint.effect == untaint->effect);
      });
    }
  }
  for (const models::ScenarioEvent& event : world.events) {
    if (const auto* label = std::get_if<models::LabelEvent>(&event.action)) {
      const auto number = find(label->cluster);
      if (!number) continue;
      api::Cluster relabelled = looks_[*number].front();
      relabelled.metadata.labels = label->labels;
      looks_[*number].push_back(std::move(relabelled));
    }
  }
}

void Clusters::add(const models::ClusterSpec& spec) {
  const bool fresh = by_name_.emplace(spec.name, specs_.size()).second;
  if (!fresh) return;  // It leaves and joins again.
  specs_.push_back(&spec);
  looks_.push_back({cluster_object(spec)});
}

std::optional<std::size_t> Clusters::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

ClusterSet Clusters::all() const {
  ClusterSet numbers(specs_.size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

ClusterSet Clusters::selected(const models::ClusterSelector& selector) const {
  ClusterSet numbers;
  for (const std::size_t number : models::select_clusters(selector, world_.clusters))
    numbers.push_back(*find(world_.clusters[number].name));
  for (const std::size_t number : models::select_clusters(selector, joining_))
    numbers.push_back(*find(joining_[number].name));
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::vector<std::string> Clusters::names(const ClusterSet& clusters) const {
  std::vector<std::string> names;
  for (const std::size_t number : clusters)
    names.push_back(specs_[number]->name);
  return names;
}

ClusterSet without(const ClusterSet& a, const ClusterSet& b) {
  ClusterSet result;
  std::ranges::set_difference(a, b, std::back_inserter(result));
  return result;
}

ClusterSet common(const ClusterSet& a, const ClusterSet& b) {
  ClusterSet result;
  std::ranges::set_intersection(a, b, std::back_inserter(result));
  return result;
}

}  // namespace firedrill::scenarios::preflight
