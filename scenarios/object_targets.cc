#include "scenarios/object_targets.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/json_reader.h"
#include "policy/clusternet/api/managed_cluster.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::scenarios {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

void ObjectTargets::error(const std::string& at,
                          std::string_view key,
                          std::string problem,
                          std::string remedy) const {
  reading_.diagnostics.error(api::child_pointer(at, key), std::move(problem), std::move(remedy));
}

/// A patch has the shape of the object, where null removes; the status is not the user's.
template <class Object>
void ObjectTargets::check_shape(const models::PatchEvent& event, const std::string& at) const {
  const std::string patch_at = api::child_pointer(at, "patch");
  const nlohmann::json& patch = event.patch.document();
  for (const auto& [key, value] : patch.items()) {
    const bool cluster = event.target.kind == "Cluster" || event.target.kind == "ManagedCluster";
    const bool labels = key == "metadata" && cluster;
    if (key == "spec" || labels) continue;
    error(patch_at, key, "a patch cannot change this",
          cluster ? "spec or metadata.labels" : "spec");
    return;
  }
  const auto spec = patch.find("spec");
  if (spec == patch.end() || spec->is_null()) return;
  Object object;
  api::ReadContext context(reading_.diagnostics, api::UnknownKeys::error,
                           api::child_pointer(patch_at, "spec"));
  api::read_json(*spec, object.spec, context);
}

void ObjectTargets::check_patch(const models::PatchEvent& event, const std::string& at) const {
  const models::ObjectTarget& target = event.target;
  if (target.kind == "Cluster") {
    check_cluster_(target.name, api::child_pointer(at, "name"));
    check_shape<api::Cluster>(event, at);
  } else if (target.kind == "ManagedCluster") {
    check_cluster_(target.name, api::child_pointer(at, "name"));
    check_shape<policy::clusternet::ManagedCluster>(event, at);
  } else if (target.kind == "Subscription") {
    check_subscription(target, at);
    check_shape<policy::clusternet::Subscription>(event, at);
  } else if (target.kind == "ClusterTaintPolicy") {
    check_taint_policy(target, at);
    check_shape<api::ClusterTaintPolicy>(event, at);
  } else if (target.kind == "ResourceBinding" || target.kind == "ClusterResourceBinding") {
    check_binding(target, at);
    check_shape<api::ResourceBinding>(event, at);
  } else {
    const bool clusternet = reading_.runs(policy::System::clusternet);
    error(at, "kind", fmt::format("kind {} cannot be patched", api::in_quotes(target.kind)),
          fmt::format("one of {}; use scale for the replicas of a workload, and apply for {}",
                      clusternet ? "ManagedCluster, Subscription"
                                 : "Cluster, ClusterTaintPolicy, ResourceBinding, "
                                   "ClusterResourceBinding",
                      clusternet ? "a FeedInventory" : "its policy"));
  }
}

void ObjectTargets::check_delete(const models::ObjectTarget& target, const std::string& at) const {
  const std::string name = fmt::format("{}/{}/{}", target.kind, target.space, target.name);
  if (target.kind == "Cluster" || target.kind == "ManagedCluster") {
    error(at, "kind", fmt::format("a {} is not deleted by hand", target.kind),
          "use an unjoin event");
  } else if (target.kind == "Subscription") {
    check_subscription(target, at);
  } else if (target.kind == "FeedInventory") {
    return;  // The controller makes them, too.
  } else if (target.kind == "ClusterTaintPolicy") {
    check_taint_policy(target, at);
  } else if (!workloads_.names.contains(name)) {
    const std::vector<std::string> known = workloads_.names.samples();
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    report_unknown(reading_, "workload or ClusterTaintPolicy", name, candidates,
                   api::child_pointer(at, "name"));
  }
}

void ObjectTargets::check_taint_policy(const models::ObjectTarget& target,
                                       const std::string& at) const {
  std::vector<std::string_view> known;
  for (const api::ClusterTaintPolicy& policy : world_.taint_policies)
    known.push_back(policy.metadata.name);
  for (const models::ScenarioEvent& event : world_.events) {
    const auto* apply = std::get_if<models::ApplyEvent>(&event.action);
    if (apply == nullptr || !apply->typed) continue;
    const auto* policy = std::get_if<api::ClusterTaintPolicy>(&*apply->typed);
    if (policy != nullptr) known.push_back(policy->metadata.name);
  }
  if (std::ranges::count(known, target.name) != 0) return;
  report_unknown(reading_, "ClusterTaintPolicy", target.name, known,
                 api::child_pointer(at, "name"));
}

void ObjectTargets::check_subscription(const models::ObjectTarget& target,
                                       const std::string& at) const {
  const api::Key key{target.space, target.name};
  std::vector<std::string> known;
  for (const models::ScenarioSubscription& subscription : workloads_.subscriptions) {
    if (subscription.object->metadata.key() == key) return;
    const api::ObjectMeta& metadata = subscription.object->metadata;
    known.push_back(metadata.space + "/" + metadata.name);
  }
  for (const models::ScenarioEvent& event : world_.events) {
    const auto* apply = std::get_if<models::ApplyEvent>(&event.action);
    if (apply == nullptr || !apply->typed) continue;
    const auto* made = std::get_if<policy::clusternet::Subscription>(&*apply->typed);
    if (made != nullptr && made->metadata.key() == key) return;
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  report_unknown(reading_, "Subscription", target.space + "/" + target.name, candidates,
                 api::child_pointer(at, "name"));
}

/// A binding is called after its workload: the name, a dash and the kind in lower case.
void ObjectTargets::check_binding(const models::ObjectTarget& target, const std::string& at) const {
  for (const std::string& full : workloads_.names.samples()) {
    const std::string kind = full.substr(0, full.find('/'));
    const std::string suffix = "-" + lower(kind);
    if (!target.name.ends_with(suffix)) continue;
    const std::string name = target.name.substr(0, target.name.size() - suffix.size());
    if (workloads_.names.contains(fmt::format("{}/{}/{}", kind, target.space, name))) return;
  }
  error(at, "name",
        fmt::format("no workload of the namespace has a binding {}", api::in_quotes(target.name)),
        "the workload's name, \"-\" and its kind in lower case, such as \"web-deployment\"");
}

}  // namespace firedrill::scenarios
