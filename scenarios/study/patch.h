#pragma once

/// Changing a scenario's document: values at JSON pointers with *, and JSON Patch (RFC 6902). Pure
/// functions on documents; what can't be done is a problem in words that name the place.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/result.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {

/// Puts the value at the pointer, in which * stands for each element of a list. Objects that are
/// missing on the way are created, elements never. After a problem the document may be half
/// changed.
[[nodiscard]] std::optional<api::Problem> set_at(nlohmann::json& document,
                                                 std::string_view pointer,
                                                 const nlohmann::json& value);

/// Performs one operation. After a problem the document is as it was.
[[nodiscard]] std::optional<api::Problem> apply_operation(nlohmann::json& document,
                                                          const PatchOperation& operation);

/// A point's change that can't be made.
struct ImpossibleChange {
  std::size_t parameter = 0;
  std::optional<std::size_t> operation;  ///< Of a choice: which of its operations.
  std::string problem;
};

/// Applies a level of each parameter, in their order. After a problem the document is half changed.
[[nodiscard]] std::optional<ImpossibleChange> apply_point(nlohmann::json& document,
                                                          const std::vector<Parameter>& parameters,
                                                          const Point& point);

/// What the pointers of a parameter are in the document, * expanded; none if it leads nowhere.
[[nodiscard]] std::vector<std::string> expand_pointer(const nlohmann::json& document,
                                                      std::string_view pointer);

/// What stands at a pointer without *; null if nothing does.
[[nodiscard]] const nlohmann::json* find_at(const nlohmann::json& document,
                                            std::string_view pointer);

}  // namespace firedrill::scenarios
