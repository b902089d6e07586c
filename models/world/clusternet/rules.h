#pragma once

/// What Clusternet's API server knows of each of its kinds.

#include <string>
#include <string_view>

#include "models/store/rules.h"
#include "policy/clusternet/api/deployment.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::models {

namespace clusternet {

/// Name of the cluster in an identity ("namespace/name").
[[nodiscard]] inline std::string_view name_of(std::string_view identity) {
  return identity.substr(identity.find('/') + 1);
}

/// How indexes and the timeline's writers call a subscription.
[[nodiscard]] inline std::string index_value(const api::Key& subscription) {
  return subscription.space + "/" + subscription.name;
}

}  // namespace clusternet

template <>
struct Rules<policy::clusternet::ManagedCluster> : StatusRules<policy::clusternet::ManagedCluster> {
  /// The member cluster that it tells of.
  static const std::string& member(const policy::clusternet::ManagedCluster& object) {
    return object.metadata.name;
  }
  using Object = policy::clusternet::ManagedCluster;
  static std::string_view scope(const Object& cluster) { return cluster.metadata.name; }
};

template <>
struct Rules<policy::clusternet::Subscription> : StatusRules<policy::clusternet::Subscription> {
  using Object = policy::clusternet::Subscription;
};

template <>
struct Rules<policy::clusternet::FeedInventory> : PlainRules<policy::clusternet::FeedInventory> {
  using Object = policy::clusternet::FeedInventory;
  static bool same_spec(const Object& a, const Object& b) { return a.feeds == b.feeds; }
};

template <>
struct Rules<policy::clusternet::Base> : PlainRules<policy::clusternet::Base> {
  using Object = policy::clusternet::Base;
  static bool same_spec(const Object& a, const Object& b) { return a.feeds == b.feeds; }
  static std::string_view scope(const Object& base) { return clusternet::name_of(base.cluster); }
  template <class Visit>
  static void index(const Object& base, policy::Index index, Visit&& visit) {
    if (index == policy::Index::subscription) visit(clusternet::index_value(base.subscription));
  }
};

template <>
struct Rules<policy::clusternet::Localization> : PlainRules<policy::clusternet::Localization> {
  using Object = policy::clusternet::Localization;
  static bool same_spec(const Object& a, const Object& b) {
    return a.feed == b.feed && a.replicas == b.replicas;
  }
  template <class Visit>
  static void index(const Object& localization, policy::Index index, Visit&& visit) {
    if (index == policy::Index::subscription)
      visit(clusternet::index_value(localization.subscription));
  }
};

template <>
struct Rules<policy::clusternet::Description> : StatusRules<policy::clusternet::Description> {
  using Object = policy::clusternet::Description;
  static bool same_spec(const Object& a, const Object& b) { return a.manifests == b.manifests; }
  static std::string_view scope(const Object& description) {
    return clusternet::name_of(description.cluster);
  }
  template <class Visit>
  static void index(const Object& description, policy::Index index, Visit&& visit) {
    if (index == policy::Index::subscription)
      visit(clusternet::index_value(description.subscription));
  }
};

}  // namespace firedrill::models
