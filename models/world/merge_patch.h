#pragma once

/// Merge patches (RFC 7396) of typed values, as `kubectl patch --type merge` sends them.

#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"

namespace firedrill::models {

/// The value after the patch's member `part`; unchanged where the patch says nothing of it.
template <class T>
[[nodiscard]] T patched(const T& value, const nlohmann::json& patch, const char* part) {
  const auto found = patch.find(part);
  if (found == patch.end()) return value;
  nlohmann::json json;
  api::write_json(value, json);
  if (json.is_null()) json = nlohmann::json::object();
  json.merge_patch(*found);
  T next;
  api::Diagnostics problems;
  api::ReadContext context(problems, api::UnknownKeys::ignore);
  api::read_json(json, next, context);
  return next;
}

}  // namespace firedrill::models
