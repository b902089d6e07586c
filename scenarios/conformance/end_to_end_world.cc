/// From a recorded case to a world: the recordings' options, clusters, workloads and schedule in
/// the scenario's terms.

#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "policy/api/diagnostic.h"
#include "policy/api/json_reader.h"
#include "policy/profiles.h"
#include "scenarios/conformance/end_to_end.h"
#include "scenarios/conformance/end_to_end_users.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;

/// Thrown inside this file only: what the case holds is not understood.
struct Unreplayable {
  std::string problem;
};

template <class T>
T read(const json& value, const char* what) {
  T result{};
  api::Diagnostics problems;
  api::ReadContext context(problems, api::UnknownKeys::ignore);
  api::read_json(value, result, context);
  if (!problems.ok()) throw Unreplayable{std::string("cannot read ") + what};
  return result;
}

/// Seconds with at most millisecond precision.
api::Duration seconds(const json& value) {
  return std::chrono::milliseconds(std::llround(value.get<double>() * 1000));
}

/// clusterFailureThreshold → cluster-failure-threshold.
std::string flag_name(const std::string& option) {
  std::string flag;
  for (const char c : option) {
    if (c >= 'A' && c <= 'Z') {
      flag += '-';
      flag += static_cast<char>(c - 'A' + 'a');
    } else {
      flag += c;
    }
  }
  return flag;
}

models::ControlPlaneSpec control_plane(const json& file) {
  models::ControlPlaneSpec spec;
  spec.profile = file.value("profile", spec.profile);
  const policy::Profile* profile = policy::find_profile(spec.profile);
  if (profile == nullptr || profile->system != policy::System::karmada)
    throw Unreplayable{"profile " + spec.profile + " is not known"};
  spec.latency.preset = models::LatencyPreset::reference;
  // The recordings were made without election: whatever starts works at once.
  spec.flags.emplace("leader-elect", api::Json(json(false)));
  for (const auto& [option, value] : file.at("options").items()) {
    if (option == "taintManagerConcurrentReconciles") {
      spec.components["taint-manager"].emplace("evictionWorkers", api::Json(value));
    } else if (option == "enableDescheduler") {
      spec.components["descheduler"].emplace("enabled", api::Json(value));
    } else {
      spec.flags.emplace(flag_name(option), api::Json(value));
    }
  }
  for (const auto& [gate, value] : file.at("featureGates").items()) {
    spec.feature_gates.emplace(gate, value.get<bool>());
  }
  return spec;
}

std::vector<models::NodeSpec> nodes(const json& list) {
  std::vector<models::NodeSpec> specs;
  for (const json& node : list)
    specs.push_back(read<models::NodeSpec>(node, "a node"));
  return specs;
}

/// Members of the recordings offer every kind that occurs in them.
std::vector<api::ApiEnablement> enablements() {
  return {{"v1", {{"configmaps", "ConfigMap"}}},
          {"apps/v1", {{"deployments", "Deployment"}}},
          {"rbac.authorization.k8s.io/v1", {{"clusterroles", "ClusterRole"}}},
          {"flink.apache.org/v1beta1", {{"flinkdeployments", "FlinkDeployment"}}}};
}

models::ClusterSpec cluster(const json& value) {
  models::ClusterSpec spec;
  spec.name = value.at("name").get<std::string>();
  spec.sync_mode = value.at("syncMode") == "Pull" ? models::SyncMode::pull : models::SyncMode::push;
  if (value.contains("labels")) spec.labels = value.at("labels").get<api::Labels>();
  spec.provider = value.value("provider", "");
  spec.region = value.value("region", "");
  if (value.contains("zone")) spec.zones = {value.at("zone").get<std::string>()};
  spec.join_at = seconds(value.at("joinedAt"));
  spec.nodes = nodes(value.at("nodes"));
  spec.api_enablements = enablements();
  if (value.contains("probeLatencyMs")) {
    spec.probe_latency = std::chrono::milliseconds(value.at("probeLatencyMs").get<std::int64_t>());
  }
  return spec;
}

std::string api_version_of(const std::string& kind) {
  if (kind == "Deployment") return "apps/v1";
  if (kind == "FlinkDeployment") return "flink.apache.org/v1beta1";
  if (kind == "ClusterRole") return "rbac.authorization.k8s.io/v1";
  throw Unreplayable{"kind " + kind + " is not known"};
}

/// The recordings' stand-in for a job: a status document that gets its job id when it runs.
void make_job(models::WorkloadSpec& spec) {
  spec.interpreter = models::InterpreterSpec{
      .replicas = {}, .ready = {}, .health = "{.status.jobStatus.state}", .healthy = {"RUNNING"}};
  spec.behaviour.status = api::Json(
      json{{"jobStatus",
            {{"state", "{{phase}}"}, {"jobID", "{{ready}}{{workload}}-{{cluster}}-{{start}}"}}}});
  spec.behaviour.phases = models::PhaseWords{"CREATED", "RUNNING"};
}

models::WorkloadSpec workload(const json& file, const json& value) {
  models::WorkloadSpec spec;
  spec.name = value.at("name").get<std::string>();
  spec.space = value.at("namespace").get<std::string>();
  spec.kind = value.value("kind", "Deployment");
  spec.api_version = api_version_of(spec.kind);
  spec.replicas = value.at("replicas").get<std::int64_t>();
  spec.create_at = seconds(value.at("createdAt"));
  spec.uid = value.at("uid").get<std::string>();
  if (value.contains("resourceRequest"))
    spec.requests = read<api::ResourceList>(value.at("resourceRequest"), "requests");
  spec.priority = value.value("schedulePriority", 0);
  const json& placement = value.contains("placementRef")
                              ? file.at("placements").at(value.at("placementRef"))
                              : value.at("placement");
  spec.placement = read<api::Placement>(placement, "a placement");
  if (value.contains("failover"))
    spec.failover = read<api::FailoverBehavior>(value.at("failover"), "a failover");
  if (value.contains("suspension"))
    spec.suspension = read<api::Suspension>(value.at("suspension"), "a suspension");
  spec.propagate_deps = value.value("propagateDeps", false);
  spec.preserve_resources_on_deletion = value.value("preserveResourcesOnDeletion", false);
  if (value.contains("configMaps")) {
    for (const json& name : value.at("configMaps"))
      spec.depends_on.push_back("ConfigMap/" + name.get<std::string>());
  }
  if (value.contains("startupSeconds")) {
    spec.behaviour.startup = models::DurationModel::constant(seconds(value.at("startupSeconds")));
  }
  if (value.contains("startupSecondsPerCluster")) {
    for (const auto& [name, startup] : value.at("startupSecondsPerCluster").items()) {
      spec.behaviour.startup_by_cluster.emplace(name,
                                                models::DurationModel::constant(seconds(startup)));
    }
  }
  if (spec.kind == "FlinkDeployment") make_job(spec);
  return spec;
}

/// Translates the schedule. Verbs that replace a part of a workload's policy need to know the rest
/// of it.
class Schedule {
 public:
  explicit Schedule(models::WorldSpec& world) : world_(world) {
    for (const models::WorkloadInstance& instance : world_.workloads)
      policies_.emplace(instance.name, *instance.spec);
  }

  void add(const json& entry, std::size_t index) {
    pointer_ = "/schedule/" + std::to_string(index);
    at_ = seconds(entry.at("at"));
    if (entry.contains("cluster") && add_for_cluster(entry, entry.at("cluster").get<std::string>()))
      return;
    if (entry.contains("workload") &&
        add_for_workload(entry, entry.at("workload").get<std::string>()))
      return;
    if (entry.contains("component")) return add_component(entry);
    if (entry.contains("rebalance")) return add_rebalance(entry.at("rebalance"), index);
    if (entry.contains("createPolicy")) {
      return put({models::ApplyEvent{
          api::Json(entry.at("createPolicy")),
          read<api::ClusterTaintPolicy>(entry.at("createPolicy"), "a policy")}});
    }
    throw Unreplayable{pointer_ + ": verb not replayed yet: " + entry.dump()};
  }

 private:
  void put(models::EventAction action, std::string id = {}) {
    models::ScenarioEvent event;
    event.at = at_;
    event.id = std::move(id);
    event.action = std::move(action);
    event.pointer = pointer_;
    world_.events.push_back(std::move(event));
  }

  [[nodiscard]] bool pulls(const std::string& name) const {
    for (const models::ClusterSpec& cluster : world_.clusters) {
      if (cluster.name == name) return cluster.sync_mode == models::SyncMode::pull;
    }
    return false;
  }

  void begin_outage(const std::string& id, models::OutageEvent outage) {
    end_outage(id);
    open_[id] = true;
    put({std::move(outage)}, id);
  }
  void end_outage(const std::string& id) {
    if (std::exchange(open_[id], false)) put({models::EndEvent{id}});
  }

  void add_readyz(const std::string& name, const std::string& answer) {
    const std::string id = "readyz " + name;
    if (answer == "ok") return end_outage(id);
    models::OutageEvent outage{.clusters = {},
                               .mode = models::OutageMode::apiserver,
                               .packets = {},
                               .answer = 500,
                               .probability = {}};
    outage.clusters.names = {name};
    if (answer == "accepted") outage.answer = 202;
    if (answer == "unreachable") outage.answer = models::no_answer;
    // From a control plane that pushes, an API server that nobody reaches and a cut network look
    // alike.
    if (answer == "unreachable" && !pulls(name)) {
      outage.mode = models::OutageMode::unreachable;
      outage.answer = models::OutageEvent{}.answer;
    }
    begin_outage(id, std::move(outage));
  }

  void add_agent(const std::string& name, const std::string& state) {
    const std::string id = "agent " + name;
    if (state == "up") return end_outage(id);
    models::OutageEvent outage;
    outage.clusters.names = {name};
    begin_outage(id, std::move(outage));
  }

  bool add_for_cluster(const json& entry, const std::string& name) {
    if (entry.contains("readyz")) {
      add_readyz(name, entry.at("readyz"));
    } else if (entry.contains("agent")) {
      add_agent(name, entry.at("agent"));
    } else if (entry.contains("addTaint")) {
      const auto taint = read<api::Taint>(entry.at("addTaint"), "a taint");
      put({models::TaintEvent{name, taint.key, taint.value, taint.effect}});
    } else if (entry.contains("removeTaint")) {
      const auto taint = read<api::Taint>(entry.at("removeTaint"), "a taint");
      put({models::UntaintEvent{name, taint.key, taint.effect}});
    } else if (entry.contains("nodes")) {
      put({models::NodesEvent{
          .cluster = name, .add = {}, .set = nodes(entry.at("nodes")), .cordon = {}}});
    } else if (entry.contains("labels")) {
      put({models::LabelEvent{name, entry.at("labels").get<api::Labels>()}});
    } else if (entry.contains("maxReady")) {
      put({models::ReadyCapEvent{qualified(entry), name,
                                 entry.at("maxReady").get<std::int64_t>()}});
    } else if (entry.contains("jobStatus")) {
      put({models::StatusEvent{qualified(entry), name,
                               api::Json(json{{"jobStatus", entry.at("jobStatus")}})}});
    } else if (entry.contains("unjoin")) {
      put({models::UnjoinEvent{name, false}});
    } else if (entry.contains("join")) {
      for (const models::ClusterSpec& cluster : world_.clusters) {
        if (cluster.name == name) return put({cluster}), true;
      }
    } else {
      return false;
    }
    return true;
  }

  bool add_for_workload(const json& entry, const std::string& name) {
    models::WorkloadSpec& policy = policies_.at(name);
    if (entry.contains("replicas")) {
      put({models::ScaleEvent{qualified(entry), entry.at("replicas").get<std::int64_t>()}});
      return true;
    }
    if (entry.contains("deleteWorkload")) {
      put({models::DeleteEvent{{policy.kind, policy.space, name}}});
      return true;
    }
    if (entry.contains("placement")) {
      policy.placement = read<api::Placement>(entry.at("placement"), "a placement");
    } else if (entry.contains("suspension")) {
      policy.suspension = read<api::Suspension>(entry.at("suspension"), "a suspension");
    } else if (entry.contains("preserveResourcesOnDeletion")) {
      policy.preserve_resources_on_deletion = entry.at("preserveResourcesOnDeletion").get<bool>();
    } else {
      return false;
    }
    put({models::ApplyEvent{{}, models::policy_of(policy, name)}});
    return true;
  }

  void add_component(const json& entry) {
    const std::string word = entry.at("component").get<std::string>();
    const bool down = entry.at("state") == "down";
    put({models::ComponentEvent{
        .name = word == "controllerManager" ? "controller-manager" : word,
        .cluster = entry.value("cluster", ""),
        .state = down ? models::ProcessState::down : models::ProcessState::up,
        .restart = false}});
  }

  void add_rebalance(const json& names, std::size_t index) {
    models::WorkloadRebalancer rebalancer;
    rebalancer.metadata.name = "rebalancer-" + std::to_string(index);
    for (const json& name : names) {
      const models::WorkloadSpec& target = policies_.at(name.get<std::string>());
      rebalancer.spec.workloads.push_back(
          {target.api_version, target.kind, target.space, name.get<std::string>()});
    }
    put({models::ApplyEvent{{}, std::move(rebalancer)}});
  }

  [[nodiscard]] std::string qualified(const json& entry) const {
    const std::string name = entry.at("workload").get<std::string>();
    const models::WorkloadSpec& target = policies_.at(name);
    return target.kind + "/" + target.space + "/" + name;
  }

  models::WorldSpec& world_;
  std::map<std::string, models::WorkloadSpec> policies_;  ///< As changed so far.
  std::map<std::string, bool> open_;                      ///< Outages under way, by id.
  api::Duration at_{};
  std::string pointer_;
};

}  // namespace

api::Result<models::WorldSpec> world_of_case(const json& file) {
  try {
    models::WorldSpec world;
    world.control_plane = control_plane(file);
    world.duration = seconds(file.at("duration"));
    world.start_time = api::Timestamp(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1));
    for (const json& value : file.at("clusters"))
      world.clusters.push_back(cluster(value));
    for (const json& value : file.value("policies", json::array())) {
      world.taint_policies.push_back(read<api::ClusterTaintPolicy>(value, "a policy"));
    }
    for (const json& value : file.at("workloads")) {
      auto spec = std::make_shared<const models::WorkloadSpec>(workload(file, value));
      world.workloads.push_back({spec->name, spec->uid, spec->name, {}, "/workloads", spec});
    }
    Schedule schedule(world);
    const json& entries = file.at("schedule");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      // What a user does to eviction tasks is acted out in the replay.
      if (!is_user_action(entries[i])) schedule.add(entries[i], i);
    }
    return world;
  } catch (const Unreplayable& unreplayable) {
    return api::Problem{unreplayable.problem};
  } catch (const json::exception& exception) {
    return api::Problem{std::string("not a recorded case: ") + exception.what()};
  } catch (const std::out_of_range&) {
    return api::Problem{"the schedule names a workload that is not there"};
  }
}

}  // namespace firedrill::scenarios
