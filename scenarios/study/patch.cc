#include "scenarios/study/patch.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;
using Parts = std::span<const std::string>;

constexpr std::string_view each_element = "*";

/// The number that a part of a pointer is in a list, if it is one: no sign, no leading zero.
std::optional<std::size_t> list_index(std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  if (part.size() > 1 && part.front() == '0') return std::nullopt;
  return index;
}

std::string shown(Parts parts) {
  std::string pointer;
  for (const std::string& part : parts)
    api::append_pointer(pointer, part);
  return pointer.empty() ? "the document" : pointer;
}

std::string kind_of(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return value.empty() ? "an empty list" : "a list";
  if (value.is_null()) return "missing";
  return "a single value";
}

api::Problem no_element(Parts way, const std::string& part, std::size_t size) {
  return {fmt::format("{} has no element {}, as it has {} of them", shown(way),
                      api::in_quotes(part), size)};
}

/// Walks a pointer with * and puts the value at each end.
class Setter {
 public:
  Setter(Parts parts, const Json& value) : parts_(parts), value_(value) {}

  std::optional<api::Problem> set(Json& node, std::size_t depth) const {
    if (depth == parts_.size()) {
      node = value_;
      return std::nullopt;
    }
    const std::string& part = parts_[depth];
    const Parts way = parts_.first(depth);
    if (part == each_element) return set_each(node, depth);
    if (node.is_array()) {
      const auto index = list_index(part);
      if (!index || *index >= node.size()) return no_element(way, part, node.size());
      return set(node[*index], depth + 1);
    }
    if (!node.is_object() && !node.is_null())
      return api::Problem{fmt::format("{} is {}, which has no parts", shown(way), kind_of(node))};
    return set(node[part], depth + 1);
  }

 private:
  std::optional<api::Problem> set_each(Json& node, std::size_t depth) const {
    if (!node.is_array() || node.empty()) {
      return api::Problem{fmt::format("{} is {}, but * stands for the elements of a list",
                                      shown(parts_.first(depth)), kind_of(node))};
    }
    for (Json& element : node) {
      if (auto problem = set(element, depth + 1)) return problem;
    }
    return std::nullopt;
  }

  Parts parts_;
  const Json& value_;
};

Json* child(Json& node, const std::string& part) {
  if (node.is_object()) {
    const auto found = node.find(part);
    return found == node.end() ? nullptr : &*found;
  }
  const auto index = node.is_array() ? list_index(part) : std::nullopt;
  return index && *index < node.size() ? &node[*index] : nullptr;
}

Json* find(Json& root, Parts parts) {
  Json* at = &root;
  for (const std::string& part : parts) {
    at = child(*at, part);
    if (at == nullptr) return nullptr;
  }
  return at;
}

api::Problem nothing_at(Parts parts) {
  return {"there is nothing at " + shown(parts)};
}

/// RFC 6902, 4.1: into an object, before a list's element, or at its end.
std::optional<api::Problem> add(Json& root, Parts parts, Json value) {
  if (parts.empty()) {
    root = std::move(value);
    return std::nullopt;
  }
  const Parts way = parts.first(parts.size() - 1);
  const std::string& last = parts.back();
  Json* parent = find(root, way);
  if (parent == nullptr) return nothing_at(way);
  if (parent->is_object()) {
    (*parent)[last] = std::move(value);
    return std::nullopt;
  }
  if (!parent->is_array())
    return api::Problem{fmt::format("{} is {}, which has no parts", shown(way), kind_of(*parent))};
  const auto index = last == "-" ? parent->size() : list_index(last);
  if (!index || *index > parent->size()) return no_element(way, last, parent->size());
  parent->insert(parent->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return std::nullopt;
}

std::optional<api::Problem> remove(Json& root, Parts parts) {
  if (find(root, parts) == nullptr) return nothing_at(parts);
  if (parts.empty()) {
    root = nullptr;
    return std::nullopt;
  }
  Json& parent = *find(root, parts.first(parts.size() - 1));
  if (parent.is_object()) {
    parent.erase(parts.back());
  } else {
    parent.erase(*list_index(parts.back()));
  }
  return std::nullopt;
}

bool is_inside(Parts inner, Parts outer) {
  return inner.size() > outer.size() && std::ranges::equal(inner.first(outer.size()), outer);
}

std::optional<api::Problem> relocate(Json& root, Parts from, Parts to, bool keep) {
  Json* source = find(root, from);
  if (source == nullptr) return nothing_at(from);
  if (keep) return add(root, to, *source);
  if (is_inside(to, from))
    return api::Problem{fmt::format("{} can't be moved into itself", shown(from))};
  Json value = *source;
  Json changed = root;
  if (auto problem = remove(changed, from)) return problem;
  if (auto problem = add(changed, to, std::move(value))) return problem;
  root = std::move(changed);
  return std::nullopt;
}

}  // namespace

std::optional<api::Problem> set_at(Json& document, std::string_view pointer, const Json& value) {
  const std::vector<std::string> parts = api::split_pointer(pointer);
  return Setter(parts, value).set(document, 0);
}

std::optional<api::Problem> apply_operation(Json& document, const PatchOperation& operation) {
  const std::vector<std::string> path = api::split_pointer(operation.path);
  const std::vector<std::string> from = api::split_pointer(operation.from.value_or(""));
  switch (operation.verb) {
    case PatchVerb::add:
      return add(document, path, operation.value.document());
    case PatchVerb::remove:
      return remove(document, path);
    case PatchVerb::replace:
      if (Json* target = find(document, path)) {
        *target = operation.value.document();
        return std::nullopt;
      }
      return nothing_at(path);
    case PatchVerb::move:
      return relocate(document, from, path, false);
    case PatchVerb::copy:
      return relocate(document, from, path, true);
    case PatchVerb::test:
      if (const Json* target = find(document, path)) {
        if (*target == operation.value.document()) return std::nullopt;
        return api::Problem{fmt::format(
            "{} is not what the patch tests for: it is {}", shown(path),
            api::in_quotes(target->dump(-1, ' ', false, Json::error_handler_t::replace), 60))};
      }
      return nothing_at(path);
  }
  return std::nullopt;
}

std::optional<ImpossibleChange> apply_point(Json& document,
                                            const std::vector<Parameter>& parameters,
                                            const Point& point) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Level& level = point.at(i);
    if (!parameters[i].is_choice()) {
      if (auto problem = set_at(document, parameters[i].path, level.value.document()))
        return ImpossibleChange{i, std::nullopt, std::move(problem->text)};
      continue;
    }
    for (std::size_t k = 0; k < level.changes.size(); ++k) {
      if (auto problem = apply_operation(document, level.changes[k]))
        return ImpossibleChange{i, k, std::move(problem->text)};
    }
  }
  return std::nullopt;
}

std::vector<std::string> expand_pointer(const Json& document, std::string_view pointer) {
  std::vector<std::string> found{""};
  for (const std::string& part : api::split_pointer(pointer)) {
    std::vector<std::string> next;
    for (const std::string& way : found) {
      if (part != each_element) {
        next.push_back(api::child_pointer(way, part));
        continue;
      }
      const Json* list = find_at(document, way);
      const std::size_t size = list != nullptr && list->is_array() ? list->size() : 0;
      for (std::size_t i = 0; i < size; ++i)
        next.push_back(api::child_pointer(way, i));
    }
    found = std::move(next);
  }
  return found;
}

const Json* find_at(const Json& document, std::string_view pointer) {
  const Json* at = &document;
  for (const std::string& part : api::split_pointer(pointer)) {
    if (at->is_object()) {
      const auto member = at->find(part);
      if (member == at->end()) return nullptr;
      at = &*member;
      continue;
    }
    const auto index = at->is_array() ? list_index(part) : std::nullopt;
    if (!index || *index >= at->size()) return nullptr;
    at = &(*at)[*index];
  }
  return at;
}

}  // namespace firedrill::scenarios
