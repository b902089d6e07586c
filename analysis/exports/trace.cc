#include "analysis/exports/trace.h"

#include <algorithm>
#include <array>
#include <variant>

#include <fmt/format.h>

#include "analysis/exports/subject.h"
#include "analysis/timeline/text.h"

namespace firedrill::exports {
namespace {

constexpr std::string_view control_plane = "control plane";

// Kinds of spans.
constexpr const char* fault_span = "fault";
constexpr const char* component_span = "component down";
constexpr const char* probe_span = "probe failing";
constexpr const char* condition_span = "condition";
constexpr const char* taint_span = "taint";
constexpr const char* queue_span = "eviction queued";
constexpr const char* task_span = "eviction";

std::string taint_text(const api::Taint& taint) {
  return fmt::format("{}:{}", taint.key, taint.effect);
}

/// What the name of a slice adds to the kind, where that tells more than the track does.
struct Detail {
  std::string operator()(const timeline::FaultStarted& e) const { return e.type; }
  std::string operator()(const timeline::FaultEnded& e) const { return e.type; }
  std::string operator()(const timeline::ScenarioEvent& e) const { return e.type; }
  std::string operator()(const timeline::ComponentStopped& e) const { return e.reason; }
  std::string operator()(const timeline::ComponentStarted& e) const { return e.reason; }
  std::string operator()(const timeline::ProbeFailed& e) const { return e.answer; }
  std::string operator()(const timeline::ClusterConditionChanged& e) const {
    return e.condition + "=" + e.status;
  }
  std::string operator()(const timeline::TaintAdded& e) const { return taint_text(e.taint); }
  std::string operator()(const timeline::TaintRemoved& e) const { return taint_text(e.taint); }
  std::string operator()(const timeline::EvictionDequeued& e) const { return e.outcome; }
  std::string operator()(const timeline::GracefulEvictionTaskAdded& e) const {
    return e.task.reason;
  }
  std::string operator()(const timeline::GracefulEvictionTaskRemoved& e) const { return e.reason; }
  std::string operator()(const timeline::SchedulingFailed& e) const { return e.reason; }
  std::string operator()(const timeline::HealthChanged& e) const { return e.health; }
  std::string operator()(const timeline::ManifestDelivered& e) const { return e.action; }
  std::string operator()(const timeline::PodsStarted& e) const {
    return fmt::format("{}", e.total);
  }
  std::string operator()(const timeline::PodsReady& e) const { return fmt::format("{}", e.total); }
  std::string operator()(const timeline::PodsStopped& e) const { return e.reason; }
  std::string operator()(const timeline::PodsPending& e) const {
    return fmt::format("{}", e.total);
  }
  std::string operator()(const timeline::InvariantViolated& e) const { return e.invariant; }
  template <class T>
  std::string operator()(const T&) const {
    return {};
  }
};

/// The track of an event that concerns no workload.
struct TrackName {
  std::string operator()(const timeline::FaultStarted&) const { return "faults"; }
  std::string operator()(const timeline::FaultEnded&) const { return "faults"; }
  std::string operator()(const timeline::ScenarioEvent&) const { return "scenario"; }
  std::string operator()(const timeline::ComponentStopped& e) const { return e.component; }
  std::string operator()(const timeline::ComponentStarted& e) const { return e.component; }
  std::string operator()(const timeline::ExpectationFailed&) const { return "checks"; }
  std::string operator()(const timeline::InvariantViolated&) const { return "checks"; }
  template <class T>
  std::string operator()(const T&) const {
    return "cluster";
  }
};

void append_member(std::string& out, std::string_view key, std::string_view text) {
  if (!out.empty()) out += ',';
  timeline::append_json(out, key);
  out += ':';
  timeline::append_json(out, text);
}

std::string about(const timeline::Header& header) {
  std::string out;
  append_member(out, "scenario", header.scenario);
  append_member(out, "profile", header.profile);
  append_member(out, "seed", std::to_string(header.seed));
  append_member(out, "start", api::format_rfc3339(header.start));
  append_member(out, "sha256", header.sha256);
  append_member(out, "firedrill", header.firedrill);
  return out;
}

}  // namespace

Trace::Trace(timeline::Output& output, std::uint64_t bytes_max)
    : writer_(output), bytes_max_(bytes_max) {}

void Trace::begin(const timeline::Header& header) {
  about_ = about(header);
  static_cast<void>(process_of(""));  // the first
}

void Trace::event(const timeline::TimelineEvent& event) {
  if (left_out_ > 0 || writer_.bytes() >= bytes_max_) {
    ++left_out_;
    return;
  }
  if (event.time > now_) write_counters();
  now_ = event.time;
  add_slice(event);
  std::visit([&](const auto& payload) { follow(payload); }, event.payload);
}

void Trace::end(const timeline::Footer& footer) {
  write_counters();
  if (left_out_ == 0) {
    now_ = std::max(now_, footer.time.time);
  } else {
    const std::string notice =
        fmt::format("the trace ends here: {} later events are left out", left_out_);
    writer_.slice(writer_.track(process_of(""), "notice"), now_, notice, "");
    append_member(about_, "leftOut", std::to_string(left_out_));
  }
  close_all();
  writer_.finish(about_);
}

std::uint32_t Trace::process_of(std::string_view cluster) {
  return writer_.process(cluster.empty() ? std::string(control_plane)
                                         : fmt::format("cluster {}", cluster));
}

std::uint32_t Trace::track_of(const timeline::TimelineEvent& event) {
  const std::uint32_t process = process_of(cluster_of(event.payload));
  const std::string_view workload = workload_of(event.payload);
  if (!workload.empty()) return writer_.track(process, workload);
  return writer_.track(process, std::visit(TrackName{}, event.payload));
}

void Trace::add_slice(const timeline::TimelineEvent& event) {
  arguments_ = R"("seq":)";
  timeline::append_integer(arguments_, event.seq);
  arguments_ += R"(,"t":)";
  timeline::append_seconds(arguments_, event.time.time_since_epoch());
  std::visit([&](const auto& payload) { timeline::append_members(arguments_, payload); },
             event.payload);
  arguments_ += R"(,"cause":)";
  timeline::append_integer(arguments_, event.cause);

  std::string name(timeline::kind_name(event.payload));
  const std::string detail = std::visit(Detail{}, event.payload);
  if (!detail.empty()) name += " " + detail;

  const SlicePlace from =
      event.cause > 0 && event.cause <= places_.size() ? places_[event.cause - 1] : SlicePlace{};
  // Where its cause had to make room for others, an effect isn't drawn ahead of it.
  const sim::Time at = from.track != 0 ? std::max(event.time, from.at) : event.time;
  const SlicePlace place = writer_.slice(track_of(event), at, name, arguments_);
  if (from.track != 0) writer_.flow(from, place, event.seq);
  places_.resize(event.seq);  // an event of unknown kind, which is not handed over, has no place
  places_.back() = place;
}

void Trace::open(SpanKey key, std::string name) {
  close(key);
  const auto& [cluster, category, rest] = key;
  OpenSpan span{
      .process = process_of(cluster), .id = std::to_string(++spans_), .name = std::move(name)};
  writer_.open(span.process, now_, category, span.id, span.name);
  open_.emplace(std::move(key), std::move(span));
}

void Trace::close(const SpanKey& key) {
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  const OpenSpan& span = found->second;
  writer_.close(span.process, now_, std::get<1>(key), span.id, span.name);
  open_.erase(found);
}

void Trace::close_all() {
  while (!open_.empty())
    close(SpanKey(open_.begin()->first));
}

void Trace::follow(const timeline::FaultStarted& fault) {
  const std::string name = fault.mode.empty() ? fault.type : fault.type + " " + fault.mode;
  open({"", fault_span, fault.fault}, name);
  for (const std::string& cluster : fault.clusters)
    open({cluster, fault_span, fault.fault}, name);
}

void Trace::follow(const timeline::FaultEnded& fault) {
  close({"", fault_span, fault.fault});
  for (const std::string& cluster : fault.clusters)
    close({cluster, fault_span, fault.fault});
}

void Trace::follow(const timeline::ClusterRemoved& removed) {
  // Faults go on without it; what its object said is gone with it.
  for (const char* category : {condition_span, taint_span}) {
    for (auto next = open_.lower_bound({removed.cluster, category, ""});
         next != open_.end() && std::get<0>(next->first) == removed.cluster &&
         std::get<1>(next->first) == category;
         next = open_.lower_bound({removed.cluster, category, ""}))
      close(SpanKey(next->first));
  }
}

void Trace::follow(const timeline::ComponentStopped& stopped) {
  open({stopped.cluster, component_span, stopped.component}, stopped.component + " down");
}

void Trace::follow(const timeline::ComponentStarted& started) {
  close({started.cluster, component_span, started.component});
}

void Trace::follow(const timeline::ProbeFailed& probe) {
  open({probe.cluster, probe_span, ""}, "probe " + probe.answer);
}

void Trace::follow(const timeline::ProbeRecovered& probe) {
  close({probe.cluster, probe_span, ""});
}

void Trace::follow(const timeline::ClusterConditionChanged& turn) {
  const SpanKey key{turn.cluster, condition_span, turn.condition};
  if (turn.status.empty()) {
    close(key);
  } else {
    open(key, fmt::format("{}={} {}", turn.condition, turn.status, turn.reason));
  }
}

void Trace::follow(const timeline::TaintAdded& added) {
  const std::string text = taint_text(added.taint);
  open({added.cluster, taint_span, text}, text);
}

void Trace::follow(const timeline::TaintRemoved& removed) {
  close({removed.cluster, taint_span, taint_text(removed.taint)});
}

void Trace::follow(const timeline::EvictionQueued& queued) {
  open({"", queue_span, queued.queue + "\n" + queued.workload + "\n" + queued.cluster},
       queued.workload + " from " + queued.cluster);
  queues_[queued.queue].emplace(queued.workload, queued.cluster);
  changed_queues_.insert(queued.queue);
}

void Trace::follow(const timeline::EvictionDequeued& taken) {
  close({"", queue_span, taken.queue + "\n" + taken.workload + "\n" + taken.cluster});
  queues_[taken.queue].erase({taken.workload, taken.cluster});
  changed_queues_.insert(taken.queue);
}

void Trace::follow(const timeline::GracefulEvictionTaskAdded& task) {
  open({task.cluster, task_span, task.workload}, "evict " + task.workload);
}

void Trace::follow(const timeline::GracefulEvictionTaskRemoved& task) {
  close({task.cluster, task_span, task.workload});
}

Trace::Replicas& Trace::replicas_of(const std::string& workload, const std::string& cluster) {
  return copies_[{workload, cluster}];
}

void Trace::follow(const timeline::PodsStarted& pods) {
  Replicas now = replicas_of(pods.workload, pods.cluster);
  now.running = pods.total;
  change(pods.workload, pods.cluster, now);
}

void Trace::follow(const timeline::PodsReady& pods) {
  Replicas now = replicas_of(pods.workload, pods.cluster);
  now.ready = pods.total;
  change(pods.workload, pods.cluster, now);
}

void Trace::follow(const timeline::PodsStopped& pods) {
  Replicas now = replicas_of(pods.workload, pods.cluster);
  now.running = pods.total;
  // As PodsReady has it: where fewer are ready, another event says so.
  now.ready = std::min(now.ready, now.running);
  change(pods.workload, pods.cluster, now);
}

void Trace::follow(const timeline::PodsPending& pods) {
  Replicas now = replicas_of(pods.workload, pods.cluster);
  now.pending = pods.total;
  change(pods.workload, pods.cluster, now);
}

void Trace::change(const std::string& workload, const std::string& cluster, const Replicas& now) {
  Replicas& copy = replicas_of(workload, cluster);
  Replicas& sum = by_cluster_[cluster];
  sum.running += now.running - copy.running;
  sum.ready += now.ready - copy.ready;
  sum.pending += now.pending - copy.pending;
  copy = now;
  changed_clusters_.insert(cluster);
}

void Trace::write_counters() {
  for (const std::string& cluster : changed_clusters_) {
    const Replicas& sum = by_cluster_[cluster];
    const std::array<CounterValue, 3> values{
        {{"ready", sum.ready}, {"starting", sum.running - sum.ready}, {"pending", sum.pending}}};
    writer_.counter(process_of(cluster), now_, "replicas", values);
  }
  for (const std::string& queue : changed_queues_) {
    const std::array<CounterValue, 1> values{
        {{"keys", static_cast<std::int64_t>(queues_[queue].size())}}};
    writer_.counter(process_of(""), now_, "eviction queue " + queue, values);
  }
  changed_clusters_.clear();
  changed_queues_.clear();
}

}  // namespace firedrill::exports
