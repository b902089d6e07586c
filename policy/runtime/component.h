#pragma once

/// A running process of a control plane. Destroying it is a crash: it loses what it holds in memory
/// and lets go of its timers and watches; what it wrote stays.

namespace firedrill::policy {

class Component {
 public:
  Component() = default;
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;
  virtual ~Component() = default;
};

}  // namespace firedrill::policy
