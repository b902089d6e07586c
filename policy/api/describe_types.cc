#include "policy/api/describe_types.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

namespace firedrill::api {

std::optional<std::size_t> Types::enter(std::type_index type, const std::string& name) {
  if (name.empty()) throw std::logic_error("a description without a name");
  if (names_.contains(type)) return std::nullopt;
  for (const TypeDescription& other : types_) {
    if (other.name == name) throw std::logic_error("two described types are called " + name);
  }
  names_.emplace(type, name);
  types_.emplace_back().name = name;
  return types_.size() - 1;
}

namespace detail {

void apply_constraints(const Constraints& constraints, ValueShape& shape) {
  shape.at_least = constraints.at_least;
  shape.at_most = constraints.at_most;
  shape.above = constraints.above;
  shape.below = constraints.below;
  shape.not_empty = constraints.not_empty;
  shape.words.assign(constraints.one_of.begin(), constraints.one_of.end());
  if (constraints.spelling != nullptr) {
    shape.meaning = constraints.spelling->meaning;
    shape.pattern = constraints.spelling->pattern;
  }
}

Json captured_default(const std::function<void(nlohmann::json&)>& write) {
  nlohmann::json slot;
  write(slot);
  const bool nothing = slot.is_null() || (slot.is_structured() && slot.empty()) || slot == "";
  return nothing ? Json{} : Json(std::move(slot));
}

}  // namespace detail
}  // namespace firedrill::api
