#pragma once

/// The metrics for others: the JSON Schema (draft 7) of metrics.json, and their reference page.

#include <string>

namespace firedrill::analysis {

/// Indented JSON with a final newline; every metric and measure with unit and definition.
[[nodiscard]] std::string metrics_schema();

/// docs/reference/metrics.md, Markdown.
[[nodiscard]] std::string metrics_reference();

}  // namespace firedrill::analysis
