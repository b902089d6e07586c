#pragma once

/// Described values straight to JSON text, in the one spelling of the timeline: no blanks, keys in
/// the description's order, seconds printed from the integer, doubles shortest round-trip, strings
/// escaping only `"`, `\` and control characters. Nothing is written for an absent optional or an
/// empty value of an optional field; null never.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <nlohmann/json_fwd.hpp>

#include "analysis/timeline/values.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/quantity.h"
#include "policy/api/time.h"

namespace firedrill::timeline {

/// Appends the text in quotes. Bytes that are not valid UTF-8 pass as they are.
void append_json(std::string& out, std::string_view text);
void append_json(std::string& out, const nlohmann::json& json);

/// Shortest text that reads back as the same double. Throws std::logic_error if it is not finite.
void append_double(std::string& out, double number);

/// A decimal with at most nine places and without trailing zeros: 90, 0.5, -0.000000001.
void append_seconds(std::string& out, sim::Duration duration);

void append_integer(std::string& out, std::int64_t number);
void append_integer(std::string& out, std::uint64_t number);

template <class T>
void append_value(std::string& out, const T& value);

namespace detail {

template <class T>
struct BareType {
  using type = T;
};
template <class T>
struct BareType<std::optional<T>> {
  using type = T;
};

template <class T>
[[nodiscard]] bool has_text(const T& value) {
  if constexpr (api::OptionalMember<T>) {
    return value.has_value();
  } else if constexpr (std::same_as<T, api::Json>) {
    return value.present();
  } else if constexpr (requires { value.empty(); }) {
    return !value.empty();
  } else {
    return !(value == T{});
  }
}

/// The visitor that writes the members of an object, after what stands there already.
class MemberText {
 public:
  explicit MemberText(std::string& out) : out_(out) {}

  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, const T& member, std::string_view, const C&...) {
    if (has_text(member)) append(key, member);
  }

  template <class T, class... C>
  void required(std::string_view key, const T& member, std::string_view, const C&...) {
    append(key, member);
  }

  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  template <class T>
  void append(std::string_view key, const T& member) {
    if (out_.back() != '{') out_.push_back(',');
    append_json(out_, key);
    out_.push_back(':');
    append_value(out_, member);
  }

  std::string& out_;
};

template <class Map>
void append_map(std::string& out, const Map& map) {
  out.push_back('{');
  for (const auto& [key, value] : map) {
    if (out.back() != '{') out.push_back(',');
    append_json(out, std::string_view(key));
    out.push_back(':');
    append_value(out, value);
  }
  out.push_back('}');
}

template <class List>
void append_list(std::string& out, const List& list) {
  out.push_back('[');
  for (const auto& element : list) {
    if (out.back() != '[') out.push_back(',');
    append_value(out, element);
  }
  out.push_back(']');
}

}  // namespace detail

/// The type of a member, whether it may be absent or not.
template <class T>
using Bare = typename detail::BareType<T>::type;

/// Appends the members of a described value to an object that the caller has opened with `{`.
template <class T>
void append_members(std::string& out, const T& value) {
  detail::MemberText members(out);
  // Descriptions take their value mutable, for a reader's sake. This visitor only looks.
  describe(members, const_cast<T&>(value));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

template <class T>
void append_value(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::unsigned_integral<T>) {
    append_integer(out, std::uint64_t{value});
  } else if constexpr (std::integral<T>) {
    append_integer(out, std::int64_t{value});
  } else if constexpr (std::floating_point<T>) {
    append_double(out, value);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    append_json(out, std::string_view(value));
  } else if constexpr (std::same_as<T, Span>) {
    append_seconds(out, value.length);
  } else if constexpr (std::same_as<T, Instant>) {
    append_seconds(out, value.time.time_since_epoch());
  } else if constexpr (std::same_as<T, api::Quantity>) {
    append_json(out, std::string_view(value.text()));
  } else if constexpr (std::same_as<T, api::StoredTime>) {
    append_json(out, std::string_view(api::format_rfc3339(value)));
  } else if constexpr (std::same_as<T, api::Json>) {
    append_json(out, value.document());
  } else if constexpr (api::OptionalMember<T>) {
    append_value(out, *value);
  } else if constexpr (api::ListMember<T>) {
    detail::append_list(out, value);
  } else if constexpr (api::MapMember<T>) {
    detail::append_map(out, value);
  } else {
    static_assert(api::Described<T>, "this type has no text in a timeline");
    out.push_back('{');
    append_members(out, value);
    out.push_back('}');
  }
}

}  // namespace firedrill::timeline
