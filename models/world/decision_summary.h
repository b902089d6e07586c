#pragma once

/// What the timeline tells of a scheduling pass.

#include "analysis/timeline/values.h"
#include "policy/runtime/decision.h"

namespace firedrill::models {

/// The chosen clusters and the ten best of the others, or all that the decision lists with `full`.
[[nodiscard]] timeline::Decision summarize(const policy::Decision& decision, bool full);

}  // namespace firedrill::models
