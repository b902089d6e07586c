#pragma once

/// A request on its way: carried out when it arrives, its outcome handed to the coroutine that
/// waits. Destroying the operation (its process dies) takes the request back.

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "policy/runtime/task.h"
#include "sim/engine.h"

namespace firedrill::models {

template <class T>
class Request final : public policy::Operation<T> {
 public:
  Request(sim::Engine& engine, sim::Duration latency, std::function<T()> carry_out)
      : engine_(engine), latency_(latency), carry_out_(std::move(carry_out)) {}
  ~Request() override { engine_.cancel(arrival_); }

  void start(std::coroutine_handle<> resume) override {
    arrival_ = engine_.after(latency_, sim::Phase::control, [this, resume] {
      outcome_.emplace(carry_out_());
      resume.resume();
    });
  }
  T take() override { return std::move(*outcome_); }

 private:
  sim::Engine& engine_;
  sim::Duration latency_;
  std::function<T()> carry_out_;
  sim::EventHandle arrival_;
  std::optional<T> outcome_;
};

/// Carries out at once when the way takes no time, else after `latency`.
template <class T>
policy::Await<T> request(sim::Engine& engine, sim::Duration latency, std::function<T()> carry_out) {
  if (latency <= sim::Duration::zero()) return policy::Await<T>(carry_out());
  std::unique_ptr<policy::Operation<T>> operation =
      std::make_unique<Request<T>>(engine, latency, std::move(carry_out));
  return policy::Await<T>(std::move(operation));
}

}  // namespace firedrill::models
