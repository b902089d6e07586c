#pragma once

/// The timeline as text, `timeline.jsonl`: a header, an event a line, a footer with the digest of
/// all before it. Same events, same bytes, everywhere.

#include <string>

#include "analysis/timeline/output.h"
#include "analysis/timeline/sink.h"
#include "sim/digest.h"

namespace firedrill::timeline {

/// Append one line each, without its "\n". Keys: `kind` and the fields for the header; `seq`, `t`,
/// `kind`, the fields, `cause` for an event.
void append_line(std::string& out, const Header& header);
void append_line(std::string& out, const TimelineEvent& event);
void append_line(std::string& out, const Footer& footer);

/// Writes the text as the events happen, and knows its digest; without an output it only digests.
class JsonLines final : public Sink {
 public:
  JsonLines() = default;
  /// The output must outlive this; it is flushed at the end, and committing it is the caller's.
  explicit JsonLines(Output& output) : output_(&output) {}

  void begin(const Header& header) override;
  void event(const TimelineEvent& event) override;
  /// Writes the footer with this text's own digest, whatever `footer.digest` holds.
  void end(const Footer& footer) override;

  /// Digest of all lines so far but the footer.
  [[nodiscard]] std::string digest();

 private:
  void end_line();
  void drain();

  Output* output_ = nullptr;
  std::string buffer_;
  sim::Sha256 sha256_;
  std::string digest_;  // once the timeline has ended
};

}  // namespace firedrill::timeline
