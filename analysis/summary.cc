#include "analysis/summary.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

/// How many workloads a list names.
constexpr std::size_t shown_max = 5;

using Row = std::pair<std::string, Amount>;

std::string duration_text(const Amount& amount) {
  return api::format_duration(sim::Duration{static_cast<std::int64_t>(amount.numerator)});
}

std::string value_text(Unit unit, const Amount& amount) {
  return unit == Unit::seconds ? duration_text(amount) : format_amount(unit, amount);
}

/// The metric's value for people, or "-".
std::string value(std::string_view name, const MetricTable& table) {
  const Metric* metric = find_metric(name);
  const std::optional<Amount> amount = evaluate(*metric, table);
  return amount ? value_text(metric->unit, *amount) : "-";
}

/// Workloads with more than nothing of the measure, the most first, then by name.
std::vector<Row> worst(Measure measure, const MetricTable& table) {
  std::vector<Row> rows;
  for (const auto& [name, amount] : table.column(measure, Subject::workload)) {
    if (amount.numerator > 0) rows.emplace_back(name, amount);
  }
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return b.second < a.second; });
  return rows;
}

void append_rest(std::string& out, std::size_t count) {
  if (count > shown_max) {
    fmt::format_to(std::back_inserter(out), "  … and {} more\n", count - shown_max);
  }
}

void append_stages(std::string& out, const MetricTable& table) {
  constexpr std::array<std::string_view, 8> stages{"observed", "condition", "taint", "queue",
                                                   "eviction", "scheduled", "ready", "total"};
  if (table.column(Measure::stage_total, Subject::workload).empty()) return;
  fmt::format_to(std::back_inserter(out), "{:<12}{:>16}{:>16}{:>16}\n", "STAGE", "P50", "P95",
                 "MAX");
  for (const std::string_view stage : stages) {
    const auto of = [&](std::string_view statistic) {
      return value(fmt::format("stage.{}.{}", stage, statistic), table);
    };
    fmt::format_to(std::back_inserter(out), "{:<12}{:>16}{:>16}{:>16}\n", stage, of("p50"),
                   of("p95"), of("max"));
  }
}

void append_losses(std::string& out, const MetricTable& table) {
  const std::vector<Row> rows = worst(Measure::unavailability, table);
  if (rows.empty()) {
    out += "No workload was short of ready replicas once it was complete.\n";
    return;
  }
  fmt::format_to(std::back_inserter(out), "{:<36}{:>16}{:>16}{:>16}\n", "SHORT OF READY REPLICAS",
                 "FOR", "REPLICA·S", "LOWEST SHARE");
  const auto& missing = table.column(Measure::unavailability_replicas, Subject::workload);
  const auto& share = table.column(Measure::ready_share, Subject::workload);
  for (std::size_t i = 0; i < std::min(rows.size(), shown_max); ++i) {
    const auto& [name, amount] = rows[i];
    fmt::format_to(std::back_inserter(out), "{:<36}{:>16}{:>16}{:>16}\n", name,
                   duration_text(amount),
                   format_amount(Unit::replica_seconds, missing.find(name)->second),
                   format_amount(Unit::share, share.find(name)->second));
  }
  append_rest(out, rows.size());
}

/// A line that names the worst workloads of a measure; nothing if there are none.
void append_list(std::string& out,
                 std::string_view title,
                 Measure measure,
                 const MetricTable& table) {
  const std::vector<Row> rows = worst(measure, table);
  if (rows.empty()) return;
  fmt::format_to(std::back_inserter(out), "{} ({}):", title, to_string(info(measure).unit));
  for (std::size_t i = 0; i < std::min(rows.size(), shown_max); ++i) {
    fmt::format_to(std::back_inserter(out), "{} {} {}", i == 0 ? "" : ",", rows[i].first,
                   format_amount(info(measure).unit, rows[i].second));
  }
  if (rows.size() > shown_max) {
    fmt::format_to(std::back_inserter(out), " and {} more", rows.size() - shown_max);
  }
  out.push_back('\n');
}

}  // namespace

std::string summarise(const timeline::Header& header,
                      const timeline::Footer& footer,
                      const MetricTable& table) {
  std::string out;
  fmt::format_to(std::back_inserter(out), "{}: {} of {}, seed {}, {} events\n", header.scenario,
                 api::format_duration(footer.time.time.time_since_epoch()), header.profile,
                 header.seed, footer.events);
  append_stages(out, table);
  append_losses(out, table);
  append_list(out, "Ran twice", Measure::running_twice, table);
  append_list(out, "Still pending", Measure::pending, table);
  append_list(out, "State lost", Measure::state_lost, table);
  append_list(out, "No cluster to go to", Measure::excluded, table);
  if (value("eviction.started.count", table) == "0") {
    out += "No workload was evicted.\n";
    return out;
  }
  const auto counted = [&table](std::string_view name, std::string_view words) {
    const std::string count = value(name, table);
    return count == "0" ? std::string() : fmt::format("; {} {}", count, words);
  };
  fmt::format_to(std::back_inserter(out),
                 "Evictions: {} ({} ended by health, {} by timeout{}{}), last ended {} after the "
                 "disaster began; {} replicas moved\n",
                 value("eviction.started.count", table), value("eviction.byHealth.count", table),
                 value("eviction.byTimeout.count", table),
                 counted("eviction.needless.count", "needless"),
                 counted("eviction.intoNothing.count", "into nothing"),
                 value("eviction.end", table), value("migrations.total", table));
  return out;
}

}  // namespace firedrill::analysis
