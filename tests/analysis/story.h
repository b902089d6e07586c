#pragma once

/// A timeline told in a test: payloads at seconds, fed to a sink with dense numbers.

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "analysis/timeline/sink.h"

namespace firedrill::analysis {

inline constexpr const char* web = "Deployment/shop/web";

inline sim::Time at(std::int64_t seconds) {
  return sim::start_time + std::chrono::seconds(seconds);
}

struct Told {
  std::int64_t seconds;
  timeline::Payload payload;
};

/// Tells the story to the sink, from header to footer, which ends at `end` seconds.
inline void tell(timeline::Sink& sink,
                 const std::vector<Told>& story,
                 std::int64_t end,
                 timeline::ApiCountsByComponent api = {}) {
  sink.begin({.scenario = "story", .seed = 7, .profile = "karmada"});
  std::uint64_t seq = 0;
  for (const Told& told : story) {
    ++seq;
    sink.event({seq, at(told.seconds), seq - 1, told.payload});
  }
  sink.end({.time = at(end), .events = static_cast<std::int64_t>(seq), .api = std::move(api)});
}

}  // namespace firedrill::analysis
