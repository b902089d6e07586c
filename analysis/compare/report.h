#pragma once

/// A comparison for people, documents and programs.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/compare/rule.h"

namespace firedrill::analysis {

/// A variant as reports speak of it.
struct VariantNote {
  std::string label;    ///< Unlike all others.
  std::string meaning;  ///< What it is: its file, profile and settings.
  std::string sha256 = {};
  std::vector<std::string> refusal = {};  ///< Why it did not run, a line each; empty if it did.
  std::size_t expectations = 0;           ///< Of its scenario.
  std::size_t expectations_held = 0;      ///< In as many seeds as they want.
};

struct ComparisonReport {
  std::uint64_t first_seed = 0;
  std::uint64_t seeds = 1;
  std::vector<VariantNote> variants;       ///< The first is the reference.
  Comparison comparison;                   ///< Of these variants.
  std::vector<RegressionRule> rules = {};  ///< Held to each variant but the reference.

  /// A rule is broken, or can't be judged of a variant that ran.
  [[nodiscard]] bool fails() const;
};

enum class Rows : std::uint8_t {
  chosen,  ///< What a failover is weighed by, as far as it isn't zero everywhere, and the rules'.
  all,
};

/// The table, what was refused and why, and the rules' verdicts. Durations are rounded to the
/// millisecond.
[[nodiscard]] std::string comparison_text(const ComparisonReport& report, Rows rows);

/// The table alone.
[[nodiscard]] std::string comparison_table(const ComparisonReport& report, Rows rows);

/// The chosen rows as a Markdown table, and what was refused and why.
[[nodiscard]] std::string comparison_markdown(const ComparisonReport& report,
                                              Rows rows = Rows::chosen);

/// Everything, unrounded; keys sorted, indented by two.
[[nodiscard]] std::string comparison_json(const ComparisonReport& report);

}  // namespace firedrill::analysis
