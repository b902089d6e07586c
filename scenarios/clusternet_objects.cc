#include "scenarios/clusternet_objects.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/labels.h"
#include "scenarios/cluster_reading.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;
using policy::clusternet::Subscriber;
using policy::clusternet::SubscriptionSpec;

class SubscriptionCheck {
 public:
  SubscriptionCheck(const SubscriptionSpec& spec, const json& written, Reading& reading)
      : spec_(spec), written_(written), reading_(reading) {}

  void check(bool short_form, const std::string& pointer) {
    if (!short_form) {
      require(written_, {"feeds", "subscribers"}, pointer);
      check_word(spec_.scheduling_strategy, {"Replication", "Dividing"},
                 pointer + "/schedulingStrategy");
      if (!spec_.preemption_policy.empty()) {
        check_word(spec_.preemption_policy, {"PreemptLowerPriority", "PreemptNever"},
                   pointer + "/preemptionPolicy");
      }
      check_feeds(pointer + "/feeds");
    }
    check_subscribers(pointer);
    check_dividing(pointer);
  }

 private:
  void error(std::string pointer, std::string problem, std::string remedy) {
    reading_.diagnostics.error(pointer, std::move(problem), std::move(remedy));
  }
  void warn(const std::string& pointer, std::string problem, std::string remedy) {
    reading_.diagnostics.warning(pointer, std::move(problem), std::move(remedy));
  }

  /// Keys that the schema wants; null is as good as absent.
  void require(const json& object, std::initializer_list<const char*> keys, std::string_view at) {
    if (!object.is_object()) return;
    for (const char* key : keys) {
      const auto found = object.find(key);
      if (found == object.end() || found->is_null())
        error(std::string(at), fmt::format("missing key \"{}\"", key), "the CRD requires it");
    }
  }

  void check_word(const std::string& word,
                  std::initializer_list<std::string_view> words,
                  const std::string& pointer) {
    if (std::ranges::find(words, word) != words.end()) return;
    error(pointer, fmt::format("unknown value {}", api::in_quotes(word)),
          fmt::format("one of {}", fmt::join(words, ", ")));
  }

  void check_feeds(const std::string& pointer) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < spec_.feeds.size(); ++i) {
      const std::string key = policy::clusternet::feed_key(spec_.feeds[i]);
      if (seen.emplace(key, i).second) continue;
      warn(api::child_pointer(pointer, i), fmt::format("a second feed {}", key),
           "leave it out; Clusternet deploys it twice over");
    }
  }

  void check_subscribers(const std::string& pointer) {
    const std::string list = pointer + "/subscribers";
    const auto found = written_.find("subscribers");
    if (found == written_.end() || !found->is_array()) return;
    if (spec_.subscribers.empty()) {
      warn(list, "is empty, so no cluster is ever bound",
           "\"subscribers\": [{\"clusterAffinity\": {}}] for every cluster");
    }
    for (std::size_t i = 0; i < spec_.subscribers.size(); ++i) {
      const std::string at = api::child_pointer(list, i);
      require(found->at(i), {"clusterAffinity"}, at);
      check_subscriber(spec_.subscribers[i], at);
    }
    const bool divides_by_weight = spec_.dividing() && spec_.dividing_scheduling &&
                                   spec_.dividing_scheduling->type == "Static";
    const bool weighs = std::ranges::any_of(
        spec_.subscribers, [](const Subscriber& subscriber) { return subscriber.weight > 0; });
    if (divides_by_weight && !weighs && !spec_.subscribers.empty()) {
      warn(list, "no subscriber has a weight, so the clusters are bound without replicas",
           "\"weight\": 1 for equal shares");
    }
  }

  void check_subscriber(const Subscriber& subscriber, const std::string& at) {
    if (subscriber.weight < 0) error(at + "/weight", "a negative weight", "zero or more");
    if (subscriber.sub_group_strategy && subscriber.sub_group_strategy->min_clusters < 0) {
      error(at + "/subGroupStrategy/minClusters", "a negative number of clusters", "zero or more");
    }
    if (subscriber.cluster_affinity && !api::requirements(*subscriber.cluster_affinity).ok()) {
      warn(at + "/clusterAffinity", "an invalid selector, so scheduling is retried for ever",
           "operators In, NotIn, Exists and DoesNotExist, with values to suit");
    }
    if (spec_.scheduling_by_sub_group && !subscriber.sub_group_strategy) {
      warn(at, "has no subGroupStrategy, so scheduling by subgroups is retried for ever",
           "\"subGroupStrategy\": {\"minClusters\": 1}");
    }
  }

  void check_dividing(const std::string& pointer) {
    const std::string at = pointer + "/dividingScheduling";
    if (!spec_.dividing_scheduling) {
      if (spec_.dividing()) {
        warn(pointer, "Dividing without dividingScheduling is retried for ever",
             "\"dividingScheduling\": {\"type\": \"Static\"}, and weights");
      }
      return;
    }
    const auto& dividing = *spec_.dividing_scheduling;
    const json& object = written_.at("dividingScheduling");
    require(object, {"type"}, at);
    check_word(dividing.type, {"Static", "Dynamic"}, at + "/type");
    if (!dividing.dynamic_dividing) {
      if (dividing.type == policy::clusternet::dividing_dynamic) {
        warn(at, "Dynamic without dynamicDividing is retried for ever",
             "\"dynamicDividing\": {\"strategy\": \"Spread\"}");
      }
      return;
    }
    const std::string dynamic_at = at + "/dynamicDividing";
    require(object.at("dynamicDividing"), {"strategy"}, dynamic_at);
    check_word(dividing.dynamic_dividing->strategy, {"Spread", "Binpack"},
               dynamic_at + "/strategy");
    if (dividing.dynamic_dividing->strategy == policy::clusternet::dynamic_binpack) {
      warn(dynamic_at + "/strategy", "no code stands behind Binpack: it binds no cluster",
           "Spread");
    }
  }

  const SubscriptionSpec& spec_;
  const json& written_;
  Reading& reading_;
};

bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// Says at `pointer` that an entry and its object differ.
void report_two_words(const std::string& pointer, std::string_view what, Reading& reading) {
  reading.diagnostics.error(pointer, fmt::format("the cluster's entry has other {}", what),
                            "say it in one place: here, or in the entry of clusters");
}

/// What the object says goes into the entry where that says nothing.
template <class Value>
void merge_value(Value& own,
                 const Value& object,
                 std::string_view what,
                 const std::string& pointer,
                 Reading& reading) {
  if (object == Value{} || own == object) return;
  if (own == Value{}) {
    own = object;
  } else {
    report_two_words(pointer, what, reading);
  }
}

}  // namespace

void check_subscription(const SubscriptionSpec& spec,
                        const json& written,
                        bool short_form,
                        const std::string& pointer,
                        Reading& reading) {
  SubscriptionCheck(spec, written, reading).check(short_form, pointer);
}

void check_inventory(const policy::clusternet::FeedInventory& inventory,
                     const std::string& pointer,
                     Reading& reading) {
  for (std::size_t i = 0; i < inventory.feeds.size(); ++i) {
    const auto& order = inventory.feeds[i];
    const std::string at = api::child_pointer(pointer + "/spec/feeds", i);
    if (order.desired_replicas && *order.desired_replicas < 0)
      reading.diagnostics.error(at + "/desiredReplicas", "a negative number", "zero or more");
    check_resources(order.replica_requirements.resources.requests,
                    at + "/replicaRequirements/resources/requests", reading);
    check_labels(order.replica_requirements.node_selector, at + "/replicaRequirements/nodeSelector",
                 reading);
  }
}

bool is_cluster_id(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, shape, [](char c, char wanted) {
    return wanted == '-' ? c == '-' : is_hexadecimal(c);
  });
}

void check_managed_cluster(const policy::clusternet::ManagedCluster& cluster,
                           const std::string& pointer,
                           Reading& reading) {
  const auto& spec = cluster.spec;
  if (!is_cluster_id(spec.cluster_id)) {
    reading.diagnostics.error(pointer + "/spec/clusterId",
                              fmt::format("{} is no cluster id", api::in_quotes(spec.cluster_id)),
                              "a UUID in lower case");
  }
  if (spec.sync_mode != "Push" && spec.sync_mode != "Pull" && spec.sync_mode != "Dual") {
    reading.diagnostics.error(pointer + "/spec/syncMode",
                              fmt::format("unknown value {}", api::in_quotes(spec.sync_mode)),
                              "one of Push, Pull, Dual");
  }
  if (!spec.cluster_init_base_name.empty()) {
    reading.diagnostics.warning(pointer + "/spec/clusterInitBaseName",
                                "no Base of a scenario initializes clusters",
                                "the annotation clusters.clusternet.io/skip-cluster-init");
  }
  if (cluster.metadata.space.empty()) {
    reading.diagnostics.error(pointer + "/metadata", "a ManagedCluster needs a namespace",
                              "\"namespace\": \"clusternet-abcde\"");
  }
}

void merge(models::ClusterSpec& cluster,
           const policy::clusternet::ManagedCluster& object,
           const std::string& pointer,
           Reading& reading) {
  merge_value(cluster.space, object.metadata.space.str(), "namespace",
              pointer + "/metadata/namespace", reading);
  merge_value(cluster.labels, object.metadata.labels.map(), "labels", pointer + "/metadata/labels",
              reading);
  if (is_cluster_id(object.spec.cluster_id)) {
    merge_value(cluster.cluster_id, object.spec.cluster_id, "clusterId",
                pointer + "/spec/clusterId", reading);
  }
  merge_value(cluster.taints, object.spec.taints, "taints", pointer + "/spec/taints", reading);
  const models::SyncMode mode = object.spec.sync_mode == "Pull"   ? models::SyncMode::pull
                                : object.spec.sync_mode == "Dual" ? models::SyncMode::dual
                                                                  : models::SyncMode::push;
  if (cluster.sync_mode == models::SyncMode::push) {
    cluster.sync_mode = mode;
  } else if (cluster.sync_mode != mode) {
    report_two_words(pointer + "/spec/syncMode", "syncMode", reading);
  }
  const auto skips = object.metadata.annotations.find(policy::clusternet::annotation_skip_init);
  if (skips != object.metadata.annotations.end()) cluster.skip_cluster_init = true;
}

}  // namespace firedrill::scenarios
