#pragma once

/// Base, Localization and Description: what stands between a subscription's binding and the objects
/// in the members. In the shape of clusternet pkg/apis/apps/v1alpha1; labels that lead from one
/// object to another are fields here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/meta.h"
#include "policy/api/work.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

/// Keeps Subscriptions, Bases and Descriptions until what they stand for is gone.
inline constexpr std::string_view app_finalizer = "apps.clusternet.io/finalizer";

/// The part of a subscription that goes to one cluster. Lives in the cluster's namespace.
struct Base {
  api::ObjectMeta metadata;
  api::Key subscription;
  std::string cluster;  ///< Identity.
  std::vector<Feed> feeds;

  friend bool operator==(const Base&, const Base&) = default;
};

/// Replaces the replicas of one feed in one cluster. Lives in the cluster's namespace.
struct Localization {
  api::ObjectMeta metadata;
  api::Key subscription;
  Feed feed;
  std::int32_t replicas = 0;

  friend bool operator==(const Localization&, const Localization&) = default;
};

inline constexpr std::string_view phase_pending = "Pending";
inline constexpr std::string_view phase_success = "Success";
inline constexpr std::string_view phase_failure = "Failure";

struct DescriptionStatus {
  std::string phase;  ///< Empty until somebody tried to apply it.
  std::string reason;

  friend bool operator==(const DescriptionStatus&, const DescriptionStatus&) = default;
};

/// What is to exist in one cluster, ready to be applied: the templates of a Base's feeds with the
/// Localizations in them. Lives in the cluster's namespace.
struct Description {
  api::ObjectMeta metadata;
  api::Key subscription;
  std::string cluster;  ///< Identity.
  std::string base;     ///< Name of its Base, in the same namespace.
  std::vector<api::Manifest> manifests;
  DescriptionStatus status;

  friend bool operator==(const Description&, const Description&) = default;
};

/// Name of a subscription's Base in every cluster's namespace. The reference adds a random suffix.
[[nodiscard]] std::string base_name(const api::Key& subscription);

/// Name of the Localization of one of its feeds.
[[nodiscard]] std::string localization_name(const api::Key& subscription, const Feed& feed);

/// Name of the Description of its Base.
[[nodiscard]] std::string description_name(const api::Key& subscription);

/// Key of the Manifest (the hub's copy of a user's resource) that a feed names.
[[nodiscard]] api::Key template_key(const Feed& feed);

}  // namespace firedrill::policy::clusternet
