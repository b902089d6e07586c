#include "scenarios/study/results.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/timeline/output.h"
#include "scenarios/study/result_tables.h"
#include "analysis/sqlite/sqlite.h"
#include "scenarios/version.h"

namespace firedrill::scenarios {
namespace {

using analysis::StudyCell;
using analysis::StudyTable;
using timeline::ResourceError;

/// So many cells may wait for the disk before those that bring more wait, too.
constexpr std::size_t pending_max = 4096;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view action, int error) {
  const std::error_code code(error, std::generic_category());
  throw ResourceError(fmt::format("cannot {} {}: {}", action, path.string(), code.message()), code);
}

[[noreturn]] void fail(const std::filesystem::path& path,
                       std::string_view action,
                       const sqlite::Error& error) {
  const int system = error.system_error();
  const std::error_code code(system != 0 ? system : EIO, std::generic_category());
  std::string what = fmt::format("cannot {} {}: {}", action, path.string(), error.what());
  if (system != 0) what += fmt::format(" ({})", code.message());
  throw ResourceError(what, code);
}

api::Diagnostic refusal(const std::filesystem::path& path,
                        std::string problem,
                        std::string remedy) {
  return {.severity = api::Severity::error,
          .pointer = {},
          .problem = std::move(problem),
          .remedy = std::move(remedy),
          .position = {.file = path.string()}};
}

/// The file itself, held for as long as results go into it: SQLite lets several processes write one
/// after the other, but two sweeps of one study would run every cell twice.
class Claim {
 public:
  Claim() = default;
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() { release(); }

  /// Why it can't be had; throws ResourceError where that is the system's fault.
  std::optional<api::Diagnostic> take(const std::filesystem::path& path) {
    constexpr int everybody = 0666;
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, everybody);
    if (descriptor_ < 0 && errno == EISDIR)
      return refusal(path, "is a directory", "the name of a file");
    if (descriptor_ < 0) fail(path, "open", errno);
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) fail(path, "look at", errno);
    if (!S_ISREG(status.st_mode))
      return refusal(path, "is no regular file", "the name of a file that may be made");
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) {
        return refusal(path, "another study is writing it", "wait for its end, or another file");
      }
      // A file system without locks: then it is the user who sees to it.
      if (errno != EINTR) break;
    }
    return {};
  }

  /// Requires: SQLite has closed the file, since closing this gives up SQLite's locks, too.
  void release() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_ = -1;
};

/// Why the study can't go on with the file as it is.
std::optional<api::Diagnostic> refusal_of(const std::filesystem::path& path,
                                          sqlite::Database& database,
                                          const std::string& identity,
                                          Resume resume) {
  const FileMark mark = mark_of(database);
  if (mark.application != results_application)
    return refusal(path, "is an SQLite file of something else", "another file");
  if (mark.format != results_format) {
    return refusal(path,
                   fmt::format("has format {} of results; this program has format {}", mark.format,
                               results_format),
                   "another file, or the program that wrote it");
  }
  const StoredStudy stored = stored_study(database);
  if (stored.identity != identity) {
    return refusal(
        path,
        fmt::format("has the results of another study: {}, written by version {}",
                    api::in_quotes(stored.name), stored.version),
        stored.version == version()
            ? "another file, or the study and scenarios as they were"
            : fmt::format("another file, or version {} and the study as it was", stored.version));
  }
  const std::int64_t cells = database.number("SELECT count(*) FROM cells");
  if (resume == Resume::refuse && cells != 0) {
    return refusal(path, fmt::format("has {} finished cells of this study already", cells),
                   "--resume to go on with them, or another file");
  }
  return {};
}

/// Commits cells in a thread of its own, so that runs don't wait for the disk: while one
/// transaction is synchronised, others finish and make up the next one.
class SqliteStore final : public ResultStore {
 public:
  SqliteStore(std::filesystem::path path,
              std::unique_ptr<Claim> claim,
              std::unique_ptr<sqlite::Database> database,
              const StudyTable& study)
      : path_(std::move(path)),
        claim_(std::move(claim)),
        database_(std::move(database)),
        shape_(shape_of(study)),
        known_(stored_cells(*database_, shape_.cell_count())),
        committed_(known_),
        committed_count_(static_cast<std::size_t>(std::ranges::count(known_, true))),
        writer_([this] { write_batches(); }) {}

  ~SqliteStore() override {
    stop_writer();
    database_.reset();
  }

  bool committed(std::size_t cell) const override {
    const std::scoped_lock lock(mutex_);
    return committed_.at(cell);
  }

  std::size_t committed_count() const override {
    const std::scoped_lock lock(mutex_);
    return committed_count_;
  }

  void put(std::size_t cell, StudyCell result) override {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [this] { return pending_.size() < pending_max || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    if (known_.at(cell)) return;
    known_[cell] = true;
    pending_.emplace_back(cell, std::move(result));
    moved_.notify_all();
  }

  void flush() override {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [this] { return (pending_.empty() && !writing_) || failure_; });
    if (failure_) std::rethrow_exception(failure_);
  }

  void load(StudyTable& study) override {
    flush();
    const std::scoped_lock lock(database_mutex_);
    try {
      load_cells(*database_, study);
    } catch (const sqlite::Error& error) {
      fail(path_, "read", error);
    }
  }

  void close() override {
    flush();
    stop_writer();
    try {
      database_->close();
    } catch (const sqlite::Error& error) {
      fail(path_, "close", error);
    }
    claim_->release();
  }

 private:
  using Batch = std::vector<std::pair<std::size_t, StudyCell>>;

  void stop_writer() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    moved_.notify_all();
    if (writer_.joinable()) writer_.join();
  }

  void write_batches() {
    std::unique_lock lock(mutex_);
    while (true) {
      moved_.wait(lock, [this] { return !pending_.empty() || stopping_; });
      if (pending_.empty()) return;
      const Batch batch = std::exchange(pending_, {});
      writing_ = true;
      lock.unlock();
      std::exception_ptr failure = write(batch);
      lock.lock();
      writing_ = false;
      failure_ = std::move(failure);
      if (!failure_) {
        for (const auto& [cell, result] : batch)
          committed_[cell] = true;
        committed_count_ += batch.size();
      }
      moved_.notify_all();
      if (failure_) return;
    }
  }

  std::exception_ptr write(const Batch& batch) {
    const std::scoped_lock lock(database_mutex_);
    try {
      try {
        database_->run("BEGIN IMMEDIATE");
        CellWriter writer(*database_, shape_);
        for (const auto& [cell, result] : batch)
          writer.write(cell, result);
        database_->run("COMMIT");
      } catch (const sqlite::Error& error) {
        fail(path_, "write", error);
      }
    } catch (...) {
      return std::current_exception();
    }
    return {};
  }

  const std::filesystem::path path_;
  std::unique_ptr<Claim> claim_;
  std::mutex database_mutex_;
  std::unique_ptr<sqlite::Database> database_;
  const StudyShape shape_;

  mutable std::mutex mutex_;  ///< Of all that follows.
  std::condition_variable moved_;
  std::vector<bool> known_;  ///< Committed or pending.
  std::vector<bool> committed_;
  std::size_t committed_count_ = 0;
  Batch pending_;
  bool writing_ = false;
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::thread writer_;
};

}  // namespace

ResultStore::Opened ResultStore::open(const std::filesystem::path& path,
                                      const StudyTable& study,
                                      const std::string& identity,
                                      Resume resume) {
  auto claim = std::make_unique<Claim>();
  if (auto refused = claim->take(path)) return *std::move(refused);
  try {
    // Absolute, since SQLite takes some names for others than files.
    auto database = std::make_unique<sqlite::Database>(std::filesystem::absolute(path).string());
    database->run("PRAGMA synchronous = FULL");
    const bool fresh = is_fresh(*database);
    if (!fresh) {
      if (auto refused = refusal_of(path, *database, identity, resume)) {
        database.reset();
        return *std::move(refused);
      }
    }
    database->run("PRAGMA journal_mode = WAL");
    if (fresh) make_tables(*database, study, identity, std::string(version()));
    if (resume == Resume::retry_failures) database->run("DELETE FROM cells WHERE error NOT NULL");
    return std::make_unique<SqliteStore>(path, std::move(claim), std::move(database), study);
  } catch (const sqlite::Error& error) {
    if (error.not_a_database())
      return refusal(path, "is no SQLite file", "another file, or none: it is made");
    if (error.corrupt()) {
      return refusal(path, fmt::format("is damaged: {}", error.what()),
                     "another file, or a copy of it that is whole");
    }
    fail(path, "open", error);
  }
}

}  // namespace firedrill::scenarios
