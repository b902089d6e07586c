#pragma once

/// Explanations as text, JSON and Markdown.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/explain/explanation.h"

namespace firedrill::analysis {

/// How the text may be emphasised on a terminal; by default not at all.
struct Emphasis {
  std::function<std::string(std::string_view)> strong = {};
};

/// For people at a terminal. Ends with a newline.
[[nodiscard]] std::string text_of(const Explanation& explanation, const Emphasis& emphasis = {});

/// The first lines for a message: the answer, and the steps of the first chain, from its begin; the
/// last line says how many more there are. No line ends with a newline. Requires: lines >= 2.
[[nodiscard]] std::vector<std::string> first_lines(const Explanation& explanation,
                                                   std::size_t lines = 8);

/// A table a chain.
[[nodiscard]] std::string markdown_of(const Explanation& explanation);

/// One object; times and durations in seconds. Ends with a newline.
[[nodiscard]] std::string json_of(const Explanation& explanation);

}  // namespace firedrill::analysis
