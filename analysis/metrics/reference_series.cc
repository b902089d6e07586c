#include "analysis/metrics/reference_series.h"

#include <stdexcept>
#include <variant>

#include "analysis/timeline/text.h"
#include "policy/api/duration.h"
#include "policy/api/utf8.h"

namespace firedrill::analysis {
namespace {

constexpr std::size_t piece = std::size_t{64} << 10;

/// Hands over what has come together, now and then.
void drain(std::string& text, timeline::Output& output, std::size_t limit) {
  if (text.size() < limit) return;
  output.write(text);
  text.clear();
}

/// In single quotes of YAML.
std::string in_yaml(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

ReferenceSeries::ReferenceSeries(sim::Duration interval)
    : interval_(interval), series_(reference_families().size()) {
  if (interval <= sim::Duration{} || interval % std::chrono::seconds(1) != sim::Duration{})
    throw std::logic_error("scrapes come at whole seconds");
}

void ReferenceSeries::begin(const timeline::Header& header) {
  start_ = header.start.unix_seconds();
}

void ReferenceSeries::event(const timeline::TimelineEvent& event) {
  scrape_before(event.time);
  metrics_.event(event);
  const timeline::Payload& payload = event.payload;
  if (const auto* joined = std::get_if<timeline::ClusterJoined>(&payload)) {
    changed_clusters_.insert(joined->cluster);
  } else if (const auto* removed = std::get_if<timeline::ClusterRemoved>(&payload)) {
    changed_clusters_.insert(removed->cluster);
  } else if (const auto* turn = std::get_if<timeline::ClusterConditionChanged>(&payload)) {
    changed_clusters_.insert(turn->cluster);
  } else if (const auto* seen = std::get_if<timeline::ResourceSummaryChanged>(&payload)) {
    changed_clusters_.insert(seen->cluster);
  } else if (const auto* queued = std::get_if<timeline::EvictionQueued>(&payload)) {
    changed_queues_.insert(queued->queue);
  } else if (const auto* taken = std::get_if<timeline::EvictionDequeued>(&payload)) {
    changed_queues_.insert(taken->queue);
  }
}

void ReferenceSeries::end(const timeline::Footer& footer) {
  scrape_before(footer.time.time + sim::Duration{1});
}

void ReferenceSeries::scrape_before(sim::Time time) {
  const auto interval = static_cast<std::uint64_t>(interval_.count());
  const auto until = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::uint64_t due = until / interval + (until % interval == 0 ? 0 : 1);
  if (due <= scrapes_) return;
  // The first of them sees what changed since the last; the others see the same.
  for (const std::string& cluster : changed_clusters_)
    look(cluster);
  for (const std::string& queue : changed_queues_) {
    metrics_.each_of_queue(queue, [this](std::size_t family, const std::string& labels,
                                         double value) { keep(family, labels, value); });
  }
  changed_clusters_.clear();
  changed_queues_.clear();
  scrapes_ = due;
}

void ReferenceSeries::look(const std::string& cluster) {
  std::vector<double> values(series_.size(), absent);
  metrics_.each_of_cluster(cluster, [&](std::size_t family, const std::string&, double value) {
    values[family] = value;
  });
  const std::string labels = openmetrics_label("member_cluster", cluster);
  for (std::size_t family = 0; family < values.size(); ++family)
    keep(family, labels, values[family]);
}

void ReferenceSeries::keep(std::size_t family, const std::string& labels, double value) {
  const auto found = series_[family].find(labels);
  const double before = found == series_[family].end() ? absent : found->second.back().value;
  if (value == before) return;
  series_[family][labels].push_back({.scrape = scrapes_, .value = value});
}

void ReferenceSeries::write_openmetrics(timeline::Output& output) const {
  std::string text;
  const std::int64_t seconds = interval_ / std::chrono::seconds(1);
  for (std::size_t family = 0; family < series_.size(); ++family) {
    if (series_[family].empty()) continue;
    const ReferenceFamily& about = reference_families()[family];
    append_openmetrics_head(text, about);
    for (const auto& [labels, runs] : series_[family]) {
      for (std::size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].value == absent) continue;
        const std::uint64_t end = i + 1 < runs.size() ? runs[i + 1].scrape : scrapes_;
        std::string value;
        append_openmetrics_value(value, runs[i].value);
        for (std::uint64_t scrape = runs[i].scrape; scrape < end; ++scrape) {
          text.append(about.name).append("{").append(labels).append("} ").append(value) += ' ';
          timeline::append_integer(text, start_ + static_cast<std::int64_t>(scrape) * seconds);
          text += '\n';
          drain(text, output, piece);
        }
      }
    }
  }
  text += "# EOF\n";
  drain(text, output, 0);
  output.flush();
}

void ReferenceSeries::write_rule_test(timeline::Output& output) const {
  std::string text =
      "    # Below the other keys of a test with interval: " + api::format_duration(interval_) +
      "\n    input_series:\n";
  for (std::size_t family = 0; family < series_.size(); ++family) {
    for (const auto& [labels, runs] : series_[family]) {
      std::string series(reference_families()[family].name);
      // What YAML can't hold, the strings of PromQL can spell.
      series.append("{").append(api::visible(labels)).append("}");
      text.append("      - series: ").append(in_yaml(series)).append("\n        values: '");
      bool first = runs.front().scrape == 0;
      if (!first) text.append("_x").append(std::to_string(runs.front().scrape));
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::uint64_t end = i + 1 < runs.size() ? runs[i + 1].scrape : scrapes_;
        const std::uint64_t more = end - runs[i].scrape - 1;
        if (!first) text += ' ';
        first = false;
        if (runs[i].value == absent) {
          text += "stale";
          if (more > 0) text.append(" _x").append(std::to_string(more));
        } else {
          append_openmetrics_value(text, runs[i].value);
          text.append("+0x").append(std::to_string(more));
        }
        drain(text, output, piece);
      }
      text += "'\n";
    }
  }
  drain(text, output, 0);
  output.flush();
}

}  // namespace firedrill::analysis
