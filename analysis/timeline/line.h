#pragma once

/// One line of a timeline's text to what it says: shared by the reader of whole streams and by the
/// file that is read here and there.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/events.h"
#include "analysis/timeline/scan.h"
#include "policy/api/diagnostic.h"

namespace firedrill::timeline {

/// A line longer than this is no line of a timeline.
inline constexpr std::size_t line_max = std::size_t{64} << 20;

/// A line split into its members, and the kind that it names.
struct ScannedLine {
  std::string_view object = {};
  std::vector<ScannedMember> members = {};
  std::string kind = {};
};

/// The frame of an event: what every kind has.
struct EventFrame {
  std::uint64_t seq = 0;
  Instant time = {};
  std::uint64_t cause = 0;
};

template <class V>
void describe(V& v, EventFrame& f) {
  v.begin("EventFrame", "");
  v.required("seq", f.seq, "Number of the event.");
  v.required("t", f.time, "When it happened.");
  v.required("cause", f.cause, "Number of the event that led to it.");
}

/// Splits the line. On a problem, which the scan then has, the line so far.
[[nodiscard]] ScannedLine scan_line(Scan& scan);

/// Reads the payload of the kind that the line names; false if this version doesn't know the kind,
/// or if there is a problem.
bool scan_payload(Scan& scan, const ScannedLine& line, Payload& payload);

/// The problem at its place: `file`, line, column in characters.
[[nodiscard]] api::Diagnostic located(const ScanProblem& problem,
                                      std::string_view line,
                                      std::uint32_t line_number,
                                      const std::string& file);

}  // namespace firedrill::timeline
