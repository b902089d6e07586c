#pragma once

/// What a study expects of its outcome (product page, "Studies"): the entries of its `expect`.
///
///     {"count": {"metric": "migrations.total", "above": 0}, "equals": 1}        points that do so
///     {"where": {"policy": "none"}, "metric": "migrations.total", "equals": 0}  all such points do
///     {"recommended": {"cluster-failure-threshold": "60s"}}                     the answer

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/goals.h"
#include "policy/api/describe.h"

namespace firedrill::analysis {

struct StudyTable;
struct StudyOutcome;

/// A value of a parameter, in the spelling of the file. Numbers and durations are equal by what
/// they are: 60, "60s" and "1m" are one value of a duration.
struct NamedValue {
  std::string text;

  friend bool operator==(const NamedValue&, const NamedValue&) = default;
};

namespace detail {
[[nodiscard]] api::Result<NamedValue> named_value_of_text(std::string text);
[[nodiscard]] std::optional<std::string> text_of_named_value(const NamedValue& value);
[[nodiscard]] api::Result<NamedValue> named_value_of_number(double number);
[[nodiscard]] std::optional<double> number_of_named_value(const NamedValue& value);
[[nodiscard]] api::Result<NamedValue> named_value_of_bool(bool value);
[[nodiscard]] std::optional<bool> bool_of_named_value(const NamedValue& value);
}  // namespace detail

template <class V>
void describe_forms(V& v, NamedValue&) {
  v.begin("StudyNamedValue", "A value of a parameter.");
  v.form(api::Form<bool>{"A switch."}, &detail::named_value_of_bool, &detail::bool_of_named_value);
  v.form(api::Form<double>{"A number; seconds for a duration."}, &detail::named_value_of_number,
         &detail::number_of_named_value);
  v.form(api::Form<std::string>{"A duration, a choice's name, or another text."},
         &detail::named_value_of_text, &detail::text_of_named_value);
}

/// By parameter's name (or path).
using NamedValues = std::map<std::string, NamedValue>;

/// One entry of a study's `expect`.
struct StudyExpectation {
  // One of count, bound.metric, recommended says the form.
  std::optional<MetricBound> count = {};  ///< Then `bound` has no metric and says how many.
  std::optional<NamedValues> recommended = {};
  std::optional<NamedValues> where = {};  ///< Points that are meant; absent: all.
  MetricBound bound = {};

  [[nodiscard]] int forms() const;

  friend bool operator==(const StudyExpectation&, const StudyExpectation&) = default;
};

template <class V>
void describe(V& v, StudyExpectation& e) {
  v.begin("StudyExpectation", "What a study expects of its outcome.");
  v.field("count", e.count,
          "Points are counted that keep this bound; the number must keep the other.");
  v.field("recommended", e.recommended, "Values that the recommended setting must have.");
  v.field("where", e.where, "Points that are meant, by their parameters' values.",
          api::DefaultText{"all"});
  v.field("metric", e.bound.metric, "Metric that all points meant must keep within the bound.");
  v.field("scenario", e.bound.scenario, "Scenarios whose runs count, by name; a glob.",
          api::DefaultText{"all"});
  v.field("of", e.bound.of, "Which figures must all be within the bound.",
          api::DefaultText{"runs"});
  v.field("below", e.bound.below, "Less than this.");
  v.field("above", e.bound.above, "More than this.");
  v.field("equals", e.bound.equals, "Exactly this.");
  v.field("between", e.bound.between, "At least the first and at most the second.");
  v.check("", e.forms() == 1, "an expectation has exactly one form",
          "one of count, metric, recommended");
  v.check("metric", e.bound.metric.empty() || is_metric(e.bound.metric), "no such metric",
          "a name that `firedrill schema metrics` lists");
  v.check("", e.bound.bounds() == (e.recommended ? 0 : 1), "bounds and form don't fit",
          "one of below, above, equals, between beside count or metric, and only there");
  v.check("between", e.bound.between.empty() || e.bound.between.size() == 2, "not two bounds",
          "[lower, upper]");
  v.check("", !e.count || (e.bound.scenario.empty() && !e.bound.of), "scenario or of beside count",
          "put them into count");
  v.check("", !e.recommended || (!e.where && e.bound.scenario.empty() && !e.bound.of),
          "a narrowing beside recommended", "remove where, scenario and of");
}

/// Why an expectation can't be about the study: a parameter, value or scenario that isn't there,
/// with the key below the expectation ("/where/policy").
struct StudyExpectationProblem {
  std::string pointer = {};
  std::string problem = {};
  std::string remedy = {};
};
[[nodiscard]] std::vector<StudyExpectationProblem> problems_of(const StudyExpectation& expectation,
                                                               const StudyTable& table);

/// What came of an expectation.
struct StudyVerdict {
  bool held = false;
  std::string expected = {};             ///< "migrations.total above 0 at exactly 1 point".
  std::string actual = {};               ///< "at 2 of 16 points".
  std::vector<std::string> points = {};  ///< Those that are wrong, or that counted, a line each.
  std::size_t more_points = 0;           ///< Not listed in `points`.
};

/// Requires: problems_of is empty. Points with failed or missing cells keep no bound.
[[nodiscard]] StudyVerdict judge(const StudyExpectation& expectation,
                                 const StudyTable& table,
                                 const StudyOutcome& outcome);
[[nodiscard]] std::vector<StudyVerdict> judge(const std::vector<StudyExpectation>& expectations,
                                              const StudyTable& table,
                                              const StudyOutcome& outcome);

}  // namespace firedrill::analysis
