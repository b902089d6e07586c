/// Writes a timeline of any length: a real run's events over and over, each round later by the
/// run's length, so that numbers, times and causes are those of one long run. To measure what reads
/// timelines (explain, diff) at lengths that no scenario of the library has.
///
///   long_timeline TIMELINE EVENTS OUT [SEQ]
///
/// With SEQ, everything from event SEQ on happens a second later than without: two files that part
/// there.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/memory_sink.h"
#include "analysis/timeline/reader.h"

namespace {

using namespace firedrill;
using namespace std::chrono_literals;

/// Moves every instant that stands in a payload.
class Shifter {
 public:
  explicit Shifter(std::chrono::seconds by) : by_(by) {}

  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view, T& member, std::string_view, const C&...) {
    shift(member);
  }
  template <class T, class... C>
  void required(std::string_view, T& member, std::string_view, const C&...) {
    shift(member);
  }
  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  template <class T>
  void shift(T& value) {
    if constexpr (std::is_same_v<T, timeline::Instant>) {
      value.time += by_;
    } else if constexpr (std::is_same_v<T, std::optional<timeline::Instant>>) {
      if (value) value->time += by_;
    }
  }

  std::chrono::seconds by_;
};

timeline::TimelineEvent repeated(timeline::TimelineEvent event,
                                 std::uint64_t seq_before,
                                 std::chrono::seconds time_before) {
  event.seq += seq_before;
  if (event.cause != 0) event.cause += seq_before;
  event.time += time_before;
  Shifter shifter(time_before);
  std::visit([&](auto& payload) { describe(shifter, payload); }, event.payload);
  return event;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (argc < 4) {
    std::cerr << "long_timeline TIMELINE EVENTS OUT [SEQ]\n";
    return 2;
  }
  std::ifstream in(arguments[1], std::ios::binary);
  timeline::MemorySink run;
  if (const auto problem = timeline::read_timeline(in, {.file = arguments[1]}, run)) {
    std::cerr << api::render(*problem) << "\n";
    return 2;
  }
  const std::uint64_t count = std::strtoull(arguments[2], nullptr, 10);
  const std::uint64_t late = argc > 4 ? std::strtoull(arguments[4], nullptr, 10) : count + 1;
  const auto length =
      std::chrono::ceil<std::chrono::seconds>(run.footer()->time.time.time_since_epoch());
  timeline::OutputFile output(arguments[3]);
  timeline::JsonLines lines(output);
  lines.begin(run.header());
  timeline::Footer footer = *run.footer();
  footer.by_kind.clear();
  footer.events = static_cast<std::int64_t>(count);
  for (std::uint64_t done = 0, round = 0; done < count; done += run.events().size(), ++round) {
    for (const timeline::TimelineEvent& event : run.events()) {
      if (done + event.seq > count) break;
      timeline::TimelineEvent next =
          repeated(event, done, length * static_cast<std::int64_t>(round));
      if (next.seq >= late) next.time += 1s;
      ++footer.by_kind[std::string(timeline::kind_name(next.payload))];
      footer.time = next.time;
      lines.event(next);
    }
  }
  lines.end(footer);
  output.commit();
  return 0;
}
