#pragma once

/// Areas of the decisions of Karmada's failover controllers and of its admission. Each function
/// takes a case's input and gives the value that the vectors expect.

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios::conformance {

[[nodiscard]] nlohmann::json application_failover(const nlohmann::json& input);
[[nodiscard]] nlohmann::json cluster_taint_policy(const nlohmann::json& input);
[[nodiscard]] nlohmann::json condition_threshold(const nlohmann::json& input);
[[nodiscard]] nlohmann::json graceful_eviction(const nlohmann::json& input);
[[nodiscard]] nlohmann::json json_path(const nlohmann::json& input);
[[nodiscard]] nlohmann::json taint_toleration(const nlohmann::json& input);
[[nodiscard]] nlohmann::json validation(const nlohmann::json& input);

}  // namespace firedrill::scenarios::conformance
