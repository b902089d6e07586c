#pragma once

/// The workloads and clusters that a timeline names. A part of analysis/explain/explain.h.

#include <string>
#include <string_view>

#include "analysis/timeline/timeline_file.h"
#include "policy/api/result.h"

namespace firedrill::analysis {

/// The full name, `Kind/namespace/name`, of the workload that is meant by itself, by
/// `namespace/name`, or by its name alone. A problem, with names that are near: no workload is
/// called that, or several are. Reads the file once; twice if there is none.
[[nodiscard]] api::Result<std::string> full_name(const timeline::TimelineFile& file,
                                                 std::string_view name);

/// "" if a cluster of that name, or one that fits the glob, joined; else what is wrong, with a name
/// that is near.
[[nodiscard]] std::string unknown_cluster(const timeline::TimelineFile& file,
                                          std::string_view glob);

/// The text as a string in a line of a timeline, quotes and all: to sieve lines with.
[[nodiscard]] std::string in_line(std::string_view text);

}  // namespace firedrill::analysis
