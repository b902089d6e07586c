#include "analysis/metrics/openmetrics.h"

#include <algorithm>
#include <array>
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

/// Cores of cpu, else whole units; nothing if the summary doesn't say.
std::optional<double> number_of(const api::ResourceList& list, std::string_view resource) {
  const auto found = list.find(resource);
  if (found == list.end()) return {};
  if (resource != "cpu") return static_cast<double>(found->second.value());
  return static_cast<double>(found->second.milli_value()) / 1000.0;
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

constexpr std::array<ReferenceFamily, 9> families{{
    {"cluster_cpu_allocatable_number", "CPU cores that the cluster offers."},
    {"cluster_cpu_allocated_number", "CPU cores that pods in the cluster request."},
    {"cluster_memory_allocatable_bytes", "Memory that the cluster offers."},
    {"cluster_memory_allocated_bytes", "Memory that pods in the cluster request."},
    {"cluster_pod_allocatable_number", "Pods that the cluster has room for."},
    {"cluster_pod_allocated_number", "Pods in the cluster."},
    {"cluster_ready_state", "1 if the cluster is ready, 0 otherwise."},
    {"eviction_processing_total", "Evictions processed, by result.", false},
    {"eviction_queue_depth", "Keys in the eviction queue."},
}};
// Indices of them. The first six are those of these resources, allocatable before allocated.
constexpr std::array<std::string_view, 3> summary_resources{"cpu", "memory", "pods"};
constexpr std::size_t ready_state = 6;
constexpr std::size_t processing_total = 7;
constexpr std::size_t queue_depth = 8;

}  // namespace

std::span<const ReferenceFamily> reference_families() {
  return families;
}

std::string openmetrics_label(std::string_view name, std::string_view value) {
  return fmt::format("{}=\"{}\"", name, escaped(value));
}

void append_openmetrics_head(std::string& out, const ReferenceFamily& family) {
  append_head(out, family.name, family.gauge ? Type::gauge : Type::none, family.help);
}

void append_openmetrics_value(std::string& out, double value) {
  constexpr double exact_max = 9'007'199'254'740'992.0;  // 2^53
  if (value >= -exact_max && value <= exact_max &&
      static_cast<double>(static_cast<std::int64_t>(value)) == value) {
    timeline::append_integer(out, static_cast<std::int64_t>(value));
  } else {
    timeline::append_double(out, value);
  }
}

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

void ReferenceMetrics::each_of_cluster(const std::string& name, const Visit& visit) const {
  const auto found = clusters_.find(name);
  if (found == clusters_.end()) return;
  const Cluster& cluster = found->second;
  const std::string labels = openmetrics_label("member_cluster", name);
  for (std::size_t i = 0; i < summary_resources.size(); ++i) {
    const std::string_view resource = summary_resources.at(i);
    if (const auto number = number_of(cluster.summary.allocatable, resource))
      visit(2 * i, labels, *number);
    if (const auto number = number_of(cluster.summary.allocated, resource))
      visit(2 * i + 1, labels, *number);
  }
  visit(ready_state, labels, cluster.ready ? 1 : 0);
}

void ReferenceMetrics::each_of_queue(const std::string& name, const Visit& visit) const {
  const auto found = queues_.find(name);
  if (found == queues_.end()) return;
  const Queue& queue = found->second;
  const std::string labels = openmetrics_label("name", name);
  for (const auto& [result, count] : queue.processed)
    visit(processing_total, labels + "," + openmetrics_label("result", result),
          static_cast<double>(count));
  visit(queue_depth, labels, static_cast<double>(queue.keys.size()));
}

std::string ReferenceMetrics::text() const {
  std::array<std::string, families.size()> samples;
  const auto append = [&](std::size_t family, const std::string& labels, double value) {
    std::string number;
    append_openmetrics_value(number, value);
    append_sample(samples.at(family), families.at(family).name, labels, number);
  };
  for (const auto& [name, cluster] : clusters_)
    each_of_cluster(name, append);
  for (const auto& [name, queue] : queues_)
    each_of_queue(name, append);
  std::string out;
  for (std::size_t i = 0; i < families.size(); ++i) {
    if (samples.at(i).empty()) continue;
    append_openmetrics_head(out, families.at(i));
    out += samples.at(i);
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
  const std::string run = openmetrics_label("profile", header.profile) + "," +
                          openmetrics_label("scenario", header.scenario) + "," +
                          openmetrics_label("seed", std::to_string(header.seed));
  for (const Metric& metric : metrics()) {
    const std::string name = openmetrics_name(metric);
    std::string samples;
    for (const std::string& full_name : names_of(metric, table)) {
      const std::optional<Amount> amount = evaluate(full_name, table);
      if (!amount) continue;
      std::string labels = run;
      if (metric.by_resource()) {
        const std::size_t stem = metric.name.size() - each_resource.size();
        labels =
            run + "," + openmetrics_label("resource", std::string_view(full_name).substr(stem));
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
