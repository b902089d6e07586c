#include "analysis/timeline/recorder.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "analysis/timeline/events.h"

namespace firedrill::timeline {
namespace {

/// Which of the events of one write tells best why others follow: the greatest.
struct Weight {
  static int of(const api::Taint& taint) { return taint.effect == api::effect_no_execute ? 4 : 2; }

  int operator()(const TaintAdded& event) const { return of(event.taint); }
  int operator()(const TaintRemoved& event) const { return of(event.taint); }
  int operator()(const ClusterConditionChanged& event) const {
    return event.condition == api::condition_ready ? 3 : 1;
  }
  int operator()(const ClusterJoined&) const { return 3; }
  int operator()(const GracefulEvictionTaskAdded&) const { return 4; }
  int operator()(const BindingScheduled&) const { return 3; }
  template <class Event>
  int operator()(const Event&) const {
    return 1;
  }
};

}  // namespace

Recorder::Recorder(sim::Engine& engine, std::vector<Sink*> sinks)
    : engine_(engine), sinks_(std::move(sinks)) {}

void Recorder::begin(const Header& header) {
  if (state_ != State::fresh) throw std::logic_error("a timeline is begun once");
  state_ = State::open;
  for (Sink* sink : sinks_)
    sink->begin(header);
}

std::uint64_t Recorder::record(Payload payload) {
  const std::uint64_t seq = add(engine_.current_cause(), std::move(payload));
  engine_.set_current_cause(seq);
  return seq;
}

std::uint64_t Recorder::record(Payload payload, std::uint64_t cause) {
  if (cause != 0) engine_.set_current_cause(cause);
  return record(std::move(payload));
}

std::uint64_t Recorder::remark(Payload payload) {
  return add(delivered_, std::move(payload));
}

Footer Recorder::end(ApiCountsByComponent api) {
  if (state_ != State::open || delivering_) throw std::logic_error("no timeline to end");
  state_ = State::closed;
  Footer footer{.time = engine_.now(),
                .events = static_cast<std::int64_t>(count_),
                .by_kind = {},
                .api = std::move(api),
                .digest = {}};
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (by_kind_[i] > 0) footer.by_kind.emplace(kind_names[i], by_kind_[i]);
  }
  for (Sink* sink : sinks_)
    sink->end(footer);
  return footer;
}

std::uint64_t Recorder::add(std::uint64_t cause, Payload payload) {
  if (state_ != State::open) throw std::logic_error("an event outside of a timeline");
  const std::uint64_t seq = ++count_;
  ++by_kind_[payload.index()];
  waiting_.push_back({seq, engine_.now(), cause, std::move(payload)});
  if (!delivering_) deliver();
  return seq;
}

// A queue instead of a nested call, so that every sink sees the events in the order of `seq`.
void Recorder::deliver() {
  delivering_ = true;
  while (!waiting_.empty()) {
    const TimelineEvent event = std::move(waiting_.front());
    waiting_.pop_front();
    delivered_ = event.seq;
    for (Sink* sink : sinks_)
      sink->event(event);
  }
  delivering_ = false;
}

Siblings::Siblings(Recorder& recorder)
    : recorder_(recorder), before_(recorder.current_cause()), after_(before_) {}

Siblings::~Siblings() {
  recorder_.engine_.set_current_cause(after_);
}

std::uint64_t Siblings::record(Payload payload, std::uint64_t cause) {
  const int weight = std::visit(Weight(), payload);
  const std::uint64_t seq = recorder_.record(std::move(payload), cause);
  recorder_.engine_.set_current_cause(before_);
  if (weight >= weight_) {
    weight_ = weight;
    after_ = seq;
  }
  return seq;
}

}  // namespace firedrill::timeline
