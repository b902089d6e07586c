#pragma once

/// Reads `timeline.jsonl` back: every sink can be served from a file as from a live run. The text
/// is streamed, a line at a time; there is no limit on its length.

#include <iosfwd>
#include <optional>
#include <string>

#include "analysis/timeline/sink.h"
#include "policy/api/diagnostic.h"

namespace firedrill::timeline {

struct ReadOptions {
  /// Name of the file for messages.
  std::string file = {};
  /// Whether the footer's digest must be the one of the lines before it.
  bool check_digest = true;
};

/// Feeds a timeline to the sink. Gives what is wrong, with line, column and pointer, at the first
/// error, and then `end` isn't called: text that isn't a timeline, a `seq` that isn't dense, time
/// that runs backwards, a cause that isn't earlier, an end without footer, a digest or count that
/// differs. Events of kinds that this version doesn't know are passed over, as are unknown fields:
/// a later version may have added them. A format number that it doesn't know is an error.
[[nodiscard]] std::optional<api::Diagnostic> read_timeline(std::istream& in,
                                                           const ReadOptions& options,
                                                           Sink& sink);

}  // namespace firedrill::timeline
