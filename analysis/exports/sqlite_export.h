#pragma once

/// A timeline as an SQLite file: every event with its payload, and tables of what lasts (faults,
/// taints, conditions, evictions, placements, pods) from when to when. docs/exports.md has the
/// schema.

#include <filesystem>
#include <memory>
#include <string_view>

#include "analysis/timeline/output.h"
#include "analysis/timeline/sink.h"

namespace firedrill::exports {

/// Writes the rows as the events happen, to a temporary file beside the target; without `commit`
/// nothing remains. Memory: SQLite's cache of 32 MiB, and what lasts at one time. Everything throws
/// timeline::ResourceError when the disk gives out.
class SqliteExport final : public timeline::Sink {
 public:
  /// Requires: the target doesn't exist or is a regular file, which is replaced.
  explicit SqliteExport(const std::filesystem::path& target);
  ~SqliteExport() override;

  void begin(const timeline::Header& header) override;
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

  /// Makes the indices and gives the file its name. The digest is that of the timeline's text.
  /// Requires: called once, after `end`.
  void commit(std::string_view digest);

 private:
  class Tables;
  std::filesystem::path target_;
  timeline::OutputFile file_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace firedrill::exports
