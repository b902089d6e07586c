#pragma once

/// Tables and sections of a report, once for terminals and once as Markdown. Internal to the
/// study's report.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::analysis {

struct TextTable {
  std::vector<std::string> heading = {};
  std::vector<bool> left = {};  ///< By column: words; else numbers, aligned at the right.
  std::vector<std::vector<std::string>> rows = {};

  void column(std::string title, bool words = false) {
    heading.push_back(std::move(title));
    left.push_back(words);
  }
};

/// A part of a report, in this order; what is empty is left out.
struct Section {
  std::string title = {};
  std::vector<std::string> lines = {};
  std::vector<std::string> code = {};  ///< To be typed or copied.
  TextTable table = {};
  std::vector<std::string> notes = {};
};

[[nodiscard]] std::string sections_as_text(const std::vector<Section>& sections);
[[nodiscard]] std::string sections_as_markdown(const std::vector<Section>& sections);

/// Without line breaks and other control characters, each a blank.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace firedrill::analysis
