#include "analysis/timeline/selector.h"

#include <algorithm>
#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/glob.h"
#include "analysis/timeline/text.h"
#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"

namespace firedrill::timeline {
namespace {

template <class T>
inline constexpr bool is_time = std::same_as<T, Span> || std::same_as<T, Instant>;

template <class T>
requires std::is_arithmetic_v<T>
double number_of(T value) {
  return static_cast<double>(value);
}
double number_of(const Span& value) {
  return sim::to_seconds(value.length);
}
double number_of(const Instant& value) {
  return sim::to_seconds(value.time.time_since_epoch());
}

template <class T>
concept Number = !std::same_as<T, bool> && (std::is_arithmetic_v<T> || is_time<T>);

template <class T>
[[nodiscard]] bool fits(const T& value, const Pattern& pattern);

/// The visitor that holds a struct's members against patterns.
class FieldsMatch {
 public:
  explicit FieldsMatch(const Pattern::Fields& fields) : fields_(fields) {}

  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view key, const T& member, std::string_view, const C&...) {
    const auto found = fields_.find(key);
    if (found == fields_.end()) return;
    // Only a workload's name may leave out its kind, and only texts have globs.
    if constexpr (api::TextMember<T>) {
      if (key == "workload") {
        const auto* glob = std::get_if<std::string>(&found->second.wanted);
        matched_ += glob != nullptr && matches_workload(member, *glob) ? 1U : 0U;
        return;
      }
    }
    matched_ += fits(member, found->second) ? 1U : 0U;
  }
  template <class T, class... C>
  void required(std::string_view key, const T& member, std::string_view doc, const C&...) {
    field(key, member, doc);
  }
  void check(std::string_view, bool, std::string_view, std::string_view) {}

  [[nodiscard]] bool all() const { return matched_ == fields_.size(); }

 private:
  const Pattern::Fields& fields_;
  std::size_t matched_ = 0;
};

template <class T>
bool members_fit(const T& value, const Pattern::Fields& fields) {
  FieldsMatch match(fields);
  // Descriptions take their value mutable; this visitor only looks.
  describe(match, const_cast<T&>(value));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return match.all();
}

template <class Map>
bool entries_fit(const Map& map, const Pattern::Fields& fields) {
  return std::ranges::all_of(fields, [&map](const auto& field) {
    const auto found = map.find(field.first);
    return found != map.end() && fits(found->second, field.second);
  });
}

template <class List>
bool elements_fit(const List& list, const std::vector<Pattern>& patterns) {
  return std::ranges::equal(list, patterns, [](const auto& element, const Pattern& pattern) {
    return fits(element, pattern);
  });
}

template <class T>
bool fits(const T& value, const Pattern& pattern) {
  const auto* text = std::get_if<std::string>(&pattern.wanted);
  const auto* fields = std::get_if<Pattern::Fields>(&pattern.wanted);
  if constexpr (api::OptionalMember<T>) {
    return value && fits(*value, pattern);
  } else if constexpr (std::same_as<T, bool>) {
    const auto* wanted = std::get_if<bool>(&pattern.wanted);
    return wanted != nullptr && *wanted == value;
  } else if constexpr (Number<T>) {
    const auto* range = std::get_if<Range>(&pattern.wanted);
    return range != nullptr && range->contains(number_of(value));
  } else if constexpr (api::TextMember<T>) {
    return text != nullptr && matches_glob(value, *text);
  } else if constexpr (std::same_as<T, api::Quantity>) {
    if (text == nullptr) return false;
    const auto quantity = api::Quantity::parse(*text);
    return quantity.ok() && quantity.value() == value;
  } else if constexpr (std::same_as<T, api::StoredTime>) {
    return text != nullptr && matches_glob(api::format_rfc3339(value), *text);
  } else if constexpr (api::ListMember<T>) {
    const auto* list = std::get_if<std::vector<Pattern>>(&pattern.wanted);
    return list != nullptr && elements_fit(value, *list);
  } else if constexpr (api::MapMember<T>) {
    return fields != nullptr && entries_fit(value, *fields);
  } else {
    return fields != nullptr && members_fit(value, *fields);
  }
}

// ---- Compiling: JSON to patterns, by the type of the field.

template <class T>
[[nodiscard]] api::Result<Pattern> compile(const nlohmann::json& json);

api::Result<Pattern> misfit(const nlohmann::json& json, std::string_view wanted) {
  std::string text;
  if (!json.is_null()) append_json(text, json);
  return api::Problem{fmt::format("{} cannot be matched against {}", text, wanted)};
}

api::Result<double> compile_bound(const nlohmann::json& json, bool time) {
  if (json.is_number()) return json.get<double>();
  if (time && json.is_string()) {
    const auto duration = api::parse_duration(json.get<std::string>());
    if (duration.ok()) return sim::to_seconds(duration.value());
    return api::Problem{duration.problem()};
  }
  return api::Problem{time ? "not a duration" : "not a number"};
}

api::Result<Pattern> compile_range(const nlohmann::json& json, bool time) {
  if (!json.is_object()) {
    const api::Result<double> number = compile_bound(json, time);
    if (!number.ok()) return api::Problem{number.problem()};
    return Pattern{Range{number.value(), number.value()}};
  }
  Range range;
  for (const auto& [key, value] : json.items()) {
    if (key != "atLeast" && key != "atMost") {
      return api::Problem{"bounds of a number are atLeast and atMost, not " + api::in_quotes(key)};
    }
    const api::Result<double> bound = compile_bound(value, time);
    if (!bound.ok()) return api::Problem{key + ": " + bound.problem()};
    (key == "atLeast" ? range.at_least : range.at_most) = bound.value();
  }
  if (range == Range{}) return api::Problem{"bounds need atLeast or atMost"};
  return Pattern{range};
}

/// The visitor that compiles a struct's fields.
class FieldsCompile {
 public:
  explicit FieldsCompile(const nlohmann::json& json) : json_(json) {}

  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view key, T&, std::string_view, const C&...) {
    keys_.push_back(key);
    const auto found = json_.find(std::string(key));
    if (found == json_.end()) return;
    api::Result<Pattern> pattern = compile<std::remove_const_t<T>>(*found);
    if (pattern.ok()) {
      fields_.emplace(key, std::move(pattern).value());
    } else if (problem_.empty()) {
      problem_ = fmt::format("{}: {}", key, pattern.problem());
    }
  }
  template <class T, class... C>
  void required(std::string_view key, T& member, std::string_view doc, const C&...) {
    field(key, member, doc);
  }
  void check(std::string_view, bool, std::string_view, std::string_view) {}

  /// `ignored`: a key of the object that is no field.
  [[nodiscard]] api::Result<Pattern::Fields> result(std::string_view ignored) {
    for (const auto& [key, value] : json_.items()) {
      if (key == ignored || std::ranges::find(keys_, key) != keys_.end()) continue;
      const std::string_view near = api::nearest(key, keys_);
      problem_ = fmt::format("no field {}{}", api::in_quotes(key),
                             near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near));
    }
    if (!problem_.empty()) return api::Problem{problem_};
    return std::move(fields_);
  }

 private:
  const nlohmann::json& json_;
  std::vector<std::string_view> keys_;
  Pattern::Fields fields_;
  std::string problem_;
};

template <class T>
api::Result<Pattern::Fields> compile_members(const nlohmann::json& json, std::string_view ignored) {
  FieldsCompile visitor(json);
  T blank{};
  describe(visitor, blank);
  return visitor.result(ignored);
}

template <class T>
api::Result<Pattern> compile_entries(const nlohmann::json& json) {
  Pattern::Fields fields;
  for (const auto& [key, value] : json.items()) {
    api::Result<Pattern> pattern = compile<T>(value);
    if (!pattern.ok()) return api::Problem{key + ": " + pattern.problem()};
    fields.emplace(key, std::move(pattern).value());
  }
  return Pattern{std::move(fields)};
}

template <class T>
api::Result<Pattern> compile_elements(const nlohmann::json& json) {
  std::vector<Pattern> patterns;
  for (const nlohmann::json& element : json) {
    api::Result<Pattern> pattern = compile<T>(element);
    if (!pattern.ok()) return pattern;
    patterns.push_back(std::move(pattern).value());
  }
  return Pattern{std::move(patterns)};
}

template <class T>
api::Result<Pattern> compile(const nlohmann::json& json) {
  if constexpr (api::OptionalMember<T>) {
    return compile<typename T::value_type>(json);
  } else if constexpr (std::same_as<T, bool>) {
    if (!json.is_boolean()) return misfit(json, "a boolean");
    return Pattern{json.get<bool>()};
  } else if constexpr (Number<T>) {
    return compile_range(json, is_time<T>);
  } else if constexpr (api::TextMember<T> || std::same_as<T, api::StoredTime> ||
                       std::same_as<T, api::Quantity>) {
    if (!json.is_string()) return misfit(json, "a string");
    if (std::same_as<T, api::Quantity> && !api::Quantity::parse(json.get<std::string>()).ok()) {
      return misfit(json, "a quantity");
    }
    return Pattern{json.get<std::string>()};
  } else if constexpr (api::ListMember<T>) {
    if (!json.is_array()) return misfit(json, "a list");
    return compile_elements<typename T::value_type>(json);
  } else {
    if (!json.is_object()) return misfit(json, "an object");
    if constexpr (api::MapMember<T>) {
      return compile_entries<typename T::mapped_type>(json);
    } else {
      api::Result<Pattern::Fields> fields = compile_members<T>(json, "");
      if (!fields.ok()) return api::Problem{fields.problem()};
      return Pattern{std::move(fields).value()};
    }
  }
}

template <std::size_t... i>
api::Result<Pattern::Fields> compile_kind(const nlohmann::json& json,
                                          std::size_t kind,
                                          std::index_sequence<i...>) {
  api::Result<Pattern::Fields> fields = Pattern::Fields{};
  const auto compile_as = [&]<std::size_t at>(std::integral_constant<std::size_t, at>) {
    fields = compile_members<std::variant_alternative_t<at, Payload>>(json, "kind");
  };
  ((i == kind ? compile_as(std::integral_constant<std::size_t, i>{}) : void()), ...);
  return fields;
}

}  // namespace

namespace detail {

api::Result<Range> range_of_number(double number) {
  return Range{number, number};
}

std::optional<double> number_of_range(const Range& range) {
  return range.at_least && range.at_least == range.at_most ? range.at_least : std::nullopt;
}

}  // namespace detail

std::string to_string(const Range& range) {
  const auto number = [](double value) {
    std::string text;
    append_double(text, value);
    return text;
  };
  if (range.at_least == range.at_most && range.at_least) return number(*range.at_least);
  if (!range.at_most) return "at least " + number(*range.at_least);
  if (!range.at_least) return "at most " + number(*range.at_most);
  return number(*range.at_least) + " to " + number(*range.at_most);
}

api::Result<Selector> Selector::parse(api::Json json) {
  if (!json.present() || !json.document().is_object()) {
    return api::Problem{"an event selector is an object"};
  }
  const nlohmann::json& object = json.document();
  const auto kind = object.find("kind");
  if (kind == object.end() || !kind->is_string()) {
    return api::Problem{"an event selector needs the kind of event"};
  }
  const auto& name = kind->get_ref<const std::string&>();
  const auto found = std::ranges::find(kind_names, name);
  if (found == kind_names.end()) {
    const std::string_view near = api::nearest(name, kind_names);
    return api::Problem{
        fmt::format("no kind of event {}{}", api::in_quotes(name),
                    near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near))};
  }
  Selector selector;
  selector.kind_ = static_cast<std::size_t>(found - kind_names.begin());
  api::Result<Pattern::Fields> fields =
      compile_kind(object, selector.kind_, std::make_index_sequence<kind_count>{});
  if (!fields.ok()) return api::Problem{fields.problem()};
  selector.fields_ = std::make_shared<const Pattern::Fields>(std::move(fields).value());
  selector.json_ = std::move(json);
  return selector;
}

bool Selector::matches(const Payload& payload) const {
  return payload.index() == kind_ &&
         std::visit([this](const auto& event) { return members_fit(event, *fields_); }, payload);
}

std::string Selector::text() const {
  std::string text;
  append_json(text, json_.document());
  return text;
}

}  // namespace firedrill::timeline
