#pragma once

/// Reference pages in Markdown, from described types (policy/api/describe_types.h).

#include <string>

#include "policy/api/describe_types.h"

namespace firedrill::api {

/// A section a type, each with its table: key, type, default and meaning of a struct's fields, or
/// an enum's words, or a type's forms. Headings start at `level` and link to each other by type
/// name.
[[nodiscard]] std::string markdown_reference(const Types& types, int level = 2);

}  // namespace firedrill::api
