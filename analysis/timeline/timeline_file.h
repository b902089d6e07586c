#pragma once

/// A timeline on disk, opened for looking things up: any event by its number, the first event at or
/// after a time, and walks forward from anywhere. Lines are in order of `seq`, `seq` is dense, and
/// time never runs backwards, so all of it is binary search over byte offsets: memory does not grow
/// with the file, and nothing is read that nobody asks for. Not for several threads at once, except
/// that each cursor is its own.

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/timeline/events.h"
#include "analysis/timeline/header.h"
#include "policy/api/diagnostic.h"

namespace firedrill::timeline {

/// The text is no timeline, or no whole one. Thrown by everything that reads from a `TimelineFile`,
/// since a file that is only looked into shows its damage late; whoever has a file of others'
/// making catches it where diagnostics are reported.
class BadTimeline : public std::runtime_error {
 public:
  explicit BadTimeline(api::Diagnostic diagnostic)
      : std::runtime_error(api::render(diagnostic)), diagnostic_(std::move(diagnostic)) {}

  /// File, line, column, pointer, problem and remedy.
  [[nodiscard]] const api::Diagnostic& diagnostic() const { return diagnostic_; }

 private:
  api::Diagnostic diagnostic_;
};

class FileLines;  // bytes of the file by line; in the source

class TimelineFile {
 public:
  class Cursor;

  /// Opens a file; "-" is standard input. What can't be read at an offset (a pipe) is first copied
  /// to a temporary file that has no name any more. Reads the first line and the last two: throws
  /// BadTimeline if there is no such file, it holds no timeline or one of another format, or it
  /// broke off before its footer (a run that was stopped leaves no file under its final name, so
  /// such a file was cut afterwards, and what it says last isn't what came of the run). The digest
  /// isn't checked: that takes reading all of it (`read_timeline`). Throws ResourceError when the
  /// temporary file can't be made or filled.
  explicit TimelineFile(const std::string& path);
  ~TimelineFile();
  TimelineFile(TimelineFile&&) noexcept;
  TimelineFile& operator=(TimelineFile&&) noexcept;

  /// As messages name it.
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] const Footer& footer() const { return footer_; }
  /// Number of events: they are 1 … count.
  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// The event of that number; nothing if this version doesn't know its kind. Requires: `seq` is 1
  /// … count. Throws BadTimeline. O(log size) reads of the file.
  [[nodiscard]] std::optional<TimelineEvent> event(std::uint64_t seq) const;

  /// The number of what led to it, of whatever kind it is; 0 is the scenario itself. Likewise.
  [[nodiscard]] std::uint64_t cause(std::uint64_t seq) const;

  /// Number of the first event at or after the time; count + 1 if all are before it. Throws
  /// BadTimeline. O(log size) reads.
  [[nodiscard]] std::uint64_t first_at(sim::Time time) const;

  /// A walk from event `first` up to, but not including, event `last`; by default to the end. The
  /// file must outlive it.
  [[nodiscard]] Cursor cursor(std::uint64_t first = 1) const;
  [[nodiscard]] Cursor cursor(std::uint64_t first, std::uint64_t last) const;

 private:
  [[nodiscard]] std::uint64_t offset_of(std::uint64_t seq) const;

  std::unique_ptr<FileLines> lines_;
  Header header_;
  Footer footer_;
  std::uint64_t count_ = 0;
  std::uint64_t body_begin_ = 0;  // offset of the first event's line
  std::uint64_t body_end_ = 0;    // offset of the footer's line
};

/// A walk forward. Events of kinds that this version doesn't know are passed over.
class TimelineFile::Cursor {
 public:
  ~Cursor();
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;

  /// Only events of these kinds; the others are passed over without reading more than their
  /// beginning. Requires: the names outlive the cursor.
  Cursor& only(std::vector<std::string_view> kinds);
  /// Only events whose line holds one of these texts, as the timeline's writer spells them: a cheap
  /// sieve, to be followed by a look at the fields. Texts must not be empty.
  Cursor& holding(std::vector<std::string> texts);

  /// The next event, or null at the end; it lasts until the next call. Throws BadTimeline: a line
  /// that isn't an event, a `seq` that isn't dense, a time that runs backwards, a cause that isn't
  /// earlier; of a line that is passed over, `seq` alone is looked at.
  [[nodiscard]] const TimelineEvent* next();

 private:
  friend class TimelineFile;
  Cursor(std::unique_ptr<FileLines> lines,
         std::uint64_t offset,
         std::uint64_t first,
         std::uint64_t last);

  [[nodiscard]] bool wanted(std::string_view line) const;
  [[nodiscard]] bool read(std::string_view line, std::uint64_t seq);

  std::unique_ptr<FileLines> lines_;
  std::uint64_t offset_;
  std::uint64_t seq_;
  std::uint64_t last_;
  std::vector<std::string_view> kinds_;
  std::vector<std::string> texts_;
  TimelineEvent event_;
};

}  // namespace firedrill::timeline
