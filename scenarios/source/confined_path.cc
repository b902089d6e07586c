#include "scenarios/source/confined_path.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace firedrill::scenarios {
namespace {

bool lies_below(const std::filesystem::path& file, const std::filesystem::path& folder) {
  const auto [in_folder, in_file] =
      std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return in_folder == folder.end() && in_file != file.end();
}

}  // namespace

std::filesystem::path real_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path real = std::filesystem::canonical(folder.empty() ? "." : folder, error);
  // Joining and comparing go by components; a folder that ends in "/" has an empty last one.
  if (!real.has_filename()) real = real.parent_path();
  return real;
}

std::variant<std::filesystem::path, PathRefusal> resolve_below(const std::filesystem::path& root,
                                                               const std::filesystem::path& base,
                                                               const std::string& name) {
  constexpr std::string_view inside = "name a file in the first file's folder, or below it";
  const auto refuse = [](std::string problem, std::string_view remedy) {
    return PathRefusal{std::move(problem), std::string(remedy)};
  };
  const std::filesystem::path path(name);
  if (name.empty()) return refuse(" names no file", inside);
  if (name.find('\0') != std::string::npos) return refuse(" holds a NUL", inside);
  if (path.is_absolute()) return refuse(" is an absolute path", inside);
  if (std::ranges::find(path, "..") != path.end()) return refuse(" goes up with \"..\"", inside);
  std::error_code error;
  std::filesystem::path real =
      std::filesystem::canonical((base.empty() ? "." : base) / path, error);
  if (error == std::errc::no_such_file_or_directory)
    return refuse(": no such file", "paths are relative to the including file");
  if (error) return refuse(" cannot be followed: " + error.message(), inside);
  if (!lies_below(real, root)) return refuse(" leads out of the first file's folder", inside);
  return real;
}

}  // namespace firedrill::scenarios
