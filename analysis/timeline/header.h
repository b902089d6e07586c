#pragma once

/// First and last line of a timeline: what was run, and what came of it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "analysis/timeline/values.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/time.h"

namespace firedrill::timeline {

/// What was run. The maps hold every effective setting, not only those that differ from a default;
/// only `behaviour` is empty, and then left out, for a run of the reference as it is.
struct Header {
  static constexpr std::string_view kind = "Header";
  static constexpr std::int64_t current_format = 1;

  std::int64_t format = current_format;
  std::string firedrill = {};
  std::string scenario = {};
  std::string sha256 = {};
  std::uint64_t seed = 0;
  std::string profile = {};
  api::StoredTime start = {};
  std::map<std::string, api::Json, std::less<>> flags = {};
  std::map<std::string, bool, std::less<>> feature_gates = {};
  std::map<std::string, api::Json, std::less<>> components = {};
  std::map<std::string, api::Json, std::less<>> behaviour = {};

  friend bool operator==(const Header&, const Header&) = default;
};

template <class V>
void describe(V& v, Header& h) {
  v.begin(Header::kind, "What was run: the first line.");
  v.required("format", h.format, "Number of the format.", api::AtLeast{1});
  v.required("firedrill", h.firedrill, "Version that wrote it.");
  v.required("scenario", h.scenario, "Name of the scenario.");
  v.required("sha256", h.sha256, "SHA-256 of the effective scenario, keys sorted.");
  v.required("seed", h.seed, "Seed.");
  v.required("profile", h.profile, "Policy profile.");
  v.required("start", h.start, "Civil time at the scenario's start.");
  v.required("flags", h.flags, "Effective flags.");
  v.required("featureGates", h.feature_gates, "Effective feature gates.");
  v.required("components", h.components, "Effective settings by component.");
  v.field("behaviour", h.behaviour,
          "Behaviour switches by upstream issue that are not as the reference is.");
}

/// Requests of one component to the control plane's API server.
struct ApiCounts {
  std::int64_t writes = 0;
  std::int64_t reads = 0;
  std::int64_t conflicts = 0;

  friend bool operator==(const ApiCounts&, const ApiCounts&) = default;
};

template <class V>
void describe(V& v, ApiCounts& c) {
  v.begin("ApiCounts", "Requests of one component to the control plane's API server.");
  v.required("writes", c.writes, "Writes, refused ones included.");
  v.required("reads", c.reads, "Reads.");
  v.required("conflicts", c.conflicts, "Writes refused because the object had changed.");
}

using ApiCountsByComponent = std::map<std::string, ApiCounts, std::less<>>;

/// What came of it.
struct Footer {
  static constexpr std::string_view kind = "Footer";

  Instant time = {};
  std::int64_t events = 0;
  std::map<std::string, std::int64_t, std::less<>> by_kind = {};
  ApiCountsByComponent api = {};

  /// SHA-256, in lower-case hexadecimal, over the bytes of all lines before the footer's: header
  /// and events, each with the "\n" that ends it. Only whoever writes or reads the text knows it;
  /// empty elsewhere.
  std::string digest = {};

  friend bool operator==(const Footer&, const Footer&) = default;
};

template <class V>
void describe(V& v, Footer& f) {
  v.begin(Footer::kind, "What came of the run: the last line.");
  v.required("t", f.time, "When the run ended.");
  v.required("events", f.events, "Number of events.");
  v.required("byKind", f.by_kind, "Number of events by kind; kinds without any are left out.");
  v.required("api", f.api, "Requests to the API server, by component.");
  v.required("digest", f.digest, "SHA-256 over the bytes of all lines before this one.");
}

}  // namespace firedrill::timeline
