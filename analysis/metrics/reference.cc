#include "analysis/metrics/reference.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics/metric.h"
#include "analysis/metrics/openmetrics.h"

namespace firedrill::analysis {
namespace {

using nlohmann::json;

json number_schema(Unit unit, std::string_view text) {
  const bool whole = unit == Unit::count || unit == Unit::replicas;
  return {{"type", whole ? "integer" : "number"},
          {"description", fmt::format("Unit: {}. {}", to_string(unit), text)}};
}

/// What stands before the resource in a name, as a regular expression for the whole.
std::string resource_pattern(std::string_view stem) {
  std::string pattern = "^";
  for (const char c : stem)
    pattern.append(c == '.' ? "\\." : std::string(1, c));
  return pattern + ".+$";
}

/// An object that may have any of the entries.
json row_schema(std::string_view text) {
  return {{"type", "object"},
          {"description", text},
          {"additionalProperties", false},
          {"properties", json::object()},
          {"patternProperties", json::object()}};
}

json run_schema() {
  json run = row_schema("Metrics of the run; those without a value are left out.");
  for (const Metric& metric : metrics()) {
    json number = number_schema(metric.unit, definition(metric));
    if (metric.by_resource()) {
      const auto stem = metric.name.substr(0, metric.name.size() - each_resource.size());
      run["patternProperties"][resource_pattern(stem)] = std::move(number);
    } else {
      run["properties"][std::string(metric.name)] = std::move(number);
    }
  }
  return run;
}

bool by_resource(Measure measure) {
  for (const Metric& metric : metrics()) {
    if (metric.measure == measure && metric.by_resource()) return true;
  }
  return false;
}

/// Measures that stand by workload also do by cluster where they can be told apart.
bool measured_by(const MeasureInfo& measure, Subject subject) {
  using enum Measure;
  if (measure.subject == subject) return true;
  constexpr std::array also_by_cluster{evictions_started,      evictions_by_health,
                                       evictions_by_timeout,   evictions_needless,
                                       evictions_into_nothing, stranded};
  return subject == Subject::cluster && std::find(also_by_cluster.begin(), also_by_cluster.end(),
                                                  measure.measure) != also_by_cluster.end();
}

json subjects_schema(Subject subject, std::string_view text) {
  json row = row_schema(text);
  for (const MeasureInfo& measure : measures()) {
    if (!measured_by(measure, subject)) continue;
    json number = number_schema(measure.unit, measure.definition);
    if (by_resource(measure.measure)) {
      row["patternProperties"][resource_pattern(std::string(measure.name) + ".")] =
          std::move(number);
    } else {
      row["properties"][std::string(measure.name)] = std::move(number);
    }
  }
  return {{"type", "object"}, {"additionalProperties", std::move(row)}};
}

json priorities_schema() {
  json row = row_schema("What waits for a node, of the workloads of one priority.");
  for (const std::string_view name : {"replicas.pending.count", "replicas.pending.seconds"}) {
    const Metric& metric = *find_metric(name);
    row["properties"][std::string(name)] = number_schema(metric.unit, definition(metric));
  }
  return {{"type", "object"},
          {"additionalProperties", false},
          {"patternProperties", {{"^-?[0-9]+$", std::move(row)}}}};
}

json text_schema(std::string_view text) {
  return {{"type", "string"}, {"description", text}};
}

std::string subject_words(Subject subject) {
  switch (subject) {
    case Subject::run:
      return "run";
    case Subject::workload:
      return "workload";
    case Subject::cluster:
      return "cluster";
    case Subject::component:
      return "component";
  }
  return {};
}

std::string subjects_of(const MeasureInfo& measure) {
  std::string words;
  for (const Subject subject :
       {Subject::run, Subject::workload, Subject::cluster, Subject::component}) {
    if (!measured_by(measure, subject)) continue;
    words.append(words.empty() ? "" : ", ").append(subject_words(subject));
  }
  return words;
}

std::string_view statistic_words(const Metric& metric) {
  switch (metric.statistic) {
    case Statistic::sum:
      return "sum";
    case Statistic::min:
      return "smallest";
    case Statistic::max:
      return "largest";
    case Statistic::p50:
      return "median";
    case Statistic::p95:
      return "95th percentile";
    case Statistic::ratio:
      return "ratio of the sums";
  }
  return {};
}

}  // namespace

std::string metrics_schema() {
  json units = json::array();
  for (const Unit unit : {Unit::count, Unit::replicas, Unit::seconds, Unit::replica_seconds,
                          Unit::share, Unit::per_second})
    units.push_back(to_string(unit));
  const json properties{
      {"format", {{"const", 1}}},
      {"kind", {{"const", "Metrics"}}},
      {"scenario", text_schema("Name of the scenario.")},
      {"sha256", text_schema("Digest of the effective scenario.")},
      {"profile", text_schema("Policy profile.")},
      {"seed", {{"type", "integer"}, {"minimum", 0}, {"description", "Seed of the run."}}},
      {"metrics", run_schema()},
      {"workloads", subjects_schema(Subject::workload, "Measures of one workload.")},
      {"clusters", subjects_schema(Subject::cluster, "Measures of one cluster.")},
      {"components", subjects_schema(Subject::component, "Measures of one component.")},
      {"priorities", priorities_schema()},
      {"units",
       {{"type", "object"},
        {"description", "Unit of every name in the file."},
        {"additionalProperties", {{"enum", std::move(units)}}}}}};
  json required = json::array();
  for (const auto& [name, schema] : properties.items())
    required.push_back(name);
  const json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                    {"$id", "https://firedrill.dev/schema/v1/metrics.json"},
                    {"title", "firedrill metrics"},
                    {"type", "object"},
                    {"additionalProperties", false},
                    {"required", std::move(required)},
                    {"properties", properties}};
  return schema.dump(2) + "\n";
}

std::string metrics_reference() {
  std::string out =
      "# Metrics reference\n\n"
      "Generated by `firedrill schema metrics -o markdown` from the registry that computes "
      "them.\n\n"
      "A measure is an exact amount for each workload, cluster, component or for the run: sums of\n"
      "integers, in nanoseconds and replicas, rounded nowhere. A metric is a statistic over a\n"
      "measure. Percentiles are nearest ranks: an amount that occurred. What holds for no time "
      "doesn't\ncount. A metric without a value (nobody was evicted, say) is left out.\n\n"
      "An expectation names a metric and may narrow it: by `workload`, by `cluster` where the "
      "measure\nstands by cluster, and by `where` {`priority`} of the workloads. `RESOURCE` is "
      "`cpu`, `memory`,\n`pods` or any other that nodes offer.\n\n"
      "## Metrics\n\n"
      "The last column is the name in OpenMetrics text (`run --metrics-format openmetrics`).\n\n"
      "| metric | unit | is | OpenMetrics |\n|---|---|---|---|\n";
  for (const Metric& metric : metrics()) {
    const std::string of =
        metric.statistic == Statistic::ratio
            ? fmt::format("`{}` over `{}`, {}", info(metric.measure).name, info(metric.over).name,
                          statistic_words(metric))
            : fmt::format("{} of `{}`", statistic_words(metric), info(metric.measure).name);
    out += fmt::format("| `{}` | {} | {} | `{}` |\n", metric.name, to_string(metric.unit), of,
                       openmetrics_name(metric));
  }
  out += "\n## Measures\n\n| measure | unit | by | is |\n|---|---|---|---|\n";
  for (const MeasureInfo& measure : measures()) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", measure.name, to_string(measure.unit),
                       subjects_of(measure), measure.definition);
  }
  out +=
      "\n## Names of the reference\n\n"
      "OpenMetrics text also carries what Karmada exports and the timeline tells, under Karmada's\n"
      "names, as it stands at the end of the run: `cluster_ready_state`,\n"
      "`cluster_{cpu,pod}_{allocatable,allocated}_number`, "
      "`cluster_memory_{allocatable,allocated}_bytes`\n(label `member_cluster`; the stored "
      "resource "
      "summary, so a belief), `eviction_queue_depth` (label\n`name`), `eviction_processing_total` "
      "(labels `name`, `result`; without a type, since OpenMetrics\nand the older format name "
      "counters differently). Not exported: numbers of nodes,\n`eviction_kind_total` and durations "
      "of reconciles, which a timeline doesn't tell.\n";
  return out;
}

}  // namespace firedrill::analysis
