#pragma once

/// The scenario format for others: its JSON Schema (draft 7), and its reference page.

#include <string>

namespace firedrill::scenarios {

/// Indented JSON with a final newline.
[[nodiscard]] std::string scenario_schema();

/// docs/reference/scenario.md, Markdown.
[[nodiscard]] std::string scenario_reference();

}  // namespace firedrill::scenarios
