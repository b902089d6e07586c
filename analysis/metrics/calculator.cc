#include "analysis/metrics/calculator.h"

#include <map>
#include <utility>

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

void append_subjects(IndentedObject& parent,
                     std::string_view key,
                     Subject subject,
                     const MetricTable& table) {
  std::map<std::string_view, std::map<std::string_view, std::string>> rows;
  for (const MeasureInfo& measure : measures()) {
    for (const auto& [name, amount] : table.column(measure.measure, subject)) {
      rows[name].emplace(measure.name, format_amount(measure.unit, amount));
    }
  }
  IndentedObject all = parent.object(key);
  for (const auto& [name, row] : rows) {
    IndentedObject one = all.object(name);
    for (const auto& [measure, value] : row)
      one.member(measure, value);
    one.close();
  }
  all.close();
}

}  // namespace

Calculator::Calculator(ScenarioFacts facts) : state_(std::move(facts)) {
  folds_.push_back(make_availability_fold());
  folds_.push_back(make_stage_fold());
  folds_.push_back(make_eviction_fold());
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
  table_ = measure(footer.time.time, footer.api);
}

MetricTable Calculator::measure(sim::Time end, const timeline::ApiCountsByComponent& api) {
  timeline::Footer footer;
  footer.time = {end};
  footer.api = api;
  MetricTable table;
  for (const auto& fold : folds_)
    fold->finish(footer, state_, table);
  return table;
}

std::string format_metrics_json(const timeline::Header& header, const MetricTable& table) {
  std::string out;
  IndentedObject document(out, 0);
  append_subjects(document, "clusters", Subject::cluster, table);
  append_subjects(document, "components", Subject::component, table);
  document.member("format", "1");
  document.text("kind", "Metrics");
  std::map<std::string_view, std::string_view> units;
  for (const MeasureInfo& measure : measures())
    units.emplace(measure.name, to_string(measure.unit));
  IndentedObject run = document.object("metrics");
  for (const Metric& metric : metrics()) {
    units.emplace(metric.name, to_string(metric.unit));
    if (const auto amount = evaluate(metric, table)) {
      run.member(metric.name, format_amount(metric.unit, *amount));
    }
  }
  run.close();
  document.text("profile", header.profile);
  document.text("scenario", header.scenario);
  document.member("seed", std::to_string(header.seed));
  document.text("sha256", header.sha256);
  IndentedObject unit_table = document.object("units");
  for (const auto& [name, unit] : units)
    unit_table.text(name, unit);
  unit_table.close();
  append_subjects(document, "workloads", Subject::workload, table);
  document.close();
  out.push_back('\n');
  return out;
}

}  // namespace firedrill::analysis
