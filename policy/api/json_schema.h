#pragma once

/// JSON Schema (draft 7) of described types (policy/api/describe_types.h), for editors and for
/// checks by others. It accepts what the reader accepts, but for what a schema cannot say: checks
/// between fields, bounds of durations that are written as texts, and comments.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/describe_types.h"

namespace firedrill::api {

struct SchemaOptions {
  std::string id;      ///< `$id`, unless "".
  std::string title;   ///< `title`, unless "".
  bool strict = true;  ///< Unknown keys are errors (`additionalProperties` false).
};

/// A schema whose root is the first type; every type stands once, under `$defs`, and is referred
/// to. Keys are in the order of the description.
[[nodiscard]] nlohmann::ordered_json json_schema(const Types& types, const SchemaOptions& options);

}  // namespace firedrill::api
