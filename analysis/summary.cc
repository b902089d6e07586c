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

#include "analysis/compare/figures.h"
#include "analysis/diff/event_facts.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

/// How many workloads a list names.
constexpr std::size_t shown_max = 5;
/// How many columns the bars of the stages take.
constexpr std::int64_t bar_width = 24;

using Row = std::pair<std::string, Amount>;

sim::Duration duration_of(const Amount& amount) {
  return sim::Duration{static_cast<std::int64_t>(amount.numerator)};
}

std::string rounded(Unit unit, const Amount& amount) {
  if (unit == Unit::seconds) return rounded_duration(duration_of(amount));
  if (unit == Unit::share) return fmt::format("{:.3g}", to_double(unit, amount));
  if (unit == Unit::replica_seconds) return fmt::format("{:.0f}", to_double(unit, amount));
  return format_amount(unit, amount);
}

std::optional<Amount> value(std::string_view name, const MetricTable& table) {
  return evaluate(*find_metric(name), table);
}

/// The metric's value for people, or "-".
std::string value_text(std::string_view name, const MetricTable& table) {
  const std::optional<Amount> amount = value(name, table);
  return amount ? rounded(find_metric(name)->unit, *amount) : "-";
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

struct Stage {
  std::string_view name;
  sim::Duration median{};
  sim::Duration most{};
};

/// The stages that took any time, in their order.
std::vector<Stage> stages_of(const MetricTable& table) {
  constexpr std::array<std::string_view, 7> names{"observed", "condition", "taint", "queue",
                                                  "eviction", "scheduled", "ready"};
  std::vector<Stage> stages;
  for (const std::string_view name : names) {
    const auto median = value(fmt::format("stage.{}.p50", name), table);
    const auto most = value(fmt::format("stage.{}.max", name), table);
    if (median && most && most->numerator > 0)
      stages.push_back({name, duration_of(*median), duration_of(*most)});
  }
  return stages;
}

/// "--cluster-failure-threshold 30s", if the header has the flag.
std::string flag_text(std::string_view flag, const timeline::Header& header) {
  const auto found = header.flags.find(flag);
  if (found == header.flags.end()) return {};
  std::string text;
  timeline::append_value(text, found->second);
  std::erase(text, '"');
  return fmt::format("--{} {}", flag, text);
}

/// What a stage's length is owed to: a setting with its value, or the workloads themselves.
std::string owed_to(const Stage& stage,
                    const timeline::Header& header,
                    const MetricTable& table,
                    const Aftermath& aftermath) {
  if (stage.name == "observed")
    return flag_text(
        aftermath.by_lease() ? "cluster-monitor-grace-period" : "cluster-status-update-frequency",
        header);
  if (stage.name == "condition")
    return flag_text(aftermath.by_lease() ? "cluster-monitor-period" : "cluster-failure-threshold",
                     header);
  if (stage.name == "eviction") {
    // Either it waited for its turn, or it was tolerated until then.
    const auto waited = value("eviction.queue.wait.p95", table);
    if (waited && duration_of(*waited) * 2 >= stage.most)
      return flag_text("resource-eviction-rate", header);
    return "how long workloads tolerate the taint or being unhealthy (tolerationSeconds)";
  }
  if (stage.name == "scheduled" && !worst(Measure::excluded, table).empty())
    return "no cluster to go to";
  if (stage.name == "ready") return "how long the workloads take to start";
  return {};
}

void append_stages(std::string& out,
                   const timeline::Header& header,
                   const MetricTable& table,
                   const Aftermath& aftermath) {
  const std::vector<Stage> stages = stages_of(table);
  if (stages.empty()) return;
  sim::Duration total{};
  for (const Stage& stage : stages)
    total += stage.most;
  fmt::format_to(std::back_inserter(out), "\n{:<12}{:>10}{:>10}\n", "STAGE", "P50", "MAX");
  sim::Duration before{};
  // A run lasts 146 years at most: seconds times columns stay far below 64 bits.
  const auto column = [&](sim::Duration time) {
    return static_cast<std::size_t>(bar_width * (time.count() / 1'000) /
                                    std::max<std::int64_t>(total.count() / 1'000, 1));
  };
  for (const Stage& stage : stages) {
    const std::size_t from = std::min(column(before), static_cast<std::size_t>(bar_width) - 1);
    before += stage.most;
    const std::size_t length =
        std::max<std::size_t>(column(before) - std::min(column(before), from), 1);
    std::string bar;
    for (std::size_t i = 0; i < length; ++i)
      bar += "█";
    fmt::format_to(std::back_inserter(out), "{:<12}{:>10}{:>10}  {}{}\n", stage.name,
                   rounded_duration(stage.median), rounded_duration(stage.most),
                   std::string(from, ' '), bar);
  }
  fmt::format_to(std::back_inserter(out), "{:<12}{:>10}{:>10}\n", "total",
                 value_text("stage.total.p50", table), value_text("stage.total.max", table));
  const Stage& slowest = *std::ranges::max_element(stages, {}, &Stage::most);
  const std::string owed = owed_to(slowest, header, table, aftermath);
  if (!owed.empty())
    fmt::format_to(std::back_inserter(out), "The slowest stage is {}: {}\n", slowest.name, owed);
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  result.append(width - std::min(width, width_of(text)), ' ');
  return result;
}

void append_losses(std::string& out, const MetricTable& table) {
  const std::vector<Row> rows = worst(Measure::unavailability, table);
  if (rows.empty()) return;
  fmt::format_to(std::back_inserter(out), "\n{:<36}{:>10}{:>12}{:>8}\n", "SHORT OF READY REPLICAS",
                 "FOR", "REPLICA·S", "LOWEST");
  const auto& missing = table.column(Measure::unavailability_replicas, Subject::workload);
  const auto& share = table.column(Measure::ready_share, Subject::workload);
  for (std::size_t i = 0; i < std::min(rows.size(), shown_max); ++i) {
    const auto& [name, amount] = rows[i];
    fmt::format_to(std::back_inserter(out), "{}{:>10}{:>12}{:>8}\n", padded(name, 36),
                   rounded_duration(duration_of(amount)),
                   rounded(Unit::replica_seconds, missing.find(name)->second),
                   fmt::format("{:.0f} %", 100 * to_double(Unit::share, share.find(name)->second)));
  }
  if (rows.size() > shown_max)
    fmt::format_to(std::back_inserter(out), "  … and {} more\n", rows.size() - shown_max);
}

/// A line of so many entries and "and N more"; nothing if there are none.
void append_line(std::string& out,
                 std::string_view title,
                 const std::vector<std::string>& entries) {
  if (entries.empty()) return;
  fmt::format_to(std::back_inserter(out), "{}: ", title);
  for (std::size_t i = 0; i < std::min(entries.size(), shown_max); ++i)
    out += (i == 0 ? "" : ", ") + entries[i];
  if (entries.size() > shown_max)
    fmt::format_to(std::back_inserter(out), " and {} more", entries.size() - shown_max);
  out.push_back('\n');
}

void append_measure(std::string& out,
                    std::string_view title,
                    Measure measure,
                    const MetricTable& table) {
  std::vector<std::string> entries;
  for (const auto& [name, amount] : worst(measure, table)) {
    const Unit unit = info(measure).unit;
    entries.push_back(name + " " + rounded(unit, amount) +
                      (unit == Unit::replicas ? " replicas" : ""));
  }
  append_line(out, title, entries);
}

/// Who ran twice: how long, and how much of it.
void append_twice(std::string& out, const MetricTable& table, const Aftermath& aftermath) {
  std::vector<std::string> entries;
  for (const auto& [name, amount] : worst(Measure::running_twice, table)) {
    const auto length = aftermath.twice().find(name);
    std::string entry = name;
    if (length != aftermath.twice().end()) entry += " for " + rounded_duration(length->second);
    entries.push_back(
        fmt::format("{} ({} replica·s)", entry, rounded(Unit::replica_seconds, amount)));
  }
  append_line(out, "Ran twice", entries);
}

void append_leftovers(std::string& out,
                      std::string_view title,
                      const std::vector<Leftover>& leftovers) {
  std::vector<std::string> entries;
  for (const Leftover& leftover : leftovers) {
    std::string entry =
        fmt::format("{} {} of {}", leftover.workload, leftover.replicas, leftover.of);
    if (!leftover.why.empty()) entry += " (" + leftover.why + ")";
    entries.push_back(std::move(entry));
  }
  append_line(out, title, entries);
}

/// "outage (unreachable) of member1 at 10m0s, noticed after 7.00 s, …".
std::string course(const MetricTable& table, const Aftermath& aftermath) {
  const auto& strike = aftermath.first_strike();
  if (!strike) return "Nothing failed";
  std::string text =
      fmt::format("{} at {}", strike->words, api::format_duration(strike->time.time_since_epoch()));
  if (aftermath.more_faults() > 0)
    text += fmt::format(" and {} more {}", aftermath.more_faults(),
                        aftermath.more_faults() == 1 ? "fault" : "faults");
  const auto since = [&](const std::optional<sim::Time>& time) {
    return rounded_duration(*time - strike->time);
  };
  if (aftermath.noticed()) text += "; noticed after " + since(aftermath.noticed());
  if (aftermath.not_ready()) text += ", not Ready after " + since(aftermath.not_ready());
  if (!aftermath.first_eviction()) return text + "; no workload was evicted";
  const std::string count = value_text("eviction.started.count", table);
  text += fmt::format("; {} {} after {}", count, count == "1" ? "eviction" : "evictions",
                      since(aftermath.first_eviction()));
  if (*aftermath.last_eviction() != *aftermath.first_eviction())
    text += " to " + since(aftermath.last_eviction());
  const std::string moved = value_text("migrations.total", table);
  if (moved != "0")
    text += fmt::format(", {} {} moved", moved, moved == "1" ? "replica" : "replicas");
  return text;
}

std::string outcome(const MetricTable& table, const Aftermath& aftermath) {
  const std::size_t left = aftermath.short_at_end().size();
  if (left != 0)
    return fmt::format("At the end {} {} short of ready replicas.", left,
                       left == 1 ? "workload is" : "workloads are");
  return worst(Measure::unavailability, table).empty()
             ? "No workload was short of ready replicas once it was complete."
             : "At the end every workload has its replicas again.";
}

void append_evictions(std::string& out, const MetricTable& table) {
  const auto started = value("eviction.started.count", table);
  if (!started || started->numerator == 0) return;
  std::string details;
  const auto count = [&](std::string_view name, std::string_view words) {
    const auto amount = value(name, table);
    if (!amount || amount->numerator == 0) return;
    details += fmt::format("{}{} {}", details.empty() ? ": " : ", ",
                           format_amount(Unit::count, *amount), words);
  };
  count("eviction.byHealth.count", "ended by health");
  count("eviction.byTimeout.count", "ended by timeout");
  count("eviction.needless.count", "needless");
  count("eviction.intoNothing.count", "into nothing");
  fmt::format_to(std::back_inserter(out), "Evictions: {}{}", format_amount(Unit::count, *started),
                 details);
  if (const auto end = value("eviction.end", table))
    out += "; the last ended after " + rounded_duration(duration_of(*end));
  out.push_back('\n');
}

}  // namespace

std::string summarise(const timeline::Header& header,
                      const timeline::Footer& footer,
                      const MetricTable& table,
                      const Aftermath& aftermath) {
  std::string out;
  fmt::format_to(std::back_inserter(out), "{}: {} of {}, seed {}, {} events\n", header.scenario,
                 api::format_duration(footer.time.time.time_since_epoch()), header.profile,
                 header.seed, footer.events);
  out += course(table, aftermath) + ".\n" + outcome(table, aftermath) + "\n";
  append_stages(out, header, table, aftermath);
  append_losses(out, table);
  std::string rest;
  append_twice(rest, table, aftermath);
  append_leftovers(rest, "Short at the end", aftermath.short_at_end());
  append_measure(rest, "Still pending", Measure::pending, table);
  append_leftovers(rest, "Out of reach at the end", aftermath.stranded_at_end());
  append_measure(rest, "State lost", Measure::state_lost, table);
  append_measure(rest, "No cluster to go to", Measure::excluded, table);
  append_evictions(rest, table);
  if (!rest.empty()) out += "\n" + rest;
  return out;
}

std::string worth_explaining(const MetricTable& table, const Aftermath& aftermath) {
  if (!aftermath.short_at_end().empty()) return aftermath.short_at_end().front().workload;
  for (const Measure measure : {Measure::stage_total, Measure::unavailability}) {
    if (const auto rows = worst(measure, table); !rows.empty()) return rows.front().first;
  }
  return {};
}

}  // namespace firedrill::analysis
