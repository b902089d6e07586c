#include "analysis/study/text_table.h"

#include <algorithm>

#include "analysis/compare/figures.h"

namespace firedrill::analysis {
namespace {

std::string aligned(const TextTable& table) {
  std::vector<std::vector<std::string>> rows{table.heading};
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  std::vector<std::size_t> widths(table.heading.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      line += "  " + (table.left[i] ? row[i] + padding : padding + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

/// Text that Markdown leaves as it is.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '_' || c == '[' || c == ']') {
      result += '\\';
      result += c;
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string markdown_table(const TextTable& table) {
  std::string text = "|";
  for (const std::string& title : table.heading)
    text += " " + escaped(title) + " |";
  text += "\n|";
  for (const bool left : table.left)
    text += left ? "---|" : "---:|";
  text += "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const std::string& cell : row)
      text += (cell.empty() ? "" : " " + escaped(cell)) + " |";
    text += "\n";
  }
  return text;
}

}  // namespace

std::string sections_as_text(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    if (!text.empty()) text += "\n";
    text += section.title + "\n";
    for (const std::string& line : section.lines)
      text += "  " + line + "\n";
    for (const std::string& line : section.code)
      text += "    " + line + "\n";
    if (!section.table.rows.empty()) text += aligned(section.table);
    for (const std::string& note : section.notes)
      text += "  " + note + "\n";
  }
  return text;
}

std::string sections_as_markdown(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    if (!text.empty()) text += "\n";
    text += (text.empty() ? "# " : "## ") + escaped(section.title) + "\n";
    if (!section.lines.empty()) text += "\n";
    for (const std::string& line : section.lines)
      text += "- " + escaped(line) + "\n";
    if (!section.code.empty()) {
      text += "\n```sh\n";
      for (const std::string& line : section.code)
        text += line + "\n";
      text += "```\n";
    }
    if (!section.table.rows.empty()) text += "\n" + markdown_table(section.table);
    if (!section.notes.empty()) text += "\n";
    for (const std::string& note : section.notes)
      text += "- " + escaped(note) + "\n";
  }
  return text;
}

std::string one_line(std::string_view text) {
  constexpr unsigned char blank = 0x20;
  constexpr unsigned char del = 0x7F;
  std::string line(text);
  std::ranges::replace_if(
      line,
      [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < blank || byte == del;
      },
      ' ');
  return line;
}

}  // namespace firedrill::analysis
