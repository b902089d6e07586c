#include "models/world/invariants/timeline_checks.h"

#include <fmt/format.h>

namespace firedrill::models {

void TimelineChecks::event(const timeline::TimelineEvent& event) {
  using timeline::Invariant;
  if (violations_ == nullptr) return;
  const std::uint64_t seq_before = seq_;
  const sim::Time time_before = time_;
  seq_ = event.seq;
  time_ = event.time;
  if (event.time < time_before) {
    violations_->remark(Invariant::clock_never_back,
                        fmt::format("event {} lies {} ns before the one ahead of it", event.seq,
                                    (time_before - event.time).count()));
  }
  if (event.seq != seq_before + 1) {
    violations_->remark(Invariant::seq_dense,
                        fmt::format("event {} follows event {}", event.seq, seq_before));
  }
  if (event.cause >= event.seq) {
    violations_->remark(Invariant::cause_earlier,
                        fmt::format("event {} was led to by event {}", event.seq, event.cause));
  }
}

}  // namespace firedrill::models
