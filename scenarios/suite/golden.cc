#include "scenarios/suite/golden.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/timeline/header.h"
#include "policy/api/diagnostic.h"
#include "scenarios/suite/digest_file.h"
#include "scenarios/suite/golden_reason.h"
#include "scenarios/suite/words.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

bool is_footer(std::string_view line) {
  return line.starts_with(R"({"kind":"Footer")");
}

GoldenProblem bad_golden(const fs::path& file,
                         std::uint32_t line,
                         std::string pointer,
                         std::string problem) {
  return {true, api::render({.pointer = std::move(pointer),
                             .problem = std::move(problem),
                             .remedy = "--update-golden writes it anew",
                             .position = {file.string(), line, line == 0 ? 0U : 1U}})};
}

std::string read_whole(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// How two of the lines around the events differ.
std::string around_words(std::string_view which,
                         std::string_view expected,
                         std::string_view actual) {
  const std::string words = member_differences(expected, actual);
  return words.empty() ? std::string() : fmt::format("the {} has {}\n", which, words);
}

}  // namespace

GoldenPlaces golden_places(const fs::path& scenario) {
  const std::string stem = scenario.extension() == ".json"
                               ? (scenario.parent_path() / scenario.stem()).string()
                               : scenario.string();
  return {stem + ".timeline.jsonl", stem + ".digest"};
}

/// What lies beside the scenario.
struct GoldenCheck::Kept {
  bool timeline = false;
  bool digest = false;
  std::optional<GoldenProblem> unreadable;
  std::ifstream lines;
  std::string header;  ///< Of a timeline.
  std::optional<DigestFile> sums;

  explicit Kept(const GoldenPlaces& places) {
    std::error_code ignored;
    timeline = fs::exists(places.timeline, ignored);
    digest = fs::exists(places.digest, ignored);
    if (timeline) {
      open_timeline(places.timeline);
    } else if (digest) {
      open_digest(places.digest);
    }
  }

  [[nodiscard]] bool exists() const { return timeline || digest; }

 private:
  void open_timeline(const fs::path& path) {
    lines.open(path, std::ios::binary);
    if (!lines || !std::getline(lines, header)) {
      unreadable = bad_golden(path, 0, "", lines.is_open() ? "is empty" : "cannot be read");
      return;
    }
    const auto format = format_of_header(header);
    if (!format) {
      unreadable = bad_golden(path, 1, "", "no timeline: the first line is no header");
    } else if (*format != timeline::Header::current_format) {
      unreadable = bad_golden(path, 1, "/format",
                              fmt::format("a golden of format {}; this version compares format {}",
                                          *format, timeline::Header::current_format));
    }
    lines.seekg(0);
  }

  void open_digest(const fs::path& path) {
    std::variant<DigestFile, DigestRefusal> read = read_digest_file(read_whole(path));
    if (const auto* refusal = std::get_if<DigestRefusal>(&read)) {
      unreadable = bad_golden(path, refusal->line, refusal->pointer, refusal->problem);
    } else {
      sums = std::get<DigestFile>(std::move(read));
    }
  }
};

/// What has come of the run so far, and where it first departed from the golden.
struct GoldenCheck::Actual {
  std::string text;  ///< Its beginning, up to `text_max`.
  std::size_t size = 0;
  std::size_t line = 0;
  std::size_t events = 0;
  std::string header;
  std::string footer;
  Fingerprints prints;

  std::size_t wrong_line = 0;  ///< The first after the header that differs; 0: none.
  std::string expected;        ///< "" where the golden has ended.
  std::string actual;

  std::vector<std::string> group;  ///< The events since the last checksum.
  std::optional<std::size_t> wrong_group;
  std::vector<std::string> wrong_events;

  /// Room for a run that is somewhat longer than its golden, so that it can be told from it.
  static constexpr std::size_t text_max = 4 * golden_timeline_max;
};

GoldenCheck::GoldenCheck(const fs::path& scenario, const GoldenOptions& options)
    : places_(golden_places(scenario)),
      options_(options),
      kept_(std::make_unique<Kept>(places_)),
      actual_(std::make_unique<Actual>()) {}

GoldenCheck::~GoldenCheck() = default;

bool GoldenCheck::wanted() const {
  return kept_->exists() || options_.create;
}

void GoldenCheck::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      pending_ += bytes;
      return;
    }
    if (pending_.empty()) {
      take(bytes.substr(0, end));
    } else {
      pending_ += bytes.substr(0, end);
      take(pending_);
      pending_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
}

void GoldenCheck::take(std::string_view line) {
  Actual& run = *actual_;
  run.size += line.size() + 1;
  ++run.line;
  if (run.text.size() + line.size() < Actual::text_max) {
    run.text += line;
    run.text += '\n';
  }
  if (kept_->timeline && run.wrong_line == 0) compare_line(line);
  if (run.line == 1) {
    run.header = line;
    return;
  }
  if (is_footer(line)) {
    run.footer = line;
    if (run.prints.finish()) compare_group();
    return;
  }
  ++run.events;
  if (kept_->sums) run.group.emplace_back(line);
  if (run.prints.add(line)) compare_group();
}

void GoldenCheck::compare_line(std::string_view line) {
  Actual& run = *actual_;
  std::string expected;
  std::getline(kept_->lines, expected);
  // Another header alone is no other story.
  if (expected == line || run.line == 1) return;
  run.wrong_line = run.line;
  run.expected = std::move(expected);
  run.actual = line;
}

void GoldenCheck::compare_group() {
  Actual& run = *actual_;
  if (kept_->sums && !kept_->sums->sums.empty() && !run.wrong_group) {
    const std::vector<std::uint16_t>& expected = kept_->sums->sums;
    const std::size_t last = run.prints.sums().size() - 1;
    if (last >= expected.size() || expected[last] != run.prints.sums()[last]) {
      run.wrong_group = last;
      run.wrong_events = run.group;
    }
  }
  run.group.clear();
}

std::optional<GoldenProblem> GoldenCheck::problem() const {
  if (kept_->timeline && kept_->digest) {
    return GoldenProblem{false,
                         fmt::format("{} and {} are both there; which one is meant?",
                                     places_.timeline.string(), places_.digest.string()),
                         "--update-golden leaves the one that the timeline's length asks for\n"};
  }
  if (kept_->unreadable) return kept_->unreadable;
  if (kept_->timeline) return timeline_problem();
  return kept_->sums ? digest_problem() : std::nullopt;
}

std::optional<GoldenProblem> GoldenCheck::timeline_problem() const {
  const Actual& run = *actual_;
  const std::string file = places_.timeline.string();
  const std::string header = around_words("header", kept_->header, run.header);
  if (run.wrong_line == 0) {
    std::string rest;
    if (std::getline(kept_->lines, rest))
      return GoldenProblem{false, fmt::format("{}:{}: text after the footer", file, run.line + 1)};
    if (kept_->header == run.header) return std::nullopt;
  }
  if (run.wrong_line == 0 || (is_footer(run.actual) && is_footer(run.expected))) {
    return GoldenProblem{
        false,
        fmt::format("all {} events are as in {}, but not what stands around them", run.events,
                    file),
        header + (run.wrong_line == 0 ? "" : around_words("footer", run.expected, run.actual))};
  }
  return wrong_event();
}

GoldenProblem GoldenCheck::wrong_event() const {
  const Actual& run = *actual_;
  const std::string place = fmt::format("{}:{}", places_.timeline.string(), run.wrong_line);
  GoldenReason reason;
  if (run.text.size() == run.size) reason = reason_of_difference(places_.timeline, run.text);
  const bool told = !reason.expected.empty() || !reason.actual.empty();
  if (!told) {
    reason.expected = is_footer(run.expected) ? "" : run.expected;
    reason.actual = is_footer(run.actual) ? "" : run.actual;
  }
  const auto shown = [](const std::string& line) { return line.empty() ? "no such event" : line; };
  GoldenProblem result;
  result.message = "first wrong event: " +
                   event_words(reason.expected.empty() ? reason.actual : reason.expected);
  if (told) result.message += "; " + reason.words;
  result.details = fmt::format("differs from {}\nexpected: {}\nactual: {}\n", place,
                               shown(reason.expected), shown(reason.actual));
  for (const std::string& line : reason.lines)
    result.details += line + "\n";
  return result;
}

std::optional<GoldenProblem> GoldenCheck::digest_problem() const {
  const Actual& run = *actual_;
  const DigestFile& golden = *kept_->sums;
  if (run.footer.find("\"digest\":\"" + golden.digest + "\"") != std::string::npos)
    return std::nullopt;
  GoldenProblem result;
  result.message = fmt::format("the timeline of {} events is not that of {}", run.events,
                               places_.digest.string());
  if (golden.footer.empty()) return result;
  // A run that stops short of the golden has no wrong group of its own.
  const bool shorter = run.prints.sums().size() < golden.sums.size();
  if (run.wrong_group) {
    const std::size_t first = *run.wrong_group * Fingerprints::every + 1;
    result.message =
        fmt::format("first wrong event between seq {} and {}: the first of them is {}", first,
                    first + run.wrong_events.size() - 1, event_words(run.wrong_events.front()));
    for (const std::string& line : run.wrong_events)
      result.details += "actual: " + line + "\n";
  } else if (shorter) {
    result.message += fmt::format(": it ends after seq {}", run.events);
  } else {
    result.message = fmt::format("all {} events are as in {}, but not what stands around them",
                                 run.events, places_.digest.string());
  }
  result.details += around_words("footer", golden.footer, run.footer);
  return result;
}

std::string GoldenCheck::text_to_keep(bool as_timeline) const {
  if (as_timeline) return actual_->text;
  constexpr std::string_view key = R"("digest":")";
  constexpr std::size_t digits = 64;
  const std::size_t at = actual_->footer.find(key);
  return digest_text(std::string_view(actual_->footer).substr(at + key.size(), digits),
                     actual_->footer, actual_->prints);
}

bool GoldenCheck::write_golden() const {
  const bool as_timeline = actual_->size <= golden_timeline_max;
  const fs::path& path = as_timeline ? places_.timeline : places_.digest;
  const fs::path& other = as_timeline ? places_.digest : places_.timeline;
  const std::string text = text_to_keep(as_timeline);
  std::error_code code;
  const bool other_exists = fs::exists(other, code);
  if (read_whole(path) == text && !other_exists) return false;
  timeline::OutputFile file(path);
  file.write(text);
  file.commit();
  if (other_exists && !fs::remove(other, code))
    throw timeline::ResourceError(
        fmt::format("cannot remove {}: {}", other.string(), code.message()), code);
  return true;
}

std::optional<GoldenProblem> GoldenCheck::finish(bool other_checks_held,
                                                 std::vector<std::string>& notes) {
  const bool exists = kept_->exists();
  std::optional<GoldenProblem> found = exists ? problem() : std::nullopt;
  if (exists ? !options_.update : !options_.create) return found;
  const fs::path& path = actual_->size <= golden_timeline_max ? places_.timeline : places_.digest;
  if (!other_checks_held) {
    notes.push_back(
        fmt::format("{}: not written, since other checks of the run fail", path.string()));
    return found;
  }
  if (!write_golden()) return found;
  std::string note = fmt::format("{}: written{}, {} events", path.string(), exists ? " anew" : "",
                                 actual_->events);
  if (found) note += "; before: " + found->message;
  notes.push_back(std::move(note));
  return std::nullopt;
}

}  // namespace firedrill::scenarios
