#pragma once

/// The syntax of Chrome trace JSON, which Perfetto reads: processes, tracks, slices, spans, flows
/// and counters. Knows nothing of timelines; what means what is in trace.cc.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/timeline/output.h"
#include "sim/time.h"

namespace firedrill::exports {

/// Where a slice lies: what a flow can lead from and to.
struct SlicePlace {
  std::uint32_t track = 0;  ///< 0: nowhere.
  sim::Time at{};
};

/// A series of a counter, and its value.
using CounterValue = std::pair<std::string_view, std::int64_t>;

/// Names are any text. Everything goes to the output in the order of the calls, but for a buffer.
class TraceWriter {
 public:
  /// The output must outlive this.
  explicit TraceWriter(timeline::Output& output) : output_(output) {}

  /// The process of that name and its number, made when first asked for.
  [[nodiscard]] std::uint32_t process(std::string_view name);
  /// The track of that name in a process, likewise.
  [[nodiscard]] std::uint32_t track(std::uint32_t process, std::string_view name);

  /// A slice for something that takes no time. It is drawn a microsecond long, begins at `at` or,
  /// where its track is taken till later, then: slices of a track never overlap. `arguments` are
  /// members of a JSON object.
  SlicePlace slice(std::uint32_t track,
                   sim::Time at,
                   std::string_view name,
                   std::string_view arguments);
  /// An arrow between two slices. Requires: `to` doesn't begin before `from`; ids are unique.
  void flow(const SlicePlace& from, const SlicePlace& to, std::uint64_t id);

  /// Something that lasts; spans may overlap as they like. Requires: ids are unique, and a span
  /// closes as it was opened.
  void open(std::uint32_t process,
            sim::Time at,
            std::string_view category,
            std::string_view id,
            std::string_view name);
  void close(std::uint32_t process,
             sim::Time at,
             std::string_view category,
             std::string_view id,
             std::string_view name);

  /// Values of a counter from now on.
  void counter(std::uint32_t process,
               sim::Time at,
               std::string_view name,
               std::span<const CounterValue> values);

  /// Ends the text with what was run; `about` are members of a JSON object. Nothing follows.
  void finish(std::string_view about);

  /// Size of the text so far.
  [[nodiscard]] std::uint64_t bytes() const { return written_ + buffer_.size(); }

 private:
  struct Track {
    std::uint32_t process = 0;
    std::uint32_t number = 0;
    sim::Time free{};  // no slice after it
  };

  void begin_event(std::string_view phase, std::string_view name);
  void append_place(const Track& track, sim::Time at);
  void end_event();
  void span(std::string_view phase,
            std::uint32_t process,
            sim::Time at,
            std::string_view category,
            std::string_view id,
            std::string_view name);
  void metadata(std::string_view what,
                std::uint32_t process,
                std::uint32_t track,
                std::string_view argument,
                std::string_view value);

  timeline::Output& output_;
  std::string buffer_;
  std::uint64_t written_ = 0;
  bool begun_ = false;
  std::map<std::string, std::uint32_t, std::less<>> processes_;
  std::vector<std::uint32_t> process_tracks_;  // how many, by process
  std::vector<Track> tracks_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> track_numbers_;
};

}  // namespace firedrill::exports
