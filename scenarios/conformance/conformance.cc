#include "scenarios/conformance/conformance.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "analysis/timeline/output.h"
#include "policy/api/diagnostic.h"
#include "policy/api/utf8.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

/// A file to run and its place below the folder for actual values, or why there is none.
struct Entry {
  fs::path path;
  fs::path place;
  std::string problem;
};

/// Everything named *.json below the folder, without following links to folders.
std::vector<Entry> list_folder(const fs::path& folder) {
  std::vector<Entry> entries;
  std::error_code error;
  fs::recursive_directory_iterator position(folder, error);
  for (; !error && position != fs::recursive_directory_iterator(); position.increment(error)) {
    std::error_code unreadable;
    if (position->path().extension() != ".json" || position->is_directory(unreadable)) continue;
    entries.push_back({position->path(), position->path().lexically_relative(folder), ""});
  }
  if (error) return {{folder, {}, "can't be listed: " + error.message()}};
  if (entries.empty()) return {{folder, {}, "the folder holds no file *.json"}};
  std::ranges::sort(entries, {}, &Entry::path);
  return entries;
}

std::vector<Entry> list_files(std::span<const std::string> paths) {
  std::vector<Entry> entries;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      entries.push_back({path, fs::path(path).filename(), ""});
      continue;
    }
    std::ranges::move(list_folder(path), std::back_inserter(entries));
  }
  return entries;
}

/// Why the file can't be written there, or nothing.
std::string refusal(const Entry& entry, const fs::path& target, std::set<fs::path>& written) {
  std::error_code error;
  if (fs::equivalent(entry.path, target, error)) {
    return "the actual values would replace the file itself";
  }
  if (!written.insert(target.lexically_normal()).second) {
    return fmt::format("{} is taken by another file; name the folder that holds both",
                       api::in_quotes(target.generic_string(), 400));
  }
  return {};
}

void write_whole(const fs::path& target, std::string_view text) {
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) throw timeline::ResourceError(target.parent_path().string(), error);
  timeline::OutputFile file(target);
  file.write(text);
  file.commit();
}

FileResult run_entry(const Entry& entry,
                     const ConformanceOptions& options,
                     std::set<fs::path>& written) {
  const std::string name = entry.path.generic_string();
  const auto refused = [&name](std::string problem) {
    return FileResult{.path = name, .total = 1, .failures = {{name, {std::move(problem)}}}};
  };
  if (!entry.problem.empty()) return refused(entry.problem);
  if (!options.actual_folder) return check_vector_file(name, KeepActual::no);

  const fs::path target = *options.actual_folder / entry.place;
  std::string problem = refusal(entry, target, written);
  if (!problem.empty()) return refused(std::move(problem));
  FileResult result = check_vector_file(name, KeepActual::yes);
  if (!result.actual_text.empty()) write_whole(target, std::exchange(result.actual_text, {}));
  return result;
}

/// The text for a line of the report: cut at a character's border, saying so, and without control
/// characters, whatever names and values hold.
std::string shown(std::string_view text, std::size_t length_max) {
  std::size_t length = std::min(text.size(), length_max);
  const auto continues = [&text](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
  };
  while (length > 0 && length < text.size() && continues(length))
    --length;
  std::string result;
  for (const char c : api::valid_utf8(text.substr(0, length))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20U || byte == 0x7FU) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += c;
    }
  }
  if (length < text.size()) result += fmt::format("… ({} bytes)", text.size());
  return result;
}

void write_rest(std::size_t all, std::size_t limit, std::string_view what, std::ostream& output) {
  if (all > limit) output << fmt::format("{} {} more\n", what, all - limit);
}

void write_file_result(const FileResult& result,
                       const ConformanceOptions& options,
                       std::ostream& output) {
  output << fmt::format("{}: {}/{}\n", shown(result.path, options.line_length), result.passed(),
                        result.total);
  const std::size_t cases = std::min(result.failures.size(), options.cases_shown);
  for (const FailedCase& failed : std::span(result.failures).first(cases)) {
    output << fmt::format("  FAILED {}\n", shown(failed.name, options.line_length));
    const std::size_t lines = std::min(failed.lines.size(), options.cases_shown);
    for (const std::string& line : std::span(failed.lines).first(lines)) {
      output << fmt::format("    {}\n", shown(line, options.line_length));
    }
    write_rest(failed.lines.size(), lines, "    lines:", output);
  }
  write_rest(result.failures.size(), cases, "  FAILED", output);
}

template <class Count>
std::size_t sum(const std::vector<FileResult>& files, Count count) {
  std::size_t total = 0;
  for (const FileResult& file : files)
    total += count(file);
  return total;
}

}  // namespace

std::size_t ConformanceReport::passed() const {
  return sum(files, [](const FileResult& file) { return file.passed(); });
}

std::size_t ConformanceReport::failed() const {
  return sum(files, [](const FileResult& file) { return file.failures.size(); });
}

ConformanceReport run_conformance(std::span<const std::string> paths,
                                  const ConformanceOptions& options,
                                  std::ostream& output) {
  ConformanceReport report;
  std::set<fs::path> written;
  for (const Entry& entry : list_files(paths)) {
    report.files.push_back(run_entry(entry, options, written));
    write_file_result(report.files.back(), options, output);
  }
  output << fmt::format("{} passed, {} failed\n", report.passed(), report.failed());
  return report;
}

}  // namespace firedrill::scenarios
