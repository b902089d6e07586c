#pragma once

/// A diff for people, documents and programs.

#include <cstddef>
#include <string>

#include "analysis/diff/diff.h"

namespace firedrill::analysis {

/// The settings that differ, the first divergence with both chains of causes beside each other, the
/// differences by kind, the first of them, and what it cost in metrics; one line if nothing
/// differs.
[[nodiscard]] std::string diff_text(const DiffReport& report);

/// The same as Markdown.
[[nodiscard]] std::string diff_markdown(const DiffReport& report);

/// Everything; times in seconds. The keys are those of docs/diff.md.
[[nodiscard]] std::string diff_json(const DiffReport& report);

}  // namespace firedrill::analysis
