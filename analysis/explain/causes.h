#pragma once

/// Walks up the `cause` column of a timeline, and makes a chain of what it finds. The causes are
/// the timeline's; nothing is inferred here. A part of analysis/explain/explain.h.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/explain/durations.h"
#include "analysis/explain/explanation.h"
#include "analysis/explain/settings.h"
#include "analysis/timeline/timeline_file.h"

namespace firedrill::analysis {

class Causes {
 public:
  /// The file must outlive this.
  explicit Causes(const timeline::TimelineFile& file) : file_(file), settings_(file.header()) {}

  /// The chain that ends in the event.
  [[nodiscard]] Chain chain(std::uint64_t seq);
  /// The same with all causes taken from `events`, first to last.
  [[nodiscard]] Chain chain_of(std::vector<timeline::TimelineEvent> events);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const timeline::TimelineFile& file() const { return file_; }
  [[nodiscard]] bool pull(const std::string& cluster);

 private:
  [[nodiscard]] std::optional<QueueWait> wait_of(const timeline::TimelineEvent& before,
                                                 const timeline::TimelineEvent& event) const;

  const timeline::TimelineFile& file_;
  Settings settings_;
  std::map<std::string, bool, std::less<>> pull_;
};

}  // namespace firedrill::analysis
