#include "analysis/exports/sqlite_export.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/exports/sqlite_schema.h"
#include "analysis/exports/subject.h"
#include "analysis/sqlite/sqlite.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/text.h"

namespace firedrill::exports {
namespace {

/// So many events are one transaction.
constexpr std::uint64_t batch = 20'000;

// The file has its name only once it is whole, so that nothing is to be rolled back.
constexpr const char* settings =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
    "PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;";

std::int64_t nanoseconds(sim::Time time) {
  return time.time_since_epoch().count();
}

template <class T>
std::string json_of(const T& value) {
  std::string text;
  timeline::append_value(text, value);
  return text;
}

template <class T>
void bind_optional(sqlite::Statement& row, int parameter, const std::optional<T>& value) {
  if (value) {
    row.bind(parameter, std::int64_t{*value});
  } else {
    row.bind_null(parameter);
  }
}

[[noreturn]] void fail(const std::filesystem::path& path, const sqlite::Error& error) {
  const int system = error.system_error();
  const std::error_code code(system != 0 ? system : EIO, std::generic_category());
  std::string what = fmt::format("cannot write {}: {}", path.string(), error.what());
  if (system != 0) what += fmt::format(" ({})", code.message());
  throw timeline::ResourceError(what, code);
}

/// A table of what lasts: a row is written when something begins, and is told its end.
class Lasting {
 public:
  using Key = std::array<std::string, 3>;

  /// `close` sets what is known at the end: parameter 1 is `to_ns`, the last one the row's number.
  Lasting(sqlite::Database& database, const char* insert, const char* close)
      : insert_(database, insert), close_(database, close) {}

  [[nodiscard]] bool has(const Key& key) const { return open_.contains(key); }

  /// Values of a new row, which the caller binds.
  [[nodiscard]] sqlite::Statement& values() { return insert_; }
  /// Writes the row with those values.
  void begin(Key key) {
    insert_.run();
    open_.insert_or_assign(std::move(key), ++rows_);
  }

  [[nodiscard]] sqlite::Statement& last_values() { return close_; }
  /// Ends the row, if there is one.
  void end(const Key& key, sim::Time time, int row_parameter = 2) {
    const auto found = open_.find(key);
    if (found == open_.end()) return;
    close_.bind(1, nanoseconds(time)).bind(row_parameter, found->second).run();
    open_.erase(found);
  }
  /// Ends all whose key starts so.
  void end_all(const std::string& first, sim::Time time) {
    for (auto next = open_.lower_bound({first, "", ""});
         next != open_.end() && next->first[0] == first; next = open_.lower_bound({first, "", ""}))
      end(Key(next->first), time);
  }

 private:
  sqlite::Statement insert_;
  sqlite::Statement close_;
  std::map<Key, std::int64_t> open_;
  std::int64_t rows_ = 0;  // rows are numbered from 1, and none is ever removed
};

}  // namespace

class SqliteExport::Tables {
 public:
  explicit Tables(const std::filesystem::path& path) : database_(prepared(path)) {}

  void write(const timeline::Header& header);
  void write(const timeline::TimelineEvent& event);
  void write(const timeline::Footer& footer);
  void finish(std::string_view digest);

 private:
  struct Replicas {
    std::int64_t running = 0;
    std::int64_t ready = 0;
    std::int64_t pending = 0;
  };
  using Key = Lasting::Key;

  static sqlite::Database prepared(const std::filesystem::path& path) {
    sqlite::Database database(path.string());
    database.run(settings);
    database.run(sqlite_mark);
    database.run(sqlite_tables);
    return database;
  }

  template <class T>
  void follow(const T&) {}
  void follow(const timeline::FaultStarted& e);
  void follow(const timeline::FaultEnded& e) { faults_.end_all(e.fault, now_); }
  void follow(const timeline::ClusterJoined& e);
  void follow(const timeline::ClusterRemoved& e);
  void follow(const timeline::ClusterConditionChanged& e);
  void follow(const timeline::TaintAdded& e);
  void follow(const timeline::TaintRemoved& e);
  void follow(const timeline::EvictionQueued& e);
  void follow(const timeline::EvictionDequeued& e);
  void follow(const timeline::GracefulEvictionTaskAdded& e);
  void follow(const timeline::GracefulEvictionTaskRemoved& e);
  void follow(const timeline::BindingScheduled& e) { place(e.workload, e.clusters); }
  void follow(const timeline::SubscriptionScheduled& e);
  void follow(const timeline::PodsStarted& e);
  void follow(const timeline::PodsReady& e);
  void follow(const timeline::PodsStopped& e);
  void follow(const timeline::PodsPending& e);

  void place(const std::string& workload, const timeline::ReplicasByCluster& clusters);
  void count(const std::string& workload, const std::string& cluster, const Replicas& now);

  sqlite::Database database_;
  std::uint64_t events_ = 0;
  std::int64_t seq_ = 0;
  sim::Time now_{};
  std::string payload_;
  std::map<std::string, timeline::ReplicasByCluster, std::less<>> placements_of_;
  std::map<std::pair<std::string, std::string>, Replicas> copies_;

  sqlite::Statement event_{database_, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)"};
  Lasting clusters_{database_, "INSERT INTO clusters VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                    "UPDATE clusters SET to_ns = ? WHERE rowid = ?"};
  Lasting conditions_{database_, "INSERT INTO conditions VALUES (?, ?, ?, ?, ?, ?, NULL)",
                      "UPDATE conditions SET to_ns = ? WHERE rowid = ?"};
  Lasting taints_{database_, "INSERT INTO taints VALUES (?, ?, ?, ?, ?, ?, NULL)",
                  "UPDATE taints SET to_ns = ? WHERE rowid = ?"};
  Lasting faults_{database_, "INSERT INTO faults VALUES (?, ?, ?, ?, ?, ?, NULL)",
                  "UPDATE faults SET to_ns = ? WHERE rowid = ?"};
  Lasting waits_{
      database_, "INSERT INTO queue_waits VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL)",
      "UPDATE queue_waits SET to_ns = ?, waited_ns = ?, worker = ?, outcome = ? WHERE rowid = ?"};
  Lasting evictions_{database_, "INSERT INTO evictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                     "UPDATE evictions SET to_ns = ?, outcome = ? WHERE rowid = ?"};
  Lasting placements_{database_, "INSERT INTO placements VALUES (?, ?, ?, ?, ?, NULL)",
                      "UPDATE placements SET to_ns = ? WHERE rowid = ?"};
  Lasting pods_{database_, "INSERT INTO pods VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                "UPDATE pods SET to_ns = ? WHERE rowid = ?"};
};

void SqliteExport::Tables::write(const timeline::Header& header) {
  database_.run("BEGIN");
  sqlite::Statement row(
      database_, "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)");
  row.bind(1, header.scenario).bind(2, header.profile);
  constexpr auto integer_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (header.seed <= integer_max) {
    row.bind(3, static_cast<std::int64_t>(header.seed));
  } else {
    row.bind(3, std::to_string(header.seed));
  }
  row.bind(4, api::format_rfc3339(header.start)).bind(5, header.firedrill).bind(6, header.format);
  row.bind(7, header.sha256).bind(8, json_of(header.flags)).bind(9, json_of(header.feature_gates));
  row.bind(10, json_of(header.components)).bind(11, json_of(header.behaviour)).run();
}

void SqliteExport::Tables::write(const timeline::TimelineEvent& event) {
  if (++events_ % batch == 0) database_.run("COMMIT; BEGIN");
  seq_ = static_cast<std::int64_t>(event.seq);
  now_ = event.time;
  payload_ = "{";
  std::visit([&](const auto& payload) { timeline::append_members(payload_, payload); },
             event.payload);
  payload_ += '}';
  event_.bind(1, seq_).bind(2, nanoseconds(now_)).bind(3, timeline::kind_name(event.payload));
  event_.bind(4, static_cast<std::int64_t>(event.cause));
  event_.bind_or_null(5, cluster_of(event.payload)).bind_or_null(6, workload_of(event.payload));
  event_.bind(7, payload_).run();
  std::visit([&](const auto& payload) { follow(payload); }, event.payload);
}

void SqliteExport::Tables::write(const timeline::Footer& footer) {
  sqlite::Statement row(database_, "UPDATE run SET end_ns = ?, events = ?");
  row.bind(1, nanoseconds(footer.time.time)).bind(2, footer.events).run();
  sqlite::Statement api(database_, "INSERT INTO api_requests VALUES (?, ?, ?, ?)");
  for (const auto& [component, counts] : footer.api) {
    api.bind(1, component).bind(2, counts.writes).bind(3, counts.reads).bind(4, counts.conflicts);
    api.run();
  }
}

void SqliteExport::Tables::finish(std::string_view digest) {
  sqlite::Statement(database_, "UPDATE run SET digest = ?").bind(1, digest).run();
  database_.run("COMMIT");
  database_.run(sqlite_indices);
  // The mode that the file is left in: one file, which anybody may read and write.
  database_.run("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = DELETE;");
}

void SqliteExport::Tables::follow(const timeline::FaultStarted& e) {
  faults_.end_all(e.fault, now_);
  const auto add = [&](std::string_view cluster) {
    faults_.values().bind(1, seq_).bind(2, e.fault).bind(3, e.type).bind_or_null(4, e.mode);
    faults_.values().bind_or_null(5, cluster).bind(6, nanoseconds(now_));
    faults_.begin({e.fault, std::string(cluster), ""});
  };
  if (e.clusters.empty()) add("");
  for (const std::string& cluster : std::set<std::string>(e.clusters.begin(), e.clusters.end()))
    add(cluster);
}

void SqliteExport::Tables::follow(const timeline::ClusterJoined& e) {
  sqlite::Statement& row = clusters_.values();
  row.bind(1, seq_).bind(2, e.cluster).bind(3, e.sync_mode).bind_or_null(4, e.provider);
  row.bind_or_null(5, e.region).bind(6, json_of(e.zones)).bind(7, nanoseconds(now_));
  clusters_.begin({e.cluster, "", ""});
}

void SqliteExport::Tables::follow(const timeline::ClusterRemoved& e) {
  clusters_.end({e.cluster, "", ""}, now_);
  conditions_.end_all(e.cluster, now_);
  taints_.end_all(e.cluster, now_);
}

void SqliteExport::Tables::follow(const timeline::ClusterConditionChanged& e) {
  const Key key{e.cluster, e.condition, ""};
  conditions_.end(key, now_);
  if (e.status.empty()) return;
  sqlite::Statement& row = conditions_.values();
  row.bind(1, seq_).bind(2, e.cluster).bind(3, e.condition).bind(4, e.status).bind(5, e.reason);
  row.bind(6, nanoseconds(now_));
  conditions_.begin(key);
}

void SqliteExport::Tables::follow(const timeline::TaintAdded& e) {
  const Key key{e.cluster, e.taint.key, e.taint.effect};
  taints_.end(key, now_);
  sqlite::Statement& row = taints_.values();
  row.bind(1, seq_).bind(2, e.cluster).bind(3, e.taint.key).bind_or_null(4, e.taint.value);
  row.bind(5, e.taint.effect).bind(6, nanoseconds(now_));
  taints_.begin(key);
}

void SqliteExport::Tables::follow(const timeline::TaintRemoved& e) {
  taints_.end({e.cluster, e.taint.key, e.taint.effect}, now_);
}

void SqliteExport::Tables::follow(const timeline::EvictionQueued& e) {
  const Key key{e.queue, e.workload, e.cluster};
  if (waits_.has(key)) return;  // it waits since then
  sqlite::Statement& row = waits_.values();
  row.bind(1, seq_).bind(2, e.queue).bind(3, e.workload).bind(4, e.cluster).bind(5, e.depth);
  row.bind(6, nanoseconds(now_));
  waits_.begin(key);
}

void SqliteExport::Tables::follow(const timeline::EvictionDequeued& e) {
  waits_.last_values().bind(2, std::int64_t{e.waited.length.count()}).bind(3, e.worker);
  waits_.last_values().bind(4, e.outcome);
  waits_.end({e.queue, e.workload, e.cluster}, now_, 5);
}

void SqliteExport::Tables::follow(const timeline::GracefulEvictionTaskAdded& e) {
  sqlite::Statement& row = evictions_.values();
  row.bind(1, seq_).bind(2, e.workload).bind(3, e.cluster).bind(4, e.task.reason);
  row.bind(5, e.task.producer).bind_or_null(6, e.task.purge_mode);
  bind_optional(row, 7, e.task.replicas);
  row.bind(8, nanoseconds(now_));
  evictions_.begin({e.workload, e.cluster, ""});
  place(e.workload, e.clusters);
}

void SqliteExport::Tables::follow(const timeline::GracefulEvictionTaskRemoved& e) {
  evictions_.last_values().bind(2, e.reason);
  evictions_.end({e.workload, e.cluster, ""}, now_, 3);
  place(e.workload, e.clusters);
}

void SqliteExport::Tables::follow(const timeline::SubscriptionScheduled& e) {
  timeline::ReplicasByCluster sums;
  for (const auto& [cluster, feeds] : e.clusters) {
    api::Replicas& sum = sums[cluster];
    for (const auto& [feed, replicas] : feeds)
      sum += replicas;
  }
  place(e.workload, sums);
}

void SqliteExport::Tables::place(const std::string& workload,
                                 const timeline::ReplicasByCluster& clusters) {
  timeline::ReplicasByCluster& before = placements_of_[workload];
  for (const auto& [cluster, replicas] : before) {
    const auto still = clusters.find(cluster);
    if (still == clusters.end() || still->second != replicas)
      placements_.end({workload, cluster, ""}, now_);
  }
  for (const auto& [cluster, replicas] : clusters) {
    if (placements_.has({workload, cluster, ""})) continue;
    sqlite::Statement& row = placements_.values();
    row.bind(1, seq_).bind(2, workload).bind(3, cluster).bind(4, std::int64_t{replicas});
    row.bind(5, nanoseconds(now_));
    placements_.begin({workload, cluster, ""});
  }
  before = clusters;
}

void SqliteExport::Tables::follow(const timeline::PodsStarted& e) {
  Replicas now = copies_[{e.workload, e.cluster}];
  now.running = e.total;
  count(e.workload, e.cluster, now);
}

void SqliteExport::Tables::follow(const timeline::PodsReady& e) {
  Replicas now = copies_[{e.workload, e.cluster}];
  now.ready = e.total;
  count(e.workload, e.cluster, now);
}

void SqliteExport::Tables::follow(const timeline::PodsStopped& e) {
  Replicas now = copies_[{e.workload, e.cluster}];
  now.running = e.total;
  // As PodsReady has it: where fewer are ready, another event says so.
  now.ready = std::min(now.ready, now.running);
  count(e.workload, e.cluster, now);
}

void SqliteExport::Tables::follow(const timeline::PodsPending& e) {
  Replicas now = copies_[{e.workload, e.cluster}];
  now.pending = e.total;
  count(e.workload, e.cluster, now);
}

void SqliteExport::Tables::count(const std::string& workload,
                                 const std::string& cluster,
                                 const Replicas& now) {
  copies_[{workload, cluster}] = now;
  const Key key{workload, cluster, ""};
  pods_.end(key, now_);
  if (now.running == 0 && now.pending == 0) return;
  sqlite::Statement& row = pods_.values();
  row.bind(1, seq_).bind(2, workload).bind(3, cluster).bind(4, now.running).bind(5, now.ready);
  row.bind(6, now.pending).bind(7, nanoseconds(now_));
  pods_.begin(key);
}

namespace {

/// Runs what may fail for the system's reasons.
template <class Action>
void guarded(const std::filesystem::path& path, const Action& action) {
  try {
    action();
  } catch (const sqlite::Error& error) {
    fail(path, error);
  }
}

}  // namespace

SqliteExport::SqliteExport(const std::filesystem::path& target) : target_(target), file_(target) {
  guarded(target_, [&] { tables_ = std::make_unique<Tables>(file_.path()); });
}

SqliteExport::~SqliteExport() = default;

void SqliteExport::begin(const timeline::Header& header) {
  guarded(target_, [&] { tables_->write(header); });
}

void SqliteExport::event(const timeline::TimelineEvent& event) {
  guarded(target_, [&] { tables_->write(event); });
}

void SqliteExport::end(const timeline::Footer& footer) {
  guarded(target_, [&] { tables_->write(footer); });
}

void SqliteExport::commit(std::string_view digest) {
  guarded(target_, [&] { tables_->finish(digest); });
  tables_.reset();  // closes it
  file_.commit();
}

}  // namespace firedrill::exports
