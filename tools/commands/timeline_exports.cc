#include "tools/commands/timeline_exports.h"

#include <filesystem>

#include <fmt/format.h>

#include "analysis/exports/csv.h"
#include "analysis/exports/sqlite_export.h"
#include "analysis/exports/trace.h"

namespace firedrill::tools {

namespace {

/// SQLite reads and writes all over its file.
void check_sqlite_path(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (path == "-")
    throw UsageError("--sqlite -: SQLite can't be written to standard output; name a file");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw UsageError("--sqlite " + path + ": no regular file, which SQLite needs; name another");
}

}  // namespace

TimelineExports::TimelineExports(const RunCommandOptions& options, Console& console)
    : format_(options.format), sqlite_path_(options.sqlite) {
  if (!sqlite_path_.empty()) {
    check_sqlite_path(sqlite_path_);
    sqlite_ = std::make_unique<exports::SqliteExport>(sqlite_path_);
  }
  if (!options.timeline.empty() && format_ != "jsonl") {
    path_ = options.timeline;
    destination_.emplace(path_, console);
    if (format_ == "csv") csv_ = std::make_unique<exports::Csv>(destination_->output());
    if (format_ == "trace") trace_ = std::make_unique<exports::Trace>(destination_->output());
  }
}

TimelineExports::~TimelineExports() = default;

std::vector<timeline::Sink*> TimelineExports::sinks() const {
  std::vector<timeline::Sink*> all;
  if (csv_) all.push_back(csv_.get());
  if (trace_) all.push_back(trace_.get());
  if (sqlite_) all.push_back(sqlite_.get());
  return all;
}

void TimelineExports::finish(const timeline::Footer& footer) {
  if (destination_) destination_->commit();
  if (sqlite_) sqlite_->commit(footer.digest);
}

std::string TimelineExports::list() const {
  std::string text;
  if (destination_ && path_ != "-") text += fmt::format("{:<10}{}\n", format_ + ":", path_);
  if (sqlite_) text += fmt::format("{:<10}{}\n", "sqlite:", sqlite_path_);
  return text;
}

std::string TimelineExports::notice() const {
  if (!trace_ || trace_->left_out() == 0) return {};
  return fmt::format(
      "The trace ends at {} MB, which browsers can still show; {} later events are left out. The "
      "whole timeline goes to --format jsonl or csv, or to --sqlite.\n",
      exports::trace_bytes_max / 1'000'000, trace_->left_out());
}

}  // namespace firedrill::tools
