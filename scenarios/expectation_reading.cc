#include "scenarios/expectation_reading.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"
#include "analysis/timeline/invariants.h"
#include "policy/profiles.h"

namespace firedrill::scenarios {
namespace {

bool is_glob(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// Kinds of event that only one system's control plane writes.
constexpr std::array<std::string_view, 16> karmada_kinds{"ProbeFailed",
                                                         "ProbeRecovered",
                                                         "LeaseExpired",
                                                         "EvictionQueued",
                                                         "EvictionDequeued",
                                                         "GracefulEvictionTaskAdded",
                                                         "GracefulEvictionTaskRemoved",
                                                         "StatePreserved",
                                                         "BindingScheduled",
                                                         "SchedulingFailed",
                                                         "AffinityGroupChanged",
                                                         "WorkCreated",
                                                         "WorkLabelsChanged",
                                                         "WorkDeleting",
                                                         "WorkDeleted",
                                                         "HealthChanged"};
constexpr std::array<std::string_view, 7> clusternet_kinds{
    "HeartbeatLost",      "HeartbeatSeen",      "SubscriptionQueued", "SubscriptionScheduled",
    "SubscriptionFailed", "DescriptionCreated", "DescriptionDeleted"};

class ExpectationChecker {
 public:
  ExpectationChecker(const models::WorldSpec& world, const Workloads& workloads, Reading& reading)
      : world_(world), workloads_(workloads), reading_(reading) {
    for (const models::ClusterSpec& cluster : world.clusters)
      clusters_.push_back(cluster.name);
    for (const models::ScenarioEvent& event : world.events) {
      const auto* joined = std::get_if<models::ClusterSpec>(&event.action);
      if (joined != nullptr) clusters_.push_back(joined->name);
    }
    std::ranges::sort(clusters_);
  }

  void check(const analysis::Expectation& expectation, const std::string& pointer) {
    check_cluster(expectation.cluster, api::child_pointer(pointer, "cluster"));
    check_workload(expectation.workload, api::child_pointer(pointer, "workload"));
    if (expectation.assigned_replicas) {
      const std::string at = api::child_pointer(pointer, "assignedReplicas");
      for (const auto& [cluster, replicas] : *expectation.assigned_replicas)
        check_cluster(cluster, api::child_pointer(at, cluster));
    }
    if (expectation.event) check_selector(*expectation.event, api::child_pointer(pointer, "event"));
    if (expectation.never) check_selector(*expectation.never, api::child_pointer(pointer, "never"));
    const std::string order = api::child_pointer(pointer, "order");
    for (std::size_t i = 0; i < expectation.order.size(); ++i)
      check_selector(expectation.order[i], api::child_pointer(order, i));
    check_invariant(expectation.invariant, api::child_pointer(pointer, "invariant"));
    if (expectation.preflight) {
      const std::string at = api::child_pointer(pointer, "preflight");
      check_cluster(expectation.preflight->cluster, api::child_pointer(at, "cluster"));
      check_workload(expectation.preflight->workload, api::child_pointer(at, "workload"));
    }
    check_time(expectation, pointer);
  }

 private:
  void check_time(const analysis::Expectation& expectation, const std::string& pointer) {
    const auto report = [&](std::string_view key) {
      reading_.diagnostics.error(api::child_pointer(pointer, key),
                                 "lies after the end of the simulation",
                                 "an earlier time, or a longer simulation.duration");
    };
    if (expectation.at && *expectation.at > world_.duration) report("at");
    if (expectation.within &&
        expectation.within->after.value_or(api::Duration{}) > world_.duration) {
      report("within");
    }
  }

  void check_selector(const timeline::Selector& selector, const std::string& pointer) {
    if (!selector.json().present()) return;
    const nlohmann::json& fields = selector.json().document();
    const auto text = [&](const char* key) {
      const auto found = fields.find(key);
      return found != fields.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    };
    check_kind(text("kind"), api::child_pointer(pointer, "kind"));
    check_cluster(text("cluster"), api::child_pointer(pointer, "cluster"));
    check_workload(text("workload"), api::child_pointer(pointer, "workload"));
  }

  /// No error: the same file may be played under several profiles.
  void check_kind(const std::string& kind, const std::string& pointer) {
    const std::string& name = world_.control_plane.profile;
    const policy::Profile* profile = policy::find_profile(name);
    if (profile == nullptr) return;
    const bool clusternet = profile->system == policy::System::clusternet;
    const bool foreign = clusternet
                             ? std::ranges::find(karmada_kinds, kind) != karmada_kinds.end()
                             : std::ranges::find(clusternet_kinds, kind) != clusternet_kinds.end();
    if (!foreign) return;
    reading_.diagnostics.warning(
        pointer, "can never match: profile " + name + " writes no event of this kind",
        "a kind that it writes, such as " +
            std::string(clusternet ? "SubscriptionScheduled" : "BindingScheduled"));
  }

  void check_invariant(const std::string& name, const std::string& pointer) {
    constexpr auto names = timeline::invariant_names();
    if (name.empty() || std::ranges::find(names, name) != names.end()) return;
    report_unknown(reading_, "invariant", name, names, pointer);
  }

  void check_cluster(const std::string& name, const std::string& pointer) {
    if (name.empty()) return;
    const bool known = is_glob(name)
                           ? std::ranges::any_of(clusters_,
                                                 [&](std::string_view cluster) {
                                                   return timeline::matches_glob(cluster, name);
                                                 })
                           : std::ranges::binary_search(clusters_, std::string_view(name));
    if (!known) report_unknown(reading_, "cluster", name, clusters_, pointer);
  }

  /// Looks at every workload only for a glob.
  void check_workload(const std::string& name, const std::string& pointer) {
    if (name.empty() || (!is_glob(name) && workloads_.names.contains(name))) return;
    const auto matches = [&](const models::WorkloadInstance& workload) {
      return timeline::matches_workload(workload.full_name(), name);
    };
    if (std::ranges::any_of(workloads_.instances, matches)) return;
    const std::vector<std::string> known = workloads_.names.samples();
    std::vector<std::string_view> candidates;
    const bool with_kind = std::ranges::count(name, '/') == 2;
    for (const std::string& full : known) {
      const std::string_view candidate = full;
      candidates.push_back(with_kind ? candidate : candidate.substr(candidate.find('/') + 1));
    }
    report_unknown(reading_, "workload", name, candidates, pointer);
  }

  const models::WorldSpec& world_;
  const Workloads& workloads_;
  Reading& reading_;
  std::vector<std::string_view> clusters_;
};

}  // namespace

void check_expectations(const std::vector<analysis::Expectation>& expectations,
                        const models::WorldSpec& world,
                        const Workloads& workloads,
                        Reading& reading) {
  ExpectationChecker checker(world, workloads, reading);
  for (std::size_t i = 0; i < expectations.size(); ++i)
    checker.check(expectations[i], api::child_pointer("/expect", i));
}

}  // namespace firedrill::scenarios
