#pragma once

/// The formats of scenarios and studies for others: JSON Schema (draft 7), and reference pages.

#include <string>

namespace firedrill::scenarios {

/// Indented JSON with a final newline.
[[nodiscard]] std::string scenario_schema();

/// docs/reference/scenario.md, Markdown.
[[nodiscard]] std::string scenario_reference();

/// The same of studies; docs/reference/study.md.
[[nodiscard]] std::string study_schema();
[[nodiscard]] std::string study_reference();

}  // namespace firedrill::scenarios
