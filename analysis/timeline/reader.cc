#include "analysis/timeline/reader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/timeline/scan.h"
#include "sim/digest.h"

namespace firedrill::timeline {
namespace {

/// A line longer than this is no line of a timeline.
constexpr std::size_t line_max = std::size_t{64} << 20;

template <std::size_t... i>
bool scan_payload(Scan& scan,
                  std::string_view object,
                  const std::vector<ScannedMember>& members,
                  std::string_view kind,
                  Payload& payload,
                  std::index_sequence<i...>) {
  const auto found = std::ranges::find(kind_names, kind);
  if (found == kind_names.end()) return false;
  const auto wanted = static_cast<std::size_t>(found - kind_names.begin());
  const auto read = [&]<std::size_t at>(std::integral_constant<std::size_t, at>) {
    scan.read_members(object, members, payload.emplace<at>());
  };
  ((i == wanted ? read(std::integral_constant<std::size_t, i>{}) : void()), ...);
  return true;
}

std::uint32_t column_of(std::string_view line, std::size_t offset) {
  const auto starts_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  };
  return 1 + static_cast<std::uint32_t>(
                 std::ranges::count_if(line.substr(0, offset), starts_character));
}

/// What every line says.
struct LineHead {
  std::string kind;
};

template <class V>
void describe(V& v, LineHead& h) {
  v.begin("LineHead", "");
  v.required("kind", h.kind, "Kind of the event.");
}

/// The frame of an event.
struct EventFrame {
  std::uint64_t seq = 0;
  Instant time;
  std::uint64_t cause = 0;
};

template <class V>
void describe(V& v, EventFrame& f) {
  v.begin("EventFrame", "");
  v.required("seq", f.seq, "Number of the event.");
  v.required("t", f.time, "When it happened.");
  v.required("cause", f.cause, "Number of the event that led to it.");
}

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
  void read_header(Scan& scan, std::string_view object, const std::vector<ScannedMember>& members);
  void read_event(Scan& scan,
                  std::string_view object,
                  const std::vector<ScannedMember>& members,
                  std::string_view kind);
  void read_footer(Scan& scan, std::string_view object, const std::vector<ScannedMember>& members);
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
  const std::string_view object = scan.whole();
  std::vector<ScannedMember> members;
  if (scan.ok()) members = scan.members(object);
  LineHead head;
  if (scan.ok()) scan.read_members(object, members, head);
  if (scan.ok()) {
    if (!begun_) {
      if (head.kind == Header::kind) {
        read_header(scan, object, members);
      } else {
        scan.fail(object, "the first line is no header", "a file written by firedrill run");
      }
    } else if (head.kind == Footer::kind) {
      read_footer(scan, object, members);
    } else {
      read_event(scan, object, members, head.kind);
    }
  }
  if (!scan.ok()) fail(scan.problem());
  sha256_.update(line_);
  sha256_.update("\n");
}

void Reader::read_header(Scan& scan,
                         std::string_view object,
                         const std::vector<ScannedMember>& members) {
  Header header;
  scan.read_members(object, members, header);
  if (scan.ok() && header.format != Header::current_format) {
    const Scan::Step step(scan, "format");
    scan.fail(object, fmt::format("format {} is not known to this version", header.format),
              fmt::format("format {}", Header::current_format));
  }
  if (!scan.ok()) return;
  begun_ = true;
  sink_.begin(header);
}

void Reader::read_event(Scan& scan,
                        std::string_view object,
                        const std::vector<ScannedMember>& members,
                        std::string_view kind) {
  EventFrame frame;
  scan.read_members(object, members, frame);
  if (scan.ok()) check_frame(scan, frame, object);
  TimelineEvent event{frame.seq, frame.time.time, frame.cause, {}};
  const bool known = scan.ok() && scan_payload(scan, object, members, kind, event.payload,
                                               std::make_index_sequence<kind_count>{});
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

void Reader::read_footer(Scan& scan,
                         std::string_view object,
                         const std::vector<ScannedMember>& members) {
  Footer footer;
  scan.read_members(object, members, footer);
  if (scan.ok() && footer.events != static_cast<std::int64_t>(count_)) {
    const Scan::Step step(scan, "events");
    scan.fail(object, fmt::format("{} events, but the file has {}", footer.events, count_),
              "a file as it was written");
  }
  if (scan.ok() && options_.check_digest && footer.digest != sim::hex(sha256_.digest())) {
    const Scan::Step step(scan, "digest");
    scan.fail(object, "the lines before don't have this digest: they were changed",
              "a file as it was written; here " + sim::hex(sha256_.digest()));
  }
  if (!scan.ok()) return;
  footer_seen_ = true;
  sink_.end(footer);
}

void Reader::fail(const ScanProblem& problem) {
  if (diagnostic_) return;
  api::Diagnostic diagnostic;
  diagnostic.pointer = problem.pointer;
  diagnostic.problem = problem.problem;
  diagnostic.remedy = problem.remedy;
  diagnostic.position = {options_.file, line_number_, column_of(line_, problem.offset)};
  diagnostic_ = std::move(diagnostic);
}

}  // namespace

std::optional<api::Diagnostic> read_timeline(std::istream& in,
                                             const ReadOptions& options,
                                             Sink& sink) {
  return Reader(in, options, sink).run();
}

}  // namespace firedrill::timeline
