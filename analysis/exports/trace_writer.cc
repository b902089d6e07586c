#include "analysis/exports/trace_writer.h"

#include <algorithm>

#include "analysis/timeline/text.h"

namespace firedrill::exports {
namespace {

constexpr std::size_t piece_max = std::size_t{64} << 10;
constexpr sim::Duration slice_length = std::chrono::microseconds(1);

/// Microseconds, the unit of the format, to the nanosecond.
void append_microseconds(std::string& out, sim::Time at) {
  const auto nanoseconds = static_cast<std::uint64_t>(at.time_since_epoch().count());
  timeline::append_integer(out, nanoseconds / 1000);
  std::uint64_t fraction = nanoseconds % 1000;
  if (fraction == 0) return;
  out.push_back('.');
  for (std::uint64_t place = 100; fraction != 0; place /= 10) {
    out.push_back(static_cast<char>('0' + fraction / place));
    fraction %= place;
  }
}

}  // namespace

std::uint32_t TraceWriter::process(std::string_view name) {
  const auto found = processes_.find(name);
  if (found != processes_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(processes_.size() + 1);
  processes_.emplace(name, number);
  process_tracks_.resize(number + std::size_t{1});
  std::string quoted;
  timeline::append_json(quoted, name);
  metadata("process_name", number, 0, "name", quoted);
  metadata("process_sort_index", number, 0, "sort_index", std::to_string(number));
  return number;
}

std::uint32_t TraceWriter::track(std::uint32_t process, std::string_view name) {
  const auto [found, added] = track_numbers_.try_emplace({process, std::string(name)}, 0);
  if (!added) return found->second;
  tracks_.push_back({.process = process, .number = ++process_tracks_[process]});
  found->second = static_cast<std::uint32_t>(tracks_.size());
  std::string quoted;
  timeline::append_json(quoted, name);
  const std::uint32_t number = tracks_.back().number;
  metadata("thread_name", process, number, "name", quoted);
  metadata("thread_sort_index", process, number, "sort_index", std::to_string(number));
  return found->second;
}

SlicePlace TraceWriter::slice(std::uint32_t track,
                              sim::Time at,
                              std::string_view name,
                              std::string_view arguments) {
  Track& where = tracks_[track - 1];
  const SlicePlace place{track, std::max(at, where.free)};
  where.free = place.at + slice_length;
  begin_event("X", name);
  append_place(where, place.at);
  buffer_ += R"(,"dur":1,"args":{)";
  buffer_ += arguments;
  buffer_ += '}';
  end_event();
  return place;
}

void TraceWriter::flow(const SlicePlace& from, const SlicePlace& to, std::uint64_t id) {
  begin_event("s", "cause");
  buffer_ += R"(,"cat":"cause","id":)";
  timeline::append_integer(buffer_, id);
  append_place(tracks_[from.track - 1], from.at);
  end_event();
  begin_event("f", "cause");
  buffer_ += R"(,"cat":"cause","bp":"e","id":)";
  timeline::append_integer(buffer_, id);
  append_place(tracks_[to.track - 1], to.at);
  end_event();
}

void TraceWriter::open(std::uint32_t process,
                       sim::Time at,
                       std::string_view category,
                       std::string_view id,
                       std::string_view name) {
  span("b", process, at, category, id, name);
}

void TraceWriter::close(std::uint32_t process,
                        sim::Time at,
                        std::string_view category,
                        std::string_view id,
                        std::string_view name) {
  span("e", process, at, category, id, name);
}

void TraceWriter::span(std::string_view phase,
                       std::uint32_t process,
                       sim::Time at,
                       std::string_view category,
                       std::string_view id,
                       std::string_view name) {
  begin_event(phase, name);
  buffer_ += R"(,"cat":)";
  timeline::append_json(buffer_, category);
  buffer_ += R"(,"id":)";
  timeline::append_json(buffer_, id);
  append_place({.process = process}, at);
  end_event();
}

void TraceWriter::counter(std::uint32_t process,
                          sim::Time at,
                          std::string_view name,
                          std::span<const CounterValue> values) {
  begin_event("C", name);
  append_place({.process = process}, at);
  buffer_ += R"(,"args":{)";
  for (const auto& [series, value] : values) {
    if (buffer_.back() != '{') buffer_ += ',';
    timeline::append_json(buffer_, series);
    buffer_ += ':';
    timeline::append_integer(buffer_, value);
  }
  buffer_ += '}';
  end_event();
}

void TraceWriter::finish(std::string_view about) {
  if (!begun_) buffer_ += R"({"displayTimeUnit":"ms","traceEvents":[)";
  buffer_ += "\n],\"otherData\":{";
  buffer_ += about;
  buffer_ += "}}\n";
  output_.write(buffer_);
  output_.flush();
  written_ += buffer_.size();
  buffer_.clear();
}

void TraceWriter::begin_event(std::string_view phase, std::string_view name) {
  buffer_ += begun_ ? ",\n" : "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
  begun_ = true;
  buffer_ += R"({"ph":")";
  buffer_ += phase;
  buffer_ += R"(","name":)";
  timeline::append_json(buffer_, name);
}

void TraceWriter::append_place(const Track& track, sim::Time at) {
  buffer_ += R"(,"pid":)";
  timeline::append_integer(buffer_, std::uint64_t{track.process});
  buffer_ += R"(,"tid":)";
  timeline::append_integer(buffer_, std::uint64_t{track.number});
  buffer_ += R"(,"ts":)";
  append_microseconds(buffer_, at);
}

void TraceWriter::end_event() {
  buffer_ += '}';
  if (buffer_.size() < piece_max) return;
  output_.write(buffer_);
  written_ += buffer_.size();
  buffer_.clear();
}

void TraceWriter::metadata(std::string_view what,
                           std::uint32_t process,
                           std::uint32_t track,
                           std::string_view argument,
                           std::string_view value) {
  begin_event("M", what);
  append_place({.process = process, .number = track}, sim::start_time);
  buffer_ += R"(,"args":{)";
  timeline::append_json(buffer_, argument);
  buffer_ += ':';
  buffer_ += value;
  buffer_ += '}';
  end_event();
}

}  // namespace firedrill::exports
