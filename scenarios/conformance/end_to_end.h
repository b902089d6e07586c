#pragma once

/// Recorded end-to-end cases (tests/conformance/karmada-e2e and its kin): translated to a world,
/// replayed, written in the recordings' own form, and compared by their rules.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/spec/world_spec.h"
#include "policy/api/result.h"

namespace firedrill::scenarios {

/// What a replay came to, in the recordings' form.
struct EndToEndResult {
  nlohmann::json timeline;
  nlohmann::json final;
  std::vector<std::string> violations = {};  ///< Invariants that did not hold, a line each.
};

/// The world of a recorded case. The problem names what in the file cannot be replayed.
[[nodiscard]] api::Result<models::WorldSpec> world_of_case(const nlohmann::json& file);

/// Replays a recorded case.
[[nodiscard]] api::Result<EndToEndResult> replay_end_to_end(const nlohmann::json& file);

/// Differences between a recorded case and a replay: events in groups by (kind, cluster, binding,
/// taint key, taint effect), each group a sequence of equal payloads with times within 0.3 s,
/// ResourceSummaryChanged ignored; `final` exactly. A violated invariant is a difference too.
/// Empty: equal.
[[nodiscard]] std::vector<std::string> compare_end_to_end(const nlohmann::json& file,
                                                          const EndToEndResult& actual);

}  // namespace firedrill::scenarios
