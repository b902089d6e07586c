#pragma once

/// The tables of a timeline in SQLite; docs/exports.md says what they mean. Internal to the export.

namespace firedrill::exports {

/// "fdrt" and the number of the schema, as PRAGMA application_id and user_version.
inline constexpr const char* sqlite_mark =
    "PRAGMA application_id = 1717858932; PRAGMA user_version = 1;";

inline constexpr const char* sqlite_tables = R"(
CREATE TABLE run (
  scenario TEXT NOT NULL, profile TEXT NOT NULL, seed, start TEXT NOT NULL,
  firedrill TEXT NOT NULL, format INTEGER NOT NULL, sha256 TEXT NOT NULL,
  flags TEXT NOT NULL, feature_gates TEXT NOT NULL, components TEXT NOT NULL,
  behaviour TEXT NOT NULL, end_ns INTEGER, events INTEGER, digest TEXT);
CREATE TABLE api_requests (
  component TEXT PRIMARY KEY, writes INTEGER NOT NULL, reads INTEGER NOT NULL,
  conflicts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, t_ns INTEGER NOT NULL, kind TEXT NOT NULL, cause INTEGER NOT NULL,
  cluster TEXT, workload TEXT, payload TEXT NOT NULL);
CREATE TABLE clusters (
  seq INTEGER NOT NULL, cluster TEXT NOT NULL, sync_mode TEXT NOT NULL, provider TEXT, region TEXT,
  zones TEXT NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER);
CREATE TABLE conditions (
  seq INTEGER NOT NULL, cluster TEXT NOT NULL, condition TEXT NOT NULL, status TEXT NOT NULL,
  reason TEXT NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER);
CREATE TABLE taints (
  seq INTEGER NOT NULL, cluster TEXT NOT NULL, key TEXT NOT NULL, value TEXT, effect TEXT NOT NULL,
  from_ns INTEGER NOT NULL, to_ns INTEGER);
CREATE TABLE faults (
  seq INTEGER NOT NULL, fault TEXT NOT NULL, type TEXT NOT NULL, mode TEXT, cluster TEXT,
  from_ns INTEGER NOT NULL, to_ns INTEGER);
CREATE TABLE queue_waits (
  seq INTEGER NOT NULL, queue TEXT NOT NULL, workload TEXT NOT NULL, cluster TEXT NOT NULL,
  depth INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER, waited_ns INTEGER,
  worker INTEGER, outcome TEXT);
CREATE TABLE evictions (
  seq INTEGER NOT NULL, workload TEXT NOT NULL, cluster TEXT NOT NULL, reason TEXT NOT NULL,
  producer TEXT NOT NULL, purge_mode TEXT, replicas INTEGER, from_ns INTEGER NOT NULL,
  to_ns INTEGER, outcome TEXT);
CREATE TABLE placements (
  seq INTEGER NOT NULL, workload TEXT NOT NULL, cluster TEXT NOT NULL, replicas INTEGER NOT NULL,
  from_ns INTEGER NOT NULL, to_ns INTEGER);
CREATE TABLE pods (
  seq INTEGER NOT NULL, workload TEXT NOT NULL, cluster TEXT NOT NULL, running INTEGER NOT NULL,
  ready INTEGER NOT NULL, pending INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER);
)";

/// Made when all rows are there: sorting once is quicker than keeping them sorted, and takes a
/// bounded share of memory.
inline constexpr const char* sqlite_indices = R"(
CREATE INDEX events_by_time ON events (t_ns);
CREATE INDEX events_by_kind ON events (kind, t_ns);
CREATE INDEX events_by_cause ON events (cause);
CREATE INDEX events_by_cluster ON events (cluster, seq) WHERE cluster IS NOT NULL;
CREATE INDEX events_by_workload ON events (workload, seq) WHERE workload IS NOT NULL;
CREATE INDEX conditions_by_cluster ON conditions (cluster, from_ns);
CREATE INDEX taints_by_cluster ON taints (cluster, from_ns);
CREATE INDEX faults_by_cluster ON faults (cluster, from_ns);
CREATE INDEX queue_waits_by_cluster ON queue_waits (cluster, from_ns);
CREATE INDEX evictions_by_cluster ON evictions (cluster, from_ns);
CREATE INDEX evictions_by_workload ON evictions (workload, from_ns);
CREATE INDEX placements_by_workload ON placements (workload, from_ns);
CREATE INDEX placements_by_cluster ON placements (cluster, from_ns);
CREATE INDEX pods_by_workload ON pods (workload, from_ns);
CREATE INDEX pods_by_cluster ON pods (cluster, from_ns);
PRAGMA analysis_limit = 1000;
ANALYZE;
)";

}  // namespace firedrill::exports
