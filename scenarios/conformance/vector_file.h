#pragma once

/// One file of golden vectors, checked against what firedrill computes. A file is known by its
/// shape: `{"area", "source", "cases"}` holds cases of an area, an object with a `timeline` one
/// recorded end-to-end case. Any other file is a failed case by itself: nothing is skipped.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios {

/// A case that is not as recorded, or could not be computed.
struct FailedCase {
  std::string name;
  std::vector<std::string> lines;  ///< What was expected, what is, where they differ; uncut.
};

struct FileResult {
  std::string path;
  std::size_t total = 0;  ///< Cases; 1 for an end-to-end file and for a file of unknown shape.
  std::vector<FailedCase> failures = {};
  /// The file again with the computed values in place of the recorded ones, null where nothing
  /// could be computed. Empty if it was not asked for or the file's shape is not known.
  std::string actual_text = {};

  [[nodiscard]] std::size_t passed() const { return total - failures.size(); }
};

enum class KeepActual { no, yes };

/// Reads and checks a file.
[[nodiscard]] FileResult check_vector_file(const std::string& path, KeepActual keep);

/// Checks a document that was read already; `path` is only its name.
[[nodiscard]] FileResult check_vectors(const nlohmann::json& document, const std::string& path);

}  // namespace firedrill::scenarios
