#include "analysis/explain/causes.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/explain/names.h"
#include "analysis/explain/wording.h"
#include "analysis/run_state.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

using namespace std::chrono_literals;
using namespace timeline;

/// A way of more events than this loses its begin.
constexpr std::size_t length_max = 10'000;
/// Of more events of one kind in a row only the first and the last are told.
constexpr std::size_t alike_max = 3;

/// An event on the way, and what was passed over just before it.
struct Link {
  TimelineEvent event;
  std::string passed_over = {};
};

bool is_tolerated(const TimelineEvent& event) {
  const auto* dequeued = std::get_if<EvictionDequeued>(&event.payload);
  return dequeued != nullptr && dequeued->outcome == "Tolerated";
}

/// A key that is tolerated is looked at again and again, and each time queued anew: one wait.
void join_waits(std::vector<Link>& links) {
  std::vector<Link> kept;
  std::size_t looks = 0;
  for (Link& link : links) {
    if (is_tolerated(link.event) && &link != &links.back()) {
      ++looks;
      continue;
    }
    const auto* queued = std::get_if<EvictionQueued>(&link.event.payload);
    auto* earlier =
        kept.empty() ? nullptr : std::get_if<EvictionQueued>(&kept.back().event.payload);
    const bool same = queued != nullptr && earlier != nullptr &&
                      queued->workload == earlier->workload && queued->cluster == earlier->cluster;
    if (same && &link != &links.back() &&
        (!earlier->ready_at || earlier->ready_at == queued->ready_at)) {
      earlier->ready_at = queued->ready_at;
      continue;
    }
    if (looks > 1) link.passed_over = fmt::format("looked at {} times meanwhile", looks);
    looks = 0;
    kept.push_back(std::move(link));
  }
  links = std::move(kept);
}

/// Of many alike in a row, such as reports each ten seconds, the first and the last are enough.
void shorten(std::vector<Link>& links) {
  std::vector<Link> kept;
  for (std::size_t begin = 0; begin < links.size();) {
    std::size_t end = begin + 1;
    while (end < links.size() &&
           links[end].event.payload.index() == links[begin].event.payload.index())
      ++end;
    if (end - begin > alike_max) {
      links[end - 1].passed_over = fmt::format("after {} more like it", end - begin - 2);
      kept.push_back(std::move(links[begin]));
      kept.push_back(std::move(links[end - 1]));
    } else {
      std::move(links.begin() + static_cast<std::ptrdiff_t>(begin),
                links.begin() + static_cast<std::ptrdiff_t>(end), std::back_inserter(kept));
    }
    begin = end;
  }
  links = std::move(kept);
}

}  // namespace

bool Causes::pull(const std::string& cluster) {
  if (const auto known = pull_.find(cluster); known != pull_.end()) return known->second;
  auto cursor = file_.cursor();
  cursor.only({ClusterJoined::kind}).holding({in_line(cluster)});
  bool found = false;
  while (const TimelineEvent* event = cursor.next()) {
    const auto& joined = std::get<ClusterJoined>(event->payload);
    if (joined.cluster != cluster) continue;
    found = joined.sync_mode == api::sync_pull;
    break;
  }
  pull_.emplace(cluster, found);
  return found;
}

std::optional<QueueWait> Causes::wait_of(const TimelineEvent& before,
                                         const TimelineEvent& event) const {
  const auto* queued = std::get_if<EvictionQueued>(&before.payload);
  if (queued == nullptr) return std::nullopt;
  QueueWait wait;
  wait.ready = queued->ready_at ? queued->ready_at->time : before.time;
  wait.ready = std::clamp(wait.ready, before.time, event.time);
  wait.waited = event.time - wait.ready;
  if (wait.waited == sim::Duration{}) return wait;

  const auto same_key = [&](const EvictionDequeued& other) {
    return other.workload == queued->workload && other.cluster == queued->cluster &&
           other.queue == queued->queue;
  };
  // What the worker says of it follows at the end of its step, after the writes.
  auto after = file_.cursor(event.seq, file_.first_at(event.time + 1min));
  after.only({EvictionDequeued::kind}).holding({in_line(queued->workload)});
  while (const TimelineEvent* next = after.next()) {
    const auto& dequeued = std::get<EvictionDequeued>(next->payload);
    if (!same_key(dequeued)) continue;
    wait.waited = std::min(wait.waited, dequeued.waited.length);
    break;
  }

  wait.depth_max = static_cast<std::uint64_t>(std::max<std::int64_t>(queued->depth, 1));
  auto between = file_.cursor(before.seq, event.seq);
  between.only({EvictionQueued::kind, EvictionDequeued::kind});
  while (const TimelineEvent* next = between.next()) {
    if (const auto* other = std::get_if<EvictionQueued>(&next->payload)) {
      if (other->queue == queued->queue && other->depth > 0)
        wait.depth_max = std::max(wait.depth_max, static_cast<std::uint64_t>(other->depth));
    } else if (next->time >= wait.ready) {
      const auto& done = std::get<EvictionDequeued>(next->payload);
      if (done.queue == queued->queue && !same_key(done)) ++wait.position;
    }
  }
  return wait;
}

Chain Causes::chain(std::uint64_t seq) {
  std::deque<TimelineEvent> events;
  std::uint64_t left_out = 0;
  while (seq != 0) {
    if (events.size() >= length_max) {
      // The first cause is worth more than what lies between.
      for (std::uint64_t cause = file_.cause(seq); cause != 0; cause = file_.cause(seq)) {
        ++left_out;
        seq = cause;
      }
    }
    auto event = file_.event(seq);
    // An event of a later version's kind has a cause all the same.
    seq = event ? event->cause : file_.cause(seq);
    if (event) events.push_front(*std::move(event));
  }
  Chain chain = chain_of({events.begin(), events.end()});
  chain.left_out = left_out;
  return chain;
}

Chain Causes::chain_of(std::vector<TimelineEvent> events) {
  std::vector<Link> links;
  links.reserve(events.size());
  for (TimelineEvent& event : events)
    links.push_back({std::move(event), {}});
  join_waits(links);
  shorten(links);

  Chain chain;
  std::vector<TimelineEvent> before;
  const bool own_agents = std::ranges::any_of(
      settings_.header().flags, [](const auto& flag) { return flag.first.starts_with("agent/"); });
  for (Link& link : links) {
    const TimelineEvent& event = link.event;
    Step step{.seq = event.seq,
              .time = event.time,
              .kind = std::string(kind_name(event.payload)),
              .what = words_of(event),
              .details = details_of(event),
              .rule = rule_of(event, settings_.clusternet(), settings_.taints_in_two_stages())};
    if (!link.passed_over.empty()) step.details.push_back(link.passed_over);
    if (!before.empty()) {
      // What a user does by hand is no rule of a controller.
      if (std::holds_alternative<ScenarioEvent>(before.back().payload)) step.rule = {};
      step.duration = event.time - before.back().time;
      const std::string* cluster = cluster_of(event.payload);
      const Leg leg{.before = before,
                    .event = event,
                    .wait = wait_of(before.back(), event),
                    .pull = own_agents && cluster != nullptr && pull(*cluster)};
      step.shares = shares_of(leg, settings_);
    }
    chain.steps.push_back(std::move(step));
    before.push_back(std::move(link.event));
  }
  return chain;
}

}  // namespace firedrill::analysis
