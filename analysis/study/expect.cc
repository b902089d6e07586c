#include "analysis/study/expect.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/compare/comparison.h"
#include "analysis/study/outcome.h"
#include "analysis/study/report.h"
#include "analysis/study/table.h"
#include "analysis/timeline/glob.h"
#include "analysis/timeline/text.h"
#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

/// So many wrong points say enough.
constexpr std::size_t points_shown = 8;
constexpr double nanoseconds = 1e9;

std::optional<double> as_number(const std::string& text, ValueKind kind) {
  if (kind == ValueKind::text || text.empty()) return {};
  double number = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end) return number;
  if (kind != ValueKind::duration) return {};
  const auto duration = api::parse_duration(text);
  if (!duration.ok()) return {};
  return static_cast<double>(duration.value().count()) / nanoseconds;
}

bool same_value(const ParameterValue& value, const NamedValue& named, ValueKind kind) {
  if (value.text == named.text) return true;
  const std::optional<double> number = as_number(named.text, kind);
  return number && value.number && *number == *value.number;
}

/// Null if there is none.
const StudyParameter* find_parameter(const StudyTable& table, const std::string& name) {
  const auto found = std::ranges::find_if(table.parameters, [&](const StudyParameter& parameter) {
    return parameter.name == name || (!parameter.path.empty() && parameter.path == name);
  });
  return found == table.parameters.end() ? nullptr : &*found;
}

bool has_values(const StudyTable& table, std::size_t point, const NamedValues& values) {
  return std::ranges::all_of(values, [&](const auto& entry) {
    const StudyParameter* parameter = find_parameter(table, entry.first);
    const auto index = static_cast<std::size_t>(parameter - table.parameters.data());
    return same_value(table.points[point].values[index], entry.second, parameter->kind);
  });
}

/// Points of the design that are meant; the one that is only there to compare with isn't.
std::vector<std::size_t> points_meant(const StudyExpectation& expectation,
                                      const StudyTable& table) {
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < table.points.size(); ++i) {
    if (!table.points[i].designed) continue;
    if (!expectation.where || has_values(table, i, *expectation.where)) points.push_back(i);
  }
  return points;
}

std::string values_text(const NamedValues& values) {
  std::string text;
  for (const auto& [name, value] : values)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value.text);
  return text;
}

std::string where_text(const StudyExpectation& expectation) {
  return expectation.where ? " where " + values_text(*expectation.where) : "";
}

std::string point_text(const StudyTable& table, std::size_t point) {
  return fmt::format("point {} ({})", point, setting_text(table, point));
}

void list(StudyVerdict& verdict, std::string line) {
  if (verdict.points.size() < points_shown) {
    verdict.points.push_back(std::move(line));
  } else {
    ++verdict.more_points;
  }
}

std::string points_word(std::size_t count) {
  return fmt::format("{} point{}", count, count == 1 ? "" : "s");
}

StudyVerdict judge_count(const StudyExpectation& expectation,
                         const StudyTable& table,
                         const std::vector<std::size_t>& meant) {
  const MetricBound& counted = *expectation.count;
  std::vector<std::size_t> keeping;
  for (const std::size_t point : meant) {
    if (hold(table, point, counted, counted.of.value_or(BoundOver::runs)).kept)
      keeping.push_back(point);
  }
  StudyVerdict verdict{
      .held = keeps(expectation.bound, Unit::count, static_cast<double>(keeping.size()))};
  verdict.expected =
      fmt::format("number of points with {}{}: {}", counted.text(), where_text(expectation),
                  bound_words(expectation.bound, Unit::count));
  verdict.actual = fmt::format("{} of {}", keeping.size(), points_word(meant.size()));
  for (const std::size_t point : keeping)
    list(verdict, point_text(table, point));
  return verdict;
}

StudyVerdict judge_metric(const StudyExpectation& expectation,
                          const StudyTable& table,
                          const std::vector<std::size_t>& meant) {
  const MetricBound& bound = expectation.bound;
  StudyVerdict verdict{.expected = bound.text() +
                                   (expectation.where ? where_text(expectation) : " everywhere")};
  std::size_t wrong = 0;
  for (const std::size_t point : meant) {
    const BoundOutcome outcome = hold(table, point, bound, bound.of.value_or(BoundOver::runs));
    if (outcome.kept) continue;
    ++wrong;
    list(verdict, fmt::format("{}: {}", point_text(table, point), outcome.wrong));
  }
  verdict.held = wrong == 0;
  verdict.actual = wrong == 0
                       ? fmt::format("so at {} of {}", meant.size(), points_word(meant.size()))
                       : fmt::format("not so at {} of {}", wrong, points_word(meant.size()));
  return verdict;
}

StudyVerdict judge_recommended(const StudyExpectation& expectation,
                               const StudyTable& table,
                               const StudyOutcome& outcome) {
  StudyVerdict verdict{.expected = "recommended: " + values_text(*expectation.recommended)};
  if (!outcome.recommended) {
    verdict.actual = "no point is on the front";
    return verdict;
  }
  const std::size_t point = outcome.recommended->point;
  verdict.held = has_values(table, point, *expectation.recommended);
  verdict.actual = point_text(table, point);
  return verdict;
}

void check_values(const NamedValues& values,
                  std::string_view key,
                  const StudyTable& table,
                  std::vector<StudyExpectationProblem>& problems) {
  for (const auto& [name, value] : values) {
    const std::string pointer = api::child_pointer(fmt::format("/{}", key), name);
    const StudyParameter* parameter = find_parameter(table, name);
    if (parameter == nullptr) {
      std::vector<std::string_view> names;
      std::string all;
      for (const StudyParameter& each : table.parameters) {
        names.push_back(each.name);
        all += (all.empty() ? "" : ", ") + each.name;
      }
      const std::string_view near = api::nearest(name, names);
      problems.push_back(
          {.pointer = pointer,
           .problem = "the study has no parameter " + api::in_quotes(name),
           .remedy = "one of " + all +
                     (near.empty() ? "" : "; did you mean " + api::in_quotes(near) + "?")});
      continue;
    }
    const auto index = static_cast<std::size_t>(parameter - table.parameters.data());
    const NamedValue& wanted = value;  // clang 14 captures no structured binding
    const bool taken = std::ranges::any_of(table.points, [&](const StudyPoint& point) {
      return same_value(point.values[index], wanted, parameter->kind);
    });
    if (!taken) {
      problems.push_back({.pointer = pointer,
                          .problem = fmt::format("no point has {}={}", name, value.text),
                          .remedy = "a value that the design takes"});
    }
  }
}

void check_scenario(const MetricBound& bound,
                    const std::string& pointer,
                    const StudyTable& table,
                    std::vector<StudyExpectationProblem>& problems) {
  const auto fits = [&](const StudyScenario& scenario) {
    return timeline::matches_glob(scenario.name, bound.scenario);
  };
  if (bound.scenario.empty() || std::ranges::any_of(table.scenarios, fits)) return;
  std::string all;
  for (const StudyScenario& scenario : table.scenarios)
    all += (all.empty() ? "" : ", ") + scenario.name;
  problems.push_back(
      {.pointer = pointer,
       .problem = "no scenario of the study is called " + api::in_quotes(bound.scenario),
       .remedy = "one of " + all});
}

}  // namespace

namespace detail {

api::Result<NamedValue> named_value_of_text(std::string text) {
  return NamedValue{std::move(text)};
}

std::optional<std::string> text_of_named_value(const NamedValue& value) {
  return value.text;
}

api::Result<NamedValue> named_value_of_number(double number) {
  NamedValue value;
  timeline::append_double(value.text, number);
  return value;
}

std::optional<double> number_of_named_value(const NamedValue& value) {
  return as_number(value.text, ValueKind::number);
}

api::Result<NamedValue> named_value_of_bool(bool value) {
  return NamedValue{value ? "true" : "false"};
}

std::optional<bool> bool_of_named_value(const NamedValue& value) {
  if (value.text != "true" && value.text != "false") return {};
  return value.text == "true";
}

}  // namespace detail

int StudyExpectation::forms() const {
  return static_cast<int>(count.has_value()) + static_cast<int>(recommended.has_value()) +
         static_cast<int>(!bound.metric.empty());
}

std::vector<StudyExpectationProblem> problems_of(const StudyExpectation& expectation,
                                                 const StudyTable& table) {
  std::vector<StudyExpectationProblem> problems;
  if (expectation.recommended)
    check_values(*expectation.recommended, "recommended", table, problems);
  if (expectation.where) check_values(*expectation.where, "where", table, problems);
  if (expectation.count) check_scenario(*expectation.count, "/count/scenario", table, problems);
  check_scenario(expectation.bound, "/scenario", table, problems);
  if (problems.empty() && points_meant(expectation, table).empty()) {
    problems.push_back({.pointer = "/where",
                        .problem = "no point has these values together",
                        .remedy = "values that one point of the design has"});
  }
  return problems;
}

StudyVerdict judge(const StudyExpectation& expectation,
                   const StudyTable& table,
                   const StudyOutcome& outcome) {
  if (expectation.recommended) return judge_recommended(expectation, table, outcome);
  const std::vector<std::size_t> meant = points_meant(expectation, table);
  return expectation.count ? judge_count(expectation, table, meant)
                           : judge_metric(expectation, table, meant);
}

std::vector<StudyVerdict> judge(const std::vector<StudyExpectation>& expectations,
                                const StudyTable& table,
                                const StudyOutcome& outcome) {
  std::vector<StudyVerdict> verdicts;
  for (const StudyExpectation& expectation : expectations)
    verdicts.push_back(judge(expectation, table, outcome));
  return verdicts;
}

}  // namespace firedrill::analysis
