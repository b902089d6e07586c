#include "scenarios/cluster_reading.h"

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "policy/api/labels.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/admission/validation.h"
#include "policy/karmada/options.h"
#include "scenarios/clusternet_objects.h"
#include "scenarios/network_reading.h"
#include "scenarios/profile_reading.h"

namespace firedrill::scenarios {
namespace {

using models::ClusterSpec;

/// The object that joining would send, as admission sees it.
api::Cluster object_of(const ClusterSpec& cluster) {
  api::Cluster object;
  object.metadata.name = cluster.name;
  object.metadata.labels = cluster.labels;
  object.spec.sync_mode =
      cluster.sync_mode == models::SyncMode::push ? api::sync_push : api::sync_pull;
  object.spec.api_endpoint = "https://" + cluster.name;
  object.spec.provider = cluster.provider;
  object.spec.region = cluster.region;
  object.spec.zones = cluster.zones;
  object.spec.taints = cluster.taints;
  object.spec.resource_models = cluster.resource_models;
  return object;
}

/// Amounts are counted in thousandths of a CPU and units of the rest.
constexpr std::int64_t amount_max = std::numeric_limits<std::int64_t>::max();

class Expansion {
 public:
  Expansion(const ClusterSources& sources, Reading& reading)
      : sources_(sources), reading_(reading) {
    for (const PastedCluster& pasted : sources.pasted)
      pasted_.emplace(pasted.object.metadata.name, &pasted);
  }

  void add(const ClusterEntry& entry, const std::string& pointer) {
    if (!entry.pattern) {
      if (entry.cluster.name.empty()) return;  // Said by the description.
      ClusterSpec cluster = entry.cluster;
      complete(cluster);
      settle_cluster(cluster, sources_.options, sources_.seed, pointer, reading_);
      check_cluster(cluster, sources_.options, pointer, reading_);
      check_site(cluster, sources_.network, pointer, reading_);
      add_cluster(cluster, pointer);
      return;
    }
    if (entry.count < 1 || exceeds(static_cast<std::uint64_t>(entry.count), pointer)) return;
    add_pattern(entry, pointer);
  }

  /// Objects of clusters that there are not.
  void check_pasted() {
    std::vector<std::string_view> names;
    for (const auto& [name, pointer] : places_)
      names.push_back(name);
    for (const auto& [name, pasted] : pasted_) {
      if (places_.contains(name)) continue;
      report_unknown(reading_, "cluster (its nodes are described under clusters)", name, names,
                     pasted->pointer + "/metadata/name");
    }
  }

  [[nodiscard]] std::vector<ClusterSpec> take() { return std::move(clusters_); }

 private:
  /// By its pasted object, if there is one.
  void complete(ClusterSpec& cluster) {
    const auto pasted = pasted_.find(cluster.name);
    if (pasted == pasted_.end()) return;
    merge(cluster, pasted->second->object, pasted->second->pointer, reading_);
  }

  [[nodiscard]] bool exceeds(std::uint64_t more, const std::string& pointer) {
    const std::uint64_t allowed = reading_.limits.clusters;
    if (clusters_.size() <= allowed && more <= allowed - clusters_.size()) return false;
    if (!std::exchange(limit_told_, true)) {
      report_limit(reading_, "clusters", allowed, "clusters", pointer);
    }
    return true;
  }

  void add_pattern(const ClusterEntry& entry, const std::string& pointer) {
    ClusterSpec cluster = entry.pattern->cluster;
    // The longest name stands for all: what else is wrong is wrong with each of them.
    cluster.name = fmt::format("{}{}", entry.name_prefix, entry.count - 1);
    if (!api::is_dns1123_label(cluster.name)) {
      reading_.diagnostics.error(
          api::child_pointer(pointer, "namePrefix"),
          fmt::format("makes names such as {}", api::in_quotes(cluster.name)),
          "names must be DNS labels: at most 63 of a-z, 0-9 and \"-\", with no \"-\" at either "
          "end");
      return;
    }
    const std::string template_at = api::child_pointer(pointer, "template");
    if (entry.count > 1 && !(cluster.space.empty() && cluster.cluster_id.empty())) {
      reading_.diagnostics.error(
          api::child_pointer(template_at, cluster.space.empty() ? "clusterId" : "namespace"),
          "each cluster has its own", "leave it out");
      return;
    }
    // What is left out or wrong is said once.
    settle_cluster(cluster, sources_.options, sources_.seed, template_at, reading_);
    check_cluster(cluster, sources_.options, template_at, reading_);
    check_site(cluster, sources_.network, template_at, reading_);
    api::Diagnostics said;
    Reading silent = reading_.with(said);
    for (std::int64_t i = 0; i < entry.count; ++i) {
      cluster = entry.pattern->cluster;
      cluster.name = fmt::format("{}{}", entry.name_prefix, i);
      complete(cluster);
      settle_cluster(cluster, sources_.options, sources_.seed, template_at, silent);
      add_cluster(cluster, pointer);
    }
  }

  void add_cluster(const ClusterSpec& cluster, const std::string& pointer) {
    const auto [first, is_new] = places_.emplace(cluster.name, pointer);
    if (!is_new) {
      reading_.diagnostics.error(api::child_pointer(pointer, "name"),
                                 fmt::format("a second cluster {}", api::in_quotes(cluster.name)),
                                 fmt::format("another name; the first is at {}", first->second));
      return;
    }
    if (!exceeds(1, pointer)) clusters_.push_back(cluster);
    const auto [taken, alone] = spaces_.emplace(cluster.space, cluster.name);
    if (alone) return;
    reading_.diagnostics.error(
        api::child_pointer(pointer, "namespace"),
        fmt::format("cluster {} has namespace {} already", taken->second, cluster.space),
        "a namespace of its own");
  }

  const ClusterSources& sources_;
  Reading& reading_;
  std::map<std::string, const PastedCluster*, std::less<>> pasted_;
  std::vector<ClusterSpec> clusters_;
  std::map<std::string, std::string, std::less<>> places_;
  std::map<std::string, std::string> spaces_;
  bool limit_told_ = false;
};

}  // namespace

void check_resources(const api::ResourceList& resources,
                     const std::string& pointer,
                     Reading& reading) {
  for (const auto& [name, amount] : resources) {
    const std::string at = api::child_pointer(pointer, name);
    if (!api::is_qualified_name(name)) {
      reading.diagnostics.error(at, fmt::format("{} is no resource name", api::in_quotes(name)),
                                "such as cpu, memory, pods or example.com/gpu");
    }
    if (amount.sign() < 0) {
      reading.diagnostics.error(at, "a negative amount", "zero or more");
    } else if (amount > (name == "cpu" ? api::Quantity::from_milli(amount_max)
                                       : api::Quantity::from_units(amount_max))) {
      reading.diagnostics.error(
          at, "more than a 64-bit number can count",
          name == "cpu" ? "at most 9223372036854775807m" : "at most 9223372036854775807");
    }
  }
}

void check_labels(const api::Labels& labels, const std::string& pointer, Reading& reading) {
  for (const auto& [key, value] : labels) {
    const std::string at = api::child_pointer(pointer, key);
    if (!api::is_qualified_name(key)) {
      reading.diagnostics.error(at, fmt::format("{} is no label key", api::in_quotes(key)),
                                "a name of up to 63 characters, with a DNS prefix and \"/\" or "
                                "without");
    }
    if (!api::is_label_value(value)) {
      reading.diagnostics.error(at, fmt::format("{} is no label value", api::in_quotes(value)),
                                "at most 63 letters, digits, \"-\", \"_\" and \".\", beginning and "
                                "ending in a letter or digit");
    }
  }
}

void check_nodes(const std::vector<models::NodeSpec>& nodes,
                 const std::string& pointer,
                 Reading& reading) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const models::NodeSpec& node = nodes[i];
    const std::string at = api::child_pointer(pointer, i);
    check_resources(node.allocatable, api::child_pointer(at, "allocatable"), reading);
    check_labels(node.labels, api::child_pointer(at, "labels"), reading);
    if (!node.name.empty() && !names.insert(node.name).second) {
      reading.diagnostics.error(api::child_pointer(at, "name"),
                                fmt::format("a second node {}", api::in_quotes(node.name)),
                                "another name");
    }
  }
}

void check_quotas(const std::vector<api::ResourceQuota>& quotas,
                  const std::string& pointer,
                  Reading& reading) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < quotas.size(); ++i) {
    const api::ResourceQuota& quota = quotas[i];
    const std::string at = api::child_pointer(pointer, i);
    check_resources(quota.spec.hard, at + "/spec/hard", reading);
    if (quota.metadata.name.empty() || quota.metadata.space.empty()) {
      reading.diagnostics.error(at + "/metadata", "a quota needs a name and a namespace",
                                "\"name\": \"compute\", \"namespace\": \"default\"");
    } else if (!names.insert(quota.metadata.space + "/" + quota.metadata.name).second) {
      reading.diagnostics.error(
          at + "/metadata/name",
          fmt::format("a second quota {}/{}", quota.metadata.space, quota.metadata.name),
          "another name");
    }
  }
}

void check_node_claim(const api::NodeClaim& claim, const std::string& pointer, Reading& reading) {
  check_labels(claim.node_selector, api::child_pointer(pointer, "nodeSelector"), reading);
  if (!claim.hard_node_affinity) return;
  const auto& terms = claim.hard_node_affinity->terms;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto& conditions = terms[i].match_expressions;
    for (std::size_t k = 0; k < conditions.size(); ++k) {
      const auto op = api::find_label_operator(conditions[k].op);
      std::string problem = "unknown operator " + api::in_quotes(conditions[k].op);
      if (op) {
        const auto requirement =
            api::Requirement::make(conditions[k].key, *op, conditions[k].values);
        if (requirement.ok()) continue;
        problem = requirement.problem();
      }
      reading.diagnostics.error(
          fmt::format("{}/hardNodeAffinity/nodeSelectorTerms/{}/matchExpressions/{}", pointer, i,
                      k),
          std::move(problem), "In, NotIn, Exists, DoesNotExist, Gt or Lt, with values to suit");
    }
  }
}

void settle_cluster(ClusterSpec& cluster,
                    const models::SystemOptions& options,
                    std::uint64_t seed,
                    const std::string& pointer,
                    Reading& reading) {
  if (cluster.space.empty()) cluster.space = policy::clusternet::dedicated_space(cluster.name);
  if (cluster.cluster_id.empty())
    cluster.cluster_id = models::derived_uid(seed, "ManagedCluster/" + cluster.name);
  const std::string agent_at = api::child_pointer(pointer, "agent");
  if (reading.runs(policy::System::clusternet)) {
    using namespace policy::clusternet;  // NOLINT(google-build-using-namespace): two labels, once
    cluster.labels.emplace(label_cluster_name, cluster.name);
    cluster.labels.emplace(label_cluster_id, cluster.cluster_id);
    read_agent(cluster.agent, options, agent_at, reading);
    return;
  }
  if (cluster.sync_mode == models::SyncMode::dual) {
    report_lacking(reading, api::child_pointer(pointer, "syncMode"), "mode Dual",
                   "Push or Pull; Dual counts as Pull where it is left out");
    cluster.sync_mode = models::SyncMode::pull;
  }
  if (cluster.sync_mode == models::SyncMode::push && cluster.agent != models::AgentSpec{}) {
    if (reading.chosen_outside) {
      report_lacking(reading, agent_at, "agent in a Push cluster", "\"syncMode\": \"Pull\"");
    } else {
      reading.diagnostics.error(agent_at, "a Push cluster has no agent",
                                "\"syncMode\": \"Pull\", or leave it out");
    }
    cluster.agent = {};
  }
  read_agent(cluster.agent, options, agent_at, reading);
}

namespace {

/// A ManagedCluster's taints: the CRD wants key and effect, and no more.
void check_hub_taints(const std::vector<api::Taint>& taints,
                      const std::string& pointer,
                      Reading& reading) {
  for (std::size_t i = 0; i < taints.size(); ++i) {
    if (!taints[i].key.empty() && !taints[i].effect.empty()) continue;
    reading.diagnostics.error(api::child_pointer(pointer, i), "a taint needs key and effect",
                              "\"effect\": \"NoSchedule\"");
  }
}

}  // namespace

void check_cluster(const ClusterSpec& cluster,
                   const models::SystemOptions& options,
                   const std::string& pointer,
                   Reading& reading) {
  if (const auto* set = std::get_if<policy::karmada::Options>(&options)) {
    api::Cluster object = object_of(cluster);
    policy::karmada::default_cluster(object, api::Timestamp{},
                                     set->gates.customized_cluster_resource_modeling);
    report_field_errors(reading, policy::karmada::validate_cluster(object), FieldBase::fields,
                        pointer);
  } else {
    check_hub_taints(cluster.taints, api::child_pointer(pointer, "taints"), reading);
    if (!is_cluster_id(cluster.cluster_id)) {
      reading.diagnostics.error(
          api::child_pointer(pointer, "clusterId"),
          fmt::format("{} is no cluster id", api::in_quotes(cluster.cluster_id)),
          "a UUID in lower case");
    }
  }
  const bool own_space = cluster.space != policy::clusternet::dedicated_space(cluster.name);
  if (own_space && !api::is_dns1123_label(cluster.space)) {
    reading.diagnostics.error(api::child_pointer(pointer, "namespace"),
                              fmt::format("{} is no namespace", api::in_quotes(cluster.space)),
                              "a DNS label");
  }
  check_labels(cluster.labels, api::child_pointer(pointer, "labels"), reading);
  check_nodes(cluster.nodes, api::child_pointer(pointer, "nodes"), reading);
  if (cluster.background && cluster.background->trace) {
    const std::string trace_at =
        api::child_pointer(api::child_pointer(pointer, "background"), "trace");
    const auto& points = cluster.background->trace->points;
    for (std::size_t i = 0; i < points.size(); ++i) {
      check_resources(points[i].resources,
                      api::child_pointer(api::child_pointer(trace_at, i), "resources"), reading);
    }
  }
  check_quotas(cluster.resource_quotas, api::child_pointer(pointer, "resourceQuotas"), reading);
}

std::vector<ClusterSpec> expand_clusters(const ClusterSources& sources, Reading& reading) {
  Expansion expansion(sources, reading);
  for (std::size_t i = 0; i < sources.entries.size(); ++i) {
    expansion.add(sources.entries[i], api::child_pointer("/clusters", i));
  }
  expansion.check_pasted();
  return expansion.take();
}

}  // namespace firedrill::scenarios
