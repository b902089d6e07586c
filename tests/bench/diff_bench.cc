/// How fast two timelines are compared, and how much memory it takes.
///
///   bench_diff LEFT RIGHT
///
/// Prints events a second (of both files together), the number of differences and the peak resident
/// set. Timelines of any length: long_timeline.

#include <chrono>
#include <iostream>
#include <span>

#include <sys/resource.h>

#include "analysis/diff/diff.h"

int main(int argc, char** argv) {
  using namespace firedrill;
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 3) {
    std::cerr << "bench_diff LEFT RIGHT\n";
    return 2;
  }
  const auto started = std::chrono::steady_clock::now();
  const timeline::TimelineFile left(arguments[1]);
  const timeline::TimelineFile right(arguments[2]);
  const analysis::DiffReport report = analysis::diff_timelines(left, right, {});
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto events = static_cast<double>(left.count() + right.count());
  std::cout << "events " << left.count() << " and " << right.count() << ", differing "
            << report.events.differing << ", hurried " << report.events.hurried << ", seconds "
            << seconds << ", events/s " << events / seconds << ", MiB "
            << usage.ru_maxrss / 1024 << "\n";
  return 0;
}
