#pragma once

/// A workload of a scenario in its short form: template, policy and behaviour in one entry. Pasted
/// manifests (a Deployment and the PropagationPolicy that selects it) are read into the same.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/duration_model.h"
#include "policy/api/binding.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/meta.h"
#include "policy/api/placement.h"
#include "policy/api/propagation_policy.h"
#include "policy/api/quantity.h"
#include "policy/api/time.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::models {

/// How replicas, readiness and health are read from an object of a kind that is not built in. All
/// but `healthy` are JSONPath templates into the whole object, "" = none.
struct InterpreterSpec {
  std::string replicas;
  std::string ready;
  std::string health;
  std::vector<std::string> healthy;  ///< Values of `health` that mean Healthy.

  friend bool operator==(const InterpreterSpec&, const InterpreterSpec&) = default;
};

template <class V>
void describe(V& v, InterpreterSpec& i) {
  v.begin("Interpreter", "How an object of a custom kind is read.");
  v.field("replicas", i.replicas, "JSONPath of the replicas it asks for.");
  v.field("ready", i.ready, "JSONPath of the replicas that are ready.");
  v.field("health", i.health, "JSONPath of the value that tells its health.");
  v.field("healthy", i.healthy, "Values of `health` that mean Healthy.");
  v.check("healthy", i.health.empty() == i.healthy.empty(), "belongs together with health",
          "both, or neither");
}

/// Words for {{phase}} in a status document.
struct PhaseWords {
  std::string starting;
  std::string ready;

  friend bool operator==(const PhaseWords&, const PhaseWords&) = default;
};

template <class V>
void describe(V& v, PhaseWords& p) {
  v.begin("PhaseWords", "What {{phase}} stands for in a status document.");
  v.required("starting", p.starting, "Until the object is ready.");
  v.required("ready", p.ready, "From then on.");
}

/// What the workload's pods and its status do inside a member cluster.
struct WorkloadBehaviour {
  DurationModel startup = DurationModel::constant({});
  std::map<std::string, DurationModel> startup_by_cluster;
  std::optional<DurationModel> image_pull;
  std::optional<DurationModel> crash;
  DurationModel termination = DurationModel::constant({});
  DurationModel runtime = DurationModel::constant({});
  api::Json status;  ///< Document template; strings may hold {{workload}} {{cluster}} and others.
  std::optional<PhaseWords> phases;
  std::string resumes_from;
  std::optional<api::Duration> checkpoint_every;

  friend bool operator==(const WorkloadBehaviour&, const WorkloadBehaviour&) = default;
};

template <class V>
void describe(V& v, WorkloadBehaviour& b) {
  v.begin("WorkloadBehaviour", "What a workload does inside a member cluster.");
  v.field("startup", b.startup, "From bound to a node until ready.");
  v.field("startupByCluster", b.startup_by_cluster, "The same for single clusters, by name.");
  v.field("imagePull", b.image_pull,
          "Before the first start in a cluster: until its nodes have the image.");
  v.field("crash", b.crash,
          "From ready until the next crash, of each pod; it starts again on its node.");
  v.field("termination", b.termination, "From the deletion of a pod until it is gone.");
  v.field("runtime", b.runtime, "Job: from ready until the pod has completed.");
  v.field("status", b.status,
          "Status document that the copy in a cluster reports; {{workload}}, {{cluster}}, {{uid}}, "
          "{{start}} (how often it was started there), {{time}} and {{phase}} are filled in.");
  v.field("phases", b.phases, "What {{phase}} stands for.");
  v.field("resumesFrom", b.resumes_from,
          "Label that carries preserved state: a start with it resumes, one without begins anew.");
  v.field("checkpointEvery", b.checkpoint_every,
          "Work after which a stateful workload makes a checkpoint: what was done since the last "
          "one is lost at a restart. Absent: the state that is carried holds all work.",
          api::Above{0});
  v.check("crash", !b.crash || can_take_time(*b.crash), "always takes no time, so nothing runs",
          "a time to the next crash");
}

/// Whether the text names something that a pod template may refer to and that follows it:
/// Kind/name, of a kind for which the reference finds dependencies and whose objects have no state
/// of their own (karmada pkg/resourceinterpreter/default/native/dependencies.go).
[[nodiscard]] bool is_dependency(std::string_view text);

inline constexpr api::Spelling dependency_spelling{
    &is_dependency, "ConfigMap/name, Secret/name or ServiceAccount/name",
    "^(ConfigMap|Secret|ServiceAccount)/[^/]+$"};

/// What a Subscription says of a workload: Clusternet's counterpart of placement. The loader makes
/// the Subscription of it, or of the placement where nothing is said here.
struct SubscriptionWish {
  std::string scheduling_strategy;
  std::optional<std::vector<policy::clusternet::Subscriber>> subscribers;
  bool scheduling_by_sub_group = false;
  std::optional<policy::clusternet::DividingScheduling> dividing_scheduling;
  std::vector<api::Toleration> cluster_tolerations;

  /// Whether anything is said.
  [[nodiscard]] bool present() const { return *this != SubscriptionWish{}; }
  friend bool operator==(const SubscriptionWish&, const SubscriptionWish&) = default;
};

template <class V>
void describe_wish(V& v, SubscriptionWish& w) {
  v.field("schedulingStrategy", w.scheduling_strategy, "Subscription .spec.schedulingStrategy.",
          api::OneOf{"", "Replication", "Dividing"}, api::DefaultText{"Replication"});
  v.field("subscribers", w.subscribers, "Subscription .spec.subscribers.",
          api::DefaultText{"mapped from placement"});
  v.field("schedulingBySubGroup", w.scheduling_by_sub_group,
          "Subscription .spec.schedulingBySubGroup.");
  v.field("dividingScheduling", w.dividing_scheduling, "Subscription .spec.dividingScheduling.");
  v.field("clusterTolerations", w.cluster_tolerations, "Subscription .spec.clusterTolerations.");
}

struct WorkloadSpec {
  std::string name;
  std::int64_t count = 1;
  std::string space = "default";  ///< Namespace; "" = cluster-scoped.
  std::string api_version;        ///< "" = the built-in kind's.
  std::string kind = "Deployment";
  std::int64_t replicas = 1;
  std::optional<std::int64_t> completions;  ///< Of a Job.
  api::Duration create_at{};
  std::string uid;  ///< "" = derived from seed and name.
  api::Labels labels;
  api::ResourceList requests;
  api::Json spec;  ///< Of a pasted manifest, as it stands there; the short form has none.
  std::optional<api::NodeClaim> node_claim;
  std::vector<api::Component> components;
  std::int32_t priority = 0;
  std::string priority_class_name;
  api::Placement placement;
  SubscriptionWish subscription;
  api::Shared<api::FailoverBehavior> failover;
  std::optional<api::Suspension> suspension;
  bool propagate_deps = false;
  std::vector<std::string> depends_on;  ///< "Kind/name", in its namespace.
  std::string conflict_resolution;
  std::string scheduler_name;
  bool preserve_resources_on_deletion = false;
  std::optional<InterpreterSpec> interpreter;
  WorkloadBehaviour behaviour;

  friend bool operator==(const WorkloadSpec&, const WorkloadSpec&) = default;
};

template <class V>
void describe(V& v, WorkloadSpec& w) {
  v.begin("Workload", "A workload with its placement and behaviour, or several alike.");
  v.required("name", w.name, "Name; with a count above 1 the stem of the names.",
             api::DnsSubdomain{});
  v.field("count", w.count, "How many alike: name-0, name-1, …; 1 keeps the name.",
          api::AtLeast{1});
  v.field("namespace", w.space, "Namespace; empty for a cluster-scoped kind.");
  v.field("apiVersion", w.api_version, "Group and version; only for kinds that are not built in.",
          api::DefaultText{"the built-in kind's"});
  v.field("kind", w.kind, "Kind of the template.", api::NotEmpty{});
  v.field("replicas", w.replicas, "Replicas asked for; of a Job its parallelism.", api::AtLeast{0});
  v.field("completions", w.completions, "Job: how many pods have to complete.", api::AtLeast{0},
          api::AtMost{100'000'000}, api::DefaultText{"as many as run in parallel"});
  v.field("createAt", w.create_at, "When it is created.", api::AtLeast{0});
  v.field("uid", w.uid, "Unique identity of the template; decides ties in the division.",
          api::DefaultText{"derived from seed and name"});
  v.field("labels", w.labels, "Labels of the template.");
  v.field("requests", w.requests, "Resources that each replica asks for.");
  v.field("nodeClaim", w.node_claim, "What each replica asks of its node.");
  v.field("components", w.components,
          "Its pod templates, if it has several: they run instead of equal replicas. With the gate "
          "MultiplePodTemplatesScheduling the scheduler counts in complete sets of them.");
  v.field("priority", w.priority, "Priority in the scheduler's queue and of its pods.");
  v.field("priorityClassName", w.priority_class_name,
          "Priority class of its pods, which quotas may ask for.");
  v.field("placement", w.placement, "PropagationPolicy .spec.placement.");
  describe_wish(v, w.subscription);
  v.field("failover", w.failover, "PropagationPolicy .spec.failover.");
  v.field("suspension", w.suspension, "PropagationPolicy .spec.suspension.");
  v.field("propagateDeps", w.propagate_deps, "PropagationPolicy .spec.propagateDeps.");
  v.field("dependsOn", w.depends_on,
          "What its pods need of its namespace; with propagateDeps it follows them.",
          dependency_spelling);
  v.field("conflictResolution", w.conflict_resolution,
          "What happens where the object exists already: Abort or Overwrite.",
          api::OneOf{"", "Abort", "Overwrite"}, api::DefaultText{"Abort"});
  v.field("schedulerName", w.scheduler_name, "Which scheduler places it.",
          api::DefaultText{"default-scheduler"});
  v.field("preserveResourcesOnDeletion", w.preserve_resources_on_deletion,
          "Leave the objects in the members when their Works go.");
  v.field("interpreter", w.interpreter, "How objects of a custom kind are read.");
  v.field("behaviour", w.behaviour, "What it does inside a member cluster.");
}

/// One workload of the world. Those of one entry share its spec, so that millions fit into memory.
struct WorkloadInstance {
  api::Name name;
  api::Text uid;          ///< As the scenario gives it, or derived.
  api::Name policy;       ///< Name of the policy that governs it: a pasted one's, or its own name.
  api::Key subscription;  ///< Clusternet: the Subscription that feeds it; empty if none does.
  api::Name pointer;      ///< JSON pointer of its entry in the scenario.
  std::shared_ptr<const WorkloadSpec> spec;

  /// "Kind/namespace/name", as the timeline calls it.
  [[nodiscard]] std::string full_name() const {
    return spec->kind + "/" + spec->space + "/" + name;
  }
  [[nodiscard]] api::ResourceReference reference() const {
    return {spec->api_version, spec->kind, spec->space, name, uid};
  }
};

/// Pods that one copy of the workload has: its replicas, or those of its components. Saturates.
[[nodiscard]] std::int64_t total_replicas(const WorkloadSpec& workload);

/// The objects that `dependsOn` names, in the workload's namespace, without identity.
[[nodiscard]] std::vector<api::ResourceReference> dependencies_of(const WorkloadSpec& workload);

/// The policy that a workload of the short form follows, before admission's defaulting: named like
/// the workload, in its namespace, selecting nothing else.
[[nodiscard]] api::PropagationPolicy policy_of(const WorkloadSpec& workload, std::string name);

/// A UUID that depends on the seed and the full name alone.
[[nodiscard]] std::string derived_uid(std::uint64_t seed, std::string_view full_name);

}  // namespace firedrill::models
