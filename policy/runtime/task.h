#pragma once

/// Coroutines of workers and reconciles: they keep the shape of the reference's goroutines, which
/// block on writes, timers and queues.
///
/// * `Task<T>`: a child coroutine; starts inline when awaited, so that a chain of awaits that are
/// ready at once
///   neither suspends nor grows the stack.
/// * `Await<T>`: an outcome of the surroundings (a write, a probe) that may take time.
/// * `Routine`: a root coroutine; destroying it cancels everything below it.
///
/// One thread; nothing here locks. Rules of use: parameters by value, no lambda coroutines, bind
/// every co_await to a named variable (g++ 12 and clang 14 get temporaries in larger expressions
/// wrong).

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace firedrill::policy {

template <class T>
class Task;

namespace detail {

/// Resumes the parent, if there is one, when a child is through: by handing it over, not by calling
/// it, because what the parent throws has to pass on to the event loop, and nothing may be thrown
/// from a call in here.
struct FinalAwaiter {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  [[nodiscard]] std::coroutine_handle<> await_suspend(
      std::coroutine_handle<Promise> done) const noexcept {
    // The parent may destroy `done`; nothing of it is touched afterwards.
    const std::coroutine_handle<> parent = done.promise().parent;
    return parent ? parent : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct TaskPromiseBase {
  std::coroutine_handle<> parent;
  std::exception_ptr error;

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() { error = std::current_exception(); }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;

  Task<T> get_return_object();
  void return_value(T result) { value.emplace(std::move(result)); }
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(*value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

/// A child coroutine. Runs when awaited; owned by the one who awaits it.
template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() {
    handle_.resume();
    return handle_.done();
  }
  void await_suspend(std::coroutine_handle<> parent) { handle_.promise().parent = parent; }
  T await_resume() { return handle_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

template <class T>
Task<T> detail::TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

inline Task<void> detail::TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

/// Something under way in the surroundings. Destroying it gives up the outcome: the awaiting
/// coroutine is not resumed any more (what was asked for may happen all the same, as with a real
/// request).
template <class T>
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  /// Called once: whom to resume when the outcome is there. Never resumes inside this call.
  virtual void start(std::coroutine_handle<> resume) = 0;
  /// Called once, after the resumption.
  virtual T take() = 0;
};

/// An outcome that may take time: there at once (no suspension, no allocation), or at the end of an
/// Operation.
template <class T>
class [[nodiscard]] Await {
 public:
  Await(T value)
      : value_(std::move(value)) {
  }  // NOLINT(google-explicit-constructor): reads as the plain value
  Await(std::unique_ptr<Operation<T>> operation)  // NOLINT(google-explicit-constructor): likewise
      : operation_(std::move(operation)) {}

  [[nodiscard]] bool await_ready() const { return operation_ == nullptr; }
  void await_suspend(std::coroutine_handle<> waiting) { operation_->start(waiting); }
  T await_resume() { return operation_ ? operation_->take() : std::move(*value_); }

 private:
  std::optional<T> value_;
  std::unique_ptr<Operation<T>> operation_;
};

/// A root coroutine: `start` runs it up to its first suspension. An exception that leaves it passes
/// through whoever started or resumed it (the event loop).
///
/// It does not start by itself, because g++ 12 destroys the frame of a coroutine that throws before
/// its first suspension, and the Routine that was made for its caller would destroy it once more.
class [[nodiscard]] Routine {
 public:
  struct promise_type {
    Routine get_return_object() {
      return Routine(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const { throw; }
  };

  explicit Routine(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Routine(Routine&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Routine& operator=(Routine&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Routine(const Routine&) = delete;
  Routine& operator=(const Routine&) = delete;
  ~Routine() {
    if (handle_) handle_.destroy();
  }

  /// Runs it up to its first suspension: `loop_ = run().start()`. Called once.
  [[nodiscard]] Routine start() && {
    handle_.resume();
    return std::move(*this);
  }
  [[nodiscard]] bool done() const { return handle_.done(); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace firedrill::policy
