#pragma once

/// When a computed value is the expected one of a golden vector: by the common rules of the
/// vectors, and by the area's own where it has some.

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "scenarios/conformance/areas.h"

namespace firedrill::scenarios {

/// The JSON pointer of the first value in which the two differ, keys in their order; nothing when
/// they are equal. Numbers are equal when they are the same number: integers are compared exactly
/// whatever their sign and width, where nlohmann's own comparison lets 2^64-1 equal -1 and rounds
/// an integer beside a double.
[[nodiscard]] std::optional<std::string> first_difference(const nlohmann::json& expected,
                                                          const nlohmann::json& actual);

/// Whether `actual` is right for a case of that area: equal to `expected`, or to one of the values
/// of `{"anyOf": [...]}`. The lists `targets` and `result` are compared as maps by name.
[[nodiscard]] bool matches_expected(const Area& area,
                                    const nlohmann::json& expected,
                                    const nlohmann::json& actual);

}  // namespace firedrill::scenarios
