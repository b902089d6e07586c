#pragma once

/// The predictor that Clusternet puts beside a member: how many replicas there is room for. Its
/// faults are part of its behaviour. Pure functions.
///
/// Follows clusternet pkg/predictor and pkg/utils/resource.go; spec/clusternet.md 5.3.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/cluster.h"
#include "policy/api/meta.h"
#include "policy/api/quantity.h"
#include "policy/api/result.h"
#include "policy/clusternet/api/subscription.h"

namespace firedrill::policy::clusternet {

struct PredictorPod {
  std::string phase;
  api::ResourceList requests;
  api::ResourceList init_container_requests;

  /// Succeeded or Failed: it takes no room any more.
  [[nodiscard]] bool finished() const { return phase == "Succeeded" || phase == "Failed"; }
};

/// What the predictor sees of a node. It looks neither at a cordon nor at readiness.
struct PredictorNode {
  api::Labels labels;
  std::vector<api::Taint> taints;
  api::ResourceList allocatable;
  std::vector<PredictorPod> pods;
};

/// A predictor's answer: the room for each feed that it was asked about, nothing for feeds without
/// replicas. A problem if it is disabled, out of reach or late.
using Prediction = api::Result<std::vector<std::optional<std::int32_t>>>;

/// Room for replicas, summed over the nodes that they may run on. A problem if there is no such
/// node, or if one of them has less than nothing free of some resource.
[[nodiscard]] api::Result<std::int32_t> predict_replicas(std::span<const PredictorNode> nodes,
                                                         const FeedRequirements& requirements);

}  // namespace firedrill::policy::clusternet
