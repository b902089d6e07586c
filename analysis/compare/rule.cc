#include "analysis/compare/rule.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

constexpr std::string_view blank = " \t";

/// A rule's text, read from its start.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { skip_blanks(); }

  [[nodiscard]] std::size_t column() const { return position_ + 1; }
  [[nodiscard]] std::string_view rest() const {
    const std::string_view rest = text_.substr(position_);
    return rest.substr(0, rest.find_last_not_of(blank) + 1);
  }
  /// Up to any of the characters, or to the end.
  std::string_view take_until(std::string_view characters) {
    const std::size_t end = std::min(text_.find_first_of(characters, position_), text_.size());
    const std::string_view taken = text_.substr(position_, end - position_);
    position_ = end;
    skip_blanks();
    return taken;
  }
  /// One of the characters, or 0.
  char take_any(std::string_view characters) {
    if (position_ == text_.size()) return 0;
    const char c = text_[position_];
    if (characters.find(c) == std::string_view::npos) return 0;
    ++position_;
    skip_blanks();
    return c;
  }

 private:
  void skip_blanks() {
    position_ = std::min(text_.find_first_not_of(blank, position_), text_.size());
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || text.front() == '-' || !std::isfinite(value)) return {};
  return value;
}

std::string unknown_metric_remedy(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Metric& metric : metrics())
    names.push_back(metric.name);
  const std::string_view near = api::nearest(name, names);
  return near.empty() ? "firedrill schema metrics lists them"
                      : fmt::format("did you mean {}?", api::in_quotes(near));
}

std::string change_remedy(Unit unit) {
  if (unit == Unit::seconds) return "a change such as +5%, +10s or +1m30s";
  return fmt::format("a change such as +5%, or +1 in {}", to_string(unit));
}

/// The metric that the name stands for, or what is wrong with it.
std::variant<const Metric*, RuleProblem> read_metric(std::string_view name, std::size_t column) {
  if (name.empty())
    return RuleProblem{column, "no metric is named", "METRIC > CHANGE, e.g. 'drift > +5%'"};
  const Metric* metric = find_metric(name);
  if (metric == nullptr) {
    return RuleProblem{column, "unknown metric " + api::in_quotes(name),
                       unknown_metric_remedy(name)};
  }
  if (metric->by_resource() && name == metric->name) {
    std::string example(name.substr(0, name.size() - each_resource.size()));
    return RuleProblem{column, "there is one for each resource", "say " + example + "cpu"};
  }
  return metric;
}

/// Fills in the bound; what is wrong with it, if anything is.
std::optional<RuleProblem> read_bound(std::string_view text,
                                      std::size_t column,
                                      Unit unit,
                                      RegressionRule& rule) {
  rule.percent = text.ends_with('%');
  if (rule.percent) {
    std::string_view share = text.substr(0, text.size() - 1);
    share = share.substr(0, share.find_last_not_of(blank) + 1);
    const auto value = number(share);
    if (!value) return RuleProblem{column, "no percentage: " + api::in_quotes(text), "e.g. +5%"};
    rule.bound = *value;
    return {};
  }
  if (const auto value = number(text)) {
    rule.bound = as_held(unit, *value);
    return {};
  }
  const auto duration = api::parse_duration(text);
  if (!duration.ok() || text.front() == '-' || text.front() == '+')
    return RuleProblem{column, "no change: " + api::in_quotes(text), change_remedy(unit)};
  if (unit != Unit::seconds) {
    return RuleProblem{column, "a duration, but the metric is no time", change_remedy(unit)};
  }
  rule.bound = static_cast<double>(duration.value().count());
  return {};
}

}  // namespace

std::variant<RegressionRule, RuleProblem> parse_rule(std::string_view text) {
  Reader reader(text);
  RegressionRule rule;
  rule.text = text;
  const std::size_t start = reader.column();
  rule.metric = reader.take_until(" \t<>");
  const auto metric = read_metric(rule.metric, start);
  if (const auto* problem = std::get_if<RuleProblem>(&metric)) return *problem;
  const Unit unit = std::get<const Metric*>(metric)->unit;

  const std::size_t at_sign = reader.column();
  const char direction = reader.take_any("<>");
  if (direction == 0) {
    return RuleProblem{at_sign, "expected > or <",
                       "> for metrics that are better low, < for those that are better high"};
  }
  rule.rise = direction == '>';
  const std::size_t at_change = reader.column();
  const char sign = reader.take_any("+-");
  const std::string_view amount = reader.rest();
  if (amount.empty()) return RuleProblem{at_change, "a change is missing", change_remedy(unit)};
  if (auto problem = read_bound(amount, reader.column(), unit, rule)) return *problem;
  if (sign == 0 && !rule.rise && rule.bound != 0) {
    return RuleProblem{at_change, "a fall or a rise?",
                       fmt::format("rules are about the change: -{} for a fall", amount)};
  }
  if (sign == '-') rule.bound = -rule.bound;
  return rule;
}

std::string_view to_string(Judgement judgement) {
  switch (judgement) {
    case Judgement::holds:
      return "holds";
    case Judgement::unclear:
      return "unclear";
    case Judgement::regressed:
      return "regressed";
    case Judgement::incomparable:
      return "incomparable";
    case Judgement::refused:
      return "refused";
  }
  throw std::logic_error("a judgement without a name");
}

bool fails(Judgement judgement) {
  return judgement == Judgement::regressed || judgement == Judgement::incomparable;
}

Judgement judge(const RegressionRule& rule, const Comparison& comparison, std::size_t variant) {
  if (comparison.refused(variant)) return Judgement::refused;
  const Row* row = comparison.find(rule.metric);
  if (row == nullptr) return Judgement::holds;
  const Cell& cell = row->cells.at(variant);
  if (!cell.change) {
    const bool neither = !cell.value && !row->cells.front().value;
    return neither ? Judgement::holds : Judgement::incomparable;
  }
  // Hundredths on both sides, so that a change of exactly 7 % isn't more than 7 %.
  const double scale = rule.percent ? 100 : 1;
  const double bound = rule.percent ? rule.bound * std::abs(cell.change->reference) : rule.bound;
  const Estimate& delta = cell.change->delta;
  const auto beyond = [&](double change) {
    return rule.rise ? change * scale > bound : change * scale < bound;
  };
  if (beyond(rule.rise ? delta.low() : delta.high())) return Judgement::regressed;
  return beyond(delta.mean) ? Judgement::unclear : Judgement::holds;
}

}  // namespace firedrill::analysis
