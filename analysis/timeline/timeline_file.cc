#include "analysis/timeline/timeline_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/timeline/line.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/scan.h"

namespace firedrill::timeline {
namespace {

std::error_code last_error() {
  return {errno, std::generic_category()};
}

[[noreturn]] void refuse(const std::string& file,
                         std::uint64_t line_number,
                         std::string problem,
                         std::string remedy) {
  api::Diagnostic diagnostic;
  diagnostic.problem = std::move(problem);
  diagnostic.remedy = std::move(remedy);
  diagnostic.position = {file, static_cast<std::uint32_t>(line_number), line_number == 0 ? 0U : 1U};
  throw BadTimeline(std::move(diagnostic));
}

/// An open file, shared by the cursors on it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw ResourceError("can't fill a temporary file", last_error());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// A copy of all that comes out of the descriptor, in a file without a name.
std::shared_ptr<Descriptor> spooled(int from) {
  std::error_code ignored;
  std::string name = (std::filesystem::temp_directory_path(ignored) / "firedrill-XXXXXX").string();
  const int number = ::mkstemp(name.data());
  if (number < 0) throw ResourceError("can't make a temporary file " + name, last_error());
  auto copy = std::make_shared<Descriptor>(number);
  ::unlink(name.c_str());
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw ResourceError("can't read the timeline", last_error());
    if (got == 0) return copy;
    write_all(number, {buffer.data(), static_cast<std::size_t>(got)});
  }
}

std::shared_ptr<Descriptor> opened(const std::string& path) {
  if (path == "-") return spooled(STDIN_FILENO);
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0) {
    refuse(path, 0, "can't be opened: " + last_error().message(), "a timeline that can be read");
  }
  auto file = std::make_shared<Descriptor>(number);
  struct stat status {};
  if (::fstat(number, &status) != 0 || S_ISDIR(status.st_mode)) {
    refuse(path, 0, "is a folder", "a timeline, as run --timeline writes it");
  }
  return S_ISREG(status.st_mode) ? file : spooled(number);
}

/// The beginning that the writer gives each event: `{"seq":7,"t":1.5,"kind":"TaintAdded"`. Enough
/// to pass over an event without reading it; nothing if the line begins otherwise.
struct Beginning {
  std::uint64_t seq = 0;
  std::string_view kind = {};
};

std::optional<Beginning> beginning_of(std::string_view line) {
  constexpr std::string_view seq_key = R"({"seq":)";
  constexpr std::string_view time_key = R"(,"t":)";
  constexpr std::string_view kind_key = R"(,"kind":")";
  Beginning beginning;
  if (!line.starts_with(seq_key)) return std::nullopt;
  line.remove_prefix(seq_key.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), beginning.seq);
  if (error != std::errc{}) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (!line.starts_with(time_key)) return std::nullopt;
  line.remove_prefix(time_key.size());
  line.remove_prefix(std::min(line.find(','), line.size()));
  if (!line.starts_with(kind_key)) return std::nullopt;
  line.remove_prefix(kind_key.size());
  const std::size_t quote = line.find('"');
  if (quote == std::string_view::npos) return std::nullopt;
  beginning.kind = line.substr(0, quote);
  return beginning;
}

}  // namespace

/// The file by lines: a window of it is in memory.
class FileLines {
 public:
  FileLines(std::shared_ptr<Descriptor> file, std::string name, std::size_t window)
      : file_(std::move(file)), name_(std::move(name)), window_(window) {
    struct stat status {};
    if (::fstat(file_->number(), &status) != 0)
      throw ResourceError("can't read " + name_, last_error());
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  [[nodiscard]] std::unique_ptr<FileLines> again(std::size_t window) const {
    return std::make_unique<FileLines>(file_, name_, window);
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// The line that begins there, without its "\n"; it lasts until the next call.
  [[nodiscard]] std::string_view line(std::uint64_t offset) {
    for (std::size_t at_least = 1;;) {
      const std::string_view text = bytes(offset, at_least);
      if (const std::size_t end = text.find('\n'); end != std::string_view::npos)
        return text.substr(0, end);
      if (offset + text.size() >= size_) return text;
      if (text.size() > line_max)
        refuse(name_, 0, "a line of more than 64 MiB", "one event a line");
      at_least = text.size() * 2;
    }
  }

  /// Where the first line begins at or after the offset; at most the file's size.
  [[nodiscard]] std::uint64_t line_begin(std::uint64_t offset) {
    if (offset == 0) return 0;
    --offset;
    for (std::uint64_t from = offset; from < size_;) {
      const std::string_view text = bytes(from, 1);
      if (const std::size_t end = text.find('\n'); end != std::string_view::npos)
        return from + end + 1;
      from += text.size();
    }
    return size_;
  }

  /// Where the last line begins that ends at or before the offset, which is a line's begin.
  [[nodiscard]] std::uint64_t line_before(std::uint64_t offset) {
    std::uint64_t end = offset == 0 ? 0 : offset - 1;
    while (end > 0) {
      const std::uint64_t from = end > window_ ? end - window_ : 0;
      const std::string_view text = bytes(from, static_cast<std::size_t>(end - from));
      const std::size_t before = text.substr(0, static_cast<std::size_t>(end - from)).rfind('\n');
      if (before != std::string_view::npos) return from + before + 1;
      end = from;
    }
    return 0;
  }

 private:
  /// Bytes from there, at least so many unless the file ends before; as many as are at hand.
  [[nodiscard]] std::string_view bytes(std::uint64_t offset, std::size_t at_least) {
    if (offset >= size_) return {};
    at_least = static_cast<std::size_t>(std::min<std::uint64_t>(at_least, size_ - offset));
    if (offset >= begin_ && offset + at_least <= begin_ + buffer_.size())
      return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - begin_));
    const std::uint64_t length =
        std::min<std::uint64_t>(std::max(at_least, window_), size_ - offset);
    buffer_.resize(static_cast<std::size_t>(length));
    std::size_t filled = 0;
    while (filled < buffer_.size()) {
      const ssize_t got = ::pread(file_->number(), buffer_.data() + filled, buffer_.size() - filled,
                                  static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw ResourceError("can't read " + name_, last_error());
      if (got == 0) refuse(name_, 0, "became shorter while it was read", "a file at rest");
      filled += static_cast<std::size_t>(got);
    }
    begin_ = offset;
    return buffer_;
  }

  std::shared_ptr<Descriptor> file_;
  std::string name_;
  std::size_t window_;
  std::uint64_t size_ = 0;
  std::uint64_t begin_ = 0;
  std::string buffer_;
};

namespace {

constexpr std::size_t search_window = std::size_t{1} << 13;
constexpr std::size_t walk_window = std::size_t{1} << 17;

std::uint32_t line_of(std::uint64_t seq) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(seq + 1, most));
}

[[noreturn]] void refuse(const Scan& scan,
                         std::string_view line,
                         std::uint32_t line_number,
                         const std::string& file) {
  throw BadTimeline(located(scan.problem(), line, line_number, file));
}

Header header_of(std::string_view line, const std::string& file) {
  Scan scan(line);
  const ScannedLine scanned = scan_line(scan);
  if (!scan.ok() || scanned.kind != Header::kind) {
    refuse(file, 1, "not a timeline: its first line is no header",
           "a file that firedrill run --timeline wrote");
  }
  Header header;
  scan.read_members(scanned.object, scanned.members, header);
  if (scan.ok() && header.format != Header::current_format) {
    const Scan::Step step(scan, "format");
    scan.fail(scanned.object, fmt::format("format {} is not known to this version", header.format),
              fmt::format("format {}", Header::current_format));
  }
  if (!scan.ok()) refuse(scan, line, 1, file);
  return header;
}

Footer footer_of(std::string_view line, const std::string& file) {
  Scan scan(line);
  const ScannedLine scanned = scan_line(scan);
  if (!scan.ok() || scanned.kind != Footer::kind) {
    refuse(file, 0, "the timeline has no footer: it broke off", "a timeline written to its end");
  }
  Footer footer;
  scan.read_members(scanned.object, scanned.members, footer);
  if (!scan.ok()) refuse(scan, line, 0, file);
  return footer;
}

EventFrame frame_of(std::string_view line, const std::string& file, std::uint32_t line_number) {
  Scan scan(line);
  const ScannedLine scanned = scan_line(scan);
  EventFrame frame;
  if (scan.ok()) scan.read_members(scanned.object, scanned.members, frame);
  if (!scan.ok()) refuse(scan, line, line_number, file);
  return frame;
}

}  // namespace

TimelineFile::TimelineFile(const std::string& path)
    : lines_(std::make_unique<FileLines>(
          opened(path), path == "-" ? "standard input" : path, search_window)) {
  const std::string& file = lines_->name();
  if (lines_->size() == 0) refuse(file, 0, "the file is empty", "a timeline written to its end");
  const std::string_view first = lines_->line(0);
  body_begin_ = first.size() + 1;
  header_ = header_of(first, file);
  body_end_ = lines_->line_before(lines_->size());
  footer_ = footer_of(lines_->line(body_end_), file);
  if (body_end_ > body_begin_) {
    count_ = frame_of(lines_->line(lines_->line_before(body_end_)), file, 0).seq;
  }
  if (footer_.events < 0 || static_cast<std::uint64_t>(footer_.events) != count_) {
    refuse(file, 0,
           fmt::format("the footer says {} events, but the last one is {}", footer_.events, count_),
           "a file as it was written");
  }
}

TimelineFile::~TimelineFile() = default;
TimelineFile::TimelineFile(TimelineFile&&) noexcept = default;
TimelineFile& TimelineFile::operator=(TimelineFile&&) noexcept = default;

const std::string& TimelineFile::name() const {
  return lines_->name();
}

std::uint64_t TimelineFile::offset_of(std::uint64_t seq) const {
  // The line that begins at `low` is at or before the wanted one, the one at `high` after it.
  std::uint64_t low = body_begin_;
  std::uint64_t high = body_end_;
  while (high - low > search_window) {
    const std::uint64_t middle = lines_->line_begin(low + (high - low) / 2);
    if (middle >= high) break;
    const std::string_view line = lines_->line(middle);
    const auto beginning = beginning_of(line);
    const std::uint64_t found = beginning ? beginning->seq : frame_of(line, name(), 0).seq;
    (found <= seq ? low : high) = middle;
  }
  while (low < high) {
    const std::string_view line = lines_->line(low);
    const auto beginning = beginning_of(line);
    const std::uint64_t found = beginning ? beginning->seq : frame_of(line, name(), 0).seq;
    if (found == seq) return low;
    low += line.size() + 1;
  }
  refuse(name(), 0, fmt::format("event {} is missing", seq), "a file as it was written");
}

std::optional<TimelineEvent> TimelineFile::event(std::uint64_t seq) const {
  const std::string_view line = lines_->line(offset_of(seq));
  Scan scan(line);
  const ScannedLine scanned = scan_line(scan);
  EventFrame frame;
  if (scan.ok()) scan.read_members(scanned.object, scanned.members, frame);
  TimelineEvent event{frame.seq, frame.time.time, frame.cause, {}};
  const bool known = scan.ok() && scan_payload(scan, scanned, event.payload);
  if (scan.ok() && frame.cause >= frame.seq) {
    const Scan::Step step(scan, "cause");
    scan.fail(scanned.object, fmt::format("cause {} of event {}", frame.cause, frame.seq),
              "an earlier event, or 0");
  }
  if (!scan.ok()) refuse(scan, line, line_of(seq), name());
  if (!known) return std::nullopt;
  return event;
}

std::uint64_t TimelineFile::cause(std::uint64_t seq) const {
  const EventFrame frame = frame_of(lines_->line(offset_of(seq)), name(), line_of(seq));
  return frame.cause < seq ? frame.cause : 0;
}

std::uint64_t TimelineFile::first_at(sim::Time time) const {
  std::uint64_t low = body_begin_;  // all lines before it are earlier
  std::uint64_t high = body_end_;   // the line there is not, or it is the footer
  while (high - low > search_window) {
    const std::uint64_t middle = lines_->line_begin(low + (high - low) / 2);
    if (middle >= high) break;
    const std::string_view line = lines_->line(middle);
    if (frame_of(line, name(), 0).time.time < time) {
      low = middle + line.size() + 1;
    } else {
      high = middle;
    }
  }
  while (low < body_end_) {
    const std::string_view line = lines_->line(low);
    const EventFrame frame = frame_of(line, name(), 0);
    if (frame.time.time >= time) return frame.seq;
    low += line.size() + 1;
  }
  return count_ + 1;
}

TimelineFile::Cursor TimelineFile::cursor(std::uint64_t first) const {
  return cursor(first, count_ + 1);
}

TimelineFile::Cursor TimelineFile::cursor(std::uint64_t first, std::uint64_t last) const {
  first = std::max<std::uint64_t>(first, 1);
  last = std::min(last, count_ + 1);
  const std::uint64_t offset = first < last ? offset_of(first) : body_end_;
  return {lines_->again(walk_window), offset, first, last};
}

TimelineFile::Cursor::Cursor(std::unique_ptr<FileLines> lines,
                             std::uint64_t offset,
                             std::uint64_t first,
                             std::uint64_t last)
    : lines_(std::move(lines)), offset_(offset), seq_(first), last_(last) {}

TimelineFile::Cursor::~Cursor() = default;
TimelineFile::Cursor::Cursor(Cursor&&) noexcept = default;
TimelineFile::Cursor& TimelineFile::Cursor::operator=(Cursor&&) noexcept = default;

TimelineFile::Cursor& TimelineFile::Cursor::only(std::vector<std::string_view> kinds) {
  kinds_ = std::move(kinds);
  return *this;
}

TimelineFile::Cursor& TimelineFile::Cursor::holding(std::vector<std::string> texts) {
  texts_ = std::move(texts);
  return *this;
}

bool TimelineFile::Cursor::wanted(std::string_view line) const {
  const auto beginning = beginning_of(line);
  if (!beginning || beginning->seq != seq_) return true;  // a full look finds what is odd
  if (!kinds_.empty() && std::ranges::find(kinds_, beginning->kind) == kinds_.end()) return false;
  return texts_.empty() || std::ranges::any_of(texts_, [&](const std::string& text) {
           return line.find(text) != std::string_view::npos;
         });
}

const TimelineEvent* TimelineFile::Cursor::next() {
  while (seq_ < last_) {
    const std::string_view line = lines_->line(offset_);
    const bool known = wanted(line) && read(line, seq_);
    offset_ += line.size() + 1;
    ++seq_;
    if (known) return &event_;
  }
  return nullptr;
}

bool TimelineFile::Cursor::read(std::string_view line, std::uint64_t seq) {
  Scan scan(line);
  const ScannedLine scanned = scan_line(scan);
  EventFrame frame;
  if (scan.ok()) scan.read_members(scanned.object, scanned.members, frame);
  if (scan.ok() && frame.seq != seq) {
    const Scan::Step step(scan, "seq");
    scan.fail(scanned.object, fmt::format("seq {} after {}", frame.seq, seq - 1),
              fmt::format("{}: it is dense", seq));
  }
  if (scan.ok() && frame.cause >= frame.seq) {
    const Scan::Step step(scan, "cause");
    scan.fail(scanned.object, fmt::format("cause {} of event {}", frame.cause, frame.seq),
              "an earlier event, or 0");
  }
  if (scan.ok() && frame.time.time < event_.time) {
    const Scan::Step step(scan, "t");
    scan.fail(scanned.object, "an earlier time than the event before", "times in order");
  }
  event_.seq = frame.seq;
  event_.time = frame.time.time;
  event_.cause = frame.cause;
  const bool known = scan.ok() && scan_payload(scan, scanned, event_.payload);
  if (!scan.ok()) refuse(scan, line, line_of(seq), lines_->name());
  const bool kind_wanted =
      kinds_.empty() || std::ranges::find(kinds_, std::string_view(scanned.kind)) != kinds_.end();
  return known && kind_wanted;
}

}  // namespace firedrill::timeline
