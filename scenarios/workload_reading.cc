#include "scenarios/workload_reading.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_path.h"
#include "policy/api/labels.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/governance.h"
#include "scenarios/kinds.h"

namespace firedrill::scenarios {
namespace {

using models::WorkloadSpec;
using nlohmann::json;

constexpr std::array<std::string_view, 7> placeholders{"workload", "cluster", "uid",  "start",
                                                       "time",     "phase",   "ready"};

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return b != 0 && a > most / b ? most : a * b;
}

/// An entry that passed: its spec, where it stands, and what governs it.
struct Checked {
  std::shared_ptr<const WorkloadSpec> spec;
  std::string pointer;
  std::string policy;  ///< "" = the workload's own.
  const PastedSubscription* subscription = nullptr;
  policy::clusternet::SubscriptionSpec own;
};

/// What the Subscription of a workload's own is called. Workloads of different kinds may have one
/// name, as for bindings.
api::Key subscription_key(const WorkloadSpec& spec, std::string_view name) {
  std::string kind = spec.kind;
  for (char& c : kind) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return {spec.space.empty() ? "default" : spec.space, fmt::format("{}-{}", name, kind)};
}

class BehaviourCheck {
 public:
  BehaviourCheck(std::span<const std::string_view> clusters, Reading& reading)
      : clusters_(clusters), reading_(reading) {}

  void check(const models::WorkloadBehaviour& behaviour, const std::string& pointer) {
    const std::string by_cluster = api::child_pointer(pointer, "startupByCluster");
    for (const auto& [cluster, model] : behaviour.startup_by_cluster) {
      if (std::ranges::binary_search(clusters_, cluster)) continue;
      report_unknown(reading_, "cluster", cluster, clusters_,
                     api::child_pointer(by_cluster, cluster));
    }
    if (!behaviour.resumes_from.empty() && !api::is_qualified_name(behaviour.resumes_from)) {
      reading_.diagnostics.error(
          api::child_pointer(pointer, "resumesFrom"),
          fmt::format("{} is no label key", api::in_quotes(behaviour.resumes_from)),
          "the aliasLabelName of a statePreservation rule");
    }
    if (!behaviour.status.present()) return;
    const std::string status_at = api::child_pointer(pointer, "status");
    if (!behaviour.status.document().is_object()) {
      reading_.diagnostics.error(status_at, "a status document is an object", "an object");
      return;
    }
    check_placeholders(behaviour.status.document(), status_at);
  }

 private:
  // Recursion is bounded by the limit `depth` of the document.
  void check_placeholders(const json& value, const std::string& pointer) {
    if (value.is_string()) {
      check_placeholders_of_text(value.get_ref<const std::string&>(), pointer);
    } else if (value.is_object()) {
      for (const auto& [key, member] : value.items())
        check_placeholders(member, api::child_pointer(pointer, key));
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i)
        check_placeholders(value[i], api::child_pointer(pointer, i));
    }
  }

  void check_placeholders_of_text(std::string_view text, const std::string& pointer) {
    for (std::size_t open = text.find("{{"); open != std::string_view::npos;
         open = text.find("{{", open + 2)) {
      const std::size_t close = text.find("}}", open);
      if (close == std::string_view::npos) return;
      const std::string_view name = text.substr(open + 2, close - open - 2);
      if (std::ranges::count(placeholders, name) != 0) continue;
      report_unknown(reading_, "placeholder", name, placeholders, pointer);
    }
  }

  std::span<const std::string_view> clusters_;  // By name.
  Reading& reading_;
};

class Expansion {
 public:
  Expansion(const WorkloadSources& sources, Reading& reading)
      : sources_(sources),
        reading_(reading),
        governance_(sources.pasted, sources.clusters, reading) {
    for (const models::ClusterSpec& cluster : sources.clusters)
      clusters_.push_back(cluster.name);
    std::ranges::sort(clusters_);
  }

  Workloads run() {
    for (std::size_t i = 0; i < sources_.entries.size(); ++i) {
      add_entry(sources_.entries[i], sources_.written.at(i), api::child_pointer("/workloads", i));
    }
    for (const PastedTemplate& pasted : sources_.pasted.templates)
      add_template(pasted);
    result_.names.for_each_clash(
        [this](const std::string& name, const std::string& pointer, const std::string& other) {
          reading_.diagnostics.error(pointer, fmt::format("a second workload {}", name),
                                     fmt::format("another name; the first is at {}", other));
        });
    governance_.check_feeds(result_.names);
    if (within_limits()) expand();
    return std::move(result_);
  }

 private:
  void add_entry(WorkloadSpec workload, const json& written, const std::string& pointer) {
    if (workload.name.empty()) return;  // Said by the description.
    if (!settle_kind(workload, written, pointer)) return;
    check_entry(workload, pointer);
    if (written.contains("placement"))
      check_cluster_names(workload.placement, api::child_pointer(pointer, "placement"));
    enter(governance_.govern_entry(std::move(workload), written, pointer), pointer);
  }

  void add_template(const PastedTemplate& pasted) {
    std::optional<Governed> governed = governance_.govern_template(pasted.workload, pasted.pointer);
    if (governed) enter(std::move(*governed), pasted.pointer);
  }

  void enter(Governed governed, const std::string& pointer) {
    const WorkloadSpec& workload = governed.workload;
    const std::string prefix = fmt::format("{}/{}/", workload.kind, workload.space);
    const std::string own_policy = fmt::format("{}/{}", workload.space, workload.name);
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(workload.count, 1));
    if (count == 1) {
      result_.names.add_single(prefix + workload.name, pointer);
      if (governed.policy == nullptr) result_.policies.add_single(own_policy, pointer);
    } else {
      result_.names.add_several(prefix + workload.name, count, pointer);
      result_.policies.add_several(own_policy, count, pointer);
    }
    std::string policy;
    if (governed.policy != nullptr) {
      const api::ObjectMeta& metadata = governed.policy->policy.metadata;
      policy = metadata.name;
      result_.policies.add_single(fmt::format("{}/{}", metadata.space, metadata.name),
                                  governed.policy->pointer);
    }
    checked_.push_back({std::make_shared<const WorkloadSpec>(std::move(governed.workload)), pointer,
                        std::move(policy), governed.subscription, std::move(governed.own)});
  }

  /// Fills in what the kind decides. False if it can't be one.
  bool settle_kind(WorkloadSpec& workload, const json& written, const std::string& pointer) {
    const BuiltInKind* built_in = find_built_in_kind(workload.kind);
    const std::string kind_at = api::child_pointer(pointer, "kind");
    const bool custom = built_in == nullptr || (!workload.api_version.empty() &&
                                                workload.api_version != built_in->api_version);
    if (built_in == nullptr && workload.api_version.empty()) {
      std::vector<std::string_view> kinds;
      for (const BuiltInKind& kind : built_in_kinds()) {
        if (kind.simulated) kinds.push_back(kind.kind);
      }
      const std::string_view near = api::nearest(workload.kind, kinds);
      reading_.diagnostics.error(
          kind_at, fmt::format("kind {} is not built in", api::in_quotes(workload.kind)),
          near.empty() ? "give its apiVersion"
                       : fmt::format("did you mean {}? A custom kind needs its apiVersion", near));
      return false;
    }
    if (!custom && !built_in->simulated) {
      reading_.diagnostics.error(
          kind_at, fmt::format("kind {} is not simulated in this version", workload.kind),
          workload.kind == "Pod" ? "a Deployment with one replica"
                                 : "the Job that it would start, with createAt");
      return false;
    }
    if (!custom && workload.api_version.empty()) workload.api_version = built_in->api_version;
    if (!custom && !built_in->namespaced) workload.space.clear();
    const bool job = !custom && workload.kind == "Job";
    if (workload.completions && !job) {
      reading_.diagnostics.error(api::child_pointer(pointer, "completions"),
                                 fmt::format("a {} does not complete", workload.kind),
                                 "leave it out, or \"kind\": \"Job\"");
    }
    if (workload.completions && job)
      workload.spec = api::Json(json{{"completions", *workload.completions}});
    const bool counts = !custom && built_in->has_replicas;
    if (!counts && !written.contains("replicas")) workload.replicas = 0;
    if (!custom && !counts && workload.replicas != 0) {
      reading_.diagnostics.error(api::child_pointer(pointer, "replicas"),
                                 fmt::format("a {} has no replicas", workload.kind),
                                 "leave it out");
    }
    if (!custom && workload.interpreter) {
      reading_.diagnostics.error(
          api::child_pointer(pointer, "interpreter"),
          fmt::format("kind {} is built in and has its own rules", workload.kind),
          "leave it out, or give a custom kind with its apiVersion");
    }
    return true;
  }

  void check_entry(const WorkloadSpec& workload, const std::string& pointer) {
    const std::string longest = workload.count > 1
                                    ? fmt::format("{}-{}", workload.name, workload.count - 1)
                                    : workload.name;
    if (!api::is_dns1123_subdomain(longest)) {
      reading_.diagnostics.error(api::child_pointer(pointer, "name"),
                                 fmt::format("makes names such as {}", api::in_quotes(longest)),
                                 "names have at most 253 characters");
    }
    if (!workload.space.empty() && !api::is_dns1123_label(workload.space)) {
      reading_.diagnostics.error(api::child_pointer(pointer, "namespace"),
                                 fmt::format("{} is no namespace", api::in_quotes(workload.space)),
                                 "a DNS label");
    }
    if (!workload.uid.empty() && workload.count > 1) {
      reading_.diagnostics.error(api::child_pointer(pointer, "uid"),
                                 "one uid for several workloads", "leave it out");
    }
    check_resources(workload.requests, api::child_pointer(pointer, "requests"), reading_);
    if (workload.node_claim)
      check_node_claim(*workload.node_claim, api::child_pointer(pointer, "nodeClaim"), reading_);
    check_components(workload, api::child_pointer(pointer, "components"));
    check_labels(workload.labels, api::child_pointer(pointer, "labels"), reading_);
    check_behaviour(workload.behaviour, workload.kind, clusters_,
                    api::child_pointer(pointer, "behaviour"), reading_);
    if (workload.interpreter) {
      check_interpreter(*workload.interpreter, api::child_pointer(pointer, "interpreter"));
    }
  }

  void check_components(const WorkloadSpec& workload, const std::string& pointer) {
    const auto& components = workload.components;
    if (components.empty()) return;
    if (components.size() > 1 && (workload.replicas > 0 || !workload.requests.empty())) {
      reading_.diagnostics.error(pointer, "stand beside replicas or requests",
                                 "say them in each component");
    }
    const BuiltInKind* built_in = find_built_in_kind(workload.kind);
    if (built_in != nullptr && built_in->api_version == workload.api_version) {
      reading_.diagnostics.error(pointer, fmt::format("a {} has no components", workload.kind),
                                 "a kind of its own, with its apiVersion");
    }
    const auto* karmada = std::get_if<policy::karmada::Options>(&sources_.options);
    if (karmada != nullptr && !karmada->gates.multiple_pod_templates_scheduling) {
      reading_.diagnostics.warning(
          pointer, "the control plane doesn't see components without their gate",
          "\"MultiplePodTemplatesScheduling\": true in controlPlane.featureGates");
    }
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < components.size(); ++i) {
      const std::string at = api::child_pointer(pointer, i);
      if (!names.insert(components[i].name).second) {
        reading_.diagnostics.error(
            api::child_pointer(at, "name"),
            fmt::format("a second component {}", api::in_quotes(components[i].name)),
            "another name");
      }
      if (!components[i].requirements) continue;
      const std::string requirements_at = api::child_pointer(at, "replicaRequirements");
      check_resources(components[i].requirements->resource_request,
                      api::child_pointer(requirements_at, "resourceRequest"), reading_);
      if (const auto& claim = components[i].requirements->node_claim)
        check_node_claim(*claim, api::child_pointer(requirements_at, "nodeClaim"), reading_);
    }
  }

  void check_interpreter(const models::InterpreterSpec& interpreter, const std::string& pointer) {
    const std::array<std::pair<const char*, const std::string*>, 3> paths{
        {{"replicas", &interpreter.replicas},
         {"ready", &interpreter.ready},
         {"health", &interpreter.health}}};
    for (const auto& [key, path] : paths) {
      if (path->empty()) continue;
      const auto parsed = api::JsonPath::parse(*path);
      if (parsed.ok()) continue;
      reading_.diagnostics.error(api::child_pointer(pointer, key), parsed.problem(),
                                 "a JSONPath template such as \"{.status.readyReplicas}\"");
    }
  }

  /// The reference takes any name; one that no cluster has is most likely a slip.
  void check_cluster_names(const api::Placement& placement, const std::string& pointer) {
    const auto check = [this](const api::ClusterAffinity& affinity, const std::string& at) {
      const std::string names_at = api::child_pointer(at, "clusterNames");
      for (std::size_t i = 0; i < affinity.cluster_names.size(); ++i) {
        if (std::ranges::binary_search(clusters_, affinity.cluster_names[i])) continue;
        warn_unknown(reading_, "cluster", affinity.cluster_names[i], clusters_,
                     api::child_pointer(names_at, i));
      }
    };
    if (placement.cluster_affinity) {
      check(*placement.cluster_affinity, api::child_pointer(pointer, "clusterAffinity"));
    }
    const std::string groups_at = api::child_pointer(pointer, "clusterAffinities");
    for (std::size_t i = 0; i < placement.cluster_affinities.size(); ++i) {
      check(placement.cluster_affinities[i].affinity, api::child_pointer(groups_at, i));
    }
  }

  bool within_limits() {
    std::uint64_t workloads = 0;
    std::uint64_t replicas = 0;
    const Limits& limits = reading_.limits;
    for (const Checked& checked : checked_) {
      const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(checked.spec->count, 0));
      const auto each = static_cast<std::uint64_t>(
          std::max<std::int64_t>(models::total_replicas(*checked.spec), 0));
      const std::uint64_t more = times(count, each);
      if (count > limits.workloads || workloads + count > limits.workloads) {
        report_limit(reading_, "workloads", limits.workloads, "workloads", checked.pointer);
        return false;
      }
      if (more > limits.replicas || replicas + more > limits.replicas) {
        report_limit(reading_, "replicas", limits.replicas, "replicas of all workloads",
                     checked.pointer);
        return false;
      }
      workloads += count;
      replicas += more;
    }
    return true;
  }

  void expand() {
    for (const Checked& checked : checked_) {
      const WorkloadSpec& spec = *checked.spec;
      for (std::int64_t i = 0; i < spec.count; ++i) {
        models::WorkloadInstance instance;
        instance.name = spec.count == 1 ? spec.name : fmt::format("{}-{}", spec.name, i);
        instance.policy = checked.policy.empty() ? instance.name : api::Name(checked.policy);
        instance.pointer = checked.pointer;
        instance.spec = checked.spec;
        instance.uid =
            spec.uid.empty() ? models::derived_uid(sources_.seed, instance.full_name()) : spec.uid;
        if (reading_.runs(policy::System::clusternet)) subscribe(instance, checked);
        result_.instances.push_back(std::move(instance));
      }
    }
    // Pasted ones that feed nothing that the scenario has are there all the same.
    if (!reading_.runs(policy::System::clusternet)) return;
    for (const PastedSubscription& pasted : sources_.pasted.subscriptions)
      (void)enter_subscription(pasted.object, {});
  }

  /// Feeds a workload by the pasted Subscription, or by one of its own.
  void subscribe(models::WorkloadInstance& instance, const Checked& checked) {
    const WorkloadSpec& spec = *checked.spec;
    if (checked.subscription != nullptr) {
      instance.subscription = enter_subscription(checked.subscription->object, spec.create_at);
      return;
    }
    policy::clusternet::Subscription own;
    const api::Key key = subscription_key(spec, instance.name);
    own.metadata.space = key.space;
    own.metadata.name = key.name;
    own.spec = checked.own;
    own.spec.feeds.push_back({spec.kind, spec.api_version, spec.space, instance.name});
    instance.subscription = enter_subscription(own, spec.create_at);
  }

  /// Enters it once; it is created with the first of what it feeds.
  api::Key enter_subscription(const policy::clusternet::Subscription& object,
                              api::Duration create_at) {
    const api::Key key = object.metadata.key();
    const auto [place, fresh] = subscribed_.emplace(key, result_.subscriptions.size());
    if (fresh) {
      result_.subscriptions.push_back(
          {std::make_shared<const policy::clusternet::Subscription>(object), create_at});
      return key;
    }
    models::ScenarioSubscription& known = result_.subscriptions[place->second];
    known.create_at = std::min(known.create_at, create_at);
    return key;
  }

  const WorkloadSources& sources_;
  Reading& reading_;
  Governance governance_;
  std::vector<std::string_view> clusters_;
  std::vector<Checked> checked_;
  std::map<api::Key, std::size_t> subscribed_;
  Workloads result_;
};

}  // namespace

void check_behaviour(const models::WorkloadBehaviour& behaviour,
                     std::string_view kind,
                     std::span<const std::string_view> clusters,
                     const std::string& pointer,
                     Reading& reading) {
  if (kind != "Job" && behaviour.runtime != models::DurationModel::constant({})) {
    reading.diagnostics.error(api::child_pointer(pointer, "runtime"),
                              fmt::format("the pods of a {} run until they are told to end", kind),
                              "leave it out, or \"kind\": \"Job\"");
  }
  BehaviourCheck(clusters, reading).check(behaviour, pointer);
}

Workloads expand_workloads(const WorkloadSources& sources, Reading& reading) {
  return Expansion(sources, reading).run();
}

}  // namespace firedrill::scenarios
