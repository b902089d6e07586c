#pragma once

/// The scenario file as it is written: the root of its JSON Schema and reference page. The loader
/// turns it into a `Scenario` (scenario.h), in which templates are expanded and names are checked.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/expect/expectation.h"
#include "models/spec/cluster_spec.h"
#include "models/spec/control_plane_spec.h"
#include "models/spec/event_spec.h"
#include "models/spec/network_spec.h"
#include "models/spec/workload_spec.h"
#include "models/spec/world_spec.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/time.h"

namespace firedrill::scenarios {

struct ScenarioMetadata {
  std::string name;
  std::string description;
  std::string question;
  bool calm_twin = true;

  friend bool operator==(const ScenarioMetadata&, const ScenarioMetadata&) = default;
};

template <class V>
void describe(V& v, ScenarioMetadata& m) {
  v.begin("ScenarioMetadata", "What a scenario is called and asks.");
  v.required("name", m.name, "Its name.", api::DnsSubdomain{});
  v.field("description", m.description, "What happens, for people.");
  v.field("question", m.question, "What it is to answer, for people.");
  v.field("calmTwin", m.calm_twin,
          "Tests also run it without its events, and expect no taint and no eviction.");
}

/// Longest scenario: the clock of the API objects ends in 2262.
inline constexpr double longest_duration_seconds = 100.0 * 366 * 24 * 3600;

/// Every JSON tool keeps whole numbers up to 2^53 - 1.
inline constexpr double largest_seed = 9'007'199'254'740'991;

struct SimulationSpec {
  api::Duration duration{};
  std::uint64_t seed = 0;
  api::Timestamp start_time = api::Timestamp(std::chrono::seconds(1'767'225'600));
  models::Detail detail = models::Detail::normal;

  friend bool operator==(const SimulationSpec&, const SimulationSpec&) = default;
};

template <class V>
void describe(V& v, SimulationSpec& s) {
  v.begin("Simulation", "How long, from when, and with which randomness.");
  v.required("duration", s.duration, "How long.", api::Above{0},
             api::AtMost{longest_duration_seconds});
  v.field("seed", s.seed, "Where all randomness comes from.", api::AtMost{largest_seed});
  v.field("startTime", s.start_time, "Civil time of the start; a whole second, RFC 3339.");
  v.field("detail", s.detail, "How much of each scheduling decision the timeline tells.");
  v.check("startTime", s.start_time.time_since_epoch() % std::chrono::seconds(1) == api::Duration{},
          "has a fraction of a second", "a whole second, such as \"2026-01-01T00:00:00Z\"");
}

/// What clusters made from a template have in common.
struct ClusterTemplate {
  models::ClusterSpec cluster;

  friend bool operator==(const ClusterTemplate&, const ClusterTemplate&) = default;
};

template <class V>
void describe(V& v, ClusterTemplate& t) {
  v.begin("ClusterTemplate", "A cluster without its name.");
  describe_cluster(v, t.cluster);
}

/// An entry of `clusters`: one cluster, or a template with how many of it.
struct ClusterEntry {
  models::ClusterSpec cluster;
  std::optional<ClusterTemplate> pattern;
  std::int64_t count = 1;
  std::string name_prefix;

  friend bool operator==(const ClusterEntry&, const ClusterEntry&) = default;
};

/// Whether an entry with a template says nothing beside it.
[[nodiscard]] inline bool only_template(const ClusterEntry& entry) {
  return !entry.pattern || entry.cluster == models::ClusterSpec{};
}

template <class V>
void describe(V& v, ClusterEntry& e) {
  v.begin("ClusterEntry", "A cluster; or template, count and namePrefix for several alike.");
  v.field("name", e.cluster.name, "Name of the cluster, unique in the scenario.", api::DnsLabel{});
  describe_cluster(v, e.cluster);
  v.field("template", e.pattern, "What several clusters have in common.");
  v.field("count", e.count, "How many of the template.", api::AtLeast{1});
  v.field("namePrefix", e.name_prefix, "Their names: this and 0, 1, 2, …");
  v.check("", !e.cluster.name.empty() || e.pattern.has_value(), "needs a name",
          "\"name\": \"member1\", or template, count and namePrefix");
  v.check("template", only_template(e), "stands beside fields of a single cluster",
          "move them into the template");
  v.check("namePrefix", e.pattern.has_value() != e.name_prefix.empty(),
          "belongs together with template", "both, or neither");
  v.check("count", e.pattern.has_value() || e.count == 1, "is for templates",
          "put the cluster into a template");
}

struct ScenarioFile {
  std::string api_version;
  std::string kind;
  ScenarioMetadata metadata;
  SimulationSpec simulation;
  models::ControlPlaneSpec control_plane;
  std::vector<ClusterEntry> clusters;
  std::optional<models::NetworkSpec> network;
  std::vector<api::Json> objects;
  std::vector<models::WorkloadSpec> workloads;
  std::vector<models::ScenarioEvent> events;
  std::vector<analysis::Expectation> expect;

  friend bool operator==(const ScenarioFile&, const ScenarioFile&) = default;
};

template <class V>
void describe(V& v, ScenarioFile& s) {
  v.begin("Scenario", "A disaster to be played: a world, what happens to it, what is expected.");
  v.required("apiVersion", s.api_version, "Version of the format.", api::OneOf{"firedrill/v1"});
  v.required("kind", s.kind, "What the file is.", api::OneOf{"Scenario"});
  v.required("metadata", s.metadata, "What it is called and asks.");
  v.required("simulation", s.simulation, "How long, from when, and with which randomness.");
  v.field("controlPlane", s.control_plane, "Which policy code runs, and how it is set.");
  v.required("clusters", s.clusters, "The member clusters.", api::NotEmpty{});
  v.field("network", s.network, "The network between the control plane and the clusters.");
  v.field("objects", s.objects,
          "Kubernetes objects as pasted: policies, taint policies, rebalancers, federated quotas, "
          "templates.");
  v.field("workloads", s.workloads, "Workloads in the short form.");
  v.field("events", s.events, "What happens.");
  v.field("expect", s.expect, "What must come of it.");
}

}  // namespace firedrill::scenarios
