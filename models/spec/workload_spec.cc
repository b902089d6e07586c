#include "models/spec/workload_spec.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/digest.h"

namespace firedrill::models {
namespace {

constexpr std::array<std::string_view, 3> dependency_kinds{"ConfigMap", "Secret", "ServiceAccount"};

}  // namespace

bool is_dependency(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) return false;
  return std::ranges::find(dependency_kinds, text.substr(0, slash)) != dependency_kinds.end() &&
         text.find('/', slash + 1) == std::string_view::npos;
}

std::int64_t total_replicas(const WorkloadSpec& workload) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (workload.components.empty()) return workload.replicas;
  std::int64_t sum = 0;
  for (const api::Component& component : workload.components)
    sum = component.replicas > most - sum ? most : sum + component.replicas;
  return sum;
}

std::vector<api::ResourceReference> dependencies_of(const WorkloadSpec& workload) {
  std::vector<api::ResourceReference> dependencies;
  dependencies.reserve(workload.depends_on.size());
  for (const std::string& text : workload.depends_on) {
    const std::size_t slash = text.find('/');
    // All kinds that may be named belong to the core group.
    dependencies.push_back(
        {"v1", text.substr(0, slash), workload.space, text.substr(slash + 1), {}});
  }
  return dependencies;
}

api::PropagationPolicy policy_of(const WorkloadSpec& workload, std::string name) {
  api::PropagationPolicy policy;
  policy.metadata.space = workload.space;
  policy.metadata.name = name;
  api::PropagationSpec& spec = policy.spec;
  spec.resource_selectors.push_back(
      {workload.api_version, workload.kind, workload.space, std::move(name), std::nullopt});
  spec.placement = workload.placement;
  spec.failover = workload.failover;
  spec.suspension = workload.suspension;
  spec.propagate_deps = workload.propagate_deps;
  spec.conflict_resolution = workload.conflict_resolution;
  spec.scheduler_name = workload.scheduler_name;
  spec.preserve_resources_on_deletion = workload.preserve_resources_on_deletion;
  return policy;
}

std::string derived_uid(std::uint64_t seed, std::string_view full_name) {
  const std::string digest = sim::sha256_hex(fmt::format("uid/{}/{}", seed, full_name));
  const std::string_view hex = digest;
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

}  // namespace firedrill::models
