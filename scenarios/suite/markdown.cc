#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "policy/api/utf8.h"
#include "scenarios/suite/report.h"

namespace firedrill::scenarios {
namespace {

/// Text on one line that no renderer takes for markup, neither Markdown's nor HTML's, nor for the
/// end of a table's cell.
std::string plain(std::string_view raw) {
  constexpr std::string_view special = "\\`*_{}[]()#+!|~$@";
  std::string out;
  for (const char c : api::valid_utf8(raw)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (static_cast<unsigned char>(c) < 0x20U || c == '\x7f') {
      out += ' ';
    } else {
      if (special.find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

/// The longest run of backquotes.
std::size_t fence_inside(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::string block(std::string_view raw) {
  std::string text;
  for (const char c : api::valid_utf8(raw))
    text += static_cast<unsigned char>(c) < 0x20U && c != '\n' ? ' ' : c;
  if (!text.ends_with('\n')) text += '\n';
  const std::string fence(std::max<std::size_t>(3, fence_inside(text) + 1), '`');
  return fence + "text\n" + text + fence + "\n";
}

std::string_view heading(const SuiteCounts& counts) {
  if (counts.failed != 0) return "failed";
  return counts.errors != 0 ? "bad input" : "passed";
}

}  // namespace

std::string suite_markdown(const SuiteReport& report) {
  const SuiteCounts totals = report.counts();
  std::string out = fmt::format("## firedrill: {}\n\n{}\n", heading(totals), totals_text(report));
  std::string rows;
  std::string findings;
  std::string notes;
  for (const SuiteFile& file : report.files) {
    const SuiteCounts counts = file.counts();
    for (const std::string& note : file.notes)
      notes += "- " + plain(note) + "\n";
    if (counts.failed + counts.errors + counts.skipped == 0) continue;
    rows += fmt::format("| {} | {} | {} | {} | {} |\n", plain(file.path), counts.passed,
                        counts.failed, counts.errors, counts.skipped);
    for (const SuiteCase& one : file.cases) {
      if (one.outcome != Outcome::failed && one.outcome != Outcome::error) continue;
      findings += fmt::format("\n### {}: {}\n\n{}", plain(file.path), plain(one.name),
                              block(one.message + "\n" + one.details));
    }
  }
  if (!rows.empty())
    out += "\n| file | passed | failed | errors | skipped |\n|---|---|---|---|---|\n" + rows;
  if (!notes.empty()) out += "\n" + notes;
  return out + findings;
}

}  // namespace firedrill::scenarios
