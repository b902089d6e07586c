/// Areas about who is alive: single passes of the lifecycle controller, and whole detections on a
/// virtual clock.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/clusternet/lifecycle/cluster_lifecycle.h"
#include "scenarios/conformance/areas/clusternet/areas.h"
#include "scenarios/conformance/areas/clusternet/values.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance::clusternet {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

api::Timestamp at(const Json& object, const char* key) {
  return api::Timestamp(milliseconds(object.at(key).get<std::int64_t>()));
}

/// One cluster and its lifecycle controller, with writes that take no time.
class Detection {
 public:
  explicit Detection(const Json& input)
      : period_(input.at("heartbeatFrequencySeconds").get<std::int64_t>()) {
    const api::Timestamp created = at(input, "createdAtMs");
    cluster_.metadata.creation_timestamp = api::StoredTime::floor(created);
    reconcile(created);
  }

  void heartbeat(api::Timestamp now, bool ready) {
    run_until(now);
    cluster_.status = policy::with_report(
        cluster_.status,
        {.ready = ready, .collected = now, .posted = now, .heartbeat_frequency_seconds = period_});
    reconcile(now);
  }

  /// All passes due before `end`.
  void run_until(api::Timestamp end) {
    while (wake_ && *wake_ < end) {
      const api::Timestamp now = *wake_;
      wake_.reset();
      reconcile(now);
    }
  }

  [[nodiscard]] const Json& transitions() const { return transitions_; }

 private:
  /// A pass, and those that its own writes lead to.
  void reconcile(api::Timestamp now) {
    while (pass(now)) {
    }
    record(now);
  }

  bool pass(api::Timestamp now) {
    // A real clock has moved on a little when a timer's callback looks at it.
    const policy::LifecyclePass result = policy::review_cluster(
        cluster_, {.cluster_init = false,
                   .initialized = false,
                   .clock = {.now = now, .late = api::later(now, api::Duration(1))}});
    const api::Timestamp next = api::later(now, result.look_again);
    if (!wake_ || next < *wake_) wake_ = next;
    const bool changed = result.status != cluster_.status || result.taints != cluster_.spec.taints;
    cluster_.status = result.status;
    cluster_.spec.taints = result.taints;
    return changed;
  }

  void record(api::Timestamp now) {
    const api::Condition* ready =
        api::find_condition(cluster_.status.conditions, api::condition_ready);
    Json state = {{"ready", nullptr}, {"unschedulableTaintValue", nullptr}};
    if (ready != nullptr) state["ready"] = ready->status + "/" + ready->reason;
    for (const api::Taint& taint : cluster_.spec.taints)
      state["unschedulableTaintValue"] = taint.value;
    if (state == state_) return;
    state_ = state;
    state["atMs"] = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
    transitions_.push_back(std::move(state));
  }

  policy::ManagedCluster cluster_;
  std::int64_t period_;
  std::optional<api::Timestamp> wake_;
  Json state_ = {{"ready", nullptr}, {"unschedulableTaintValue", nullptr}};
  Json transitions_ = Json::array();
};

}  // namespace

Json cluster_lifecycle(const Json& input) {
  const api::Timestamp now(seconds(1'000'000));
  const auto ago = [now](const Json& age) {
    return api::StoredTime::floor(now - seconds(age.get<std::int64_t>()));
  };
  policy::ManagedCluster cluster;
  cluster.metadata.creation_timestamp = ago(input.at("secondsSinceCreation"));
  if (input.at("skipClusterInitAnnotation").get<bool>())
    cluster.metadata.annotations.emplace(policy::annotation_skip_init, "true");
  cluster.spec.taints = member_from_vector<std::vector<api::Taint>>(input, "taints");
  policy::ManagedClusterStatus& status = cluster.status;
  status.conditions = member_from_vector<std::vector<api::Condition>>(input, "conditions");
  const Json& observed = input.at("secondsSinceLastObserved");
  if (!observed.is_null()) status.last_observed_time = ago(observed);
  const Json& period = input.at("heartbeatFrequencySeconds");
  if (!period.is_null()) status.heartbeat_frequency_seconds = period.get<std::int64_t>();
  status.readyz = status.livez = status.healthz = true;

  const policy::LifecyclePass pass = policy::review_cluster(
      cluster, {.cluster_init = input.at("featureGates").at("ClusterInit").get<bool>(),
                .initialized = false,
                .clock = firedrill::policy::ClockReading::exact(now)});
  Json conditions = Json::array();
  for (const api::Condition& condition : pass.status.conditions) {
    conditions.push_back(
        {{"type", condition.type}, {"status", condition.status}, {"reason", condition.reason}});
  }
  return {{"conditions", conditions},
          {"taints", to_vector(pass.taints)},
          {"requeueAfterSeconds", std::chrono::floor<seconds>(pass.look_again).count()},
          {"readyz", pass.status.readyz},
          {"livez", pass.status.livez},
          {"healthz", pass.status.healthz}};
}

Json detection_timeline(const Json& input) {
  Detection detection(input);
  for (const Json& heartbeat : input.at("heartbeats"))
    detection.heartbeat(at(heartbeat, "atMs"), heartbeat.at("ready").get<bool>());
  detection.run_until(at(input, "horizonMs"));
  return {{"transitions", detection.transitions()}};
}

/// The recording ran in real time and gives tenths of a second, one of which it may be off.
bool detection_timeline_matches(const Json& expected, const Json& actual) {
  constexpr std::int64_t tenth = 100;
  const Json& wanted = expected.at("transitions");
  const Json& found = actual.at("transitions");
  if (wanted.size() != found.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Json left = wanted[i];
    Json right = found[i];
    const auto late = left.at("atMs").get<std::int64_t>() - right.at("atMs").get<std::int64_t>();
    if (late < -tenth || late > tenth || left.at("atMs").get<std::int64_t>() % tenth != 0)
      return false;
    left.erase("atMs");
    right.erase("atMs");
    if (left != right) return false;
  }
  return true;
}

}  // namespace firedrill::scenarios::conformance::clusternet
