#include "tools/commands/timeline_exports.h"

#include <fmt/format.h>

#include "analysis/exports/csv.h"
#include "analysis/exports/trace.h"

namespace firedrill::tools {

TimelineExports::TimelineExports(const RunCommandOptions& options, Console& console)
    : format_(options.format) {
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
  return all;
}

void TimelineExports::finish(const timeline::Footer&) {
  if (destination_) destination_->commit();
}

std::string TimelineExports::list() const {
  if (!destination_ || path_ == "-") return {};
  return fmt::format("{:<10}{}\n", format_ + ":", path_);
}

std::string TimelineExports::notice() const {
  if (!trace_ || trace_->left_out() == 0) return {};
  return fmt::format(
      "The trace ends at {} MB, which browsers can still show; {} later events are left out. The "
      "whole timeline goes to --format jsonl or csv, or to --sqlite.\n",
      exports::trace_bytes_max / 1'000'000, trace_->left_out());
}

}  // namespace firedrill::tools
