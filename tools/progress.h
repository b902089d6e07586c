#pragma once

/// How far a long command is: a bar with the time that is left on a terminal, a line now and then
/// elsewhere; always on standard error, and nothing with `--quiet`.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "tools/console.h"

namespace firedrill::tools {

class Progress {
 public:
  /// Of `total` things called `what` ("cells"), `before` were done earlier.
  Progress(Console& console, std::string what, std::size_t total, std::size_t before);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Takes the bar off the terminal.
  ~Progress();

  /// One more is done. By one thread at a time.
  void step(bool failed);

 private:
  using Clock = std::chrono::steady_clock;

  void draw(Clock::time_point now);
  [[nodiscard]] std::string failures() const;

  Console& console_;
  std::string what_;
  std::size_t total_;
  std::size_t before_;
  std::size_t done_;
  std::size_t failed_ = 0;
  bool terminal_;
  std::size_t tenths_told_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point drawn_{};
};

}  // namespace firedrill::tools
