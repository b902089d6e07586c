#include "models/process/latency.h"

#include <chrono>
#include <stdexcept>
#include <string>

namespace firedrill::models {

Latency latency_preset(std::string_view name) {
  using namespace std::chrono_literals;
  if (name == "none") return {};
  if (name == "reference") {
    return {.api_write = 1ms,
            .api_write_work = 2ms,
            .api_write_binding = 2ms,
            .api_write_scheduler = 3ms,
            .watch = 1ms,
            .member_write = 20ms,
            .member_watch = 20ms,
            .member_reaction = 50ms,
            .timer_lateness = 1ms,
            .jitter = false};
  }
  throw std::logic_error("unknown latency preset " + std::string(name));
}

}  // namespace firedrill::models
