#pragma once

/// `{"include": "path"}` stands for the content of another JSON file; in a list, a file that holds
/// a list is spliced. An object is an include when that is its only key and the path is a text.
///
/// A document is data from others, so it reads nothing but files below the folder of the first one:
/// no absolute path, no "..", no symbolic link that leads out. Cycles, and the limits `includes`,
/// `input-bytes` (the sum, every inclusion counted) and `depth` (of the whole) are errors.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/json_text.h"
#include "scenarios/source/limits.h"
#include "scenarios/source/origin.h"

namespace firedrill::scenarios {

class Includer {
 public:
  /// Files lie below `folder`. The limits count all that this object includes.
  Includer(std::filesystem::path folder, const Limits& limits, api::Diagnostics& diagnostics);

  /// Replaces every include in the first file's document by what it stands for, and says where all
  /// came from. Counts the file's bytes, and guards against its including itself. What failed is
  /// null then, and reported.
  [[nodiscard]] Origin expand_root(const api::JsonText& text,
                                   const std::filesystem::path& file,
                                   std::size_t bytes);

  /// As above for a value from the command line, which will stand `depth` levels down; its includes
  /// are relative to the folder.
  [[nodiscard]] Origin expand_option(nlohmann::json& value,
                                     const std::string& option,
                                     std::size_t depth);

  /// The files that were included, as the user would name them, in order of first use.
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  struct Place;
  struct Loaded;

  std::optional<Origin> walk(nlohmann::json& value, Place& place, std::size_t depth);
  std::optional<Origin> walk_object(nlohmann::json& object, Place& place, std::size_t depth);
  std::optional<Origin> walk_list(nlohmann::json& list, Place& place, std::size_t depth);
  Origin include(nlohmann::json& value, Place& place, std::size_t depth);
  std::optional<std::filesystem::path> resolve(const std::string& name, const Place& place);
  const Loaded* load(const std::string& name,
                     const std::filesystem::path& path,
                     const Place& place);
  void error(const Place& place, std::string problem, std::string remedy);

  std::filesystem::path folder_;
  std::filesystem::path real_folder_;
  Limits limits_;
  api::Diagnostics& diagnostics_;
  std::vector<std::filesystem::path> open_;  // Files being expanded, outermost first.
  std::map<std::filesystem::path, std::shared_ptr<const Loaded>> loaded_;
  std::vector<std::string> files_;
  std::uint64_t bytes_ = 0;
  std::uint64_t includes_ = 0;
};

}  // namespace firedrill::scenarios
