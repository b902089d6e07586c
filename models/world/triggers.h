#pragma once

/// What waits for something to happen: each event of the timeline is held against the selectors
/// that are armed.

#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/timeline/selector.h"
#include "analysis/timeline/sink.h"
#include "sim/time.h"

namespace firedrill::models {

class Triggers final : public timeline::Sink {
 public:
  /// Called with the event's number, while it is being recorded: put on the engine what is to
  /// follow.
  using Callback = std::function<void(std::uint64_t seq)>;

  /// The next `times` events at or after `from` that match call back. The selector must outlive
  /// this.
  void arm(const timeline::Selector& selector,
           sim::Time from,
           std::int64_t times,
           Callback callback);

  void begin(const timeline::Header& /*header*/) override {}
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& /*footer*/) override {}

 private:
  struct Armed {
    const timeline::Selector* selector;
    sim::Time from;
    std::int64_t times;
    Callback callback;
  };

  std::vector<Armed> armed_;
};

}  // namespace firedrill::models
