#pragma once

/// The outcome of something that can fail because of its input: a value, or what is wrong in words.
///
/// Parsers of the vocabulary return it, so that bad input stays a value (never an exception).
/// Whoever knows where the text stood turns the problem into a diagnostic with a position and a
/// remedy.

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace firedrill::api {

/// What is wrong with an input, as a phrase without position and without a full stop.
struct Problem {
  std::string text;

  friend bool operator==(const Problem&, const Problem&) = default;
};

/// A `T`, or the problem that kept it from being made. Test it before taking the value: taking what
/// is not there is a broken promise of the caller (`std::logic_error`).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::move(value)) {
  }  // NOLINT(google-explicit-constructor): so that `return value;` reads as such
  Result(Problem problem)
      : state_(std::move(problem)) {}  // NOLINT(google-explicit-constructor): likewise

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] const T& value() const& { return *require<T>(&state_); }
  [[nodiscard]] T&& value() && { return std::move(*require<T>(&state_)); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  [[nodiscard]] const T* operator->() const { return require<T>(&state_); }

  /// What is wrong. Requires: `!ok()`.
  [[nodiscard]] const std::string& problem() const { return require<Problem>(&state_)->text; }

  friend bool operator==(const Result&, const Result&) = default;

 private:
  template <class Wanted, class State>
  static auto require(State* state) {
    auto* wanted = std::get_if<Wanted>(state);
    if (wanted == nullptr) throw std::logic_error("api::Result read in the wrong state");
    return wanted;
  }

  std::variant<T, Problem> state_;
};

}  // namespace firedrill::api
