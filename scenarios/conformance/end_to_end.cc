#include "scenarios/conformance/end_to_end.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/timeline/memory_sink.h"
#include "models/world/karmada/control_plane.h"
#include "models/world/world.h"
#include "policy/api/duration.h"
#include "scenarios/conformance/end_to_end_users.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;
using namespace timeline;

constexpr double start_up = 10;  ///< Taint and summary events before it are left out, in seconds.
constexpr double superseded_within = 0.25;
constexpr double time_tolerance = 0.3;

/// The recordings call a workload by its name alone.
std::string short_name(const std::string& workload) {
  return workload.substr(workload.rfind('/') + 1);
}

json taint_json(const api::Taint& taint) {
  json value = {{"effect", taint.effect}, {"key", taint.key}};
  if (!taint.value.empty()) value["value"] = taint.value;
  return value;
}

json task_json(const EvictionTask& task) {
  json value = {{"producer", task.producer}, {"reason", task.reason}};
  if (!task.purge_mode.empty()) value["purgeMode"] = task.purge_mode;
  if (task.replicas) value["replicas"] = *task.replicas;
  if (task.grace_period_seconds) value["gracePeriodSeconds"] = *task.grace_period_seconds;
  if (task.suppress_deletion) value["suppressDeletion"] = *task.suppress_deletion;
  if (!task.preserved_label_state.empty())
    value["preservedLabelState"] = task.preserved_label_state;
  if (!task.clusters_before_failover.empty())
    value["clustersBeforeFailover"] = std::vector<std::string>(
        task.clusters_before_failover.begin(), task.clusters_before_failover.end());
  if (!task.message.empty()) value["message"] = task.message;
  return value;
}

json resources_json(const api::ResourceList& resources) {
  json value = json::object();
  for (const auto& [name, quantity] : resources)
    value[name] = quantity.text();
  return value;
}

json summary_json(const api::ResourceSummary& summary) {
  json value = json::object();
  const auto put = [&value](const char* key, const api::ResourceList& resources) {
    if (!resources.empty()) value[key] = resources_json(resources);
  };
  put("allocatable", summary.allocatable);
  put("allocating", summary.allocating);
  put("allocated", summary.allocated);
  return value;
}

/// Writes timeline events in the recordings' form.
class Rewriter {
 public:
  void add(const TimelineEvent& event) {
    time_ = recorded_seconds(event.time);
    std::visit([this](const auto& payload) { rewrite(payload); }, event.payload);
  }

  [[nodiscard]] std::vector<json> take() { return std::move(events_); }

 private:
  json& put(const char* kind) {
    events_.push_back({{"t", time_}, {"kind", kind}});
    return events_.back();
  }
  json& put_cluster(const char* kind, const std::string& cluster) {
    json& event = put(kind);
    event["cluster"] = cluster;
    return event;
  }
  json& put_copy(const char* kind, const std::string& workload, const std::string& cluster) {
    json& event = put_cluster(kind, cluster);
    event["binding"] = short_name(workload);
    return event;
  }

  /// What the recordings do not have.
  template <class Payload>
  void rewrite(const Payload& /*payload*/) {}

  void rewrite(const ClusterConditionChanged& e) {
    if (e.condition != api::condition_ready) return;
    json& event = put_cluster("ClusterConditionChanged", e.cluster);
    event["status"] = e.status;
    event["reason"] = e.reason;
  }
  void rewrite(const TaintAdded& e) {
    if (time_ >= start_up) put_cluster("TaintAdded", e.cluster)["taint"] = taint_json(e.taint);
  }
  void rewrite(const TaintRemoved& e) {
    if (time_ >= start_up) put_cluster("TaintRemoved", e.cluster)["taint"] = taint_json(e.taint);
  }
  void rewrite(const ResourceSummaryChanged& e) {
    if (time_ < start_up) return;
    put_cluster("ResourceSummaryChanged", e.cluster)["resourceSummary"] =
        summary_json(e.resource_summary);
  }
  void rewrite(const ClusterJoined& e) {
    if (time_ >= start_up) put_cluster("ClusterJoined", e.cluster);
  }
  void rewrite(const ClusterRemoved& e) { put_cluster("ClusterDeleted", e.cluster); }
  void rewrite(const ScenarioEvent& e) {
    if (e.type == "unjoin" && e.applied) put_cluster("ClusterDeleting", e.target);
  }
  void rewrite(const BindingScheduled& e) {
    json& event = put(e.by == "descheduler" ? "Descheduled" : "BindingScheduled");
    event["binding"] = short_name(e.workload);
    event["clusters"] = e.clusters;
  }
  void rewrite(const SchedulingFailed& e) {
    json& event = put("SchedulingFailed");
    event["binding"] = short_name(e.workload);
    event["reason"] = e.reason;
  }
  void rewrite(const AffinityGroupChanged& e) {
    json& event = put("AffinityGroupChanged");
    event["binding"] = short_name(e.workload);
    event["affinityName"] = e.affinity_name;
  }
  void rewrite(const GracefulEvictionTaskAdded& e) {
    json& event = put_copy("GracefulEvictionTaskAdded", e.workload, e.cluster);
    event["clusters"] = e.clusters;
    event["task"] = task_json(e.task);
  }
  void rewrite(const GracefulEvictionTaskRemoved& e) {
    put_copy("GracefulEvictionTaskRemoved", e.workload, e.cluster)["clusters"] = e.clusters;
  }
  void rewrite(const StatePreserved& e) {
    put_copy("StatePreserved", e.workload, e.cluster)["labels"] = e.labels;
  }
  void rewrite(const WorkCreated& e) {
    json& event = put_copy("WorkCreated", e.workload, e.cluster);
    if (e.replicas) event["replicas"] = *e.replicas;
    if (!e.labels.empty()) event["labels"] = e.labels;
    wanted_[{e.workload, e.cluster}] = e.replicas;
  }
  void rewrite(const ReplicasChanged& e) {
    json& event = put_copy("ReplicasChanged", e.workload, e.cluster);
    event["from"] = e.from;
    event["replicas"] = e.replicas;
    wanted_[{e.workload, e.cluster}] = e.replicas;
  }
  void rewrite(const WorkLabelsChanged& e) {
    json& event = put_copy("WorkLabelsChanged", e.workload, e.cluster);
    if (!e.labels.empty()) event["labels"] = e.labels;
  }
  void rewrite(const WorkDeleting& e) { put_copy("WorkDeleting", e.workload, e.cluster); }
  void rewrite(const WorkDeleted& e) { put_copy("WorkDeleted", e.workload, e.cluster); }
  void rewrite(const HealthChanged& e) {
    put_copy("HealthChanged", e.workload, e.cluster)["health"] = e.health;
  }
  void rewrite(const ManifestDelivered& e) {
    const Copy copy{e.workload, e.cluster};
    const std::optional<api::Replicas> replicas = wanted_[copy];
    if (e.action == "delete") {
      put_copy("ObjectDeleted", e.workload, e.cluster);
    } else if (e.action == "create") {
      put_copy("ObjectCreated", e.workload, e.cluster);
    } else if (delivered_[copy] != replicas) {
      json& event = put_copy("ObjectReplicasChanged", e.workload, e.cluster);
      event["from"] = delivered_[copy].value_or(0);
      event["replicas"] = replicas.value_or(0);
    }
    delivered_[copy] = replicas;
  }

  using Copy = std::pair<std::string, std::string>;

  double time_ = 0;
  std::vector<json> events_;
  std::map<Copy, std::optional<api::Replicas>> wanted_;     ///< Replicas in the Work.
  std::map<Copy, std::optional<api::Replicas>> delivered_;  ///< Replicas in the member.
};

std::string text_at(const json& event, const char* key) {
  return event.value(key, std::string());
}

/// Whether a later event about the same object comes within a quarter of a second.
bool superseded(const std::vector<json>& events, std::size_t index) {
  const json& event = events[index];
  const bool scheduled = event["kind"] == "BindingScheduled";
  for (std::size_t i = index + 1; i < events.size(); ++i) {
    const json& later = events[i];
    if (later["t"].get<double>() - event["t"].get<double>() >= superseded_within) return false;
    if (later["kind"] == event["kind"] && later["binding"] == event["binding"] &&
        (scheduled || later["cluster"] == event["cluster"])) {
      return true;
    }
  }
  return false;
}

/// Drops what is superseded, and what then changes nothing.
std::vector<json> without_superseded(const std::vector<json>& events) {
  std::vector<json> kept;
  std::map<std::string, json> assigned;
  std::map<std::pair<std::string, std::string>, json> healths;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const json& event = events[i];
    const bool scheduled = event["kind"] == "BindingScheduled";
    const bool health = event["kind"] == "HealthChanged";
    if ((scheduled || health) && superseded(events, i)) continue;
    if (health) {
      json& before = healths[{text_at(event, "binding"), text_at(event, "cluster")}];
      if (std::exchange(before, event["health"]) == event["health"]) continue;
    }
    if (event.contains("binding") && event.contains("clusters")) {
      json& before = assigned[event["binding"].get<std::string>()];
      if (scheduled && before == event["clusters"]) continue;
      before = event["clusters"];
    }
    kept.push_back(event);
  }
  return kept;
}

/// The timeline's events together with what was noted beside it, in order of time.
std::vector<json> with_notes(std::vector<json> events,
                             const RecordedUser& user,
                             const RecordedNotes& notes) {
  for (const json& created : notes.suspended()) {
    for (json& event : events) {
      if (event["kind"] == "WorkCreated" && event["t"] == created["t"] &&
          event["binding"] == created["binding"] && event["cluster"] == created["cluster"])
        event["suspended"] = true;
    }
  }
  events.insert(events.end(), notes.events().begin(), notes.events().end());
  events.insert(events.end(), user.conflicts().begin(), user.conflicts().end());
  std::ranges::stable_sort(events, {}, [](const json& event) { return event["t"].get<double>(); });
  return events;
}

std::tuple<std::string, std::string, std::string, std::string, std::string> group_of(
    const json& event) {
  const json taint = event.value("taint", json::object());
  return {text_at(event, "kind"), text_at(event, "cluster"), text_at(event, "binding"),
          text_at(taint, "key"), text_at(taint, "effect")};
}

void leave_out_unrecorded(const json& file, std::vector<json>& events) {
  std::set<std::string> omitted;
  if (file.value("omitResourceSummaryEvents", false)) omitted.insert("ResourceSummaryChanged");
  if (file.contains("omittedKinds")) {
    for (const json& kind : file["omittedKinds"])
      omitted.insert(kind.get<std::string>());
  }
  // The first sets of recordings tell nothing of the objects inside members, nor who joins.
  if (!file["final"].contains("memberObjects") && !file.contains("recordFrom")) {
    omitted.insert({"ClusterJoined", "ObjectCreated", "ObjectDeleted", "ObjectReplicasChanged"});
  }
  const double from = file.value("recordFrom", 0.0);
  std::erase_if(events, [&](const json& event) {
    return omitted.contains(event["kind"].get<std::string>()) || event["t"].get<double>() < from;
  });
}

json final_clusters(const models::karmada::ApiServer& server) {
  json clusters = json::object();
  for (const auto& [key, cluster] : server.clusters.objects()) {
    json taints = json::array();
    for (const api::Taint& taint : cluster->spec.taints)
      taints.push_back(taint_json(taint));
    std::sort(taints.begin(), taints.end(), [](const json& a, const json& b) {
      return text_at(a, "key") + ":" + text_at(a, "effect") <
             text_at(b, "key") + ":" + text_at(b, "effect");
    });
    clusters[key.name] = {{"ready", cluster->ready()}, {"taints", std::move(taints)}};
  }
  return clusters;
}

json final_bindings(const json& file, const models::karmada::ApiServer& server) {
  json bindings = json::object();
  for (const auto& [key, binding] : server.bindings.objects()) {
    json evicting = json::array();
    for (const api::GracefulEvictionTask& task : binding->spec.graceful_eviction_tasks)
      evicting.push_back(task.from_cluster);
    std::sort(evicting.begin(), evicting.end());
    json clusters = replicas_by_cluster(binding->spec.clusters);
    const std::string& name = binding->spec.resource.name;
    if (file.contains("initialClusters") && evicting.empty() &&
        file["initialClusters"].value(name, json()) == clusters)
      continue;
    bindings[name] = {{"clusters", std::move(clusters)}, {"evicting", std::move(evicting)}};
  }
  return bindings;
}

json final_state(const json& file, const models::World& world) {
  const json& expected = file["final"];
  const models::karmada::ApiServer& server = models::karmada::api_server(world.control_plane());
  json state = {{"bindings", final_bindings(file, server)}, {"clusters", final_clusters(server)}};
  if (expected.contains("works")) {
    std::map<std::string, std::vector<std::string>> works;
    for (const auto& [key, work] : server.works.objects()) {
      works[work->spec.manifest.resource.name].push_back(
          work->cluster + (work->metadata.deleting() ? " (deleting)" : ""));
    }
    state["works"] = works;
  }
  if (expected.contains("memberObjects")) {
    std::map<std::string, std::vector<std::string>> objects;
    for (const auto& [name, member] : world.members()) {
      for (const api::ResourceReference& object : member.cluster->objects())
        objects[object.name].push_back(name);
    }
    state["memberObjects"] = objects;
  }
  return state;
}

}  // namespace

api::Result<EndToEndResult> replay_end_to_end(const json& file) {
  api::Result<models::WorldSpec> spec = world_of_case(file);
  if (!spec) return api::Problem{spec.problem()};
  MemorySink memory;
  // Placements are recorded as the webhooks left them.
  models::WorldOptions options;
  options.default_tolerations = false;
  models::World world(*spec, {&memory}, options);
  const RecordedUser user(file, world);
  const RecordedNotes notes(world);
  Header header;
  world.complete(header);
  (void)world.run(header);
  Rewriter rewriter;
  for (const TimelineEvent& event : memory.events())
    rewriter.add(event);
  std::vector<json> events = without_superseded(with_notes(rewriter.take(), user, notes));
  leave_out_unrecorded(file, events);
  std::ranges::stable_sort(events, [](const json& a, const json& b) {
    const double first = a["t"].get<double>();
    const double second = b["t"].get<double>();
    return first != second ? first < second : group_of(a) < group_of(b);
  });
  EndToEndResult result{std::move(events), final_state(file, world)};
  for (const models::Violation& violation : world.violations()) {
    result.violations.push_back(
        fmt::format("invariant {} violated at {}: {} {}: {}", violation.first.invariant,
                    api::format_duration(violation.time.time_since_epoch()),
                    violation.first.workload, violation.first.cluster, violation.first.message));
  }
  return result;
}

std::vector<std::string> compare_end_to_end(const json& file, const EndToEndResult& actual) {
  using Group = decltype(group_of(json()));
  std::map<Group, std::pair<std::vector<const json*>, std::vector<const json*>>> groups;
  for (const json& event : file["timeline"])
    groups[group_of(event)].first.push_back(&event);
  for (const json& event : actual.timeline)
    groups[group_of(event)].second.push_back(&event);
  std::vector<std::string> differences = actual.violations;
  for (const auto& [group, both] : groups) {
    if (std::get<0>(group) == "ResourceSummaryChanged") continue;
    const auto& [expected, found] = both;
    for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i) {
      if (i >= found.size()) {
        differences.push_back("missing " + expected[i]->dump());
      } else if (i >= expected.size()) {
        differences.push_back("extra " + found[i]->dump());
      } else {
        json wanted = *expected[i];
        json got = *found[i];
        const double apart = std::abs(wanted["t"].get<double>() - got["t"].get<double>());
        wanted.erase("t");
        got.erase("t");
        if (wanted == got && apart <= time_tolerance) continue;
        differences.push_back("expected " + expected[i]->dump() + ", got " + found[i]->dump());
      }
    }
  }
  if (file["final"] != actual.final) {
    differences.push_back("expected final " + file["final"].dump() + ", got " +
                          actual.final.dump());
  }
  return differences;
}

}  // namespace firedrill::scenarios
