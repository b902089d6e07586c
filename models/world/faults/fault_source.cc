#include "models/world/faults/fault_source.h"

#include <utility>

namespace firedrill::models {

FaultSource::~FaultSource() {
  for (auto& [subject, state] : states_)
    around_.engine.cancel(state.next);
}

void FaultSource::end() {
  for (auto& [subject, state] : states_) {
    around_.engine.cancel(state.next);
    if (state.fault) around_.faults.end(*std::exchange(state.fault, std::nullopt));
  }
}

void FaultSource::strike(const Subject& subject,
                         const Fault& fault,
                         std::vector<std::string> clusters,
                         sim::Duration length,
                         std::function<void()> repaired) {
  around_.count();
  FaultLabel label{label_.name + "#" + std::to_string(++made_), label_.type};
  states_[subject].fault = around_.faults.begin(fault, std::move(label), std::move(clusters));
  later(subject, length, [this, subject, repaired = std::move(repaired)] {
    State& state = states_[subject];
    around_.faults.end(*std::exchange(state.fault, std::nullopt));
    repaired();
  });
}

void FaultSource::later(const Subject& subject, sim::Duration delay, std::function<void()> act) {
  const sim::Time now = around_.engine.now();
  // What lies beyond the longest run never comes.
  if (delay >= sim::latest_time - now) return;
  states_[subject].next = around_.engine.at(now + delay, sim::Phase::world, [this, act] {
    around_.engine.set_current_cause(0);
    act();
  });
}

sim::Random FaultSource::stream(const Subject& subject, std::string_view purpose) const {
  return around_.streams.stream(label_.name + " " + subject, purpose);
}

}  // namespace firedrill::models
