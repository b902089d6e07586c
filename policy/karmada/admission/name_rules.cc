#include "policy/karmada/admission/name_rules.h"

#include <algorithm>
#include <cstddef>

namespace firedrill::policy::karmada {
namespace {

constexpr std::size_t name_length_max = 63;
constexpr std::size_t subdomain_length_max = 253;
constexpr std::size_t cluster_name_length_max = 48;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Letters, digits, '-', '_' and '.', alphanumeric at both ends; of any length but 0.
bool is_name_text(std::string_view text) {
  const auto inner = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, inner);
}

bool is_lower_case_name(std::string_view text) {
  const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto inner = [lower](char c) { return lower(c) || c == '-'; };
  return !text.empty() && lower(text.front()) && lower(text.back()) &&
         std::ranges::all_of(text, inner);
}

/// DNS-1123 labels joined by dots, of any length.
bool is_subdomain_text(std::string_view text) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_lower_case_name(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

void check_name_part(std::string_view name, std::vector<std::string>& problems) {
  if (name.empty()) problems.emplace_back("the name is empty");
  if (name.size() > name_length_max) problems.emplace_back("the name is longer than 63 characters");
  if (!is_name_text(name)) {
    problems.emplace_back(
        "the name must be of letters, digits, '-', '_' and '.', with a letter or digit at both "
        "ends");
  }
}

}  // namespace

std::vector<std::string> qualified_name_problems(std::string_view text) {
  std::vector<std::string> problems;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    check_name_part(text, problems);
    return problems;
  }
  const std::string_view prefix = text.substr(0, slash);
  const std::string_view name = text.substr(slash + 1);
  if (name.find('/') != std::string_view::npos) return {"more than one '/'"};
  if (prefix.empty()) {
    problems.emplace_back("the prefix is empty");
  } else {
    if (prefix.size() > subdomain_length_max) {
      problems.emplace_back("the prefix is longer than 253 characters");
    }
    if (!is_subdomain_text(prefix)) problems.emplace_back("the prefix must be a DNS subdomain");
  }
  check_name_part(name, problems);
  return problems;
}

std::vector<std::string> label_value_problems(std::string_view text) {
  std::vector<std::string> problems;
  if (text.size() > name_length_max) problems.emplace_back("longer than 63 characters");
  if (!text.empty() && !is_name_text(text)) {
    problems.emplace_back(
        "must be of letters, digits, '-', '_' and '.', with a letter or digit at both ends");
  }
  return problems;
}

std::vector<std::string> cluster_name_problems(std::string_view text) {
  std::vector<std::string> problems;
  if (text.empty()) problems.emplace_back("the name is empty");
  if (text.size() > cluster_name_length_max) {
    problems.emplace_back("the name is longer than 48 characters");
  }
  if (!text.empty() && !is_lower_case_name(text)) {
    problems.emplace_back(
        "the name must be of lower-case letters, digits and '-', with a letter or digit at both "
        "ends");
  }
  return problems;
}

}  // namespace firedrill::policy::karmada
