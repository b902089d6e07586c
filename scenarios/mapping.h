#pragma once

/// Between the object models: what a placement of Karmada says, as a Subscription of Clusternet,
/// and the other way round, so that one scenario can be played under either system. Pure functions;
/// docs/mapping.md has the table and the reasons.
///
/// What the other model cannot say is refused rather than approximated. What it says with another
/// meaning, which is then one of the differences that a comparison is about, is named.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/meta.h"
#include "policy/api/placement.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::scenarios {

/// A field without a counterpart, or with one that differs.
struct MappingNote {
  std::string pointer;  ///< Below the placement, or below the Subscription's spec.
  std::string problem;
  std::string remedy;

  friend bool operator==(const MappingNote&, const MappingNote&) = default;
};

/// What is placed.
struct MappedTemplate {
  std::string_view api_version;
  std::string_view kind;
  bool counts_replicas = false;  ///< Karmada divides replicas of it.
};

/// Whether Clusternet's parser finds replicas in templates of that kind, which Dividing needs
/// (spec/clusternet.md 1.3).
[[nodiscard]] bool is_divisible(std::string_view api_version, std::string_view kind);

struct MappedSubscription {
  policy::clusternet::SubscriptionSpec spec;  ///< Without feeds.
  std::vector<MappingNote> refusals;          ///< If there are any the spec means nothing.
  std::vector<MappingNote> differences;
};

struct MappedPlacement {
  api::Placement placement;
  std::vector<MappingNote> refusals;
  std::vector<MappingNote> differences;
};

/// `placement` after admission's defaulting. `clusters`: labels of each, with the one of its name
/// that Clusternet's registration sets; overlaps of weights are judged by them.
[[nodiscard]] MappedSubscription map_placement(const api::Placement& placement,
                                               const MappedTemplate& mapped,
                                               std::span<const api::Labels> clusters);

/// The same the other way round. Feeds, priority and scheduler are the caller's.
[[nodiscard]] MappedPlacement map_subscription(const policy::clusternet::SubscriptionSpec& spec,
                                               const MappedTemplate& mapped,
                                               std::span<const api::Labels> clusters);

}  // namespace firedrill::scenarios
