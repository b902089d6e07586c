#pragma once

/// What an event is about, as far as every kind says it under the same name.

#include <string_view>
#include <variant>

#include "analysis/timeline/events.h"

namespace firedrill::exports {

/// The field `cluster`; "" for a kind that has none or an event that leaves it out.
[[nodiscard]] inline std::string_view cluster_of(const timeline::Payload& payload) {
  return std::visit(
      [](const auto& event) -> std::string_view {
        if constexpr (requires { std::string_view(event.cluster); }) {
          return event.cluster;
        } else {
          return {};
        }
      },
      payload);
}

/// The field `workload`, likewise.
[[nodiscard]] inline std::string_view workload_of(const timeline::Payload& payload) {
  return std::visit(
      [](const auto& event) -> std::string_view {
        if constexpr (requires { std::string_view(event.workload); }) {
          return event.workload;
        } else {
          return {};
        }
      },
      payload);
}

}  // namespace firedrill::exports
