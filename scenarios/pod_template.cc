#include "scenarios/pod_template.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/describe.h"
#include "policy/api/json_reader.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/kinds.h"

namespace firedrill::scenarios {
namespace {

struct ContainerResources {
  api::ResourceList requests;
  api::ResourceList limits;
};

template <class V>
void describe(V& v, ContainerResources& r) {
  v.begin("ContainerResources", "Resources of a container.");
  v.field("requests", r.requests, "What it asks for.");
  v.field("limits", r.limits, "What it may use; what is not asked for is asked for so.");
}

struct Container {
  ContainerResources resources;
};

template <class V>
void describe(V& v, Container& c) {
  v.begin("Container", "A container.");
  v.field("resources", c.resources, "Its resources.");
}

struct NodeAffinity {
  std::optional<api::NodeSelector> required;
};

template <class V>
void describe(V& v, NodeAffinity& a) {
  v.begin("NodeAffinity", "Which nodes.");
  v.field("requiredDuringSchedulingIgnoredDuringExecution", a.required, "Must match.");
}

struct Affinity {
  NodeAffinity nodes;
};

template <class V>
void describe(V& v, Affinity& a) {
  v.begin("Affinity", "Where a pod goes.");
  v.field("nodeAffinity", a.nodes, "To which nodes.");
}

struct PodSpec {
  std::vector<Container> containers;
  std::vector<Container> init_containers;
  api::ResourceList overhead;
  api::Labels node_selector;
  Affinity affinity;
  std::vector<api::Toleration> tolerations;
  std::int32_t priority = 0;
  std::string priority_class_name;
};

template <class V>
void describe(V& v, PodSpec& s) {
  v.begin("PodSpec", "A pod.");
  v.field("containers", s.containers, "Its containers.");
  v.field("initContainers", s.init_containers, "Containers that run before them.");
  v.field("overhead", s.overhead, "What the runtime takes beside them.");
  v.field("nodeSelector", s.node_selector, "Labels that its node must have.");
  v.field("affinity", s.affinity, "Where it goes.");
  v.field("tolerations", s.tolerations, "Taints of nodes that it puts up with.");
  v.field("priority", s.priority, "Priority.");
  v.field("priorityClassName", s.priority_class_name, "Class that gives the priority.");
}

struct PodTemplate {
  PodSpec spec;
};

template <class V>
void describe(V& v, PodTemplate& t) {
  v.begin("PodTemplate", "Pods of a template.");
  v.field("spec", t.spec, "The pod.");
}

struct TemplateSpec {
  std::optional<std::int64_t> replicas;
  std::optional<std::int64_t> parallelism;
  PodTemplate pods;
};

template <class V>
void describe(V& v, TemplateSpec& s) {
  v.begin("TemplateSpec", "Spec of a resource template.");
  v.field("replicas", s.replicas, "Replicas.", api::AtLeast{0});
  v.field("parallelism", s.parallelism, "Pods of a Job at a time.", api::AtLeast{0});
  v.field("template", s.pods, "Its pods.");
}

struct Manifest {
  api::ObjectMeta metadata;
  TemplateSpec spec;
};

template <class V>
void describe(V& v, Manifest& m) {
  v.begin("Manifest", "A resource template.");
  v.required("metadata", m.metadata, "Object metadata.");
  v.field("spec", m.spec, "Spec.");
}

/// A limit stands for a missing request.
api::ResourceList requests_of(const ContainerResources& resources) {
  api::ResourceList requests = resources.requests;
  requests.insert(resources.limits.begin(), resources.limits.end());
  return requests;
}

api::ResourceList requests_of(const PodSpec& pod) {
  api::ResourceList sum;
  for (const Container& container : pod.containers) {
    for (const auto& [name, amount] : requests_of(container.resources))
      sum[name] += amount;
  }
  for (const Container& container : pod.init_containers) {
    for (const auto& [name, amount] : requests_of(container.resources)) {
      api::Quantity& now = sum[name];
      now = std::max(now, amount);
    }
  }
  for (const auto& [name, amount] : pod.overhead)
    sum[name] += amount;
  return sum;
}

std::optional<api::NodeClaim> claim_of(const PodSpec& pod) {
  api::NodeClaim claim{.hard_node_affinity = pod.affinity.nodes.required,
                       .node_selector = pod.node_selector,
                       .tolerations = pod.tolerations};
  if (claim.empty()) return std::nullopt;
  return claim;
}

std::optional<Manifest> read_manifest(const nlohmann::json& json,
                                      const std::string& pointer,
                                      Reading& reading) {
  const std::size_t errors_before = reading.diagnostics.error_count();
  api::ReadContext context(reading.diagnostics, api::UnknownKeys::ignore, pointer);
  Manifest manifest;
  nlohmann::json body = json;
  // A number for the API server, a text in JSON; and nobody's wish.
  if (const auto metadata = body.find("metadata"); metadata != body.end()) {
    if (metadata->is_object()) metadata->erase("resourceVersion");
  }
  api::read_json(body, manifest, context);
  if (reading.diagnostics.error_count() != errors_before) return std::nullopt;
  if (!manifest.metadata.name.empty()) return manifest;
  reading.diagnostics.error(pointer, "has no metadata.name", "give it a name");
  return std::nullopt;
}

}  // namespace

std::optional<models::WorkloadSpec> workload_of_manifest(const nlohmann::json& json,
                                                         const std::string& pointer,
                                                         Reading& reading) {
  const std::optional<Manifest> manifest = read_manifest(json, pointer, reading);
  if (!manifest) return std::nullopt;
  models::WorkloadSpec workload;
  workload.kind = json.at("kind").get<std::string>();
  workload.api_version = json.at("apiVersion").get<std::string>();
  const BuiltInKind* built_in = find_built_in_kind(workload.kind);
  const bool is_built_in = built_in != nullptr && built_in->api_version == workload.api_version;
  if (is_built_in && !built_in->simulated) {
    reading.diagnostics.error(
        api::child_pointer(pointer, "kind"),
        fmt::format("kind {} is not simulated in this version", built_in->kind),
        "a Deployment, StatefulSet, DaemonSet or Job");
    return std::nullopt;
  }
  workload.name = manifest->metadata.name;
  workload.space = manifest->metadata.space;
  if (workload.space.empty() && is_built_in && built_in->namespaced) workload.space = "default";
  workload.uid = manifest->metadata.uid;
  workload.labels = manifest->metadata.labels;
  const std::int64_t usual_replicas = is_built_in && built_in->has_replicas ? 1 : 0;
  const bool job = is_built_in && workload.kind == "Job";
  const auto& written = job ? manifest->spec.parallelism : manifest->spec.replicas;
  workload.replicas = written.value_or(usual_replicas);
  if (const auto spec = json.find("spec"); spec != json.end()) workload.spec = api::Json(*spec);
  const PodSpec& pod = manifest->spec.pods.spec;
  workload.requests = requests_of(pod);
  workload.node_claim = claim_of(pod);
  workload.priority = pod.priority;
  workload.priority_class_name = pod.priority_class_name;
  if (!pod.priority_class_name.empty()) {
    reading.diagnostics.warning(pointer + "/spec/template/spec/priorityClassName",
                                "the priority of a class is not known",
                                "write the number as priority");
  }
  check_resources(workload.requests, pointer, reading);
  if (workload.node_claim) check_node_claim(*workload.node_claim, pointer, reading);
  return workload;
}

}  // namespace firedrill::scenarios
