#include "scenarios/reading.h"

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace firedrill::scenarios {
namespace {

constexpr std::size_t few = 8;

std::string suggestion(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string_view near = api::nearest(name, candidates);
  if (!near.empty()) return fmt::format("did you mean {}?", api::in_quotes(near));
  if (candidates.empty()) return "there is none";
  if (candidates.size() <= few) return fmt::format("one of {}", fmt::join(candidates, ", "));
  return fmt::format("one of {}, … ({} in all)", fmt::join(candidates.first(few), ", "),
                     candidates.size());
}

void add_unknown(api::Severity severity,
                 Reading& reading,
                 std::string_view what,
                 std::string_view name,
                 std::span<const std::string_view> candidates,
                 const std::string& pointer) {
  if (!reading.diagnostics.keeps(severity)) {
    reading.diagnostics.count_hidden(severity);
    return;
  }
  reading.diagnostics.add({severity, pointer,
                           fmt::format("unknown {} {}", what, api::in_quotes(name)),
                           suggestion(name, candidates)});
}

/// "spec.taints[0].key" as parts: spec, taints, 0, key.
std::vector<std::string> parts_of_field(std::string_view field) {
  std::vector<std::string> parts;
  std::string part;
  const auto finish = [&] {
    if (!part.empty()) parts.push_back(std::exchange(part, {}));
  };
  for (const char c : field) {
    if (c == '.' || c == '[' || c == ']') {
      finish();
    } else {
      part += c;
    }
  }
  finish();
  return parts;
}

std::string_view remedy_for(policy::karmada::FieldErrorType type) {
  using enum policy::karmada::FieldErrorType;
  switch (type) {
    case required:
      return "set it";
    case invalid:
    case type_invalid:
    case not_supported:
      return "change it to what the rule allows";
    case duplicate:
      return "say it once";
    case forbidden:
      return "leave it out";
  }
  return "";
}

/// The number N of "stem-N" without leading zeros, and the stem.
struct Numbered {
  std::string_view stem;
  std::uint64_t number = 0;
};

std::optional<Numbered> split_number(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view digits = name.substr(dash + 1);
  Numbered result{name.substr(0, dash)};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), result.number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  return result;
}

}  // namespace

void report_lacking(const Reading& reading,
                    const std::string& pointer,
                    std::string_view what,
                    std::string_view remedy) {
  std::string problem = fmt::format("profile {} has no {}", reading.profile->name, what);
  if (reading.chosen_outside) {
    reading.diagnostics.warning(pointer, problem + ", so it is left out", std::string(remedy));
  } else {
    reading.diagnostics.error(pointer, std::move(problem), std::string(remedy));
  }
}

void report_unknown(Reading& reading,
                    std::string_view what,
                    std::string_view name,
                    std::span<const std::string_view> candidates,
                    const std::string& pointer) {
  add_unknown(api::Severity::error, reading, what, name, candidates, pointer);
}

void warn_unknown(Reading& reading,
                  std::string_view what,
                  std::string_view name,
                  std::span<const std::string_view> candidates,
                  const std::string& pointer) {
  add_unknown(api::Severity::warning, reading, what, name, candidates, pointer);
}

void report_limit(Reading& reading,
                  std::string_view limit,
                  std::uint64_t allowed,
                  std::string_view culprit,
                  const std::string& pointer) {
  reading.diagnostics.error(pointer, fmt::format("{}: more than {}", culprit, allowed),
                            limit_remedy(limit));
}

void report_field_errors(Reading& reading,
                         const policy::karmada::FieldErrors& errors,
                         FieldBase base,
                         const std::string& pointer) {
  for (const policy::karmada::FieldError& error : errors) {
    const std::vector<std::string> parts = parts_of_field(error.field);
    std::string at = pointer;
    for (std::size_t i = base == FieldBase::fields ? 1 : 0; i < parts.size(); ++i) {
      api::append_pointer(at, parts[i]);
    }
    reading.diagnostics.error(at, "Karmada's admission refuses it: " + error.problem,
                              std::string(remedy_for(error.type)));
  }
}

void NameIndex::add_single(const std::string& name, std::string pointer) {
  singles_.emplace(name, Entry{1, std::move(pointer)});
}

void NameIndex::add_several(const std::string& stem, std::uint64_t count, std::string pointer) {
  several_.emplace(stem, Entry{count, std::move(pointer)});
}

const NameIndex::Entry* NameIndex::find_several(std::string_view name) const {
  const std::optional<Numbered> numbered = split_number(name);
  if (!numbered) return nullptr;
  const auto [first, last] = several_.equal_range(numbered->stem);
  for (auto entry = first; entry != last; ++entry) {
    if (numbered->number < entry->second.count) return &entry->second;
  }
  return nullptr;
}

bool NameIndex::contains(std::string_view name) const {
  return singles_.contains(name) || find_several(name) != nullptr;
}

void NameIndex::for_each_clash(
    const std::function<void(const std::string&, const std::string&, const std::string&)>& report)
    const {
  for (const Entries* entries : {&singles_, &several_}) {
    const std::string suffix = entries == &several_ ? "-0" : "";
    for (auto entry = entries->begin(); entry != entries->end(); ++entry) {
      const auto first = entries->lower_bound(entry->first);
      if (first == entry) continue;
      report(entry->first + suffix, entry->second.pointer, first->second.pointer);
    }
  }
  for (const auto& [name, entry] : singles_) {
    const Entry* other = find_several(name);
    if (other != nullptr) report(name, entry.pointer, other->pointer);
  }
}

std::vector<std::string> NameIndex::samples() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : singles_)
    names.push_back(name);
  for (const auto& [stem, entry] : several_) {
    names.push_back(stem + "-0");
    if (entry.count > 1) names.push_back(fmt::format("{}-{}", stem, entry.count - 1));
  }
  return names;
}

}  // namespace firedrill::scenarios
