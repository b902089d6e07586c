#pragma once

/// Event selectors: which events of a timeline are meant (product page, "Expectations"). A selector
/// names a kind and some of its fields; those must match, others may be anything.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/timeline/events.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/result.h"

namespace firedrill::timeline {

/// A number, or bounds of one, both included.
struct Range {
  std::optional<double> at_least;
  std::optional<double> at_most;

  [[nodiscard]] bool contains(double number) const {
    return (!at_least || number >= *at_least) && (!at_most || number <= *at_most);
  }
  friend bool operator==(const Range&, const Range&) = default;
};

namespace detail {
[[nodiscard]] api::Result<Range> range_of_number(double number);
[[nodiscard]] std::optional<double> number_of_range(const Range& range);
}  // namespace detail

template <class V>
void describe(V& v, Range& r) {
  v.begin("Range", "Bounds of a number, both included.");
  v.field("atLeast", r.at_least, "Lower bound.");
  v.field("atMost", r.at_most, "Upper bound.");
  v.check("", r.at_least.has_value() || r.at_most.has_value(), "no bound",
          "atLeast, atMost or both");
}

template <class V>
void describe_forms(V& v, Range& r) {
  v.begin("Range", "A number, or bounds of one.");
  v.form(api::Form<double>{"The number."}, &detail::range_of_number, &detail::number_of_range);
  v.object_form(r, "Bounds.");
}

/// "4", "at least 4", "at most 9", "4 to 9".
[[nodiscard]] std::string to_string(const Range& range);

/// What a field must look like.
struct Pattern {
  using Fields = std::map<std::string, Pattern, std::less<>>;
  std::variant<bool, Range, std::string, Fields, std::vector<Pattern>> wanted;
};

/// A compiled selector. Cheap to copy.
class Selector {
 public:
  Selector() = default;

  /// Reads an object of `kind` and fields. A problem: a kind or a field that doesn't exist, a value
  /// that the field can't have.
  [[nodiscard]] static api::Result<Selector> parse(api::Json json);

  /// Strings match as globs (a `workload` also without its kind), numbers within bounds (of
  /// instants and spans in seconds, or Go durations), objects and maps by the keys given, lists
  /// element by element. A field that an event leaves out doesn't match. Requires: not
  /// default-constructed.
  [[nodiscard]] bool matches(const Payload& payload) const;

  [[nodiscard]] const api::Json& json() const { return json_; }
  /// As JSON on one line.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Selector& a, const Selector& b) { return a.json_ == b.json_; }

 private:
  api::Json json_;
  std::size_t kind_ = 0;
  std::shared_ptr<const Pattern::Fields> fields_;
};

namespace detail {
[[nodiscard]] inline std::optional<api::Json> json_of_selector(const Selector& selector) {
  return selector.json();
}
}  // namespace detail

template <class V>
void describe_forms(V& v, Selector&) {
  v.begin("EventSelector", "Which events of a timeline are meant.");
  v.form(api::Form<api::Json>{"An object of `kind` and payload fields that must match."},
         &Selector::parse, &detail::json_of_selector);
}

}  // namespace firedrill::timeline
