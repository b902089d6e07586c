#pragma once

/// Load in a member cluster that is not ours, as a scenario describes it.

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/api/describe.h"
#include "policy/api/quantity.h"
#include "policy/api/result.h"
#include "policy/api/time.h"

namespace firedrill::models {

/// A share that goes up and down once a day.
struct DailyLoad {
  double mean = 0;
  double amplitude = 0;
  api::Duration peak{};  ///< Time of day, UTC.

  friend bool operator==(const DailyLoad&, const DailyLoad&) = default;
};

template <class V>
void describe(V& v, DailyLoad& d) {
  v.begin("DailyLoad",
          "A share that follows a cosine over the day, in steps of 15 minutes of civil time.");
  v.required("mean", d.mean, "Mean share over the day.", api::AtLeast{0}, api::AtMost{1});
  v.required("amplitude", d.amplitude, "How far above the mean the peak is.", api::AtLeast{0},
             api::AtMost{1});
  v.required("peak", d.peak, "Time of day of the peak, in UTC: \"14h\" is two in the afternoon.",
             api::AtLeast{0}, api::Below{86'400});
  v.check("amplitude", d.amplitude <= d.mean, "is more than the mean, so that the load is negative",
          "at most the mean");
  v.check("amplitude", d.mean + d.amplitude <= 1, "brings the peak above the whole capacity",
          "mean and amplitude together at most 1");
}

/// A row of a trace; holds until the next one.
struct BackgroundPoint {
  api::Duration at{};
  std::optional<double> share;
  api::ResourceList resources;

  friend bool operator==(const BackgroundPoint&, const BackgroundPoint&) = default;
};

template <class V>
void describe(V& v, BackgroundPoint& p) {
  v.begin("BackgroundPoint", "Load from a time on, until the next point.");
  v.required("at", p.at, "From when on, after the start.", api::AtLeast{0});
  v.field("share", p.share, "Share of every resource of every node.", api::AtLeast{0},
          api::AtMost{1});
  v.field("resources", p.resources,
          "Amounts in the whole cluster, spread over the nodes by their size.");
  v.check("", p.share.has_value() != !p.resources.empty(), "needs exactly one of share, resources",
          "\"share\": 0.6, or \"resources\": {\"cpu\": \"12\", \"memory\": \"48Gi\"}");
}

/// Load over time, as recorded.
struct BackgroundTrace {
  std::vector<BackgroundPoint> points;

  friend bool operator==(const BackgroundTrace&, const BackgroundTrace&) = default;
};

[[nodiscard]] inline api::Result<BackgroundTrace> trace_of_file(std::string /*name*/) {
  // A document holds the rows of files that it names; what is left stood where none is looked for.
  return api::Problem{"a file of a trace stands as \"background\": {\"trace\": \"FILE\"} alone"};
}
[[nodiscard]] inline std::optional<std::string> file_of_trace(const BackgroundTrace& /*trace*/) {
  return std::nullopt;
}
[[nodiscard]] inline api::Result<BackgroundTrace> trace_of_points(
    std::vector<BackgroundPoint> points) {
  if (points.empty()) return api::Problem{"a trace without a point"};
  const auto late =
      std::ranges::adjacent_find(points, std::greater_equal<>{}, &BackgroundPoint::at);
  if (late != points.end()) return api::Problem{"a trace whose times don't increase"};
  return BackgroundTrace{std::move(points)};
}
[[nodiscard]] inline std::optional<std::vector<BackgroundPoint>> points_of_trace(
    const BackgroundTrace& trace) {
  return trace.points;
}

template <class V>
void describe_forms(V& v, BackgroundTrace&) {
  v.begin("BackgroundTrace", "Load over time; before the first row there is none.");
  v.form(api::Form<std::string>{"a CSV file below the scenario's folder: `time,share`, or `time` "
                                "and resources, such as `time,cpu,memory`"},
         &trace_of_file, &file_of_trace);
  v.form(api::Form<std::vector<BackgroundPoint>>{"a list of points with times that increase"},
         &trace_of_points, &points_of_trace);
}

struct BackgroundSpec {
  std::optional<double> share;
  std::optional<DailyLoad> daily;
  std::optional<BackgroundTrace> trace;

  friend bool operator==(const BackgroundSpec&, const BackgroundSpec&) = default;
};

template <class V>
void describe(V& v, BackgroundSpec& b) {
  v.begin("Background",
          "Load that is not ours: it takes room on the nodes and shows in what they have "
          "allocated. Exactly one of share, daily, trace.");
  v.field("share", b.share, "Constant share of every resource of every node but pods.",
          api::AtLeast{0}, api::AtMost{1});
  v.field("daily", b.daily, "A share that goes up and down once a day.");
  v.field("trace", b.trace, "Load over time, as recorded.");
  v.check("", (b.share ? 1 : 0) + (b.daily ? 1 : 0) + (b.trace ? 1 : 0) == 1,
          "needs exactly one of share, daily, trace", "\"background\": {\"share\": 0.6}");
}

}  // namespace firedrill::models
