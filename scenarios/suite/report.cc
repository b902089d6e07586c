#include "scenarios/suite/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/timeline/text.h"

namespace firedrill::scenarios {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::error:
      return "error";
    case Outcome::skipped:
      return "skipped";
  }
  return {};
}

std::string_view to_string(SuiteKind kind) {
  switch (kind) {
    case SuiteKind::scenario:
      return "scenario";
    case SuiteKind::study:
      return "study";
    case SuiteKind::unreadable:
      return "unreadable";
  }
  return {};
}

void SuiteCounts::add(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      ++passed;
      break;
    case Outcome::failed:
      ++failed;
      break;
    case Outcome::error:
      ++errors;
      break;
    case Outcome::skipped:
      ++skipped;
      break;
  }
}

void SuiteCounts::add(const SuiteCounts& other) {
  passed += other.passed;
  failed += other.failed;
  errors += other.errors;
  skipped += other.skipped;
}

SuiteCounts SuiteFile::counts() const {
  SuiteCounts counts;
  for (const SuiteCase& one : cases)
    counts.add(one.outcome);
  return counts;
}

double SuiteFile::seconds() const {
  double sum = 0;
  for (const SuiteCase& one : cases)
    sum += one.seconds;
  return sum;
}

SuiteCounts SuiteReport::counts() const {
  SuiteCounts counts;
  for (const SuiteFile& file : files)
    counts.add(file.counts());
  return counts;
}

double SuiteReport::seconds() const {
  double sum = 0;
  for (const SuiteFile& file : files)
    sum += file.seconds();
  return sum;
}

namespace {

std::string counts_text(const SuiteCounts& counts) {
  std::string text = fmt::format("{} passed", counts.passed);
  if (counts.failed != 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.errors != 0)
    text += fmt::format(", {} error{}", counts.errors, counts.errors == 1 ? "" : "s");
  if (counts.skipped != 0) text += fmt::format(", {} skipped", counts.skipped);
  return text;
}

/// The word for a file as a whole.
std::string_view verdict(const SuiteCounts& counts) {
  if (counts.failed != 0) return "FAILED";
  if (counts.errors != 0) return "ERROR";
  return counts.skipped != 0 ? "skipped" : "ok";
}

std::string_view verdict(Outcome outcome) {
  SuiteCounts counts;
  counts.add(outcome);
  return verdict(counts);
}

/// The lines, each moved to the right.
std::string indented(std::string_view lines, std::string_view by) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    text += fmt::format("{}{}\n", by, lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return text;
}

std::string failures_of(const SuiteFile& file) {
  std::string text;
  for (const SuiteCase& one : file.cases) {
    if (one.outcome != Outcome::failed && one.outcome != Outcome::error) continue;
    text += fmt::format("{} {}: {}: {}\n", verdict(one.outcome), file.path, one.name, one.message);
    text += indented(one.details, "    ");
  }
  return text;
}

void append_json_case(std::string& out, const SuiteCase& one) {
  out += R"({"name":)";
  timeline::append_json(out, std::string_view(one.name));
  out += fmt::format(R"(,"outcome":"{}")", to_string(one.outcome));
  if (!one.message.empty()) {
    out += R"(,"message":)";
    timeline::append_json(out, std::string_view(one.message));
  }
  if (!one.details.empty()) {
    out += R"(,"details":)";
    timeline::append_json(out, std::string_view(one.details));
  }
  out += '}';
}

std::string json_counts(const SuiteCounts& counts) {
  return fmt::format(R"("tests":{},"passed":{},"failed":{},"errors":{},"skipped":{})", counts.all(),
                     counts.passed, counts.failed, counts.errors, counts.skipped);
}

}  // namespace

std::string totals_text(const SuiteReport& report) {
  return fmt::format("{} file{}: {}", report.files.size(), report.files.size() == 1 ? "" : "s",
                     counts_text(report.counts()));
}

SuiteText suite_text(const SuiteReport& report, bool each_case) {
  SuiteText text;
  std::size_t width = 4;
  for (const SuiteFile& file : report.files)
    width = std::max(width, file.path.size());
  text.files = fmt::format("{:<{}}  {:<7}  CASES\n", "FILE", width, "RESULT");
  for (const SuiteFile& file : report.files) {
    const SuiteCounts counts = file.counts();
    text.files +=
        fmt::format("{:<{}}  {:<7}  {}\n", file.path, width, verdict(counts), counts_text(counts));
    for (const SuiteCase& one : file.cases) {
      if (each_case) text.files += fmt::format("  {:<7}  {}\n", verdict(one.outcome), one.name);
    }
  }
  for (const SuiteFile& file : report.files) {
    for (const std::string& note : file.notes)
      text.findings += note + "\n";
  }
  for (const SuiteFile& file : report.files)
    text.findings += failures_of(file);
  text.findings += totals_text(report) + "\n";
  return text;
}

std::string suite_json(const SuiteReport& report) {
  std::string out = "{" + json_counts(report.counts()) + ",\"files\":[";
  for (const SuiteFile& file : report.files) {
    if (out.back() != '[') out += ',';
    out += "\n{\"file\":";
    timeline::append_json(out, std::string_view(file.path));
    out += fmt::format(R"(,"kind":"{}",{},"cases":[)", to_string(file.kind),
                       json_counts(file.counts()));
    for (const SuiteCase& one : file.cases) {
      if (out.back() != '[') out += ',';
      out += "\n  ";
      append_json_case(out, one);
    }
    out += "]";
    if (!file.notes.empty()) {
      out += ",\"notes\":[";
      for (const std::string& note : file.notes) {
        if (out.back() != '[') out += ',';
        timeline::append_json(out, std::string_view(note));
      }
      out += "]";
    }
    out += "}";
  }
  return out + "\n]}\n";
}

}  // namespace firedrill::scenarios
