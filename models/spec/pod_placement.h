#pragma once

/// Which node of a member takes a pod.

#include <cstdint>

namespace firedrill::models {

enum class PodPlacement : std::uint8_t {
  first_fit,        ///< The first in listed order.
  least_allocated,  ///< The one with the largest share of cpu and memory left; the first of equals.
};

template <class V>
void describe_values(V& v, PodPlacement&) {
  v.begin("PodPlacement", "Which of the nodes with room takes a pod.");
  v.value("first-fit", PodPlacement::first_fit, "The first in listed order.");
  v.value("least-allocated", PodPlacement::least_allocated,
          "The one with the largest share of cpu and memory left; the first of equals.");
}

}  // namespace firedrill::models
