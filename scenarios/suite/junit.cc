#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "policy/api/utf8.h"
#include "scenarios/suite/report.h"

namespace firedrill::scenarios {
namespace {

/// Text for an attribute or between tags. What XML 1.0 has no way to write (control characters,
/// U+FFFE, U+FFFF) stands as U+FFFD; tabs and line ends are written by number, since an attribute
/// would lose them.
std::string xml_text(std::string_view raw) {
  const std::string text = api::valid_utf8(raw);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out += fmt::format("&#{};", byte);
    } else if (byte < 0x20U) {
      out += "\xef\xbf\xbd";
    } else if (byte == 0xefU && (text.compare(i, 3, "\xef\xbf\xbe") == 0 ||
                                 text.compare(i, 3, "\xef\xbf\xbf") == 0)) {
      out += "\xef\xbf\xbd";
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

/// Between tags a line end stays one, for whoever reads the file itself.
std::string xml_lines(std::string_view raw) {
  std::string text = xml_text(raw);
  constexpr std::string_view written = "&#10;";
  for (std::size_t at = text.find(written); at != std::string::npos; at = text.find(written, at))
    text.replace(at, written.size(), "\n");
  return text;
}

std::string counts_attributes(const SuiteCounts& counts, double seconds) {
  return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.3f}")",
                     counts.all(), counts.failed, counts.errors, counts.skipped, seconds);
}

std::string_view type_of(const SuiteCase& one) {
  if (one.name.starts_with("/expect")) return "ExpectationFailed";
  if (one.name == "golden") return "GoldenDiffers";
  if (one.name == "calm twin") return "NotCalm";
  if (one.name == "invariants") return "InvariantViolated";
  return "CheckFailed";
}

std::string problem_element(const SuiteCase& one) {
  const bool failed = one.outcome == Outcome::failed;
  const std::string_view tag = failed ? "failure" : "error";
  return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", tag,
                     xml_text(one.message), failed ? type_of(one) : "BadInput",
                     xml_lines(one.message + "\n" + one.details));
}

std::string case_element(const SuiteFile& file, const SuiteCase& one) {
  std::string out = fmt::format(R"(    <testcase classname="{}" name="{}" time="{:.3f}")",
                                xml_text(file.path), xml_text(one.name), one.seconds);
  switch (one.outcome) {
    case Outcome::passed:
      return out + "/>\n";
    case Outcome::skipped:
      out += fmt::format(">\n      <skipped message=\"{}\"/>\n", xml_text(one.message));
      break;
    case Outcome::failed:
    case Outcome::error:
      out += ">\n" + problem_element(one);
      break;
  }
  return out + "    </testcase>\n";
}

}  // namespace

std::string suite_junit(const SuiteReport& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"firedrill\" {}>\n",
                     counts_attributes(report.counts(), report.seconds()));
  for (const SuiteFile& file : report.files) {
    out += fmt::format("  <testsuite name=\"{0}\" file=\"{0}\" {1}>\n", xml_text(file.path),
                       counts_attributes(file.counts(), file.seconds()));
    for (const SuiteCase& one : file.cases)
      out += case_element(file, one);
    if (!file.notes.empty()) {
      std::string notes;
      for (const std::string& note : file.notes)
        notes += note + "\n";
      out += "    <system-out>" + xml_lines(notes) + "</system-out>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace firedrill::scenarios
