#pragma once

/// The HTML page of a report: one file that asks nobody for anything. Data stand in script elements
/// that are no scripts; the page's own style and scripts, and d3, are allowed by their hashes
/// alone, so that nothing that a name brings along can act.

#include <span>
#include <string>
#include <string_view>

#include "analysis/timeline/output.h"

namespace firedrill::analysis {

/// Parts of the page as the build found them; in pieces, since compilers limit a literal's length.
struct PageParts {
  std::span<const std::string_view> index;   ///< HTML with a mark where each other part goes.
  std::span<const std::string_view> style;   ///< CSS.
  std::span<const std::string_view> d3;      ///< With its licence.
  std::span<const std::string_view> script;  ///< JavaScript.
};
[[nodiscard]] const PageParts& page_parts();

/// Writes the page of one run, or of two side by side; each is what ReportData::json gave. Throws
/// ResourceError.
void write_page(timeline::Output& output, std::span<const std::string> runs);

}  // namespace firedrill::analysis
