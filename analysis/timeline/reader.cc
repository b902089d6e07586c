#include "analysis/timeline/reader.h"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/timeline/line.h"
#include "analysis/timeline/scan.h"
#include "sim/digest.h"

namespace firedrill::timeline {
namespace {

class Reader {
 public:
  Reader(std::istream& in, const ReadOptions& options, Sink& sink)
      : in_(in), options_(options), sink_(sink) {}

  std::optional<api::Diagnostic> run() {
    while (!diagnostic_ && next_line())
      read_line();
    if (!diagnostic_ && !footer_seen_) {
      fail(begun_ ? "the timeline has no footer: it broke off" : "the file is empty",
           "a timeline written to its end");
    }
    return std::move(diagnostic_);
  }

 private:
  bool next_line();
  void read_line();
  void read_header(Scan& scan, const ScannedLine& line);
  void read_event(Scan& scan, const ScannedLine& line);
  void read_footer(Scan& scan, const ScannedLine& line);
  void check_frame(Scan& scan, const EventFrame& frame, std::string_view object);
  void fail(std::string problem, std::string remedy) {
    fail(ScanProblem{0, {}, std::move(problem), std::move(remedy)});
  }
  void fail(const ScanProblem& problem);

  std::istream& in_;
  const ReadOptions& options_;
  Sink& sink_;
  std::optional<api::Diagnostic> diagnostic_;
  std::string line_;
  std::uint32_t line_number_ = 0;
  sim::Sha256 sha256_;
  bool begun_ = false;
  bool footer_seen_ = false;
  std::uint64_t count_ = 0;
  sim::Time time_{};
};

bool Reader::next_line() {
  line_.clear();
  ++line_number_;
  std::streambuf* bytes = in_.rdbuf();
  using Traits = std::streambuf::traits_type;
  for (auto c = bytes->sbumpc(); !Traits::eq_int_type(c, Traits::eof()); c = bytes->sbumpc()) {
    if (Traits::to_char_type(c) == '\n') return true;
    line_.push_back(Traits::to_char_type(c));
    if (line_.size() > line_max) {
      fail("a line of more than 64 MiB", "a timeline: one event a line");
      return false;
    }
  }
  if (in_.bad()) fail("the file can't be read to its end", "a readable file");
  return !line_.empty() && !diagnostic_;
}

void Reader::read_line() {
  if (footer_seen_) {
    fail("a line after the footer", "nothing: the footer is the last line");
    return;
  }
  Scan scan(line_);
  const ScannedLine line = scan_line(scan);
  if (scan.ok()) {
    if (!begun_) {
      if (line.kind == Header::kind) {
        read_header(scan, line);
      } else {
        scan.fail(line.object, "the first line is no header", "a file written by firedrill run");
      }
    } else if (line.kind == Footer::kind) {
      read_footer(scan, line);
    } else {
      read_event(scan, line);
    }
  }
  if (!scan.ok()) fail(scan.problem());
  sha256_.update(line_);
  sha256_.update("\n");
}

void Reader::read_header(Scan& scan, const ScannedLine& line) {
  Header header;
  scan.read_members(line.object, line.members, header);
  if (scan.ok() && header.format != Header::current_format) {
    const Scan::Step step(scan, "format");
    scan.fail(line.object, fmt::format("format {} is not known to this version", header.format),
              fmt::format("format {}", Header::current_format));
  }
  if (!scan.ok()) return;
  begun_ = true;
  sink_.begin(header);
}

void Reader::read_event(Scan& scan, const ScannedLine& line) {
  EventFrame frame;
  scan.read_members(line.object, line.members, frame);
  if (scan.ok()) check_frame(scan, frame, line.object);
  TimelineEvent event{frame.seq, frame.time.time, frame.cause, {}};
  const bool known = scan.ok() && scan_payload(scan, line, event.payload);
  if (!scan.ok()) return;
  count_ = frame.seq;
  time_ = frame.time.time;
  if (known) sink_.event(event);
}

void Reader::check_frame(Scan& scan, const EventFrame& frame, std::string_view object) {
  if (frame.seq != count_ + 1) {
    const Scan::Step step(scan, "seq");
    scan.fail(object, fmt::format("seq {} after {}", frame.seq, count_),
              fmt::format("{}: it is dense", count_ + 1));
  }
  if (frame.cause >= frame.seq) {
    const Scan::Step step(scan, "cause");
    scan.fail(object, fmt::format("cause {} of event {}", frame.cause, frame.seq),
              "an earlier event, or 0");
  }
  if (frame.time.time < time_) {
    const Scan::Step step(scan, "t");
    scan.fail(object, "an earlier time than the event before", "times in order");
  }
}

void Reader::read_footer(Scan& scan, const ScannedLine& line) {
  Footer footer;
  scan.read_members(line.object, line.members, footer);
  if (scan.ok() && footer.events != static_cast<std::int64_t>(count_)) {
    const Scan::Step step(scan, "events");
    scan.fail(line.object, fmt::format("{} events, but the file has {}", footer.events, count_),
              "a file as it was written");
  }
  if (scan.ok() && options_.check_digest && footer.digest != sim::hex(sha256_.digest())) {
    const Scan::Step step(scan, "digest");
    scan.fail(line.object, "the lines before don't have this digest: they were changed",
              "a file as it was written; here " + sim::hex(sha256_.digest()));
  }
  if (!scan.ok()) return;
  footer_seen_ = true;
  sink_.end(footer);
}

void Reader::fail(const ScanProblem& problem) {
  if (diagnostic_) return;
  diagnostic_ = located(problem, line_, line_number_, options_.file);
}

}  // namespace

std::optional<api::Diagnostic> read_timeline(std::istream& in,
                                             const ReadOptions& options,
                                             Sink& sink) {
  return Reader(in, options, sink).run();
}

}  // namespace firedrill::timeline
