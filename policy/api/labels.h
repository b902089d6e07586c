#pragma once

/// Label selectors, and the syntax of label keys, label values and object names.
///
/// Selectors are kept as they were written (operators as text), because the reference stores
/// invalid ones and only finds out when it uses them. `Requirement` is the checked form. Follows
/// apimachinery pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go, pkg/util/validation.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/meta.h"
#include "policy/api/result.h"

namespace firedrill::api {

/// One expression of a selector: an operator between a label's value and a set of values.
struct LabelSelectorRequirement {
  std::string key;
  std::string op;
  std::vector<std::string> values;

  friend bool operator==(const LabelSelectorRequirement&,
                         const LabelSelectorRequirement&) = default;
};

template <class V>
void describe(V& v, LabelSelectorRequirement& s) {
  v.begin("LabelSelectorRequirement", "One condition on a label.");
  v.field("key", s.key, "Label key that the condition is about.");
  v.field("operator", s.op, "In, NotIn, Exists or DoesNotExist.");
  v.field("values", s.values, "Values for In and NotIn; empty for the other operators.");
}

/// What `matchLabels` and `matchExpressions` say, all of it ANDed. An empty selector matches
/// everything.
struct LabelSelector {
  Labels match_labels;
  std::vector<LabelSelectorRequirement> match_expressions;

  friend bool operator==(const LabelSelector&, const LabelSelector&) = default;
};

template <class V>
void describe(V& v, LabelSelector& s) {
  v.begin("LabelSelector", "Selects objects by their labels; all conditions must hold.");
  v.field("matchLabels", s.match_labels, "Labels that must be present with exactly these values.");
  v.field("matchExpressions", s.match_expressions, "Further conditions on labels.");
}

/// Every operator a requirement can have. `LabelSelector` admits the first four only; Gt and Lt
/// occur in node and cluster field selectors, the last three stand for a single value.
enum class LabelOperator : std::uint8_t {
  in,
  not_in,
  exists,
  does_not_exist,
  greater_than,
  less_than,
  equals,
  double_equals,
  not_equals,
};

/// The operator spelled "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "=", "==" or "!=".
/// Case matters.
[[nodiscard]] std::optional<LabelOperator> find_label_operator(std::string_view text);

/// A condition on one label that is known to be valid.
class Requirement {
 public:
  /// A problem if the key or a value is no label syntax, or the number of values doesn't suit the
  /// operator: In and NotIn need one at least; Exists and DoesNotExist take none; =, == and != take
  /// one; Gt and Lt take one, a 64-bit integer. Negative integers are no label values, hence
  /// invalid too.
  [[nodiscard]] static Result<Requirement> make(std::string key,
                                                LabelOperator op,
                                                std::vector<std::string> values);

  /// NotIn, != and DoesNotExist match where the label is missing, Gt and Lt only where it is an
  /// integer.
  [[nodiscard]] bool matches(const Labels& labels) const;

 private:
  Requirement(std::string key, LabelOperator op, std::vector<std::string> values);

  std::string key_;
  LabelOperator op_;
  std::vector<std::string> values_;
};

/// The conditions of a selector, labels first; or the first problem among them.
[[nodiscard]] Result<std::vector<Requirement>> requirements(const LabelSelector& selector);

/// What comes of holding a selector against labels. The reference treats an invalid one as an error
/// or as a mismatch, depending on where it is used.
enum class SelectorMatch : std::uint8_t { matches, differs, invalid };

[[nodiscard]] SelectorMatch match(const LabelSelector& selector, const Labels& labels);

/// As above; an absent selector matches nothing (an empty one everything).
[[nodiscard]] SelectorMatch match(const std::optional<LabelSelector>& selector,
                                  const Labels& labels);

/// "name" or "prefix/name": the name of 1 to 63 letters, digits, `-`, `_`, `.`, alphanumeric at
/// both ends; the prefix a DNS-1123 subdomain. The syntax of label, annotation and taint keys and
/// of resource names.
[[nodiscard]] bool is_qualified_name(std::string_view text);

/// Empty, or as the name of a qualified name.
[[nodiscard]] bool is_label_value(std::string_view text);

/// 1 to 63 lower-case letters, digits and `-`, alphanumeric at both ends.
[[nodiscard]] bool is_dns1123_label(std::string_view text);

/// 1 to 253 characters: DNS-1123 labels joined by dots, each of any length.
[[nodiscard]] bool is_dns1123_subdomain(std::string_view text);

}  // namespace firedrill::api
