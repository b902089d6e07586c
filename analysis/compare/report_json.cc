#include <cstddef>

#include <nlohmann/json.hpp>

#include "analysis/compare/report.h"

namespace firedrill::analysis {
namespace {

using nlohmann::json;

json estimate_json(Unit unit, const Estimate& estimate) {
  json result{{"mean", in_unit(unit, estimate.mean)}, {"runs", estimate.count}};
  if (estimate.half_width) result["halfWidth"] = in_unit(unit, *estimate.half_width);
  return result;
}

json row_json(const Row& row, const ComparisonReport& report) {
  json result{{"unit", to_string(row.unit)}, {"variants", json::object()}};
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    if (!cell.value) continue;
    json& entry = result["variants"][report.variants[i].label];
    entry = estimate_json(row.unit, *cell.value);
    if (!cell.change) continue;
    entry["change"] = estimate_json(row.unit, cell.change->delta);
    if (const auto relative = cell.change->relative()) entry["change"]["relative"] = *relative;
  }
  return result;
}

json variant_json(const VariantNote& variant) {
  json result{{"label", variant.label}, {"meaning", variant.meaning}};
  if (!variant.sha256.empty()) result["sha256"] = variant.sha256;
  if (variant.expectations != 0) {
    result["expectations"] = {{"all", variant.expectations}, {"held", variant.expectations_held}};
  }
  if (!variant.refusal.empty()) result["refused"] = variant.refusal;
  return result;
}

json verdicts_json(const ComparisonReport& report) {
  json verdicts = json::array();
  for (const RegressionRule& rule : report.rules) {
    for (std::size_t i = 1; i < report.variants.size(); ++i) {
      verdicts.push_back({{"rule", rule.text},
                          {"variant", report.variants[i].label},
                          {"verdict", to_string(judge(rule, report.comparison, i))}});
    }
  }
  return verdicts;
}

}  // namespace

std::string comparison_json(const ComparisonReport& report) {
  json document{{"kind", "Comparison"},     {"format", 1},
                {"confidence", confidence}, {"firstSeed", report.first_seed},
                {"seeds", report.seeds},    {"variants", json::array()},
                {"metrics", json::object()}};
  for (const VariantNote& variant : report.variants)
    document["variants"].push_back(variant_json(variant));
  for (const Row& row : report.comparison.rows())
    document["metrics"][row.metric] = row_json(row, report);
  if (!report.rules.empty()) {
    document["rules"] = verdicts_json(report);
    document["regressed"] = report.fails();
  }
  return document.dump(2) + "\n";
}

}  // namespace firedrill::analysis
