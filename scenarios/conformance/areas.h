#pragma once

/// Areas of golden vectors: for each, what firedrill says for a case's input. The harness reads
/// files, compares and reports; an area only computes.

#include <span>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios {

/// One area of golden vectors: computes what firedrill says for a case's input, in the vectors' own
/// form.
struct Area {
  std::string_view name;  ///< As in the files' `area` field.
  nlohmann::json (*compute)(const nlohmann::json& input);
  /// Whether a computed value is as good as the expected one; null: they must be equal.
  bool (*matches)(const nlohmann::json& expected, const nlohmann::json& actual) = nullptr;
};

/// All areas, in the order of names.
[[nodiscard]] std::span<const Area> areas();

/// The area of that name, or null.
[[nodiscard]] const Area* find_area(std::string_view name);

}  // namespace firedrill::scenarios
