#include "policy/api/labels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace firedrill::api {
namespace {

constexpr std::size_t name_length_max = 63;
constexpr std::size_t subdomain_length_max = 253;

bool is_lower_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
}

bool is_dns_character(char c) {
  return is_lower_alphanumeric(c) || c == '-';
}

/// Letters and digits at both ends, `inner` between them; not empty.
bool is_name(std::string_view text, bool (*edge)(char), bool (*inner)(char)) {
  return !text.empty() && edge(text.front()) && edge(text.back()) &&
         std::ranges::all_of(text, inner);
}

/// A decimal 64-bit integer; a plus sign is allowed, blanks are not.
std::optional<std::int64_t> read_integer(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What is wrong with the number of values, or null.
const char* count_problem(LabelOperator op, std::size_t count) {
  switch (op) {
    case LabelOperator::in:
    case LabelOperator::not_in:
      return count == 0 ? "In and NotIn need a value" : nullptr;
    case LabelOperator::exists:
    case LabelOperator::does_not_exist:
      return count != 0 ? "Exists and DoesNotExist take no value" : nullptr;
    case LabelOperator::greater_than:
    case LabelOperator::less_than:
      return count != 1 ? "Gt and Lt take exactly one value" : nullptr;
    case LabelOperator::equals:
    case LabelOperator::double_equals:
    case LabelOperator::not_equals:
      return count != 1 ? "=, == and != take exactly one value" : nullptr;
  }
  return "unknown operator";
}

bool compares_integers(LabelOperator op) {
  return op == LabelOperator::greater_than || op == LabelOperator::less_than;
}

/// The operators of a `LabelSelector`, fewer than those of a requirement.
std::optional<LabelOperator> selector_operator(std::string_view text) {
  const auto op = find_label_operator(text);
  const bool admitted = op && *op <= LabelOperator::does_not_exist;
  return admitted ? op : std::nullopt;
}

}  // namespace

std::optional<LabelOperator> find_label_operator(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, LabelOperator>, 9> operators{{
      {"In", LabelOperator::in},
      {"NotIn", LabelOperator::not_in},
      {"Exists", LabelOperator::exists},
      {"DoesNotExist", LabelOperator::does_not_exist},
      {"Gt", LabelOperator::greater_than},
      {"Lt", LabelOperator::less_than},
      {"=", LabelOperator::equals},
      {"==", LabelOperator::double_equals},
      {"!=", LabelOperator::not_equals},
  }};
  for (const auto& [name, op] : operators) {
    if (name == text) return op;
  }
  return std::nullopt;
}

Requirement::Requirement(std::string key, LabelOperator op, std::vector<std::string> values)
    : key_(std::move(key)), op_(op), values_(std::move(values)) {}

Result<Requirement> Requirement::make(std::string key,
                                      LabelOperator op,
                                      std::vector<std::string> values) {
  if (!is_qualified_name(key)) return Problem{fmt::format("\"{}\" is not a label key", key)};
  if (const char* problem = count_problem(op, values.size())) return Problem{problem};
  for (const std::string& value : values) {
    if (compares_integers(op) && !read_integer(value)) {
      return Problem{fmt::format("\"{}\" is not an integer, as Gt and Lt need", value)};
    }
    if (!is_label_value(value)) return Problem{fmt::format("\"{}\" is not a label value", value)};
  }
  return Requirement(std::move(key), op, std::move(values));
}

bool Requirement::matches(const Labels& labels) const {
  const auto label = labels.find(key_);
  const bool present = label != labels.end();
  const auto listed = [&] { return std::ranges::find(values_, label->second) != values_.end(); };
  switch (op_) {
    case LabelOperator::in:
    case LabelOperator::equals:
    case LabelOperator::double_equals:
      return present && listed();
    case LabelOperator::not_in:
    case LabelOperator::not_equals:
      return !present || !listed();
    case LabelOperator::exists:
      return present;
    case LabelOperator::does_not_exist:
      return !present;
    case LabelOperator::greater_than:
    case LabelOperator::less_than:
      break;
  }
  const auto actual = present ? read_integer(label->second) : std::nullopt;
  if (!actual) return false;
  const auto bound = read_integer(values_.front());
  return op_ == LabelOperator::greater_than ? *actual > *bound : *actual < *bound;
}

Result<std::vector<Requirement>> requirements(const LabelSelector& selector) {
  std::vector<Requirement> result;
  for (const auto& [key, value] : selector.match_labels) {
    auto requirement = Requirement::make(key, LabelOperator::equals, {value});
    if (!requirement) return Problem{requirement.problem()};
    result.push_back(*std::move(requirement));
  }
  for (const LabelSelectorRequirement& expression : selector.match_expressions) {
    const auto op = selector_operator(expression.op);
    if (!op) return Problem{fmt::format("\"{}\" is not a label selector operator", expression.op)};
    auto requirement = Requirement::make(expression.key, *op, expression.values);
    if (!requirement) return Problem{requirement.problem()};
    result.push_back(*std::move(requirement));
  }
  return result;
}

SelectorMatch match(const LabelSelector& selector, const Labels& labels) {
  const auto conditions = requirements(selector);
  if (!conditions) return SelectorMatch::invalid;
  const bool all = std::ranges::all_of(
      *conditions, [&](const Requirement& condition) { return condition.matches(labels); });
  return all ? SelectorMatch::matches : SelectorMatch::differs;
}

SelectorMatch match(const std::optional<LabelSelector>& selector, const Labels& labels) {
  return selector ? match(*selector, labels) : SelectorMatch::differs;
}

bool is_qualified_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    if (!is_dns1123_subdomain(text.substr(0, slash))) return false;
    text.remove_prefix(slash + 1);
  }
  return text.size() <= name_length_max && is_name(text, is_alphanumeric, is_name_character);
}

bool is_label_value(std::string_view text) {
  return text.empty() ||
         (text.size() <= name_length_max && is_name(text, is_alphanumeric, is_name_character));
}

bool is_dns1123_label(std::string_view text) {
  return text.size() <= name_length_max && is_name(text, is_lower_alphanumeric, is_dns_character);
}

bool is_dns1123_subdomain(std::string_view text) {
  if (text.size() > subdomain_length_max) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_name(text.substr(0, dot), is_lower_alphanumeric, is_dns_character)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace firedrill::api
