#pragma once

/// The timeline events (`seq`; 0: none) to which the present state of a binding is due, for those
/// who find that state instead of being told of it: the taint manager that looks at a cluster, the
/// scheduler that takes up what is new about a binding, timers that end.

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>

#include "policy/api/meta.h"
#include "policy/runtime/work_queue.h"

namespace firedrill::models::karmada {

/// Of a binding's copy in one cluster.
struct CopyGrounds {
  std::uint64_t arrived = 0;    ///< The assignment that brought it there.
  std::uint64_t evicting = 0;   ///< Its graceful eviction task.
  std::uint64_t unhealthy = 0;  ///< What last said that it is unhealthy.
};

struct BindingGrounds {
  std::uint64_t due = 0;            ///< What the scheduler has yet to answer, or failed at.
  std::int64_t due_generation = 0;  ///< In which generation of the binding it shows.
  std::map<api::Name, CopyGrounds, std::less<>> copies;  ///< By cluster.
};

using GroundsByBinding = std::unordered_map<api::Key, BindingGrounds, policy::KeyHash>;

}  // namespace firedrill::models::karmada
