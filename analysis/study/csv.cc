// Cells as CSV (RFC 4180).

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/exports/csv_field.h"
#include "analysis/metrics/metric.h"
#include "analysis/study/report.h"

namespace firedrill::analysis {
namespace {

void append_row(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    exports::append_csv_field(out, fields[i]);
  }
  out += "\r\n";
}

std::set<std::string, std::less<>> metric_names(const StudyTable& table) {
  std::set<std::string, std::less<>> names;
  for (const auto& cell : table.cells) {
    if (!cell) continue;
    for (const auto& [name, amount] : cell->metrics)
      names.insert(name);
  }
  return names;
}

}  // namespace

void write_csv(const StudyTable& table, timeline::Output& output) {
  const auto metrics = metric_names(table);
  std::string text;
  std::vector<std::string> fields{"cell", "point", "scenario", "seed"};
  for (const StudyParameter& parameter : table.parameters)
    fields.push_back(parameter.name);
  fields.emplace_back("error");
  fields.insert(fields.end(), metrics.begin(), metrics.end());
  append_row(text, fields);
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const std::optional<StudyCell>& cell = table.cells[i];
    if (!cell) continue;
    const CellPlace place = table.cell_place(i);
    const StudyScenario& scenario = table.scenarios[place.scenario];
    fields = {std::to_string(i), std::to_string(place.point), scenario.name,
              std::to_string(scenario.first_seed + place.seed)};
    for (const ParameterValue& value : table.points[place.point].values)
      fields.push_back(value.text);
    fields.push_back(cell->error);
    for (const std::string& name : metrics) {
      const auto found = cell->metrics.find(name);
      fields.push_back(found == cell->metrics.end()
                           ? ""
                           : format_amount(find_metric(name)->unit, found->second));
    }
    append_row(text, fields);
    constexpr std::size_t piece = 1U << 16U;
    if (text.size() < piece) continue;
    output.write(text);
    text.clear();
  }
  output.write(text);
}

}  // namespace firedrill::analysis
