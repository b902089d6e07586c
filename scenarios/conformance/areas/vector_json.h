#pragma once

/// Described values out of and into the JSON of golden vectors.

#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"

namespace firedrill::scenarios::conformance {

/// Throws `std::runtime_error` where the input cannot be read: vectors are complete.
template <class T>
[[nodiscard]] T from_vector(const nlohmann::json& json) {
  api::Diagnostics problems;
  api::ReadContext context(problems, api::UnknownKeys::ignore);
  T value{};
  api::read_json(json, value, context);
  if (!problems.ok()) throw std::runtime_error(problems.render());
  return value;
}

/// The member of that name; `T{}` when absent, as vectors leave out zero values.
template <class T>
[[nodiscard]] T member_from_vector(const nlohmann::json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? T{} : from_vector<T>(*found);
}

/// The form in which vectors have values: without defaults.
template <class T>
[[nodiscard]] nlohmann::json to_vector(const T& value) {
  nlohmann::json json;
  api::write_json(value, json);
  return json;
}

}  // namespace firedrill::scenarios::conformance
