#include "analysis/metrics/openmetrics.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analysis/timeline/text.h"

namespace firedrill::analysis {
namespace {

enum class Type : std::uint8_t { gauge, none };

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out.push_back('\\');
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string_view unit_suffix(Unit unit) {
  switch (unit) {
    case Unit::count:
    case Unit::replicas:
      break;
    case Unit::seconds:
      return "seconds";
    case Unit::replica_seconds:
      return "replica_seconds";
    case Unit::share:
      return "ratio";
    case Unit::per_second:
      return "per_second";
  }
  return {};
}

void append_head(std::string& out, std::string_view name, Type type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n", name, escaped(help));
  if (type == Type::gauge) fmt::format_to(std::back_inserter(out), "# TYPE {} gauge\n", name);
}

void append_sample(std::string& out,
                   std::string_view name,
                   std::string_view labels,
                   std::string_view value) {
  fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name, labels, value);
}

std::string label(std::string_view name, std::string_view value) {
  return fmt::format("{}=\"{}\"", name, escaped(value));
}

/// Cores of cpu, else whole units; nothing if the summary doesn't say.
std::optional<std::string> number_of(const api::ResourceList& list, std::string_view resource) {
  const auto found = list.find(resource);
  if (found == list.end()) return {};
  if (resource != "cpu") return std::to_string(found->second.value());
  std::string text;
  timeline::append_double(text, static_cast<double>(found->second.milli_value()) / 1000.0);
  return text;
}

std::string snake_case(std::string_view word) {
  std::string out;
  for (const char c : word) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out.push_back('_');
    out.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

/// A gauge by cluster that the reference makes of a resource summary.
struct SummaryGauge {
  std::string_view name;
  std::string_view help;
  std::string_view resource;
  bool allocated = false;
};

constexpr SummaryGauge summary_gauges[] = {
    {"cluster_cpu_allocatable_number", "CPU cores that the cluster offers.", "cpu", false},
    {"cluster_cpu_allocated_number", "CPU cores that pods in the cluster request.", "cpu", true},
    {"cluster_memory_allocatable_bytes", "Memory that the cluster offers.", "memory", false},
    {"cluster_memory_allocated_bytes", "Memory that pods in the cluster request.", "memory", true},
    {"cluster_pod_allocatable_number", "Pods that the cluster has room for.", "pods", false},
    {"cluster_pod_allocated_number", "Pods in the cluster.", "pods", true},
};

}  // namespace

void ReferenceMetrics::event(const timeline::TimelineEvent& event) {
  const timeline::Payload& payload = event.payload;
  if (const auto* joined = std::get_if<timeline::ClusterJoined>(&payload)) {
    clusters_[joined->cluster];
  } else if (const auto* removed = std::get_if<timeline::ClusterRemoved>(&payload)) {
    clusters_.erase(removed->cluster);
  } else if (const auto* turn = std::get_if<timeline::ClusterConditionChanged>(&payload)) {
    if (turn->condition == api::condition_ready)
      clusters_[turn->cluster].ready = turn->status == api::status_true;
  } else if (const auto* seen = std::get_if<timeline::ResourceSummaryChanged>(&payload)) {
    clusters_[seen->cluster].summary = seen->resource_summary;
  } else if (const auto* queued = std::get_if<timeline::EvictionQueued>(&payload)) {
    queues_[queued->queue].keys.emplace(queued->workload, queued->cluster);
  } else if (const auto* taken = std::get_if<timeline::EvictionDequeued>(&payload)) {
    Queue& queue = queues_[taken->queue];
    queue.keys.erase({taken->workload, taken->cluster});
    ++queue.processed[taken->outcome == "Failed" ? "error" : "success"];
  }
}

std::string ReferenceMetrics::text() const {
  std::string out;
  for (const SummaryGauge& gauge : summary_gauges) {
    std::string samples;
    for (const auto& [name, cluster] : clusters_) {
      const auto number =
          number_of(gauge.allocated ? cluster.summary.allocated : cluster.summary.allocatable,
                    gauge.resource);
      if (number) append_sample(samples, gauge.name, label("member_cluster", name), *number);
    }
    if (samples.empty()) continue;
    append_head(out, gauge.name, Type::gauge, gauge.help);
    out += samples;
  }
  if (!clusters_.empty())
    append_head(out, "cluster_ready_state", Type::gauge, "1 if the cluster is ready, 0 otherwise.");
  for (const auto& [name, cluster] : clusters_) {
    append_sample(out, "cluster_ready_state", label("member_cluster", name),
                  cluster.ready ? "1" : "0");
  }
  if (queues_.empty()) return out;
  append_head(out, "eviction_processing_total", Type::none, "Evictions processed, by result.");
  for (const auto& [name, queue] : queues_) {
    for (const auto& [result, count] : queue.processed) {
      append_sample(out, "eviction_processing_total",
                    label("name", name) + "," + label("result", result), std::to_string(count));
    }
  }
  append_head(out, "eviction_queue_depth", Type::gauge, "Keys in the eviction queue.");
  for (const auto& [name, queue] : queues_) {
    append_sample(out, "eviction_queue_depth", label("name", name),
                  std::to_string(queue.keys.size()));
  }
  return out;
}

std::string openmetrics_name(const Metric& metric) {
  std::vector<std::string_view> words;
  std::string_view rest = metric.name;
  while (!rest.empty()) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    words.push_back(rest.substr(0, dot));
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  const std::string_view last = words.back();
  if (last == "count" || last == "total" || last == "seconds" || last == each_resource)
    words.pop_back();
  if (metric.unit == Unit::replica_seconds) std::erase(words, "replicaSeconds");
  std::string name = "firedrill";
  for (const std::string_view word : words)
    name.append("_").append(snake_case(word));
  const std::string_view suffix = unit_suffix(metric.unit);
  if (!suffix.empty()) name.append("_").append(suffix);
  return name;
}

std::string format_openmetrics(const timeline::Header& header,
                               const MetricTable& table,
                               const ReferenceMetrics& reference) {
  std::string out = reference.text();
  const std::string run = label("profile", header.profile) + "," +
                          label("scenario", header.scenario) + "," +
                          label("seed", std::to_string(header.seed));
  for (const Metric& metric : metrics()) {
    const std::string name = openmetrics_name(metric);
    std::string samples;
    for (const std::string& full_name : names_of(metric, table)) {
      const std::optional<Amount> amount = evaluate(full_name, table);
      if (!amount) continue;
      std::string labels = run;
      if (metric.by_resource()) {
        const std::size_t stem = metric.name.size() - each_resource.size();
        labels = run + "," + label("resource", std::string_view(full_name).substr(stem));
      }
      append_sample(samples, name, labels, format_amount(metric.unit, *amount));
    }
    if (samples.empty()) continue;
    append_head(out, name, Type::gauge, definition(metric));
    const std::string_view unit = unit_suffix(metric.unit);
    if (!unit.empty()) fmt::format_to(std::back_inserter(out), "# UNIT {} {}\n", name, unit);
    out += samples;
  }
  return out + "# EOF\n";
}

}  // namespace firedrill::analysis
