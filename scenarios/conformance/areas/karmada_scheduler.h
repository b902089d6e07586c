#pragma once

/// Areas of the Karmada scheduler's decisions. Each function takes a case's input and gives the
/// value that the vectors expect.

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios::conformance {

[[nodiscard]] nlohmann::json cluster_affinity(const nlohmann::json& input);
[[nodiscard]] nlohmann::json descheduler(const nlohmann::json& input);
[[nodiscard]] nlohmann::json estimator(const nlohmann::json& input);
[[nodiscard]] nlohmann::json filters(const nlohmann::json& input);
[[nodiscard]] nlohmann::json replica_assignment(const nlohmann::json& input);
[[nodiscard]] nlohmann::json schedule(const nlohmann::json& input);
[[nodiscard]] nlohmann::json schedule_affinities(const nlohmann::json& input);
[[nodiscard]] nlohmann::json spread_selection(const nlohmann::json& input);
[[nodiscard]] nlohmann::json weighted_division(const nlohmann::json& input);

/// The vectors leave out a FitError's text where the reference's random plugin order decides it.
[[nodiscard]] bool schedule_matches(const nlohmann::json& expected, const nlohmann::json& actual);

}  // namespace firedrill::scenarios::conformance
