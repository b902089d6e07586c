#pragma once

/// Names by pattern, for selectors and narrowings.

#include <string_view>

namespace firedrill::timeline {

/// Whether the text matches: `*` stands for any text, `?` for one character (byte), all else for
/// itself. O(text · pattern) at worst.
[[nodiscard]] bool matches_glob(std::string_view text, std::string_view glob);

/// The same for a workload `Kind/namespace/name`, whose kind a pattern with fewer than two slashes
/// leaves open: `shop/web-*`.
[[nodiscard]] bool matches_workload(std::string_view workload, std::string_view glob);

}  // namespace firedrill::timeline
