#pragma once

/// Runs files of golden vectors and reports on them: the work behind `firedrill conformance`, and
/// what ctest runs.

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/conformance/vector_file.h"

namespace firedrill::scenarios {

struct ConformanceOptions {
  /// Where each file is written again with what was computed; a file of a folder at the place that
  /// it has in the folder. Never over the file itself, and no file twice.
  std::optional<std::filesystem::path> actual_folder = {};
  std::size_t cases_shown = 20;   ///< Failing cases a file, and lines a case; the rest is counted.
  std::size_t line_length = 400;  ///< In bytes; longer lines are cut and say so.
};

struct ConformanceReport {
  std::vector<FileResult> files;  ///< Without their `actual_text`.

  [[nodiscard]] std::size_t passed() const;  ///< Cases.
  [[nodiscard]] std::size_t failed() const;
};

/// Runs files, and those named *.json anywhere below folders, in sorted order. Writes a line
/// `path: passed/total` a file, its failing cases by name below it, and at the end
/// `N passed, N failed`. Throws `timeline::ResourceError` if a file of `actual_folder` can't be
/// written; what can't be read is a failed case.
ConformanceReport run_conformance(std::span<const std::string> paths,
                                  const ConformanceOptions& options,
                                  std::ostream& output);

}  // namespace firedrill::scenarios
