#pragma once

/// A request on its way: carried out when it arrives, its outcome handed to the coroutine that
/// waits when the answer is back. Destroying the operation (its process dies) takes the request
/// back, or, once it was carried out, its answer.

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "policy/runtime/task.h"
#include "sim/engine.h"

namespace firedrill::models {

/// How long the ways of a request take.
struct Trip {
  sim::Duration there{};
  sim::Duration back{};
};

/// What the requests of one process share. Outlives them.
struct Requests {
  sim::Engine& engine;
  std::int64_t under_way = 0;  ///< For which somebody waits.
};

/// What comes of an answer on its way back: what the sender gets to see.
template <class T>
using Receive = std::function<T(T)>;

template <class T>
class Request final : public policy::Operation<T> {
 public:
  Request(Requests& requests, Trip trip, std::function<T()> carry_out, Receive<T> receive)
      : requests_(requests),
        trip_(trip),
        carry_out_(std::move(carry_out)),
        receive_(std::move(receive)) {
    ++requests_.under_way;
  }
  ~Request() override {
    --requests_.under_way;
    requests_.engine.cancel(pending_);
  }

  void start(std::coroutine_handle<> resume) override {
    pending_ = requests_.engine.after(trip_.there, sim::Phase::control, [this, resume] {
      outcome_.emplace(carry_out_());
      if (trip_.back <= sim::Duration::zero()) return arrive(resume);
      pending_ = requests_.engine.after(trip_.back, sim::Phase::control,
                                        [this, resume] { arrive(resume); });
    });
  }
  T take() override { return std::move(*outcome_); }

 private:
  void arrive(std::coroutine_handle<> resume) {
    if (receive_) outcome_.emplace(receive_(std::move(*outcome_)));
    resume.resume();
  }

  Requests& requests_;
  Trip trip_;
  std::function<T()> carry_out_;
  Receive<T> receive_;
  sim::EventHandle pending_;
  std::optional<T> outcome_;
};

/// Carries out and answers at once when the ways take no time.
template <class T>
policy::Await<T> request(Requests& requests,
                         Trip trip,
                         std::function<T()> carry_out,
                         Receive<T> receive = {}) {
  if (trip.there <= sim::Duration::zero() && trip.back <= sim::Duration::zero()) {
    T outcome = carry_out();
    return policy::Await<T>(receive ? receive(std::move(outcome)) : std::move(outcome));
  }
  std::unique_ptr<policy::Operation<T>> operation =
      std::make_unique<Request<T>>(requests, trip, std::move(carry_out), std::move(receive));
  return policy::Await<T>(std::move(operation));
}

template <class T>
policy::Await<T> request(Requests& requests, sim::Duration latency, std::function<T()> carry_out) {
  return request<T>(requests, Trip{latency, {}}, std::move(carry_out));
}

}  // namespace firedrill::models
