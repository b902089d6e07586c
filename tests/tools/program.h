#pragma once

/// Runs the built program in a shell, from the repository's root, and keeps what it said.

#include <filesystem>
#include <string>
#include <vector>

namespace firedrill::tools {

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

/// Runs `firedrill ARGUMENTS`, where the arguments are shell words.
[[nodiscard]] Outcome firedrill(const std::string& arguments);

/// Runs a shell command, in which `firedrill` is the program.
[[nodiscard]] Outcome shell(const std::string& command);

/// An empty folder that goes when this does.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// Names of all that is in it, sorted.
  [[nodiscard]] std::vector<std::string> content() const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// The scenarios after the documents of the reference systems, sorted.
[[nodiscard]] std::vector<std::string> document_scenarios();

}  // namespace firedrill::tools
