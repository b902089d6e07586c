#pragma once

/// What came of a suite: files with their cases, in the order of the files whatever thread played
/// them. Everything but `seconds` is repeatable.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenarios {

enum class Outcome {
  passed,
  failed,   ///< A check did not hold.
  error,    ///< Bad input: there was nothing to check.
  skipped,  ///< Left out, after the first file that failed (`fail_fast`).
};

[[nodiscard]] std::string_view to_string(Outcome outcome);

/// One check of a file.
struct SuiteCase {
  std::string name;  ///< "/expect/3 never WorkCreated", "golden", "calm twin", "invariants".
  Outcome outcome = Outcome::passed;
  std::string message = {};  ///< What is wrong, on one line; of a passed case "".
  std::string details = {};  ///< Further lines, each ended.
  double seconds = 0;        ///< Of the machine's time; a run counts for the case that needs it.
};

enum class SuiteKind { scenario, study, unreadable };

[[nodiscard]] std::string_view to_string(SuiteKind kind);

struct SuiteCounts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;

  [[nodiscard]] std::size_t all() const { return passed + failed + errors + skipped; }
  void add(Outcome outcome);
  void add(const SuiteCounts& other);
};

struct SuiteFile {
  std::string path;
  SuiteKind kind = SuiteKind::scenario;
  std::vector<SuiteCase> cases = {};
  /// What was done to its golden, a line each without its end.
  std::vector<std::string> notes = {};

  [[nodiscard]] SuiteCounts counts() const;
  [[nodiscard]] double seconds() const;
};

struct SuiteReport {
  std::vector<SuiteFile> files;
  /// The program or a policy broke a promise of its own (a case says where).
  bool broken = false;

  [[nodiscard]] SuiteCounts counts() const;
  [[nodiscard]] double seconds() const;
};

/// "3 files: 30 cases passed, 1 failed, 1 error, 2 skipped"; what there is none of is left out but
/// for the passed.
[[nodiscard]] std::string totals_text(const SuiteReport& report);

/// For people: a line a file (with `each_case` also one a case), then what was done to goldens,
/// the cases that did not pass with all that is known, and the totals.
struct SuiteText {
  std::string files;     ///< The table.
  std::string findings;  ///< Goldens, failures, totals.
};
[[nodiscard]] SuiteText suite_text(const SuiteReport& report, bool each_case);

/// The same for programs, as one JSON document.
[[nodiscard]] std::string suite_json(const SuiteReport& report);

/// The same for the page of a CI job.
[[nodiscard]] std::string suite_markdown(const SuiteReport& report);

/// The same as JUnit's XML: a test suite a file, a test case a case. The only result that holds the
/// machine's time, since that is what its readers show.
[[nodiscard]] std::string suite_junit(const SuiteReport& report);

}  // namespace firedrill::scenarios
