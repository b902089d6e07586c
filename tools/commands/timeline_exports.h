#pragma once

/// The timeline of a run in other forms than its own, where the options of `run` ask for them.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/timeline/header.h"
#include "analysis/timeline/sink.h"
#include "tools/commands/run.h"

namespace firedrill::exports {
class Csv;
class SqliteExport;
class Trace;
}  // namespace firedrill::exports

namespace firedrill::tools {

/// Opened before the run, so that a place that can't be written to is found out early, and named
/// after it, so that none is there by half.
class TimelineExports {
 public:
  /// Throws UsageError and timeline::ResourceError.
  TimelineExports(const RunCommandOptions& options, Console& console);
  TimelineExports(const TimelineExports&) = delete;
  TimelineExports& operator=(const TimelineExports&) = delete;
  ~TimelineExports();

  /// To be served with the run's events.
  [[nodiscard]] std::vector<timeline::Sink*> sinks() const;

  void finish(const timeline::Footer& footer);

  /// Where the files lie, a line each.
  [[nodiscard]] std::string list() const;
  /// What the files lack, for people; "" if nothing.
  [[nodiscard]] std::string notice() const;

 private:
  std::string format_;
  std::string path_;
  std::optional<Destination> destination_;
  std::unique_ptr<exports::Csv> csv_;
  std::unique_ptr<exports::Trace> trace_;
  std::string sqlite_path_;
  std::unique_ptr<exports::SqliteExport> sqlite_;
};

}  // namespace firedrill::tools
