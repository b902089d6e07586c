#pragma once

/// Names of files in documents. A document is data from others, so it reads nothing but files below
/// the folder of its first file: no absolute path, no "..", no symbolic link that leads out.

#include <filesystem>
#include <string>
#include <variant>

namespace firedrill::scenarios {

/// Why a name is refused: a phrase that goes on after the name, and what would be right.
struct PathRefusal {
  std::string problem;
  std::string remedy;
};

/// The folder as the file system knows it, "" being the working directory; without a trailing "/".
[[nodiscard]] std::filesystem::path real_folder(const std::filesystem::path& folder);

/// The file that `name` means in `base`, if it lies below `root`, which is a real folder.
[[nodiscard]] std::variant<std::filesystem::path, PathRefusal> resolve_below(
    const std::filesystem::path& root, const std::filesystem::path& base, const std::string& name);

}  // namespace firedrill::scenarios
