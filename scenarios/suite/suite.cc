#include "scenarios/suite/suite.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "scenarios/suite/study_cases.h"

namespace firedrill::scenarios {
namespace {

/// The parts of a file that are played each by itself.
constexpr std::size_t plays_a_file = 2;

/// The smallest number that anybody named.
class Earliest {
 public:
  void lower_to(std::size_t number) {
    std::size_t known = number_;
    while (number < known && !number_.compare_exchange_weak(known, number)) {
    }
  }
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::atomic<std::size_t> number_ = static_cast<std::size_t>(-1);
};

bool all_well(const Cases& cases) {
  return std::ranges::all_of(cases.cases, [](const SuiteCase& one) {
    return one.outcome == Outcome::passed || one.outcome == Outcome::skipped;
  });
}

/// Plays are begun in order, and what has begun is ended: so the first file that fails, and the
/// first exception, are the same whatever the number of threads.
std::vector<Cases> play_all(std::span<const SuiteEntry> entries,
                            const SuiteOptions& options,
                            Earliest& failed) {
  std::vector<Cases> parts(entries.size() * plays_a_file);
  std::vector<std::exception_ptr> thrown(parts.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> ended{false};
  const auto work = [&] {
    for (std::size_t i = next++; i < parts.size() && !ended; i = next++) {
      const std::size_t file = i / plays_a_file;
      if (options.fail_fast && file > failed.number()) return;
      const SuiteEntry& entry = entries[file];
      if (entry.kind == SuiteKind::study) continue;
      try {
        parts[i] = i % plays_a_file == 0 ? play_scenario(entry.path, options.play)
                                         : play_calm_twin(entry.path, options.play);
        if (!all_well(parts[i])) failed.lower_to(file);
      } catch (...) {
        thrown[i] = std::current_exception();
        ended = true;
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(options.threads, parts.size()); ++i)
    others.emplace_back(work);
  work();
  others.clear();
  for (const std::exception_ptr& exception : thrown) {
    if (exception) std::rethrow_exception(exception);
  }
  return parts;
}

/// Studies come after the scenarios, one by one: each has enough cells for all threads.
void play_studies(std::span<const SuiteEntry> entries,
                  const SuiteOptions& options,
                  Earliest& failed,
                  std::vector<Cases>& parts) {
  for (std::size_t file = 0; file < entries.size(); ++file) {
    if (entries[file].kind != SuiteKind::study) continue;
    if (options.fail_fast && file > failed.number()) return;
    Cases& part = parts[file * plays_a_file];
    part = play_study(entries[file].path, options.play, options.threads);
    if (!all_well(part)) failed.lower_to(file);
  }
}

}  // namespace

SuiteReport play_suite(std::span<const SuiteEntry> entries, const SuiteOptions& options) {
  Earliest failed;
  std::vector<Cases> parts = play_all(entries, options, failed);
  play_studies(entries, options, failed, parts);
  SuiteReport report;
  for (std::size_t file = 0; file < entries.size(); ++file) {
    SuiteFile& told = report.files.emplace_back();
    told.path = entries[file].path;
    told.kind = entries[file].kind;
    if (options.fail_fast && file > failed.number()) {
      told.cases.push_back({.name = "file",
                            .outcome = Outcome::skipped,
                            .message = "left out after the first failure"});
      continue;
    }
    for (std::size_t part = 0; part < plays_a_file; ++part) {
      Cases& cases = parts[file * plays_a_file + part];
      std::ranges::move(cases.cases, std::back_inserter(told.cases));
      std::ranges::move(cases.notes, std::back_inserter(told.notes));
      report.broken = report.broken || cases.broken;
    }
  }
  return report;
}

}  // namespace firedrill::scenarios
