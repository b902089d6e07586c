#include "scenarios/event_reading.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"
#include "policy/api/cluster.h"
#include "policy/api/labels.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/network_reading.h"
#include "scenarios/object_targets.h"
#include "scenarios/random_reading.h"
#include "scenarios/workload_reading.h"

namespace firedrill::scenarios {
namespace {

using models::ClusterSpec;

/// Taints that the control plane itself sets.
constexpr std::array<std::string_view, 5> own_taints{
    "cluster.karmada.io/not-ready", "cluster.karmada.io/unreachable",
    "cluster.karmada.io/terminating", policy::clusternet::taint_unschedulable,
    policy::clusternet::taint_initialization};

class EventReader {
 public:
  EventReader(models::WorldSpec& world, const Workloads& workloads, Reading& reading)
      : world_(world),
        workloads_(workloads),
        reading_(reading),
        targets_(
            world,
            workloads,
            [this](const std::string& name, const std::string& pointer) {
              (void)find_cluster(name, pointer);
            },
            reading) {
    for (const ClusterSpec& cluster : world.clusters)
      clusters_.emplace(cluster.name, &cluster);
    for (const models::ScenarioEvent& event : world.events) {
      if (const auto* joined = std::get_if<ClusterSpec>(&event.action)) {
        clusters_.emplace(joined->name, joined);
        joining_.push_back(*joined);
      } else if (const auto* left = std::get_if<models::UnjoinEvent>(&event.action)) {
        leaving_.insert(left->cluster);
      }
    }
    for (const auto& [name, cluster] : clusters_)
      cluster_names_.push_back(name);
  }

  void run() {
    for (models::ScenarioEvent& event : world_.events) {
      check_time(event);
      enter_id(event);
      const std::string at = api::child_pointer(event.pointer, models::key_of(event.action));
      std::visit([&](auto& action) { check(action, at); }, event.action);
    }
    for (const auto& [id, pointer] : ends_)
      check_end(id, pointer);
  }

 private:
  void error(const std::string& at, std::string_view key, std::string problem, std::string remedy) {
    reading_.diagnostics.error(key.empty() ? at : api::child_pointer(at, key), std::move(problem),
                               std::move(remedy));
  }

  // Times.

  void check_time(const models::ScenarioEvent& event) {
    const char* key = event.at ? "at" : "until";
    const api::Duration last = event.at ? *event.at : event.until.value_or(api::Duration{});
    if (last > world_.duration) {
      reading_.diagnostics.warning(api::child_pointer(event.pointer, key),
                                   "lies after the end of the simulation",
                                   "a longer simulation.duration, or an earlier time");
    }
    if (!event.every || !event.until || *event.every <= api::Duration::zero()) return;
    if (*event.until / *event.every > occurrences_max) {
      error(event.pointer, "every", fmt::format("happens more than {} times", occurrences_max),
            "a longer every, or an earlier until");
    }
    if (*event.until < *event.every) {
      error(event.pointer, "until", "is before the first occurrence",
            "at least every, which is when it happens first");
    }
  }

  void enter_id(const models::ScenarioEvent& event) {
    if (event.id.empty()) return;
    if (ids_.insert(event.id).second) return;
    error(event.pointer, "id", fmt::format("a second event with id {}", api::in_quotes(event.id)),
          "another id");
  }

  void check_end(const std::string& id, const std::string& pointer) {
    if (ids_.contains(id)) return;
    const std::vector<std::string_view> known(ids_.begin(), ids_.end());
    report_unknown(reading_, "id of a fault", id, known, pointer);
  }

  // Names.

  const ClusterSpec* find_cluster(const std::string& name, const std::string& pointer) {
    const auto found = clusters_.find(name);
    if (found != clusters_.end()) return found->second;
    report_unknown(reading_, "cluster", name, cluster_names_, pointer);
    return nullptr;
  }

  const ClusterSpec* find_cluster_of(const std::string& name, const std::string& at) {
    return find_cluster(name, api::child_pointer(at, "cluster"));
  }

  void check_workload(const std::string& name, const std::string& at) {
    const std::string pointer = api::child_pointer(at, "workload");
    const auto slashes = std::count(name.begin(), name.end(), '/');
    if (slashes == 2 && workloads_.names.contains(name)) return;
    if (slashes == 1 && kinds_named(name) == 1) return;
    if (slashes == 1 && kinds_named(name) > 1) {
      reading_.diagnostics.error(pointer,
                                 fmt::format("several kinds of workload {}", api::in_quotes(name)),
                                 "Kind/namespace/name");
      return;
    }
    std::vector<std::string> full = workloads_.names.samples();
    std::vector<std::string_view> candidates;
    for (const std::string& candidate : full) {
      // As it would have been written: with or without the kind.
      const std::string_view text = candidate;
      candidates.push_back(slashes == 2 ? text : text.substr(text.find('/') + 1));
    }
    report_unknown(reading_, "workload", name, candidates, pointer);
  }

  /// How many kinds have a workload of that "namespace/name".
  std::size_t kinds_named(const std::string& name) {
    if (kinds_.empty()) {
      for (const std::string& full : workloads_.names.samples())
        kinds_.insert(full.substr(0, full.find('/') + 1));
    }
    return static_cast<std::size_t>(std::ranges::count_if(
        kinds_, [&](const std::string& kind) { return workloads_.names.contains(kind + name); }));
  }

  // One check for each kind of event.

  void check(models::OutageEvent& event, const std::string& at) {
    check_selector(event.clusters, at);
  }

  void check(models::ClientErrorEvent& event, const std::string& at) {
    check_selector(event.clusters, at);
  }

  void check(models::ListerErrorEvent& event, const std::string& at) {
    check_selector(event.clusters, at);
  }

  void check(models::EstimatorErrorEvent& event, const std::string& at) {
    check_selector(event.clusters, at);
    check_estimators_are_asked(at, "clusters");
  }

  void check(models::PartitionEvent& event, const std::string& at) {
    const std::string& control_plane =
        world_.network ? world_.network->control_plane_site : models::default_control_plane_site;
    const std::string sets = api::child_pointer(at, "between");
    bool names_control_plane = false;
    for (std::size_t i = 0; i < event.between.size(); ++i) {
      const models::ClusterSelector& set = event.between[i];
      check_set(set, api::child_pointer(sets, i));
      names_control_plane =
          names_control_plane || std::ranges::any_of(set.names, [&](const std::string& name) {
            return timeline::matches_glob(control_plane, name);
          });
    }
    if (names_control_plane) return;
    reading_.diagnostics.warning(
        sets, "no set holds the control plane, and nothing is sent between clusters",
        fmt::format("{} in one of them", api::in_quotes(control_plane)));
  }

  /// Names in it are of sites or of clusters.
  void check_set(const models::ClusterSelector& set, const std::string& pointer) {
    models::ClusterSelector clusters = set;
    std::erase_if(clusters.names, [&](const std::string& name) { return is_site(name, world_); });
    if (clusters.names.empty() && !set.names.empty()) return;
    check_selected(clusters, pointer);
  }

  void check(models::LinkEvent& event, const std::string& at) {
    check_link(event.link, world_, at, reading_);
  }

  void check(models::FlapEvent& event, const std::string& at) {
    if (event.clusters) check_selector(*event.clusters, at);
    if (event.link) check_link(*event.link, world_, api::child_pointer(at, "link"), reading_);
  }

  void check(models::RandomEvent& event, const std::string& at) {
    read_random_fault(event, at, reading_);
    if (event.made) std::visit([&](auto& fault) { check(fault, at); }, *event.made);
    if (event.made && !models::fault_of(models::as_action(*event.made))) {
      error(at, "state", "a process that comes up is no fault", "down or isolated");
    }
  }

  void check_selector(const models::ClusterSelector& clusters, const std::string& at) {
    check_selected(clusters, api::child_pointer(at, "clusters"));
  }

  void check_selected(const models::ClusterSelector& clusters, const std::string& pointer) {
    const auto is_glob = [](const std::string& name) {
      return name.find_first_of("*?") != std::string::npos;
    };
    bool all_known = true;
    for (std::size_t i = 0; i < clusters.names.size(); ++i) {
      const std::string& name = clusters.names[i];
      const std::string own = clusters.names.size() == 1 ? pointer : api::child_pointer(pointer, i);
      if (!is_glob(name)) all_known = find_cluster(name, own) != nullptr && all_known;
    }
    if (!all_known || !models::select_clusters(clusters, world_.clusters).empty()) return;
    if (!models::select_clusters(clusters, joining_).empty()) return;
    reading_.diagnostics.error(pointer, "selects no cluster",
                               "a name, a glob, a list, labels, or region, zone, provider or site");
  }

  void check(models::TaintEvent& event, const std::string& at) {
    find_cluster_of(event.cluster, at);
    if (!api::is_qualified_name(event.key)) {
      error(at, "key", fmt::format("{} is no taint key", api::in_quotes(event.key)),
            "a name, with a DNS prefix and \"/\" or without");
    }
    if (!api::is_label_value(event.value)) {
      error(at, "value", fmt::format("{} is no taint value", api::in_quotes(event.value)),
            "a label value");
    }
  }

  void check(models::UntaintEvent& event, const std::string& at) {
    const ClusterSpec* cluster = find_cluster_of(event.cluster, at);
    if (cluster == nullptr || may_have_taint(*cluster, event.key)) return;
    error(at, "key", fmt::format("nothing ever gives {} this taint", event.cluster),
          "the key of a taint of the cluster, of an earlier event or of a ClusterTaintPolicy");
  }

  [[nodiscard]] bool may_have_taint(const ClusterSpec& cluster, std::string_view key) const {
    const auto has_key = [&](const api::Taint& taint) { return taint.key == key; };
    if (std::ranges::count(own_taints, key) != 0) return true;
    if (std::ranges::any_of(cluster.taints, has_key)) return true;
    for (const api::ClusterTaintPolicy& policy : world_.taint_policies) {
      if (std::ranges::any_of(policy.spec.taints, has_key)) return true;
    }
    return std::ranges::any_of(world_.events, [&](const models::ScenarioEvent& event) {
      if (const auto* taint = std::get_if<models::TaintEvent>(&event.action)) {
        return taint->key == key && taint->cluster == cluster.name;
      }
      // An object that is applied or patched may bring any taint.
      return std::holds_alternative<models::ApplyEvent>(event.action) ||
             std::holds_alternative<models::PatchEvent>(event.action);
    });
  }

  void check(models::LabelEvent& event, const std::string& at) {
    find_cluster_of(event.cluster, at);
    check_labels(event.labels, api::child_pointer(at, "labels"), reading_);
  }

  void check(models::ConditionEvent& event, const std::string& at) {
    find_cluster_of(event.cluster, at);
  }

  void check(models::NodesEvent& event, const std::string& at) {
    const ClusterSpec* cluster = find_cluster_of(event.cluster, at);
    if (event.set) check_nodes(*event.set, api::child_pointer(at, "set"), reading_);
    if (cluster != nullptr && event.add && *event.add > 0 && cluster->nodes.empty()) {
      error(at, "add", fmt::format("{} has no node to add more of", event.cluster),
            "use set, or give the cluster nodes");
    }
  }

  void check(ClusterSpec& cluster, const std::string& at) {
    check_cluster(cluster, world_.options, at, reading_);
    check_site(cluster, world_.network, at, reading_);
    const bool is_there = std::ranges::any_of(
        world_.clusters, [&](const ClusterSpec& other) { return other.name == cluster.name; });
    const bool joined_before = !joined_.insert(cluster.name).second;
    if ((!is_there && !joined_before) || leaving_.contains(cluster.name)) return;
    error(at, "name", fmt::format("cluster {} has joined already", api::in_quotes(cluster.name)),
          "another name, or an unjoin before");
  }

  void check(models::UnjoinEvent& event, const std::string& at) {
    find_cluster_of(event.cluster, at);
  }

  void check(models::ScaleEvent& event, const std::string& at) {
    check_workload(event.workload, at);
    if (static_cast<std::uint64_t>(event.replicas) > reading_.limits.replicas) {
      report_limit(reading_, "replicas", reading_.limits.replicas, "replicas of a workload",
                   api::child_pointer(at, "replicas"));
    }
  }

  void check(models::RolloutEvent& event, const std::string& at) {
    check_workload(event.workload, at);
    if (is_job(event.workload)) {
      error(at, "workload", "the pods of a Job are not replaced", "a workload of another kind");
      return;
    }
    check_behaviour(event.behaviour, "workload that rolls out", cluster_names_,
                    api::child_pointer(at, "behaviour"), reading_);
  }

  /// Whether a name that is known means a Job.
  [[nodiscard]] bool is_job(const std::string& name) const {
    const bool full = std::count(name.begin(), name.end(), '/') == 2;
    return full ? name.starts_with("Job/") : workloads_.names.contains("Job/" + name);
  }

  void check(models::ReadyCapEvent& event, const std::string& at) {
    check_workload(event.workload, at);
    find_cluster_of(event.cluster, at);
  }

  void check(models::StatusEvent& event, const std::string& at) {
    check_workload(event.workload, at);
    find_cluster_of(event.cluster, at);
    if (event.document.present() && !event.document.document().is_object()) {
      error(at, "document", "a status document is an object", "an object");
    }
  }

  void check(models::ApplyEvent& event, const std::string& at) {
    event.typed = read_applied_object(event.object, at, world_.options, reading_);
    if (!event.typed) return;
    const auto* policy = std::get_if<api::PropagationPolicy>(&*event.typed);
    if (policy == nullptr || follows(policy->metadata)) return;
    const std::string name = policy->metadata.space + "/" + policy->metadata.name;
    const std::vector<std::string> known = workloads_.policies.samples();
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    report_unknown(reading_, "policy (no workload follows it)", name, candidates,
                   at + "/metadata/name");
  }

  void check(models::PatchEvent& event, const std::string& at) {
    if (!event.patch.present() || !event.patch.document().is_object()) {
      error(at, "patch", "a merge patch is an object", "an object");
      return;
    }
    targets_.check_patch(event, at);
  }

  void check(models::DeleteEvent& event, const std::string& at) {
    targets_.check_delete(event.target, at);
  }

  [[nodiscard]] bool follows(const api::ObjectMeta& policy) const {
    return workloads_.policies.contains(policy.space + "/" + policy.name);
  }

  void check(models::ComponentEvent& event, const std::string& at) {
    if (event.name == "agent" && !event.cluster.empty()) {
      const ClusterSpec* cluster = find_cluster_of(event.cluster, at);
      if (karmada() != nullptr && cluster != nullptr &&
          cluster->sync_mode != models::SyncMode::pull) {
        error(at, "cluster", fmt::format("{} is a Push cluster and has no agent", event.cluster),
              "a Pull cluster");
      }
    }
    if (event.name == models::estimator_name) {
      if (!event.cluster.empty()) (void)find_cluster_of(event.cluster, at);
      check_estimators_are_asked(at, "name");
    }
    if (event.name == "descheduler" && !karmada()->components.descheduler.enabled) {
      error(at, "name", "no descheduler is deployed",
            "\"components\": {\"descheduler\": {\"enabled\": true}} in controlPlane");
    }
  }

  void check_estimators_are_asked(const std::string& at, std::string_view key) {
    if (karmada() == nullptr || karmada()->scheduler.enable_scheduler_estimator ||
        karmada()->components.scheduler.has_estimator("accurate") ||
        karmada()->components.descheduler.enabled) {
      return;
    }
    error(at, key, "nobody asks estimators here",
          "\"enable-scheduler-estimator\": true in the flags, or a descheduler");
  }

  /// Null: Clusternet's run.
  [[nodiscard]] const policy::karmada::Options* karmada() const {
    return std::get_if<policy::karmada::Options>(&world_.options);
  }

  void check(models::EndEvent& event, const std::string& at) { ends_.emplace_back(event.id, at); }

  models::WorldSpec& world_;
  const Workloads& workloads_;
  Reading& reading_;
  ObjectTargets targets_;
  std::map<std::string, const ClusterSpec*, std::less<>> clusters_;
  std::vector<std::string_view> cluster_names_;
  std::vector<ClusterSpec> joining_;
  std::set<std::string, std::less<>> leaving_;
  std::set<std::string> joined_;
  std::set<std::string> ids_;
  std::set<std::string> kinds_;
  std::vector<std::pair<std::string, std::string>> ends_;
};

}  // namespace

void read_events(models::WorldSpec& world, const Workloads& workloads, Reading& reading) {
  EventReader(world, workloads, reading).run();
}

}  // namespace firedrill::scenarios
