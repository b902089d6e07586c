#include "analysis/metrics/calculator.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/timeline/text.h"

namespace firedrill::analysis {
namespace {

/// Builds an indented object whose values are JSON text already.
class IndentedObject {
 public:
  IndentedObject(std::string& out, int depth) : out_(out), depth_(depth) { out_.push_back('{'); }

  void member(std::string_view key, std::string_view value) {
    start(key);
    out_ += value;
  }
  void text(std::string_view key, std::string_view value) {
    start(key);
    timeline::append_json(out_, value);
  }
  IndentedObject object(std::string_view key) {
    start(key);
    return {out_, depth_ + 1};
  }
  void close() {
    if (!empty_) new_line(depth_);
    out_.push_back('}');
  }

 private:
  void start(std::string_view key) {
    if (!std::exchange(empty_, false)) out_.push_back(',');
    new_line(depth_ + 1);
    timeline::append_json(out_, key);
    out_ += ": ";
  }
  void new_line(int depth) { out_.append("\n").append(static_cast<std::size_t>(2 * depth), ' '); }

  std::string& out_;
  int depth_;
  bool empty_ = true;
};

/// Objects by subject, each with its amounts as text by name.
using Rows = std::map<std::string, std::map<std::string, std::string>>;
using Units = std::map<std::string, std::string_view>;

void append_rows(IndentedObject& parent, std::string_view key, const Rows& rows) {
  IndentedObject all = parent.object(key);
  for (const auto& [name, row] : rows) {
    IndentedObject one = all.object(name);
    for (const auto& [measure, value] : row)
      one.member(measure, value);
    one.close();
  }
  all.close();
}

/// A column of the table on its way into rows.
struct ColumnWalk {
  std::string name;
  Unit unit = Unit::count;
  MetricTable::Column::const_iterator next;
  MetricTable::Column::const_iterator end;
};

/// The columns about that kind of subject, by name.
std::vector<ColumnWalk> columns_of(Subject subject, const MetricTable& table, Units& units) {
  std::vector<ColumnWalk> columns;
  for (const MeasureInfo& measure : measures()) {
    for (const std::string_view resource : table.resources(measure.measure, subject)) {
      std::string full_name(measure.name);
      if (!resource.empty()) full_name.append(".").append(resource);
      units.emplace(full_name, to_string(measure.unit));
      const auto& column = table.column(measure.measure, subject, resource);
      columns.push_back({std::move(full_name), measure.unit, column.begin(), column.end()});
    }
  }
  std::ranges::sort(columns, {}, &ColumnWalk::name);
  return columns;
}

/// Rows by subject, read off the columns side by side: nothing is kept of them but the text.
void append_columns(IndentedObject& parent, std::string_view key, std::vector<ColumnWalk> columns) {
  IndentedObject all = parent.object(key);
  while (true) {
    const api::Name* first = nullptr;
    for (const ColumnWalk& column : columns) {
      if (column.next != column.end && (first == nullptr || column.next->first < *first))
        first = &column.next->first;
    }
    if (first == nullptr) return all.close();
    IndentedObject one = all.object(*first);
    for (ColumnWalk& column : columns) {
      if (column.next == column.end || column.next->first != *first) continue;
      one.member(column.name, format_amount(column.unit, column.next->second));
      ++column.next;
    }
    one.close();
  }
}

/// What is pending, by priority of the workloads.
Rows rows_by_priority(const MetricTable& table) {
  std::set<std::int32_t> priorities;
  for (const auto& [workload, amount] : table.column(Measure::pending, Subject::workload))
    priorities.insert(table.priority(workload));
  Rows rows;
  for (const std::int32_t priority : priorities) {
    Narrowing narrowing;
    narrowing.priority = [priority](std::int32_t other) { return other == priority; };
    for (const std::string_view name : {"replicas.pending.count", "replicas.pending.seconds"}) {
      const Metric& metric = *find_metric(name);
      if (const auto amount = evaluate(metric, table, narrowing))
        rows[std::to_string(priority)].emplace(name, format_amount(metric.unit, *amount));
    }
  }
  return rows;
}

}  // namespace

Calculator::Calculator(ScenarioFacts facts) : state_(std::move(facts)) {
  folds_.push_back(make_availability_fold());
  folds_.push_back(make_stage_fold());
  folds_.push_back(make_eviction_fold());
  folds_.push_back(make_placement_fold());
  folds_.push_back(make_capacity_fold());
  folds_.push_back(make_count_fold());
}

void Calculator::event(const timeline::TimelineEvent& event) {
  for (const auto& fold : folds_)
    fold->before(event, state_);
  state_.apply(event.payload);
  for (const auto& fold : folds_)
    fold->after(event, state_);
}

void Calculator::end(const timeline::Footer& footer) {
  to_measure_ = footer;
}

const MetricTable& Calculator::table() {
  if (const auto footer = std::exchange(to_measure_, std::nullopt))
    table_ = measure(footer->time.time, footer->api);
  return table_;
}

MetricTable Calculator::measure(sim::Time end, const timeline::ApiCountsByComponent& api) {
  timeline::Footer footer;
  footer.time = {end};
  footer.api = api;
  MetricTable table;
  for (const auto& fold : folds_)
    fold->finish(footer, state_, table);
  table.sort();
  return table;
}

std::string format_metrics_json(const timeline::Header& header, const MetricTable& table) {
  std::string out;
  IndentedObject document(out, 0);
  Units units;
  append_columns(document, "clusters", columns_of(Subject::cluster, table, units));
  append_columns(document, "components", columns_of(Subject::component, table, units));
  document.member("format", "1");
  document.text("kind", "Metrics");
  IndentedObject run = document.object("metrics");
  for (const Metric& metric : metrics()) {
    for (const std::string& name : names_of(metric, table)) {
      units.emplace(name, to_string(metric.unit));
      if (const auto amount = evaluate(name, table))
        run.member(name, format_amount(metric.unit, *amount));
    }
  }
  run.close();
  append_rows(document, "priorities", rows_by_priority(table));
  document.text("profile", header.profile);
  document.text("scenario", header.scenario);
  document.member("seed", std::to_string(header.seed));
  document.text("sha256", header.sha256);
  std::vector<ColumnWalk> workloads = columns_of(Subject::workload, table, units);
  IndentedObject unit_table = document.object("units");
  for (const auto& [name, unit] : units)
    unit_table.text(name, unit);
  unit_table.close();
  append_columns(document, "workloads", std::move(workloads));
  document.close();
  out.push_back('\n');
  return out;
}

}  // namespace firedrill::analysis
