#pragma once

/// Where a study's results are kept: an SQLite file whose tables docs/reference/results.md
/// describes. Cells are committed as they finish, so that a study which is killed goes on where it
/// was; the finished file has the same content in whichever order they came.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "analysis/study/table.h"
#include "policy/api/diagnostic.h"

namespace firedrill::scenarios {

/// What becomes of the cells that a file already has.
enum class Resume : std::uint8_t {
  refuse,         ///< A file with cells is refused.
  keep,           ///< They stay, failed ones too: the same run would fail again.
  retry_failures  ///< Failed ones are removed, to be run once more.
};

/// An open file of results. All calls may come from any thread.
class ResultStore {
 public:
  using Opened = std::variant<std::unique_ptr<ResultStore>, api::Diagnostic>;

  /// Opens the file, or makes it with the study's parameters, points, scenarios and seeds (its
  /// cells don't matter). `identity` tells studies apart whose cells mean different runs. A
  /// Diagnostic, for exit status 2, says why a file can't be gone on with: it is no database or
  /// somebody else's, of another format version, of another study, damaged, in use by another
  /// sweep, or has cells that the caller didn't ask to keep. Throws timeline::ResourceError where
  /// the file can't be made, read or written.
  [[nodiscard]] static Opened open(const std::filesystem::path& path,
                                   const analysis::StudyTable& study,
                                   const std::string& identity,
                                   Resume resume);

  ResultStore(const ResultStore&) = delete;
  ResultStore& operator=(const ResultStore&) = delete;
  /// Without `close`, commits what it can and is silent about what it can't.
  virtual ~ResultStore() = default;

  /// The file has the cell for good, whatever happens to this process.
  [[nodiscard]] virtual bool committed(std::size_t cell) const = 0;
  [[nodiscard]] virtual std::size_t committed_count() const = 0;

  /// Hands over a finished cell, which is committed at once, with those that finish meanwhile.
  /// Waits only when many are pending. A cell that was put before is ignored. Throws
  /// timeline::ResourceError if this or an earlier cell can't be written.
  virtual void put(std::size_t cell, analysis::StudyCell result) = 0;
  /// Returns when all that was put is committed. Throws as `put` does.
  virtual void flush() = 0;
  /// All committed cells, into the table's.
  virtual void load(analysis::StudyTable& study) = 0;
  /// Flushes and leaves one file. Throws as `put` does. Nothing may be called after it.
  virtual void close() = 0;

 protected:
  ResultStore() = default;
};

}  // namespace firedrill::scenarios
