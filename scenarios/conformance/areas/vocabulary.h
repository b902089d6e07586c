#pragma once

/// Areas of the Kubernetes vocabulary: texts and what they mean.

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios::conformance {

[[nodiscard]] nlohmann::json duration(const nlohmann::json& input);
[[nodiscard]] nlohmann::json label_selector(const nlohmann::json& input);
[[nodiscard]] nlohmann::json quantity(const nlohmann::json& input);

}  // namespace firedrill::scenarios::conformance
