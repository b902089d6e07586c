#pragma once

/// What objects of one kind looked like lately, as far as decisions go by it: a decision is held
/// against what the component that took it could have seen, and caches lag.

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sim/time.h"

namespace firedrill::models {

/// A stretch of time, both ends included.
struct Span {
  sim::Time from{};
  sim::Time until{};
};

template <class Object>
class ObjectHistory {
 public:
  using Snapshot = std::shared_ptr<const Object>;

  /// Takes note of a change that matters; null: it is gone. O(1).
  void changed(std::string_view name, Snapshot after, sim::Time now) {
    std::deque<State>& states = states_[std::string(name)];
    if (states.empty()) states.push_back({sim::Time::min(), nullptr});
    states.push_back({now, std::move(after)});
    if (states.size() > remembered_max) states.pop_front();
  }

  /// Whether the object was such at some moment of the span; true also if that reaches back beyond
  /// what is remembered. An object that is gone is null.
  [[nodiscard]] bool was(std::string_view name,
                         const Span& span,
                         const std::function<bool(const Object*)>& such) const {
    const auto found = states_.find(std::string(name));
    if (found == states_.end()) return such(nullptr);
    const std::deque<State>& states = found->second;
    if (states.front().since > span.from) return true;
    // A state and the one before it share the instant of the change.
    for (std::size_t i = states.size(); i-- > 0;) {
      if (states[i].since > span.until) continue;
      if (such(states[i].object.get())) return true;
      if (states[i].since < span.from) return false;
    }
    return false;
  }

 private:
  struct State {
    sim::Time since{};
    Snapshot object;  ///< Null: not there.
  };

  /// Most states remembered of an object. They hold for hours; what decides takes seconds at most.
  static constexpr std::size_t remembered_max = 32;

  std::unordered_map<std::string, std::deque<State>> states_;
};

}  // namespace firedrill::models
