#pragma once

/// Keeps a whole timeline in memory: for tests, and for tools that look at it more than once.

#include <optional>
#include <vector>

#include "analysis/timeline/sink.h"

namespace firedrill::timeline {

class MemorySink final : public Sink {
 public:
  void begin(const Header& header) override { header_ = header; }
  void event(const TimelineEvent& event) override { events_.push_back(event); }
  void end(const Footer& footer) override { footer_ = footer; }

  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] const std::vector<TimelineEvent>& events() const { return events_; }
  /// Nothing until the timeline has ended.
  [[nodiscard]] const std::optional<Footer>& footer() const { return footer_; }

 private:
  Header header_;
  std::vector<TimelineEvent> events_;
  std::optional<Footer> footer_;
};

}  // namespace firedrill::timeline
