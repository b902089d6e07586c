#pragma once

/// What counts as a regression: `--regressed-if 'METRIC > +5%'`.
///
///     RULE   = METRIC ( ">" | "<" ) CHANGE
///     CHANGE = [ "+" | "-" ] NUMBER "%"          of the reference's mean
///            | [ "+" | "-" ] NUMBER              in the metric's unit
///            | [ "+" | "-" ] DURATION            Go's, for metrics in seconds
///
/// A rule is about the change from the reference, never about the level (that is what a scenario's
/// `expect` is for). Without a sign ">" means a rise; "<" needs one, but for 0.
///
/// With several seeds a rule is broken when the whole interval of the mean change lies beyond the
/// bound: chance alone doesn't break it. The mean beyond the bound, but not its interval, is
/// `unclear`: more runs decide.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/compare/comparison.h"

namespace firedrill::analysis {

struct RegressionRule {
  std::string text;  ///< As it was given.
  std::string metric;
  bool rise = true;      ///< ">": worse beyond the bound; else below it.
  bool percent = false;  ///< The bound is a percentage of the reference's mean.
  double bound = 0;      ///< Else as amounts are held (comparison.h).
};

/// Why a text is no rule.
struct RuleProblem {
  std::size_t column = 0;  ///< From 1.
  std::string problem;
  std::string remedy;
};

[[nodiscard]] std::variant<RegressionRule, RuleProblem> parse_rule(std::string_view text);

enum class Judgement : std::uint8_t {
  holds,
  unclear,  ///< The mean is beyond the bound, its interval reaches back.
  regressed,
  incomparable,  ///< There is no seed in which both have a value, though one of them has some.
  refused,       ///< The variant did not run.
};

[[nodiscard]] std::string_view to_string(Judgement judgement);

/// A regression, or something that can't be shown to be none: a check must not pass for want of
/// figures.
[[nodiscard]] bool fails(Judgement judgement);

/// The rule held to the variant of that index. Percentages of a reference of zero are zero: then
/// any rise is beyond them. What no run has a value of holds.
[[nodiscard]] Judgement judge(const RegressionRule& rule,
                              const Comparison& comparison,
                              std::size_t variant);

}  // namespace firedrill::analysis
