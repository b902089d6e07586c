#include "policy/api/diagnostic.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "policy/api/utf8.h"

namespace firedrill::api {
namespace {

constexpr std::size_t pointer_part_max = 60;
constexpr std::size_t pointer_max = 400;
constexpr std::size_t message_max = 1000;
constexpr std::size_t word_max = 64;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// At most `length_max` bytes of the text, cut on a character's border.
std::string_view prefix(std::string_view text, std::size_t length_max) {
  if (text.size() <= length_max) return text;
  std::size_t length = length_max;
  while (length > 0 && is_continuation(text[length]))
    --length;
  return text.substr(0, length);
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  }
}

std::string abbreviated(std::string_view text) {
  const std::string_view kept = prefix(text, message_max);
  return std::string(kept) + (kept.size() < text.size() ? "…" : "");
}

std::string abbreviated_pointer(std::string_view pointer) {
  std::string out;
  while (!pointer.empty() && out.size() < pointer_max) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string_view part = pointer.substr(0, end);
    const std::string_view kept = prefix(part, pointer_part_max);
    out += kept;
    if (kept.size() < part.size()) out += "…";
    pointer.remove_prefix(end);
  }
  if (!pointer.empty()) out += "/…";
  return out;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Levenshtein distance in half letters: a changed case costs 1, any other edit 2.
unsigned edit_distance(std::string_view a, std::string_view b) {
  std::array<unsigned, word_max + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j)
    row.at(j) = static_cast<unsigned>(2 * j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    unsigned diagonal = row[0];
    row[0] = static_cast<unsigned>(2 * i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const unsigned above = row.at(j);
      const char x = a[i - 1];
      const char y = b[j - 1];
      const unsigned change = x == y ? 0U : lower(x) == lower(y) ? 1U : 2U;
      row.at(j) = std::min({diagonal + change, above + 2U, row.at(j - 1) + 2U});
      diagonal = above;
    }
  }
  return row.at(b.size());
}

void append_escaped_part(std::string& pointer, std::string_view key) {
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
  std::string out;
  const Position& position = diagnostic.position;
  if (!position.file.empty()) {
    out += visible(position.file);
    if (position.line > 0) out += fmt::format(":{}:{}", position.line, position.column);
    out += ": ";
  }
  if (!diagnostic.pointer.empty()) {
    out += visible(abbreviated_pointer(diagnostic.pointer)) + ": ";
  }
  if (diagnostic.severity == Severity::warning) out += "warning: ";
  out += visible(abbreviated(diagnostic.problem));
  if (!diagnostic.remedy.empty()) out += "; " + visible(abbreviated(diagnostic.remedy));
  return out;
}

std::string in_quotes(std::string_view text, std::size_t length_max) {
  const std::string_view kept = prefix(text, length_max);
  std::string out = "\"";
  for (const char c : kept) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c)) {
      append_escaped(out, c);
    } else {
      out += c;
    }
  }
  if (kept.size() < text.size()) out += "…";
  out += '"';
  return out;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > word_max) return {};
  std::string_view best;
  // A third of the letters may differ, at least one; a word all of whose letters differ is no hint.
  unsigned best_distance = static_cast<unsigned>(std::max<std::size_t>(2, 2 * word.size() / 3)) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > word_max || candidate.empty()) continue;
    const unsigned distance = edit_distance(word, candidate);
    const bool unrelated = distance >= 2 * std::max(word.size(), candidate.size());
    if (distance < best_distance && !unrelated) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

void append_pointer(std::string& pointer, std::string_view key) {
  pointer += '/';
  append_escaped_part(pointer, key);
}

void append_pointer(std::string& pointer, std::size_t index) {
  pointer += '/';
  pointer += std::to_string(index);
}

std::string child_pointer(std::string_view pointer, std::string_view key) {
  std::string out(pointer);
  append_pointer(out, key);
  return out;
}

std::string child_pointer(std::string_view pointer, std::size_t index) {
  std::string out(pointer);
  append_pointer(out, index);
  return out;
}

std::vector<std::string> split_pointer(std::string_view pointer) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      parts.emplace_back();
    } else if (pointer[i] == '~' && i + 1 < pointer.size() &&
               (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      parts.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      parts.back() += pointer[i];
    }
  }
  return parts;
}

bool Diagnostics::keeps(Severity severity) const {
  const std::size_t shown =
      severity == Severity::error ? shown_errors_ : shown_.size() - shown_errors_;
  return shown < shown_max_;
}

void Diagnostics::count_hidden(Severity severity) {
  ++(severity == Severity::error ? error_count_ : warning_count_);
}

void Diagnostics::add(Diagnostic diagnostic) {
  count_hidden(diagnostic.severity);
  if (!keeps(diagnostic.severity)) return;
  if (diagnostic.severity == Severity::error) ++shown_errors_;
  shown_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string_view pointer, std::string problem, std::string remedy) {
  add({Severity::error, std::string(pointer), std::move(problem), std::move(remedy)});
}

void Diagnostics::warning(std::string_view pointer, std::string problem, std::string remedy) {
  add({Severity::warning, std::string(pointer), std::move(problem), std::move(remedy)});
}

void Diagnostics::merge(const Diagnostics& other) {
  const std::size_t errors_before = error_count_;
  const std::size_t warnings_before = warning_count_;
  for (const Diagnostic& diagnostic : other.shown_)
    add(diagnostic);
  error_count_ = errors_before + other.error_count_;
  warning_count_ = warnings_before + other.warning_count_;
}

void Diagnostics::locate(const Locator& locator) {
  for (Diagnostic& diagnostic : shown_) {
    if (diagnostic.position.file.empty()) diagnostic.position = locator(diagnostic);
  }
}

std::string Diagnostics::render() const {
  std::vector<const Diagnostic*> ordered;
  ordered.reserve(shown_.size());
  for (const Diagnostic& diagnostic : shown_)
    ordered.push_back(&diagnostic);
  std::ranges::stable_sort(ordered, [](const Diagnostic* a, const Diagnostic* b) {
    return std::tie(a->position.file, a->position.line, a->position.column) <
           std::tie(b->position.file, b->position.line, b->position.column);
  });
  std::string out;
  for (const Diagnostic* diagnostic : ordered)
    out += api::render(*diagnostic) + "\n";
  const std::size_t more_errors = error_count_ - shown_errors_;
  const std::size_t more_warnings = warning_count_ - (shown_.size() - shown_errors_);
  if (more_errors > 0) {
    out += fmt::format("{} more error{}; --limit errors-shown={} shows them\n", more_errors,
                       more_errors == 1 ? "" : "s", error_count_);
  }
  if (more_warnings > 0) {
    out += fmt::format("{} more warning{}; --limit errors-shown={} shows them\n", more_warnings,
                       more_warnings == 1 ? "" : "s", warning_count_);
  }
  return out;
}

}  // namespace firedrill::api
