#pragma once

// Workloads W1 to W4 that measure an event loop alone, written once for every loop that has now(),
// at(), cancel() and run_until() in whole nanoseconds. Each is set up by its constructor, run once
// by run(), and tells how many events it counted and a check value that depends on all that
// happened.

#include <array>
#include <cmath>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

#include "sim/deadlines.h"
#include "sim/engine.h"

namespace firedrill::bench {

/// sim::Engine with times as the workloads write them.
class EngineLoop {
 public:
  using Handle = sim::EventHandle;

  [[nodiscard]] std::int64_t now() const { return sim::to_nanoseconds(engine_.now()); }

  template <class Callable>
  Handle at(std::int64_t time, Callable&& callable) {
    return engine_.at(sim::Time{sim::Duration{time}}, sim::Phase::world,
                      std::forward<Callable>(callable));
  }

  void cancel(Handle handle) { engine_.cancel(handle); }

  void run_until(std::int64_t end) { engine_.run_until(sim::Time{sim::Duration{end}}); }

  [[nodiscard]] sim::Engine& engine() { return engine_; }

 private:
  sim::Engine engine_;
};

/// A stream of splitmix64.
class Stream {
 public:
  explicit Stream(std::uint64_t state) : state_(state) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  }

  [[nodiscard]] std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

/// Exponential delays of about a second in the mean, by table.
class Expo {
 public:
  Expo() {
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const double quantile = -std::log((static_cast<double>(i) + 0.5) / 1024);
      table_[i] = 1 + std::llround(quantile * 1e9);
    }
  }

  std::int64_t operator()(Stream& stream) const {
    const std::uint64_t bits = stream.next();
    return table_[bits >> 54] + static_cast<std::int64_t>(bits & 0xFFFFF);
  }

 private:
  std::array<std::int64_t, 1024> table_{};
};

inline std::uint64_t fold(const std::vector<std::uint64_t>& counts) {
  std::uint64_t hash = 0;
  for (const std::uint64_t count : counts)
    hash = hash * 31 + count;
  return hash;
}

struct Outcome {
  std::uint64_t events = 0;
  std::uint64_t check = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Size {
  std::uint32_t entities;
  std::int64_t end;  // ns
};

/// W1: each event puts on its successor; so the number of pending events stays.
template <class Loop>
class Hold {
 public:
  explicit Hold(Size size) : size_(size) {
    for (std::uint32_t i = 0; i < size.entities; ++i)
      put_on();
  }

  void run() { loop_.run_until(size_.end); }
  [[nodiscard]] Outcome outcome() const { return {events_, stream_.state()}; }

 private:
  void put_on() {
    loop_.at(loop_.now() + expo_(stream_), [this] {
      ++events_;
      put_on();
    });
  }

  Size size_;
  Expo expo_;
  Stream stream_{1};
  std::uint64_t events_ = 0;
  Loop loop_;
};

/// W2: PHOLD; logical processes send each other jobs, half of them to themselves.
template <class Loop>
class Phold {
 public:
  explicit Phold(Size size) : size_(size), counts_(size.entities) {
    for (std::uint32_t i = 0; i < size.entities; ++i) {
      streams_.emplace_back(1000 + i);
      for (int job = 0; job < 16; ++job)
        send(i, streams_[i]);
    }
  }

  void run() { loop_.run_until(size_.end); }
  [[nodiscard]] Outcome outcome() const {
    std::uint64_t events = 0;
    for (const std::uint64_t count : counts_)
      events += count;
    return {events, fold(counts_)};
  }

 private:
  void send(std::uint32_t destination, Stream& stream) {
    loop_.at(loop_.now() + 100'000'000 + expo_(stream),
             [this, destination] { receive(destination); });
  }

  void receive(std::uint32_t process) {
    ++counts_[process];
    Stream& stream = streams_[process];
    const bool away = stream.next() >> 63 != 0;
    const std::uint32_t destination =
        away ? static_cast<std::uint32_t>(stream.next() >> 54) : process;
    send(destination, stream);
  }

  Size size_;
  Expo expo_;
  std::vector<Stream> streams_;
  std::vector<std::uint64_t> counts_;
  Loop loop_;
};

/// When the streams of W3 beat first, and when they stop.
struct Beats {
  static constexpr std::int64_t millisecond = 1'000'000;
  static constexpr std::int64_t second = 1'000 * millisecond;
  static constexpr std::int64_t never = INT64_MAX;

  std::int64_t first;
  std::int64_t stop = never;

  Beats(std::uint32_t stream_number, std::int64_t end) {
    Stream stream(5'000'000 + stream_number);
    first = static_cast<std::int64_t>(stream.next() % 10'000) * millisecond;
    if (stream_number % 100 != 7) return;
    const auto choices = static_cast<std::uint64_t>(end / millisecond - 160'000);
    stop = static_cast<std::int64_t>(60'000 + stream.next() % choices) * millisecond;
  }
};

/// What happened in W3.
struct LeaseCounts {
  std::uint64_t beats = 0;
  std::uint64_t fired = 0;
  std::uint64_t sum = 0;

  void fire(std::int64_t now) {
    ++fired;
    sum += static_cast<std::uint64_t>(now / Beats::millisecond);
  }
  [[nodiscard]] Outcome outcome() const { return {beats, sum * 1'000'003 + fired}; }
};

/// W3: leases; each heartbeat cancels a timeout far ahead and puts on another.
template <class Loop>
class Leases {
 public:
  explicit Leases(Size size) : size_(size), leases_(size.entities) {
    for (std::uint32_t i = 0; i < size.entities; ++i) {
      const Beats beats(i, size.end);
      leases_[i].stop = beats.stop;
      loop_.at(beats.first, [this, i] { beat(i); });
    }
  }

  void run() { loop_.run_until(size_.end); }
  [[nodiscard]] Outcome outcome() const { return counts_.outcome(); }

 private:
  using Handle = typename Loop::Handle;

  struct Lease {
    std::int64_t stop = Beats::never;
    Handle timeout{};  // the default: none
  };

  void beat(std::uint32_t i) {
    Lease& lease = leases_[i];
    const std::int64_t now = loop_.now();
    if (now >= lease.stop) return;
    ++counts_.beats;
    if (lease.timeout != Handle{}) loop_.cancel(lease.timeout);
    lease.timeout = loop_.at(now + 40 * Beats::second, [this, i] { expire(i); });
    loop_.at(now + 10 * Beats::second, [this, i] { beat(i); });
  }

  void expire(std::uint32_t i) {
    leases_[i].timeout = Handle{};
    counts_.fire(loop_.now());
  }

  Size size_;
  std::vector<Lease> leases_;
  LeaseCounts counts_;
  Loop loop_;
};

/// W3L: the same with the engine's deadlines, which need no event to be put off.
class DeadlineLeases {
 public:
  explicit DeadlineLeases(Size size) : size_(size) {
    for (std::uint32_t i = 0; i < size.entities; ++i) {
      const Beats beats(i, size.end);
      stops_.push_back(beats.stop);
      deadlines_.add();
      loop_.at(beats.first, [this, i] { beat(i); });
    }
  }

  void run() { loop_.run_until(size_.end); }
  [[nodiscard]] Outcome outcome() const { return counts_.outcome(); }

 private:
  struct Expire {
    DeadlineLeases& leases;
    void operator()(std::size_t) const { leases.counts_.fire(leases.loop_.now()); }
  };

  void beat(std::uint32_t i) {
    const std::int64_t now = loop_.now();
    if (now >= stops_[i]) return;
    ++counts_.beats;
    deadlines_.set(i, sim::Time{sim::Duration{now + 40 * Beats::second}});
    loop_.at(now + 10 * Beats::second, [this, i] { beat(i); });
  }

  Size size_;
  std::vector<std::int64_t> stops_;
  LeaseCounts counts_;
  EngineLoop loop_;
  sim::Deadlines<Expire> deadlines_{loop_.engine(), sim::Phase::world, Expire{*this}};
};

/// A coroutine that runs from its first wake-up on; its frame belongs to this object.
class Process {
 public:
  struct promise_type {
    Process get_return_object() {
      return Process(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  Process(Process&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Process& operator=(Process&&) = delete;
  ~Process() {
    if (coroutine_) coroutine_.destroy();
  }

  void start() { coroutine_.resume(); }

 private:
  explicit Process(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

/// W4: sleepers, as coroutines.
template <class Loop>
class Naps {
 public:
  explicit Naps(Size size) : size_(size), counts_(size.entities) {
    processes_.reserve(size.entities);
    for (std::uint32_t i = 0; i < size.entities; ++i) {
      processes_.push_back(nap(*this, i));
      processes_.back().start();
    }
  }

  void run() { loop_.run_until(size_.end); }
  [[nodiscard]] Outcome outcome() const {
    std::uint64_t events = 0;
    for (const std::uint64_t count : counts_)
      events += count;
    return {events, fold(counts_)};
  }

 private:
  struct Sleep {
    Loop& loop;
    std::int64_t delay;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> sleeper) { loop.at(loop.now() + delay, sleeper); }
    void await_resume() const noexcept {}
  };

  static Process nap(Naps& naps, std::uint32_t i) {
    Stream stream(9'000'000 + i);
    for (;;) {
      const auto extra = static_cast<std::int64_t>(stream.next() % 9'000'000'000);
      co_await Sleep{naps.loop_, 1'000'000'000 + extra};
      ++naps.counts_[i];
    }
  }

  Size size_;
  std::vector<std::uint64_t> counts_;
  std::vector<Process> processes_;
  Loop loop_;
};

/// W4 for loops without processes.
template <class Loop>
class NapCallbacks {
 public:
  explicit NapCallbacks(Size size) : size_(size), counts_(size.entities) {
    for (std::uint32_t i = 0; i < size.entities; ++i) {
      streams_.emplace_back(9'000'000 + i);
      sleep(i);
    }
  }

  void run() { loop_.run_until(size_.end); }
  [[nodiscard]] Outcome outcome() const {
    std::uint64_t events = 0;
    for (const std::uint64_t count : counts_)
      events += count;
    return {events, fold(counts_)};
  }

 private:
  void sleep(std::uint32_t i) {
    const auto extra = static_cast<std::int64_t>(streams_[i].next() % 9'000'000'000);
    loop_.at(loop_.now() + 1'000'000'000 + extra, [this, i] {
      ++counts_[i];
      sleep(i);
    });
  }

  Size size_;
  std::vector<Stream> streams_;
  std::vector<std::uint64_t> counts_;
  Loop loop_;
};

}  // namespace firedrill::bench
