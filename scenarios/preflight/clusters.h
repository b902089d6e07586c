#pragma once

/// The clusters of a scenario as the pre-flight check sees them: those that are there and those
/// that join later, as objects, by number.

#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/spec/world_spec.h"
#include "policy/api/cluster.h"

namespace firedrill::scenarios::preflight {

/// Clusters by number, ascending.
using ClusterSet = std::vector<std::size_t>;

class Clusters {
 public:
  /// Refers to the world, which must outlive it.
  explicit Clusters(const models::WorldSpec& world);

  [[nodiscard]] std::size_t size() const { return specs_.size(); }
  [[nodiscard]] const models::ClusterSpec& spec(std::size_t number) const {
    return *specs_[number];
  }
  /// What it may look like to a scheduler in the course of the scenario, faults aside: as it
  /// stands there, and with each set of labels that an event gives it. Taints that an event takes
  /// away are left out.
  [[nodiscard]] const std::vector<api::Cluster>& looks(std::size_t number) const {
    return looks_[number];
  }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] ClusterSet all() const;
  /// Those that a selector means, whenever they join. Of a random share the first by name.
  [[nodiscard]] ClusterSet selected(const models::ClusterSelector& selector) const;
  [[nodiscard]] std::vector<std::string> names(const ClusterSet& clusters) const;

 private:
  void add(const models::ClusterSpec& spec);

  const models::WorldSpec& world_;
  std::vector<models::ClusterSpec> joining_;
  std::vector<const models::ClusterSpec*> specs_;
  std::vector<std::vector<api::Cluster>> looks_;
  std::unordered_map<std::string_view, std::size_t> by_name_;  // For look-up only.
};

/// What is in `a`, but not in `b`.
[[nodiscard]] ClusterSet without(const ClusterSet& a, const ClusterSet& b);
/// What is in both.
[[nodiscard]] ClusterSet common(const ClusterSet& a, const ClusterSet& b);

}  // namespace firedrill::scenarios::preflight
