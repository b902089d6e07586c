#include "models/world/triggers.h"

#include <utility>

namespace firedrill::models {

void Triggers::arm(const timeline::Selector& selector,
                   sim::Time from,
                   std::int64_t times,
                   Callback callback) {
  armed_.push_back({&selector, from, times, std::move(callback)});
}

void Triggers::event(const timeline::TimelineEvent& event) {
  for (Armed& armed : armed_) {
    if (armed.times == 0 || event.time < armed.from || !armed.selector->matches(event.payload))
      continue;
    --armed.times;
    armed.callback(event.seq);
  }
}

}  // namespace firedrill::models
