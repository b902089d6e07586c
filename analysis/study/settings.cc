// A setting in the words of those who will apply it.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/study/report.h"

namespace firedrill::analysis {
namespace {

/// As a shell takes it: quoted where it has to be.
std::string shell_word(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::vector<std::string> setting_in_flags(const StudyTable& table, std::size_t point) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < table.parameters.size(); ++i) {
    const StudyParameter& parameter = table.parameters[i];
    const std::string& value = table.points[point].values[i].text;
    for (const FlagSpelling& flag : parameter.flags)
      lines.push_back(flag.process + " " + shell_word(flag.flag + "=" + value));
  }
  return lines;
}

std::vector<std::string> setting_without_flags(const StudyTable& table, std::size_t point) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < table.parameters.size(); ++i) {
    const StudyParameter& parameter = table.parameters[i];
    if (parameter.flags.empty())
      lines.push_back(parameter.name + ": " + table.points[point].values[i].text);
  }
  return lines;
}

std::vector<std::string> setting_in_overrides(const StudyTable& table, std::size_t point) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < table.parameters.size(); ++i) {
    const std::string& value = table.points[point].values[i].text;
    for (const std::string& pointer : table.parameters[i].pointers)
      words.push_back("--set " + shell_word(pointer + "=" + value));
  }
  return words;
}

std::string setting_text(const StudyTable& table, std::size_t point) {
  std::string text;
  for (std::size_t i = 0; i < table.parameters.size(); ++i) {
    text += (text.empty() ? "" : " ") + table.parameters[i].name + "=" +
            table.points[point].values[i].text;
  }
  return text;
}

}  // namespace firedrill::analysis
