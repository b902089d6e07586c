#include "scenarios/manifests.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_reader.h"
#include "policy/api/labels.h"
#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/admission/validation.h"
#include "policy/karmada/options.h"
#include "policy/karmada/profile_defaults.h"
#include "scenarios/cluster_reading.h"
#include "scenarios/clusternet_objects.h"
#include "scenarios/kinds.h"
#include "scenarios/pod_template.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;

constexpr std::string_view policy_api = "policy.karmada.io/v1alpha1";
constexpr std::string_view apps_api = "apps.karmada.io/v1alpha1";
constexpr std::string_view clusternet_apps_api = "apps.clusternet.io/v1alpha1";
constexpr std::string_view clusternet_clusters_api = "clusters.clusternet.io/v1beta1";

/// Kinds that have a place of their own in a scenario, or none in this version.
struct MisplacedKind {
  std::string_view kind;
  std::string_view remedy;
};
constexpr std::array misplaced_kinds{
    MisplacedKind{"Cluster", "describe it under clusters"},
    MisplacedKind{"ResourceBinding", "it is made from a template and its policy"},
    MisplacedKind{"ClusterResourceBinding", "it is made from a template and its policy"},
    MisplacedKind{"Work", "it is made from a binding"},
    MisplacedKind{"List", "put its items into objects one by one"},
    MisplacedKind{"OverridePolicy", "overrides are not simulated in this version"},
    MisplacedKind{"ClusterOverridePolicy", "overrides are not simulated in this version"},
    MisplacedKind{"ResourceQuota", "put it into the resourceQuotas of each cluster that has it"},
    MisplacedKind{"Base", "it is made from a Subscription"},
    MisplacedKind{"Localization", "overrides are not simulated in this version"},
    MisplacedKind{"Globalization", "overrides are not simulated in this version"},
    MisplacedKind{"Description", "it is made from a Base"},
    MisplacedKind{"Manifest", "paste the template itself"},
    MisplacedKind{"HelmChart", "charts are not simulated in this version"},
};

/// A FeedInventory as it is written.
struct InventorySpec {
  std::vector<policy::clusternet::FeedOrder> feeds;
};

template <class V>
void describe(V& v, InventorySpec& s) {
  v.begin("FeedInventorySpec", "Feeds with what their manifests ask for.");
  v.required("feeds", s.feeds, "Feeds, in the order of the Subscription.");
}

struct Inventory {
  api::ObjectMeta metadata;
  InventorySpec spec;
};

template <class V>
void describe(V& v, Inventory& i) {
  v.begin("FeedInventory", "What a Dividing Subscription's feeds come to.");
  v.field("metadata", i.metadata, "Object metadata.");
  v.required("spec", i.spec, "The feeds.");
}

/// Kinds that only Karmada has.
constexpr std::array<std::string_view, 3> karmada_kinds{"ClusterTaintPolicy", "WorkloadRebalancer",
                                                        "FederatedResourceQuota"};

/// Reads a pasted object into a described one: bookkeeping of the API server is left out, keys that
/// are not known are warned of.
template <class T>
std::optional<T> read_pasted(const json& object, const std::string& pointer, Reading& reading) {
  json body = object;
  for (const char* key : {"apiVersion", "kind", "status"})
    body.erase(key);
  if (const auto metadata = body.find("metadata"); metadata != body.end()) {
    for (const char* key : {"managedFields", "resourceVersion", "selfLink"}) {
      if (metadata->is_object()) metadata->erase(key);
    }
  }
  const std::size_t errors_before = reading.diagnostics.error_count();
  api::ReadContext context(reading.diagnostics, api::UnknownKeys::warn, pointer);
  T value;
  api::read_json(body, value, context);
  if (reading.diagnostics.error_count() != errors_before) return std::nullopt;
  if (value.metadata.name.empty()) {
    reading.diagnostics.error(pointer, "has no metadata.name", "give it a name");
    return std::nullopt;
  }
  return value;
}

void check_taint_policy(const api::ClusterTaintPolicy& policy,
                        const std::string& pointer,
                        const policy::karmada::Options& options,
                        Reading& reading) {
  using namespace policy::karmada;  // NOLINT(google-build-using-namespace): two long names, once
  report_field_errors(reading, check_taint_policy_schema(policy.spec), FieldBase::object, pointer);
  report_field_errors(
      reading, validate_taint_policy(policy.spec, options.webhook.allow_no_execute_taint_policy),
      FieldBase::object, pointer);
}

class ObjectsReader {
 public:
  ObjectsReader(const models::SystemOptions& options, Reading& reading)
      : options_(std::get_if<policy::karmada::Options>(&options)), reading_(reading) {}

  void read(const api::Json& document, const std::string& pointer) {
    const std::optional<Header> header = read_header(document, pointer);
    if (!header) return;
    const json& object = document.document();
    if (lacks(header->kind)) {
      report_lacking(reading_, api::child_pointer(pointer, "kind"), header->kind,
                     "leave it out; docs/mapping.md says why");
      left_out_ = true;
      return;
    }
    if (header->kind == "PropagationPolicy" || header->kind == "ClusterPropagationPolicy") {
      read_policy(object, *header, pointer);
    } else if (header->kind == "ClusterTaintPolicy") {
      if (!has_version(*header, policy_api, pointer)) return;
      auto policy = read_pasted<api::ClusterTaintPolicy>(object, pointer, reading_);
      if (!policy || !is_new(header->kind, policy->metadata, pointer)) return;
      if (options_->release == policy::Release::legacy) {
        report_lacking(reading_, pointer, "ClusterTaintPolicies",
                       "leave it out: failover-eviction-timeout brings the NoExecute taints");
      } else {
        check_taint_policy(*policy, pointer, *options_, reading_);
      }
      result_.taint_policies.push_back(std::move(*policy));
      result_.taint_policy_pointers.push_back(pointer);
    } else if (header->kind == "WorkloadRebalancer") {
      if (!has_version(*header, apps_api, pointer)) return;
      auto rebalancer = read_pasted<models::WorkloadRebalancer>(object, pointer, reading_);
      if (!rebalancer || !is_new(header->kind, rebalancer->metadata, pointer)) return;
      result_.rebalancers.push_back(std::move(*rebalancer));
      result_.rebalancer_pointers.push_back(pointer);
    } else if (header->kind == "FederatedResourceQuota") {
      read_quota(object, *header, pointer);
    } else if (header->kind == "Subscription") {
      read_subscription(object, *header, pointer);
    } else if (header->kind == "FeedInventory") {
      read_inventory(object, *header, pointer);
    } else if (header->kind == "ManagedCluster") {
      read_cluster(object, *header, pointer);
    } else {
      read_template(object, *header, pointer);
    }
  }

  /// The profile has no such kind.
  [[nodiscard]] bool left_out() const { return left_out_; }

  /// One that may be applied later.
  [[nodiscard]] std::optional<models::ScenarioObject> take_applied() {
    if (!result_.taint_policies.empty()) return std::move(result_.taint_policies.front());
    if (!result_.rebalancers.empty()) return std::move(result_.rebalancers.front());
    if (!result_.federated_quotas.empty()) return std::move(result_.federated_quotas.front());
    if (!result_.policies.empty()) return std::move(result_.policies.front().policy);
    if (!result_.subscriptions.empty()) return std::move(result_.subscriptions.front().object);
    if (!result_.inventories.empty()) return std::move(result_.inventories.front());
    return std::nullopt;
  }

  [[nodiscard]] PastedObjects take() { return std::move(result_); }

 private:
  /// Without a counterpart in the profile. Policies, Subscriptions and ManagedClusters have one.
  [[nodiscard]] bool lacks(std::string_view kind) const {
    if (options_ == nullptr) return std::ranges::find(karmada_kinds, kind) != karmada_kinds.end();
    return kind == "FeedInventory";
  }

  struct Header {
    std::string api_version;
    std::string kind;
  };

  std::optional<Header> read_header(const api::Json& document, const std::string& pointer) {
    if (!document.present() || !document.document().is_object()) {
      reading_.diagnostics.error(pointer, "is no object", "a Kubernetes object");
      return std::nullopt;
    }
    Header header;
    for (const auto& [key, text] :
         {std::pair{"apiVersion", &header.api_version}, std::pair{"kind", &header.kind}}) {
      const auto found = document.document().find(key);
      if (found == document.document().end() || !found->is_string() ||
          found->get_ref<const std::string&>().empty()) {
        reading_.diagnostics.error(
            found == document.document().end() ? pointer : api::child_pointer(pointer, key),
            fmt::format("a Kubernetes object needs a text \"{}\"", key), "as in a manifest");
        return std::nullopt;
      }
      *text = found->get<std::string>();
    }
    return header;
  }

  bool has_version(const Header& header, std::string_view wanted, const std::string& pointer) {
    if (header.api_version == wanted) return true;
    reading_.diagnostics.error(api::child_pointer(pointer, "apiVersion"),
                               fmt::format("{} does not belong to kind {}",
                                           api::in_quotes(header.api_version), header.kind),
                               std::string(wanted));
    return false;
  }

  /// Whether no object of that kind, namespace and name stood before.
  bool is_new(std::string_view kind, const api::ObjectMeta& metadata, const std::string& pointer) {
    std::string name = fmt::format("{}/{}/{}", kind, metadata.space, metadata.name);
    const auto [first, is_new] = places_.emplace(std::move(name), pointer);
    if (!is_new) {
      reading_.diagnostics.error(pointer + "/metadata/name",
                                 fmt::format("a second object {}", first->first),
                                 fmt::format("another name; the first is at {}", first->second));
    }
    return is_new;
  }

  void read_policy(const json& object, const Header& header, const std::string& pointer) {
    if (!has_version(header, policy_api, pointer)) return;
    auto policy = read_pasted<api::PropagationPolicy>(object, pointer, reading_);
    if (!policy) return;
    const bool cluster_scoped = header.kind == "ClusterPropagationPolicy";
    if (cluster_scoped && !policy->metadata.space.empty()) {
      reading_.diagnostics.error(pointer + "/metadata/namespace",
                                 "a ClusterPropagationPolicy has no namespace", "leave it out");
      return;
    }
    if (!cluster_scoped && policy->metadata.space.empty()) policy->metadata.space = "default";
    if (!is_new(header.kind, policy->metadata, pointer)) return;
    check_policy(*policy, FieldBase::object, pointer, reading_);
    result_.policies.push_back({std::move(*policy), pointer});
  }

  void read_quota(const json& object, const Header& header, const std::string& pointer) {
    if (!has_version(header, policy_api, pointer)) return;
    auto quota = read_pasted<api::FederatedResourceQuota>(object, pointer, reading_);
    if (!quota) return;
    if (quota->metadata.space.empty()) quota->metadata.space = "default";
    if (!is_new(header.kind, quota->metadata, pointer)) return;
    check_resources(quota->spec.overall, pointer + "/spec/overall", reading_);
    if (!options_->gates.federated_quota_enforcement) {
      reading_.diagnostics.warning(
          pointer, "a FederatedResourceQuota is not enforced without its gate",
          "\"FederatedQuotaEnforcement\": true in controlPlane.featureGates");
    }
    result_.federated_quotas.push_back(std::move(*quota));
  }

  void read_subscription(const json& object, const Header& header, const std::string& pointer) {
    if (!has_version(header, clusternet_apps_api, pointer)) return;
    auto subscription = read_pasted<policy::clusternet::Subscription>(object, pointer, reading_);
    if (!subscription) return;
    if (subscription->metadata.space.empty()) subscription->metadata.space = "default";
    if (!is_new(header.kind, subscription->metadata, pointer)) return;
    const auto spec = object.find("spec");
    check_subscription(subscription->spec, spec == object.end() ? json::object() : *spec, false,
                       pointer + "/spec", reading_);
    result_.subscriptions.push_back({std::move(*subscription), pointer});
  }

  void read_inventory(const json& object, const Header& header, const std::string& pointer) {
    if (!has_version(header, clusternet_apps_api, pointer)) return;
    auto written = read_pasted<Inventory>(object, pointer, reading_);
    if (!written) return;
    if (written->metadata.space.empty()) written->metadata.space = "default";
    if (!is_new(header.kind, written->metadata, pointer)) return;
    policy::clusternet::FeedInventory inventory{std::move(written->metadata),
                                                std::move(written->spec.feeds)};
    check_inventory(inventory, pointer, reading_);
    result_.inventories.push_back(std::move(inventory));
  }

  void read_cluster(const json& object, const Header& header, const std::string& pointer) {
    if (!has_version(header, clusternet_clusters_api, pointer)) return;
    auto cluster = read_pasted<policy::clusternet::ManagedCluster>(object, pointer, reading_);
    if (!cluster) return;
    // Names are unique over all namespaces: a scenario's clusters go by them alone.
    api::ObjectMeta by_name;
    by_name.name = cluster->metadata.name;
    if (!is_new(header.kind, by_name, pointer)) return;
    check_managed_cluster(*cluster, pointer, reading_);
    result_.clusters.push_back({std::move(*cluster), pointer});
  }

  void read_template(const json& object, const Header& header, const std::string& pointer) {
    const auto misplaced = std::ranges::find(misplaced_kinds, header.kind, &MisplacedKind::kind);
    if (misplaced != misplaced_kinds.end()) {
      reading_.diagnostics.error(api::child_pointer(pointer, "kind"),
                                 fmt::format("kind {} cannot stand here", header.kind),
                                 std::string(misplaced->remedy));
      return;
    }
    auto workload = workload_of_manifest(object, pointer, reading_);
    if (workload) result_.templates.push_back({std::move(*workload), pointer});
  }

  const policy::karmada::Options* options_;  // Null: Clusternet's run.
  Reading& reading_;
  PastedObjects result_;
  bool left_out_ = false;
  std::map<std::string, std::string> places_;
};

/// How closely a selector fits; the larger wins.
enum class Closeness { none, kind, labels, name };

Closeness closeness(const api::ResourceSelector& selector,
                    const models::WorkloadSpec& workload,
                    std::string_view policy_space) {
  if (selector.api_version != workload.api_version || selector.kind != workload.kind) {
    return Closeness::none;
  }
  const std::string_view space = selector.space.empty() ? policy_space : selector.space;
  if (!space.empty() && space != workload.space) return Closeness::none;
  if (!selector.name.empty()) {
    return selector.name == workload.name ? Closeness::name : Closeness::none;
  }
  if (!selector.label_selector) return Closeness::kind;
  return api::match(*selector.label_selector, workload.labels) == api::SelectorMatch::matches
             ? Closeness::labels
             : Closeness::none;
}

Closeness closeness(const api::PropagationPolicy& policy, const models::WorkloadSpec& workload) {
  Closeness best = Closeness::none;
  for (const api::ResourceSelector& selector : policy.spec.resource_selectors) {
    best = std::max(best, closeness(selector, workload, policy.metadata.space));
  }
  return best;
}

}  // namespace

PastedObjects read_objects(const std::vector<api::Json>& objects,
                           const models::SystemOptions& options,
                           Reading& reading) {
  ObjectsReader reader(options, reading);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    reader.read(objects[i], api::child_pointer("/objects", i));
  }
  return reader.take();
}

std::optional<models::ScenarioObject> read_applied_object(const api::Json& object,
                                                          const std::string& pointer,
                                                          const models::SystemOptions& options,
                                                          Reading& reading) {
  ObjectsReader reader(options, reading);
  const std::size_t errors_before = reading.diagnostics.error_count();
  reader.read(object, pointer);
  auto applied = reader.take_applied();
  if (applied || reader.left_out() || reading.diagnostics.error_count() != errors_before)
    return applied;
  reading.diagnostics.error(
      api::child_pointer(pointer, "kind"), "this kind cannot be applied",
      reading.runs(policy::System::karmada)
          ? "one of ClusterTaintPolicy, WorkloadRebalancer, PropagationPolicy, "
            "ClusterPropagationPolicy, FederatedResourceQuota; a workload with createAt comes "
            "later "
            "too"
          : "Subscription or FeedInventory; a workload with createAt comes later too, and a "
            "cluster "
            "with a join event");
  return applied;
}

namespace {

/// Whose words admission goes by.
policy::Release release_of(const Reading& reading) {
  if (!reading.runs(policy::System::karmada)) return policy::Release::current;
  return policy::karmada::default_options(reading.profile->name).release;
}

}  // namespace

void check_policy(const api::PropagationPolicy& policy,
                  FieldBase base,
                  const std::string& pointer,
                  Reading& reading) {
  api::PropagationPolicy admitted = policy;
  policy::karmada::default_propagation(admitted);
  report_field_errors(reading,
                      policy::karmada::check_propagation_schema(admitted.spec, release_of(reading)),
                      base, pointer);
  report_field_errors(reading,
                      policy::karmada::validate_propagation(admitted.spec, admitted.metadata.space),
                      base, pointer);
}

const PastedPolicy* find_policy(const models::WorkloadSpec& workload,
                                const std::vector<PastedPolicy>& policies) {
  const PastedPolicy* best = nullptr;
  // Namespaced before cluster-scoped, then by priority, then by closeness.
  std::tuple<bool, std::int32_t, Closeness> best_rank;
  for (const PastedPolicy& candidate : policies) {
    const api::PropagationPolicy& policy = candidate.policy;
    if (!policy.cluster_scoped() && policy.metadata.space != workload.space) continue;
    const Closeness fit = closeness(policy, workload);
    if (fit == Closeness::none) continue;
    const std::tuple rank{!policy.cluster_scoped(), policy.spec.priority, fit};
    const bool wins = best == nullptr || rank > best_rank ||
                      (rank == best_rank && policy.metadata.name < best->policy.metadata.name);
    if (!wins) continue;
    best = &candidate;
    best_rank = rank;
  }
  return best;
}

models::WorkloadSpec with_policy(models::WorkloadSpec workload,
                                 const api::PropagationPolicy& policy) {
  api::PropagationPolicy admitted = policy;
  policy::karmada::default_propagation(admitted);
  api::PropagationSpec& spec = admitted.spec;
  workload.placement = std::move(spec.placement);
  workload.failover = std::move(spec.failover);
  workload.suspension = std::move(spec.suspension);
  workload.propagate_deps = spec.propagate_deps;
  workload.conflict_resolution = std::move(spec.conflict_resolution);
  workload.scheduler_name = std::move(spec.scheduler_name);
  workload.preserve_resources_on_deletion = spec.preserve_resources_on_deletion;
  return workload;
}

}  // namespace firedrill::scenarios
