#pragma once

/// Vector files as text, again in the form in which they were recorded: a case or event a line,
/// keys in their order.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace firedrill::scenarios {

/// The text of a file of area vectors with each case's `expected` replaced by the element of the
/// same index in `computed`. Requires: `text` is a well-formed file with as many cases.
[[nodiscard]] std::string area_text_with(std::string_view text, const nlohmann::json& computed);

/// The text of an end-to-end file with `timeline` and `final` replaced by the members of `computed`
/// of the same name. Requires: `text` is a well-formed file.
[[nodiscard]] std::string end_to_end_text_with(std::string_view text,
                                               const nlohmann::json& computed);

}  // namespace firedrill::scenarios
