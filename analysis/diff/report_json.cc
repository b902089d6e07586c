#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "analysis/diff/report.h"
#include "analysis/timeline/json_lines.h"

namespace firedrill::analysis {
namespace {

using nlohmann::json;

json seconds(sim::Duration duration) {
  return sim::to_seconds(duration);
}

json side_json(const DiffReport& report, const DiffSide& side) {
  json result{{"file", side.file},
              {"scenario", side.scenario},
              {"profile", side.profile},
              {"seed", side.seed},
              {"sha256", side.sha256}};
  if (report.of_timelines) {
    result["events"] = side.events;
    result["duration"] = seconds(side.duration);
    result["digest"] = side.digest;
  }
  return result;
}

json event_json(const timeline::TimelineEvent& event) {
  std::string line;
  timeline::append_line(line, event);
  return json::parse(line);
}

json difference_json(const Difference& difference) {
  json result{{"difference", to_string(difference.kind)}, {"words", difference.words}};
  if (difference.left) result["left"] = event_json(*difference.left);
  if (difference.right) result["right"] = event_json(*difference.right);
  return result;
}

json place_json(const ChainPlace& place) {
  return {{"seq", place.seq},
          {"t", seconds(place.time.time_since_epoch())},
          {"after", seconds(place.after)}};
}

json chain_json(const DiffReport& report) {
  json rows = json::array();
  for (const ChainRow& row : report.chain) {
    json& entry = rows.emplace_back(json{{"what", row.what}});
    if (row.left) entry["left"] = place_json(*row.left);
    if (row.right) entry["right"] = place_json(*row.right);
  }
  return rows;
}

json groups_json(const AlignmentResult& events) {
  json groups = json::array();
  for (const auto& [kinds, group] : events.groups) {
    json& entry = groups.emplace_back(json{
        {"event", kinds.first}, {"difference", to_string(kinds.second)}, {"count", group.count}});
    if (group.shift)
      entry["shift"] = {{"least", seconds(group.shift->first)},
                        {"most", seconds(group.shift->second)}};
  }
  return groups;
}

json metric_json(const MetricDifference& metric) {
  json result{{"unit", to_string(metric.unit)}};
  if (metric.left) result["left"] = to_double(metric.unit, *metric.left);
  if (metric.right) result["right"] = to_double(metric.unit, *metric.right);
  if (metric.left && metric.right) {
    const double left = to_double(metric.unit, *metric.left);
    const double change = to_double(metric.unit, *metric.right) - left;
    result["change"] = change;
    if (left != 0) result["relative"] = change / std::abs(left);
  }
  return result;
}

json events_json(const DiffReport& report) {
  const AlignmentResult& events = report.events;
  json result{{"left", events.left_events}, {"right", events.right_events},
              {"equal", events.equal},      {"differing", events.differing},
              {"hurried", events.hurried},  {"groups", groups_json(events)},
              {"first", json::array()}};
  for (const auto& [place, difference] : events.first)
    result["first"].push_back(difference_json(difference));
  return result;
}

}  // namespace

std::string diff_json(const DiffReport& report) {
  json document{{"kind", "Diff"},
                {"format", 1},
                {"of", report.of_timelines ? "timelines" : "metrics"},
                {"equal", !report.differs()},
                {"left", side_json(report, report.left)},
                {"right", side_json(report, report.right)},
                {"tolerance", {{"duration", seconds(report.tolerance.duration)}}},
                {"settings", json::array()},
                {"metrics", json::object()},
                {"subjects", json::array()},
                {"subjectsDiffering", report.metrics.subjects_differing}};
  for (const auto& [metric, share] : report.tolerance.relative)
    document["tolerance"]["metrics"][metric] = share;
  for (const SettingDifference& setting : report.settings)
    document["settings"].push_back(
        {{"setting", setting.setting}, {"left", setting.left}, {"right", setting.right}});
  if (report.of_timelines) {
    document["events"] = events_json(report);
    if (!report.events.first.empty()) {
      document["firstDivergence"] = difference_json(report.events.first.begin()->second);
      document["firstDivergence"]["chain"] = chain_json(report);
      document["firstDivergence"]["causesLeftOut"] = report.chain_left_out;
    }
    document["notMeasured"] = report.not_measured;
  }
  for (const MetricDifference& metric : report.metrics.run)
    document["metrics"][metric.metric] = metric_json(metric);
  for (const SubjectDifference& subject : report.metrics.subjects) {
    json& entry = document["subjects"].emplace_back(metric_json(subject.metric));
    entry["subject"] = to_string(subject.subject);
    entry["name"] = subject.name;
    entry["metric"] = subject.metric.metric;
  }
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace firedrill::analysis
