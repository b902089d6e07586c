#include "analysis/compare/report.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/compare/figures.h"

namespace firedrill::analysis {
namespace {

/// What a failover is weighed by.
struct Group {
  std::string_view title;
  std::array<std::string_view, 6> metrics;  // "": none
};
constexpr std::array<Group, 5> chosen{{
    {"Detection", {"stage.observed.max", "stage.condition.max", "stage.taint.max"}},
    {"Eviction",
     {"eviction.started.count", "stage.queue.max", "stage.eviction.max", "eviction.end",
      "eviction.needless.count"}},
    {"Recovery", {"stage.scheduled.max", "stage.ready.max", "stage.total.p50", "stage.total.max"}},
    {"Service",
     {"workload.unavailability.total", "workload.unavailability.max",
      "workload.unavailability.replicaSeconds", "workload.readyShare.min", "workload.excluded",
      "replicas.pending.count"}},
    {"Cost", {"migrations.total", "workload.runningTwice", "state.lost.count"}},
}};

/// Cells by row; a row of one cell is a title.
using Table = std::vector<std::vector<std::string>>;

/// With the number of runs, if some have no value.
std::string value_text(Unit unit, const std::optional<Estimate>& value, std::uint64_t seeds) {
  if (!value) return "-";
  const std::string text = number_text(unit, value->mean) + interval_text(unit, *value);
  return value->count == seeds ? text : text + fmt::format(" (n={})", value->count);
}

std::string change_text(Unit unit, const std::optional<Change>& change) {
  return change ? change_text(unit, change->delta, change->relative()) : "-";
}

std::vector<std::string> cells_of(const Row& row, const ComparisonReport& report) {
  std::vector<std::string> cells{row.metric, std::string(to_string(row.unit))};
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (report.comparison.refused(i)) continue;
    cells.push_back(value_text(row.unit, row.cells[i].value, report.seeds));
    if (i != 0) cells.push_back(change_text(row.unit, row.cells[i].change));
  }
  return cells;
}

std::vector<std::string> heading(const ComparisonReport& report) {
  std::vector<std::string> cells{"METRIC", "UNIT"};
  for (std::size_t i = 0; i < report.variants.size(); ++i) {
    if (report.comparison.refused(i)) continue;
    cells.push_back(report.variants[i].label);
    if (i != 0) cells.emplace_back("CHANGE");
  }
  return cells;
}

/// The metrics that rules are about and that no group holds.
std::vector<std::string_view> metrics_of_rules(const ComparisonReport& report) {
  std::vector<std::string_view> names;
  for (const RegressionRule& rule : report.rules) {
    const bool grouped = std::ranges::any_of(chosen, [&](const Group& group) {
      return std::ranges::count(group.metrics, std::string_view(rule.metric)) != 0;
    });
    if (!grouped && std::ranges::count(names, std::string_view(rule.metric)) == 0)
      names.push_back(rule.metric);
  }
  return names;
}

bool has_rule(const ComparisonReport& report, std::string_view metric) {
  return std::ranges::any_of(report.rules,
                             [&](const RegressionRule& rule) { return rule.metric == metric; });
}

void append_group(Table& table,
                  const ComparisonReport& report,
                  std::string_view title,
                  std::span<const std::string_view> metrics) {
  Table rows;
  for (const std::string_view metric : metrics) {
    const Row* row = report.comparison.find(metric);
    if (row == nullptr || (row->idle() && !has_rule(report, metric))) continue;
    rows.push_back(cells_of(*row, report));
  }
  if (rows.empty()) return;
  table.push_back({std::string(title)});
  std::ranges::move(rows, std::back_inserter(table));
}

Table table_of(const ComparisonReport& report, Rows rows) {
  Table table{heading(report)};
  if (rows == Rows::all) {
    for (const Row& row : report.comparison.rows())
      table.push_back(cells_of(row, report));
    return table;
  }
  for (const Group& group : chosen)
    append_group(table, report, group.title, group.metrics);
  append_group(table, report, "Rules", metrics_of_rules(report));
  return table;
}

std::string aligned(const Table& table) {
  std::vector<std::size_t> widths(table.front().size());
  for (const auto& row : table) {
    for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : table) {
    if (row.size() == 1) {
      text += row.front() + "\n";
      continue;
    }
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width_of(row[i]), ' ');
      const bool left = i < 2;
      line += (i == 0 ? "" : "  ") + (left ? row[i] + padding : padding + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string seeds_text(const ComparisonReport& report) {
  if (report.seeds == 1)
    return fmt::format("seed {}: one run each, so there are no intervals", report.first_seed);
  return fmt::format("seeds {} to {}; ± {:.0f} % intervals (Student t{})", report.first_seed,
                     report.first_seed + report.seeds - 1, 100 * confidence,
                     report.variants.size() > 1 ? ", changes paired by seed" : "");
}

std::string rule_text(const ComparisonReport& report,
                      const RegressionRule& rule,
                      std::size_t variant) {
  const Judgement judgement = judge(rule, report.comparison, variant);
  std::string text =
      fmt::format("{}: {}: {}", report.variants[variant].label, rule.text, to_string(judgement));
  const Row* row = report.comparison.find(rule.metric);
  if (row == nullptr) return text + " (no run has a value)\n";
  if (judgement == Judgement::refused) return text + "\n";
  if (judgement == Judgement::incomparable)
    return text + " (there is no seed in which both have a value)\n";
  return fmt::format("{} ({})\n", text, change_text(row->unit, row->cells[variant].change));
}

}  // namespace

bool ComparisonReport::fails() const {
  return std::ranges::any_of(rules, [this](const RegressionRule& rule) {
    for (std::size_t i = 1; i < variants.size(); ++i) {
      if (analysis::fails(judge(rule, comparison, i))) return true;
    }
    return false;
  });
}

std::string comparison_text(const ComparisonReport& report, Rows rows) {
  std::string text = seeds_text(report) + "\n";
  for (const VariantNote& variant : report.variants) {
    text += fmt::format("  {}: {}", variant.label, variant.meaning);
    if (variant.expectations != 0) {
      text += fmt::format("; {} of {} expectations hold", variant.expectations_held,
                          variant.expectations);
    }
    text += '\n';
  }
  text += "\n" + aligned(table_of(report, rows));
  for (const VariantNote& variant : report.variants) {
    if (variant.refusal.empty()) continue;
    text += fmt::format("\n{} is refused:\n", variant.label);
    for (const std::string& line : variant.refusal)
      text += "  " + line + "\n";
  }
  if (report.rules.empty()) return text;
  text += "\nRegressed if:\n";
  for (const RegressionRule& rule : report.rules) {
    for (std::size_t i = 1; i < report.variants.size(); ++i)
      text += "  " + rule_text(report, rule, i);
  }
  return text;
}

std::string comparison_table(const ComparisonReport& report, Rows rows) {
  return aligned(table_of(report, rows));
}

std::string comparison_markdown(const ComparisonReport& report, Rows rows) {
  std::string text;
  const Table table = table_of(report, rows);
  for (std::size_t row = 0; row < table.size(); ++row) {
    const bool title = table[row].size() == 1;
    for (std::size_t i = 0; i < table.front().size(); ++i) {
      std::string cell = i < table[row].size() ? table[row][i] : "";
      if (row == 0 && i < 2) cell = i == 0 ? "metric" : "unit";
      if (row == 0 && cell == "CHANGE") cell = "change";
      if (title && i == 0) cell = "**" + cell + "**";
      if (!title && row != 0 && i == 0) cell = "`" + cell + "`";
      text += "| " + cell + (cell.empty() ? "" : " ");
    }
    text += "|\n";
    if (row != 0) continue;
    for (std::size_t i = 0; i < table.front().size(); ++i)
      text += i < 2 ? "|---" : "|---:";
    text += "|\n";
  }
  for (const VariantNote& variant : report.variants) {
    if (variant.refusal.empty()) continue;
    text += fmt::format("\n{} is refused:\n\n", variant.label);
    for (const std::string& line : variant.refusal)
      text += "- " + line + "\n";
  }
  return text;
}

}  // namespace firedrill::analysis
