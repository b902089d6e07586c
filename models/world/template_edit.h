#pragma once

/// What users do to a workload's template, whatever system rolls it out.

#include "models/spec/workload_spec.h"
#include "policy/api/work.h"

namespace firedrill::models {

/// The template that a user creates for the workload, without its place in the API server.
/// `revised`: whether its kind's replicas are known to whoever divides them.
[[nodiscard]] api::ResourceTemplate template_of(const WorkloadInstance& workload, bool revised);

/// The pods of the template change, which is its next generation then.
void change_pods(api::ResourceTemplate& resource);

}  // namespace firedrill::models
