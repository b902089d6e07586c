#include "scenarios/conformance/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 2 * two_to_63;

bool same_number(double number, std::int64_t integer) {
  return number >= -two_to_63 && number < two_to_63 && std::trunc(number) == number &&
         static_cast<std::int64_t>(number) == integer;
}

bool same_number(double number, std::uint64_t integer) {
  return number >= 0 && number < two_to_64 && std::trunc(number) == number &&
         static_cast<std::uint64_t>(number) == integer;
}

/// Calls `use` with the integer in the type that holds it.
template <class Use>
bool with_integer(const Json& number, Use use) {
  return number.is_number_unsigned() ? use(number.get<std::uint64_t>())
                                     : use(number.get<std::int64_t>());
}

bool same_number(const Json& left, const Json& right) {
  if (left.is_number_float() && right.is_number_float()) {
    return left.get<double>() == right.get<double>();
  }
  if (right.is_number_float()) return same_number(right, left);
  if (left.is_number_float()) {
    const auto number = left.get<double>();
    return with_integer(right, [&](auto integer) { return same_number(number, integer); });
  }
  return with_integer(left, [&](auto first) {
    return with_integer(right, [&](auto second) { return std::cmp_equal(first, second); });
  });
}

std::optional<std::string> find_difference(const Json& expected,
                                           const Json& actual,
                                           const std::string& pointer);

std::optional<std::string> object_difference(const Json& expected,
                                             const Json& actual,
                                             const std::string& pointer) {
  // Both are in the order of keys: a merge finds the smallest key in which they differ.
  auto left = expected.begin();
  auto right = actual.begin();
  while (left != expected.end() && right != actual.end()) {
    if (left.key() != right.key()) {
      return api::child_pointer(pointer, std::min(left.key(), right.key()));
    }
    auto difference =
        find_difference(left.value(), right.value(), api::child_pointer(pointer, left.key()));
    if (difference) return difference;
    ++left;
    ++right;
  }
  if (left != expected.end()) return api::child_pointer(pointer, left.key());
  if (right != actual.end()) return api::child_pointer(pointer, right.key());
  return std::nullopt;
}

std::optional<std::string> list_difference(const Json& expected,
                                           const Json& actual,
                                           const std::string& pointer) {
  const std::size_t common = std::min(expected.size(), actual.size());
  for (std::size_t i = 0; i < common; ++i) {
    auto difference = find_difference(expected[i], actual[i], api::child_pointer(pointer, i));
    if (difference) return difference;
  }
  if (expected.size() == actual.size()) return std::nullopt;
  return api::child_pointer(pointer, common);
}

std::optional<std::string> find_difference(const Json& expected,
                                           const Json& actual,
                                           const std::string& pointer) {
  if (expected.is_object() && actual.is_object()) {
    return object_difference(expected, actual, pointer);
  }
  if (expected.is_array() && actual.is_array()) return list_difference(expected, actual, pointer);
  const bool equal = expected.is_number() && actual.is_number()
                         ? same_number(expected, actual)
                         : expected.type() == actual.type() && expected == actual;
  if (equal) return std::nullopt;
  return pointer;
}

bool has_name(const Json& value) {
  const auto name = value.is_object() ? value.find("name") : value.end();
  return name != value.end() && name->is_string();
}

/// The order of these lists says nothing: the reference merges them by walking a hash map.
void sort_targets(Json& value) {
  if (!value.is_object()) return;
  for (const char* key : {"targets", "result"}) {
    const auto list = value.find(key);
    if (list == value.end() || !list->is_array()) continue;
    if (!std::ranges::all_of(*list, has_name)) continue;
    // Stable, as a broken result may name a cluster twice.
    std::ranges::stable_sort(list->get_ref<Json::array_t&>(), {}, [](const Json& target) {
      return target.at("name").get_ref<const std::string&>();
    });
  }
}

bool matches_value(const Area& area, Json expected, Json actual) {
  sort_targets(expected);
  sort_targets(actual);
  return area.matches == nullptr ? !first_difference(expected, actual)
                                 : area.matches(expected, actual);
}

}  // namespace

std::optional<std::string> first_difference(const Json& expected, const Json& actual) {
  return find_difference(expected, actual, "");
}

bool matches_expected(const Area& area, const Json& expected, const Json& actual) {
  const auto any = expected.is_object() ? expected.find("anyOf") : expected.end();
  if (any == expected.end() || expected.size() != 1 || !any->is_array()) {
    return matches_value(area, expected, actual);
  }
  return std::ranges::any_of(*any,
                             [&](const Json& value) { return matches_value(area, value, actual); });
}

}  // namespace firedrill::scenarios
