#pragma once

/// Hand-made surroundings of Clusternet's components: stores in memory, members that answer or
/// don't, predictors told what to say. Times are counted from the start; the hub's clock starts at
/// the Unix epoch.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/clusternet/lifecycle/cluster_lifecycle.h"
#include "policy/clusternet/ports.h"
#include "runtime/fake_surroundings.h"

namespace firedrill::policy::clusternet {

[[nodiscard]] inline bool is_indexed(const Base& base, Index index, std::string_view value) {
  return index == Index::subscription &&
         base.subscription.space + "/" + base.subscription.name == value;
}
[[nodiscard]] inline bool is_indexed(const Localization& localization,
                                     Index index,
                                     std::string_view value) {
  return index == Index::subscription &&
         localization.subscription.space + "/" + localization.subscription.name == value;
}

/// Members that keep what is applied to them. One that is cut off answers nothing; one whose API
/// server is down refuses.
class LiveMembers final : public NoMembers {
 public:
  struct Step {
    std::string what;  ///< "apply", "remove"
    std::string cluster;
    std::string object;

    friend bool operator==(const Step&, const Step&) = default;
  };

  Await<ProbeAnswer> probe(std::string cluster, std::string /*path*/) override {
    if (down.contains(cluster)) return ProbeAnswer{ProbeAnswer::Kind::no_answer, 0, "refused"};
    return ProbeAnswer{ProbeAnswer::Kind::http, unhealthy.contains(cluster) ? 500 : 200, ""};
  }
  Await<MemberOutcome> apply(std::string cluster, api::Manifest manifest, bool /*over*/) override {
    if (down.contains(cluster)) return MemberOutcome::unreachable;
    steps.push_back({"apply", cluster, manifest.resource.name});
    objects.insert_or_assign({cluster, manifest.resource.name}, std::move(manifest));
    return MemberOutcome::done;
  }
  Await<MemberOutcome> remove(std::string cluster, api::ResourceReference object) override {
    if (down.contains(cluster)) return MemberOutcome::unreachable;
    steps.push_back({"remove", cluster, object.name});
    objects.erase({cluster, object.name});
    return MemberOutcome::done;
  }

  [[nodiscard]] std::optional<api::Replicas> replicas(const std::string& cluster,
                                                      const std::string& object) const {
    const auto found = objects.find({cluster, object});
    return found == objects.end() ? std::nullopt : found->second.replicas;
  }

  std::set<std::string> down;
  std::set<std::string> unhealthy;  ///< Their health endpoints say 500, and so does the lease.
  std::map<std::pair<std::string, std::string>, api::Manifest> objects;
  std::vector<Step> steps;
};

/// Predictors with as much room as they are told, or none that answers.
class ToldPredictors final : public Predictors {
 public:
  Await<Answers> ask(std::vector<PredictorQuestion> questions, Duration /*timeout*/) override {
    Answers answers;
    for (const PredictorQuestion& question : questions) {
      const auto found = room.find(question.cluster);
      if (found == room.end()) {
        answers.emplace_back(api::Problem{"no answer"});
        continue;
      }
      std::vector<std::optional<std::int32_t>> by_feed;
      for (const auto& feed : question.feeds)
        by_feed.push_back(feed ? std::optional(found->second) : std::nullopt);
      answers.emplace_back(std::move(by_feed));
    }
    ++asked;
    return answers;
  }

  std::map<std::string, std::int32_t> room;
  int asked = 0;
};

class KeptRecord final : public Recorder {
 public:
  struct Queued {
    std::string reason;
    std::int64_t attempts = 0;
    std::optional<Duration> backoff;

    friend bool operator==(const Queued&, const Queued&) = default;
  };

  explicit KeptRecord(const FakeTime& time) : time_(time) {}

  void heartbeat_lost(std::string_view cluster, Timestamp /*last*/) override {
    lost.emplace_back(cluster, time_.since_start());
  }
  void heartbeat_seen(std::string_view cluster, Timestamp /*observed*/) override {
    seen.emplace_back(cluster, time_.since_start());
  }
  void subscription_queued(const clusternet::SubscriptionQueued& entry) override {
    queued.push_back({std::string(entry.reason), entry.attempts, entry.backoff});
  }
  [[nodiscard]] bool wants_decisions() const override { return true; }
  void decided(const api::Key& /*key*/, std::shared_ptr<const Decision> decision) override {
    decisions.push_back(std::move(decision));
  }
  void scheduling_failed(const api::Key& /*key*/,
                         std::string_view reason,
                         std::string_view /*message*/) override {
    failed.emplace_back(reason, time_.since_start());
  }

  std::vector<std::pair<std::string, Duration>> lost;
  std::vector<std::pair<std::string, Duration>> seen;
  std::vector<Queued> queued;
  std::vector<std::pair<std::string, Duration>> failed;
  std::vector<std::shared_ptr<const Decision>> decisions;

 private:
  const FakeTime& time_;
};

/// A hub with nothing in it.
struct Hub {
  FakeTime time;
  HandMadeStore<ManagedCluster> clusters{time};
  HandMadeStore<Subscription> subscriptions{time};
  HandMadeStore<FeedInventory> inventories{time};
  HandMadeStore<Base> bases{time};
  HandMadeStore<Localization> localizations{time};
  HandMadeStore<Description> descriptions{time};
  HandMadeStore<api::ResourceTemplate> templates{time};
  Objects objects{clusters,      subscriptions, inventories, bases,
                  localizations, descriptions,  templates};
  LiveMembers members;
  ToldPredictors predictors;
  KeptRecord record{time};
  NoJitter jitter;
  Ports ports{{time, time, members, jitter, time}, objects, predictors, record};

  /// A cluster that was just registered.
  void add_cluster(const std::string& name, api::Labels labels = {}) {
    ManagedCluster cluster;
    cluster.metadata.space = dedicated_space(name);
    cluster.metadata.name = name;
    cluster.metadata.labels = std::move(labels);
    cluster.metadata.creation_timestamp = api::StoredTime::floor(time.now());
    cluster.spec.sync_mode = sync_mode_push;
    clusters.put(std::move(cluster));
  }

  /// A report as an agent makes it, of a status collected at that instant.
  void report(const std::string& name, std::int64_t period, bool ready = true) {
    clusters.change_status(key_of(name), [this, period, ready](ManagedCluster& next) {
      next.status = with_report(next.status, {.ready = ready,
                                              .collected = time.now(),
                                              .posted = time.now(),
                                              .heartbeat_frequency_seconds = period});
      next.status.predictor_enabled = true;
      next.status.use_socket = true;
      next.status.app_pusher = true;
    });
  }

  [[nodiscard]] static api::Key key_of(const std::string& name) {
    return {dedicated_space(name), name};
  }
  [[nodiscard]] std::shared_ptr<const ManagedCluster> cluster(const std::string& name) const {
    return clusters.get(key_of(name));
  }
  [[nodiscard]] std::string ready(const std::string& name) const {
    const api::Condition* condition =
        api::find_condition(cluster(name)->status.conditions, api::condition_ready);
    return condition == nullptr ? "" : condition->status;
  }
  [[nodiscard]] std::vector<std::string> taints(const std::string& name) const {
    std::vector<std::string> list;
    for (const api::Taint& taint : cluster(name)->spec.taints)
      list.push_back(taint.key + "=" + taint.value + ":" + taint.effect);
    return list;
  }
};

}  // namespace firedrill::policy::clusternet
