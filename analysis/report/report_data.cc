#include "analysis/report/report_data.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "analysis/run_state.h"

namespace firedrill::analysis {
namespace {

// Some 12 bytes a step in the page: 5 MB and 4 MB at most.
constexpr std::size_t cluster_steps_max = 400'000;
constexpr std::size_t copy_steps_max = 300'000;
constexpr std::size_t copies_drawn_max = 20'000;
constexpr std::size_t faults_max = 20'000;

/// As the page knows the status of Ready.
std::int64_t condition_code(std::string_view status) {
  if (status == "True") return 1;
  if (status == "False") return 2;
  return status.empty() ? 0 : 3;
}

std::int64_t amount_of(std::string_view resource, const api::Quantity& quantity) {
  return resource == "cpu" ? quantity.milli_value() : quantity.value();
}

}  // namespace

ReportData::ReportData(const ReportOptions& options)
    : lines_(cluster_steps_max), copy_lines_(copy_steps_max), sample_(options.events_max) {}

void ReportData::event(const timeline::TimelineEvent& event) {
  now_ = event.time.time_since_epoch();
  seq_ = event.seq;
  // Whatever an event names has a number when the events are written.
  if (const std::string* name = cluster_of(event.payload); name != nullptr && !name->empty())
    cluster_index(*name);
  if (const std::string* name = workload_of(event.payload); name != nullptr && !name->empty())
    workload_index(*name);
  std::visit([this](const auto& payload) { see(payload); }, event.payload);
  sample_.add(event);
}

void ReportData::end(const timeline::Footer& footer) {
  footer_ = footer;
}

void ReportData::see(const timeline::FaultStarted& e) {
  for (const std::string& name : e.clusters)
    cluster_index(name);
  if (faults_.size() >= faults_max) {
    ++faults_left_out_;
    return;
  }
  open_faults_[e.fault] = faults_.size();
  faults_.push_back({.fault = e.fault,
                     .type = e.type,
                     .mode = e.mode,
                     .clusters = e.clusters,
                     .links = e.links,
                     .begin = now_,
                     .seq = seq_});
}

void ReportData::see(const timeline::FaultEnded& e) {
  const auto open = open_faults_.find(e.fault);
  if (open == open_faults_.end()) return;
  faults_[open->second].end = now_;
  open_faults_.erase(open);
}

void ReportData::see(const timeline::ClusterJoined& e) {
  Cluster& joined = cluster(e.cluster);
  joined.provider = e.provider;
  joined.region = e.region;
  joined.zones = e.zones;
  joined.sync_mode = e.sync_mode;
}

void ReportData::see(const timeline::ClusterConditionChanged& e) {
  if (e.condition == api::condition_ready)
    draw(cluster(e.cluster), condition, condition_code(e.status));
}

void ReportData::see_taint(const std::string& name, std::string_view effect, int change) {
  if (effect != "NoExecute" && effect != "NoSchedule") return;
  Cluster& tainted = cluster(name);
  const Line line = effect == "NoExecute" ? no_execute : no_schedule;
  draw(tainted, line, std::max<std::int64_t>(tainted.values.at(line) + change, 0));
}

void ReportData::see(const timeline::ResourceSummaryChanged& e) {
  Cluster& reported = cluster(e.cluster);
  const auto put = [&](const api::ResourceList& list, std::string_view resource,
                       std::optional<std::size_t>& line) {
    const auto found = list.find(resource);
    if (found != list.end()) {
      draw(line, amount_of(resource, found->second));
    } else if (line) {
      draw(line, 0);
    }
  };
  for (std::size_t i = 0; i < resources.size(); ++i) {
    Room& room = reported.room.at(i);
    put(e.resource_summary.allocatable, resources.at(i), room.allocatable);
    put(e.resource_summary.allocated, resources.at(i), room.allocated);
  }
}

void ReportData::see(const timeline::CapacityChanged& e) {
  draw(cluster(e.cluster), nodes, e.nodes);
}

void ReportData::see(const timeline::EvictionQueued& e) {
  const auto [found, fresh] = queues_.try_emplace(e.queue);
  Queue& queue = found->second;
  if (fresh) queue.line = lines_.add();
  queue.keys.emplace(workload_index(e.workload), cluster_index(e.cluster));
  lines_.set(queue.line, step(static_cast<std::int64_t>(queue.keys.size())));
}

void ReportData::see(const timeline::EvictionDequeued& e) {
  const auto found = queues_.find(e.queue);
  if (found == queues_.end()) return;
  Queue& queue = found->second;
  queue.keys.erase({workload_index(e.workload), cluster_index(e.cluster)});
  lines_.set(queue.line, step(static_cast<std::int64_t>(queue.keys.size())));
}

void ReportData::see(const timeline::GracefulEvictionTaskAdded& e) {
  tasks_.emplace(workload_index(e.workload), cluster_index(e.cluster));
  draw(tasks_line_, static_cast<std::int64_t>(tasks_.size()));
}

void ReportData::see(const timeline::GracefulEvictionTaskRemoved& e) {
  tasks_.erase({workload_index(e.workload), cluster_index(e.cluster)});
  draw(tasks_line_, static_cast<std::int64_t>(tasks_.size()));
}

void ReportData::see(const timeline::PodsStarted& e) {
  Copy& pods = copy(e.workload, e.cluster);
  update(pods, e.total, pods.ready, pods.pending);
}

void ReportData::see(const timeline::PodsReady& e) {
  Copy& pods = copy(e.workload, e.cluster);
  update(pods, pods.running, e.total, pods.pending);
}

// See PodsReady in analysis/timeline/world_events.h: of those that stop, the unready ones count
// first.
void ReportData::see(const timeline::PodsStopped& e) {
  Copy& pods = copy(e.workload, e.cluster);
  update(pods, e.total, std::min(pods.ready, e.total), pods.pending);
}

void ReportData::see(const timeline::PodsPending& e) {
  Copy& pods = copy(e.workload, e.cluster);
  update(pods, pods.running, pods.ready, e.total);
}

void ReportData::update(Copy& pods,
                        std::int64_t running_now,
                        std::int64_t ready_now,
                        std::int64_t pending_now) {
  Cluster& place = clusters_[pods.cluster];
  draw(place, running, place.values[running] + running_now - pods.running);
  draw(place, ready, place.values[ready] + ready_now - pods.ready);
  draw(place, pending, place.values[pending] + pending_now - pods.pending);
  pods.running = running_now;
  pods.ready = ready_now;
  pods.pending = pending_now;
  if (!pods.drawn) return;
  copy_lines_.set(pods.running_line, step(running_now));
  copy_lines_.set(pods.ready_line, step(ready_now));
}

void ReportData::draw(Cluster& place, Line line, std::int64_t value) {
  if (place.values.at(line) == value && !place.lines.at(line)) return;
  place.values.at(line) = value;
  draw(place.lines.at(line), value);
}

void ReportData::draw(std::optional<std::size_t>& line, std::int64_t value) {
  if (!line) line = lines_.add();
  lines_.set(*line, step(value));
}

std::uint32_t ReportData::cluster_index(std::string_view name) {
  const auto found = cluster_by_name_.find(name);
  if (found != cluster_by_name_.end()) return found->second;
  const auto index = static_cast<std::uint32_t>(clusters_.size());
  clusters_.push_back({.name = std::string(name)});
  cluster_by_name_.emplace(name, index);
  return index;
}

std::uint32_t ReportData::workload_index(std::string_view name) {
  const auto found = workload_by_name_.find(name);
  if (found != workload_by_name_.end()) return found->second;
  const auto index = static_cast<std::uint32_t>(workloads_.size());
  workloads_.emplace_back(name);
  workload_by_name_.emplace(name, index);
  return index;
}

ReportData::Copy& ReportData::copy(std::string_view workload, std::string_view cluster) {
  const std::uint32_t of = workload_index(workload);
  const std::uint32_t in = cluster_index(cluster);
  const auto [found, fresh] =
      copy_by_place_.try_emplace((std::uint64_t{of} << 32U) | in, copies_.size());
  if (!fresh) return copies_[found->second];
  Copy& made = copies_.emplace_back(Copy{.workload = of, .cluster = in});
  if (copies_drawn_ < copies_drawn_max) {
    ++copies_drawn_;
    made.drawn = true;
    made.running_line = copy_lines_.add();
    made.ready_line = copy_lines_.add();
  }
  return made;
}

}  // namespace firedrill::analysis
