#pragma once

/// Areas of the decisions of Clusternet. Each function takes a case's input and gives the value
/// that the vectors expect; the `..._matches` say what else is as good.

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios::conformance::clusternet {

// dividing.cc
[[nodiscard]] nlohmann::json static_dividing(const nlohmann::json& input);
[[nodiscard]] nlohmann::json dynamic_dividing(const nlohmann::json& input);
[[nodiscard]] nlohmann::json dynamic_scheduling(const nlohmann::json& input);
[[nodiscard]] nlohmann::json predictor(const nlohmann::json& input);

// scheduling.cc
[[nodiscard]] nlohmann::json taint_filter(const nlohmann::json& input);
[[nodiscard]] nlohmann::json taint_score(const nlohmann::json& input);
[[nodiscard]] nlohmann::json num_feasible_clusters(const nlohmann::json& input);
[[nodiscard]] nlohmann::json schedule(const nlohmann::json& input);
[[nodiscard]] bool schedule_matches(const nlohmann::json& expected, const nlohmann::json& actual);
[[nodiscard]] nlohmann::json admit(const nlohmann::json& input);
[[nodiscard]] nlohmann::json scheduling_queue(const nlohmann::json& input);

// lifecycle.cc
[[nodiscard]] nlohmann::json cluster_lifecycle(const nlohmann::json& input);
[[nodiscard]] nlohmann::json detection_timeline(const nlohmann::json& input);
[[nodiscard]] bool detection_timeline_matches(const nlohmann::json& expected,
                                              const nlohmann::json& actual);

// failover_scenario.cc
[[nodiscard]] nlohmann::json failover_scenario(const nlohmann::json& input);

}  // namespace firedrill::scenarios::conformance::clusternet
