#include "policy/api/json_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/duration.h"

namespace firedrill::api::detail {
namespace {

using Number = nlohmann::json::value_t;

constexpr std::size_t keys_listed_max = 24;
constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
// Largest magnitude below which every integer is a double.
constexpr double exact_integer_max = 9007199254740992.0;

// A value as messages show it: short whatever its size, without walking into it.
std::string shown(const nlohmann::json& json) {
  switch (json.type()) {
    case Number::null:
      return "null";
    case Number::object:
      return "an object";
    case Number::array:
      return "a list";
    case Number::string:
      return "text " + in_quotes(json.get_ref<const std::string&>());
    case Number::boolean:
    case Number::number_integer:
    case Number::number_unsigned:
    case Number::number_float:
    case Number::binary:
    case Number::discarded:
      break;
  }
  return json.dump();
}

std::string listed(std::span<const std::string_view> words) {
  const std::size_t count = std::min(words.size(), keys_listed_max);
  std::string out = fmt::format("{}", fmt::join(words.first(count), ", "));
  if (count < words.size()) out += ", …";
  return out;
}

// "one of a, b, c; did you mean "b"?"
std::string suggestion(std::string_view word, std::span<const std::string_view> words) {
  if (words.empty()) return "remove it";
  std::string out = words.size() == 1 ? fmt::format("only {} is known", words.front())
                                      : "one of " + listed(words);
  const std::string_view near = nearest(word, words);
  if (!near.empty()) out += fmt::format("; did you mean {}?", in_quotes(near));
  return out;
}

std::string in_words(double bound) {
  // Bounds are small constants of descriptions; an integer shows as one.
  return nlohmann::json(bound).dump().ends_with(".0")
             ? fmt::format("{}", static_cast<std::int64_t>(bound))
             : nlohmann::json(bound).dump();
}

std::string bounds_in_words(const Constraints& constraints, std::string_view unit) {
  std::vector<std::string> parts;
  if (constraints.at_least) parts.push_back("at least " + in_words(*constraints.at_least));
  if (constraints.above) parts.push_back("more than " + in_words(*constraints.above));
  if (constraints.at_most) parts.push_back("at most " + in_words(*constraints.at_most));
  if (constraints.below) parts.push_back("less than " + in_words(*constraints.below));
  return fmt::format("must be {}{}", fmt::join(parts, " and "), unit);
}

bool within(double value, const Constraints& constraints) {
  return !(constraints.at_least && value < *constraints.at_least) &&
         !(constraints.at_most && value > *constraints.at_most) &&
         !(constraints.above && value <= *constraints.above) &&
         !(constraints.below && value >= *constraints.below);
}

bool check_bounds(double value,
                  const nlohmann::json& json,
                  ReadContext& context,
                  const Constraints& constraints,
                  std::string_view unit = "") {
  if (within(value, constraints)) return true;
  context.error(shown(json) + " is out of range", bounds_in_words(constraints, unit));
  return false;
}

// The integer that a JSON number stands for, if it is one that 64 bits hold; else why not.
template <class Wide>
std::optional<Wide> whole(const nlohmann::json& json, Wide min, Wide max, ReadContext& context) {
  const bool all_64_bits = max == std::numeric_limits<Wide>::max();
  const std::string range =
      all_64_bits ? fmt::format("an integer of 64 bits{}", min == 0 ? ", not negative" : "")
                  : fmt::format("an integer from {} to {}", min, max);
  if (!json.is_number()) {
    report_kind(json, "an integer", context);
    return std::nullopt;
  }
  bool fits = false;
  Wide value = 0;
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    fits = std::in_range<Wide>(number);
    value = static_cast<Wide>(number);
  } else if (json.is_number_integer()) {
    const auto number = json.get<std::int64_t>();
    fits = std::in_range<Wide>(number);
    value = static_cast<Wide>(number);
  } else {
    const auto number = json.get<double>();
    if (std::abs(number) <= exact_integer_max) {
      const auto cut = static_cast<std::int64_t>(number);
      if (static_cast<double>(cut) != number) {
        context.error(shown(json) + " has a fraction where an integer is expected",
                      "give " + range);
        return std::nullopt;
      }
      fits = std::in_range<Wide>(cut);
      value = static_cast<Wide>(cut);
    }
  }
  if (!fits || value < min || value > max) {
    context.error(shown(json) + " is out of range", "give " + range);
    return std::nullopt;
  }
  return value;
}

template <class Integer>
void read_integer(const nlohmann::json& json,
                  Integer& value,
                  ReadContext& context,
                  const Constraints& constraints) {
  using Limits = std::numeric_limits<Integer>;
  using Wide = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
  const auto number = whole<Wide>(json, Limits::min(), Limits::max(), context);
  if (!number || !check_bounds(static_cast<double>(*number), json, context, constraints)) return;
  value = static_cast<Integer>(*number);
}

std::optional<Duration> duration_of_seconds(const nlohmann::json& json) {
  constexpr std::int64_t seconds_max =
      std::numeric_limits<std::int64_t>::max() / nanoseconds_a_second;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(seconds_max)) return std::nullopt;
    seconds = static_cast<std::int64_t>(number);
  } else if (json.is_number_integer()) {
    seconds = json.get<std::int64_t>();
  } else {
    const auto number = json.get<double>();
    if (!(std::abs(number) < static_cast<double>(seconds_max))) return std::nullopt;
    seconds = static_cast<std::int64_t>(number);
    // Exact: the whole part is gone before the scaling, then the nearest nanosecond.
    const double rest = (number - static_cast<double>(seconds)) * 1e9;
    nanoseconds = static_cast<std::int64_t>(rest + (rest < 0 ? -0.5 : 0.5));
  }
  if (seconds > seconds_max || seconds < -seconds_max) return std::nullopt;
  return Duration(seconds * nanoseconds_a_second + nanoseconds);
}

// The text of a JSON string, or nothing after reporting the wrong kind.
const std::string* text_of(const nlohmann::json& json,
                           std::string_view expected,
                           ReadContext& context) {
  if (json.is_string()) return &json.get_ref<const std::string&>();
  report_kind(json, expected, context);
  return nullptr;
}

template <class T, class Parse>
void read_text(const nlohmann::json& json,
               T& value,
               ReadContext& context,
               std::string_view expected,
               std::string_view remedy,
               const Parse& parse) {
  const std::string* text = text_of(json, expected, context);
  if (text == nullptr) return;
  Result<T> parsed = parse(*text);
  if (parsed.ok()) {
    value = std::move(parsed).value();
  } else {
    context.error(parsed.problem(), std::string(remedy));
  }
}

constexpr std::string_view time_remedy = "write an RFC 3339 time such as 2026-01-01T00:00:00Z";

}  // namespace

Kind kind_of(const nlohmann::json& json) {
  switch (json.type()) {
    case Number::null:
    case Number::discarded:
      return kind_null;
    case Number::boolean:
      return kind_boolean;
    case Number::number_integer:
    case Number::number_unsigned:
    case Number::number_float:
      return kind_number;
    case Number::string:
    case Number::binary:
      return kind_text;
    case Number::array:
      return kind_list;
    case Number::object:
      return kind_object;
  }
  return kind_null;
}

const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::size_t size_of(const nlohmann::json& json) {
  return json.size();
}

const nlohmann::json& element_at(const nlohmann::json& list, std::size_t index) {
  return list[index];
}

std::vector<Member> members_of(const nlohmann::json& object) {
  std::vector<Member> members;
  members.reserve(object.size());
  for (auto it = object.begin(); it != object.end(); ++it)
    members.emplace_back(it.key(), &*it);
  return members;
}

void read_scalar(const nlohmann::json& json,
                 bool& value,
                 ReadContext& context,
                 const Constraints&) {
  if (json.is_boolean()) {
    value = json.get<bool>();
  } else {
    report_kind(json, "true or false", context);
  }
}

void read_scalar(const nlohmann::json& json,
                 std::int32_t& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  read_integer(json, value, context, constraints);
}

void read_scalar(const nlohmann::json& json,
                 std::int64_t& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  read_integer(json, value, context, constraints);
}

void read_scalar(const nlohmann::json& json,
                 std::uint32_t& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  read_integer(json, value, context, constraints);
}

void read_scalar(const nlohmann::json& json,
                 std::uint64_t& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  read_integer(json, value, context, constraints);
}

void read_scalar(const nlohmann::json& json,
                 double& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  if (!json.is_number()) {
    report_kind(json, "a number", context);
    return;
  }
  const auto number = json.get<double>();
  if (check_bounds(number, json, context, constraints)) value = number;
}

void read_scalar(const nlohmann::json& json,
                 std::string& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  const std::string* text = text_of(json, "a text", context);
  if (text == nullptr) return;
  value = *text;
  if (constraints.not_empty && value.empty()) {
    report_empty("text", context);
  } else if (!constraints.one_of.empty() &&
             std::ranges::find(constraints.one_of, value) == constraints.one_of.end()) {
    report_unknown_word(value, constraints.one_of, context);
  } else if (constraints.spelling != nullptr && !constraints.spelling->accepts(value)) {
    context.error(in_quotes(value) + " is not allowed here",
                  fmt::format("must be {}", constraints.spelling->meaning));
  }
}

void read_scalar(const nlohmann::json& json,
                 Duration& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  constexpr std::string_view remedy =
      "write a Go duration such as 90s, 1h30m or 250ms, or a number of seconds";
  std::optional<Duration> read;
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    const Result<Duration> parsed = parse_duration(text);
    if (!parsed.ok()) {
      const bool days = !text.empty() && text.ends_with('d');
      context.error(parsed.problem(),
                    days ? "there is no unit \"d\"; a day is 24h" : std::string(remedy));
      return;
    }
    read = parsed.value();
  } else if (json.is_number()) {
    read = duration_of_seconds(json);
    if (!read) {
      context.error(shown(json) + " seconds don't fit a duration",
                    "at most 9223372036 seconds (292 years)");
      return;
    }
  } else {
    report_kind(json, "a duration", context);
    return;
  }
  const double seconds = static_cast<double>(read->count()) / 1e9;
  if (check_bounds(seconds, json, context, constraints, " seconds")) value = *read;
}

void read_scalar(const nlohmann::json& json,
                 StoredTime& value,
                 ReadContext& context,
                 const Constraints&) {
  read_text(json, value, context, "a time", time_remedy, &parse_stored_time);
}

void read_scalar(const nlohmann::json& json,
                 Timestamp& value,
                 ReadContext& context,
                 const Constraints&) {
  read_text(json, value, context, "a time", time_remedy, &parse_timestamp);
}

void read_scalar(const nlohmann::json& json,
                 Quantity& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  if (!json.is_string() && !json.is_number()) {
    report_kind(json, "a quantity", context);
    return;
  }
  const std::string text = json.is_string() ? json.get<std::string>() : json.dump();
  const Result<Quantity> parsed = Quantity::parse(text);
  if (!parsed.ok()) {
    context.error(parsed.problem(), "write a Kubernetes quantity such as 500m, 2 or 4Gi");
    return;
  }
  if (constraints.at_least && *constraints.at_least == 0 && parsed->sign() < 0) {
    context.error(shown(json) + " is out of range", "must not be negative");
    return;
  }
  value = parsed.value();
}

void read_scalar(const nlohmann::json& json, Json& value, ReadContext&, const Constraints&) {
  value = Json(json);
}

void report_kind(const nlohmann::json& json, std::string_view expected, ReadContext& context) {
  std::string remedy = fmt::format("give {}", expected);
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    const bool number = !text.empty() && text.size() < 40 &&
                        text.find_first_not_of("+-.0123456789eE") == std::string::npos;
    if (number && (expected == "an integer" || expected == "a number")) {
      remedy = fmt::format("write {} without quotes", text);
    } else if (expected == "true or false" && (text == "true" || text == "false")) {
      remedy = fmt::format("write {} without quotes", text);
    }
  } else if (json.is_primitive() && !json.is_null() && expected == "a text") {
    remedy = fmt::format("write \"{}\" in quotes", json.dump());
  }
  context.error(fmt::format("{} where {} is expected", shown(json), expected), std::move(remedy));
}

void report_missing(std::string_view key, std::string_view doc, ReadContext& context) {
  context.error(fmt::format("missing key {}", in_quotes(key)), fmt::format("add it: {}", doc));
}

void report_empty(std::string_view container, ReadContext& context) {
  context.error(fmt::format("empty {}", container), "must hold something");
}

void report_unknown_keys(const nlohmann::json& object,
                         std::string_view type,
                         std::span<const std::string_view> known,
                         ReadContext& context) {
  const Severity severity =
      context.unknown_keys() == UnknownKeys::error ? Severity::error : Severity::warning;
  Diagnostics& diagnostics = context.diagnostics();
  std::vector<std::string_view> sorted(known.begin(), known.end());
  std::ranges::sort(sorted);
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (std::ranges::binary_search(sorted, std::string_view(it.key()))) continue;
    if (!diagnostics.keeps(severity)) {
      diagnostics.count_hidden(severity);
      continue;
    }
    diagnostics.add({severity, child_pointer(context.pointer(), it.key()),
                     fmt::format("unknown key {} in {}", in_quotes(it.key()), type),
                     suggestion(it.key(), known), Anchor::key});
  }
}

void report_unknown_word(std::string_view word,
                         std::span<const std::string_view> words,
                         ReadContext& context) {
  context.error(fmt::format("unknown value {}", in_quotes(word)), suggestion(word, words));
}

void report_failed_check(std::string_view key,
                         std::string_view problem,
                         std::string_view remedy,
                         ReadContext& context) {
  if (key.empty()) {
    context.error(std::string(problem), std::string(remedy));
    return;
  }
  const ReadContext::Scope scope(context, key);
  context.error(std::string(problem), std::string(remedy));
}

Chosen find_choice(const nlohmann::json& object,
                   std::span<const std::string_view> keys,
                   bool optional,
                   ReadContext& context) {
  Chosen chosen{Chosen::none, 0};
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const nlohmann::json* member = find_member(object, keys[i]);
    if (member == nullptr) continue;
    ++chosen.present;
    if (member->is_null()) continue;
    if (found.empty()) chosen.index = i;
    found.push_back(keys[i]);
  }
  if (found.empty() && !optional) {
    context.error("none of the keys that say what it is",
                  (keys.size() == 1 ? "add " : "add exactly one of ") + listed(keys));
  } else if (found.size() > 1) {
    context.error(fmt::format("{} stand side by side", fmt::join(found, " and ")),
                  "exactly one of them: split the entry, or remove the others");
  }
  return chosen;
}

bool passes_as_zero(const nlohmann::json& json, ReadContext& context) {
  if (!json.is_null()) return false;
  if (context.unknown_keys() == UnknownKeys::error) {
    context.error("null in place of a value", "remove it, or give a value");
  }
  return true;
}

std::string kinds_in_words(unsigned kinds) {
  std::vector<std::string_view> words;
  if ((kinds & kind_boolean) != 0) words.push_back("true or false");
  if ((kinds & kind_number) != 0) words.push_back("a number");
  if ((kinds & kind_text) != 0) words.push_back("a text");
  if ((kinds & kind_list) != 0) words.push_back("a list");
  if ((kinds & kind_object) != 0) words.push_back("an object");
  return fmt::format("{}", fmt::join(words, " or "));
}

}  // namespace firedrill::api::detail
