#pragma once

/// The version that timelines, metrics and `--version` carry. Equal versions give equal timelines.

#include <string_view>

namespace firedrill::scenarios {

/// "0.1.0", as the build files have it.
[[nodiscard]] std::string_view version();

}  // namespace firedrill::scenarios
