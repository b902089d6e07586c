#include "models/spec/workload_spec.h"

#include <utility>

#include <fmt/format.h>

#include "sim/digest.h"

namespace firedrill::models {

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
