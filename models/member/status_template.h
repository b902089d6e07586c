#pragma once

/// Fills the templates of status documents.

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace firedrill::models {

/// What stands for the placeholders.
struct TemplateWords {
  std::string workload;  ///< Name of the workload.
  std::string cluster;
  std::string uid;
  std::string start;  ///< Number of the start, from 1, of this object.
  std::string time;   ///< Civil time, RFC 3339.
  std::string phase;
  bool ready = false;  ///< Fields marked {{ready}} show.
};

/// The template with every {{placeholder}} in its string values replaced; unknown ones stay as they
/// are. Until the workload is ready, members of objects whose text holds {{ready}} are left out.
/// O(size).
[[nodiscard]] nlohmann::json fill_template(const nlohmann::json& pattern,
                                           const TemplateWords& words);

}  // namespace firedrill::models
