#include "analysis/diff/diff.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "analysis/diff/chains.h"
#include "analysis/metrics/calculator.h"

namespace firedrill::analysis {
namespace {

DiffSide side_of(const timeline::TimelineFile& file) {
  return {.file = file.name(),
          .scenario = file.header().scenario,
          .profile = file.header().profile,
          .seed = file.header().seed,
          .sha256 = file.header().sha256,
          .events = file.count(),
          .duration = file.footer().time.time.time_since_epoch(),
          .digest = file.footer().digest};
}

DiffSide side_of(const MetricSet& set) {
  return {.scenario = set.scenario, .profile = set.profile, .seed = set.seed, .sha256 = set.sha256};
}

/// Metrics that no timeline of these two gave a value.
std::vector<std::string> without_value(const MetricSet& left, const MetricSet& right) {
  std::vector<std::string> names;
  for (const Metric& metric : metrics()) {
    std::string name(metric.name);
    if (metric.by_resource()) name.resize(name.size() - each_resource.size());
    const auto has = [&](const MetricSet& set) {
      const auto found = set.run.lower_bound(name);
      return found != set.run.end() &&
             (metric.by_resource() ? found->first.starts_with(name) : found->first == name);
    };
    if (!has(left) && !has(right)) names.emplace_back(metric.name);
  }
  return names;
}

/// A timeline that is measured as it is read.
class MeasuredCursor {
 public:
  explicit MeasuredCursor(const timeline::TimelineFile& file)
      : file_(file), cursor_(file.cursor()) {
    calculator_.begin(file.header());
  }
  const timeline::TimelineEvent* next() {
    const timeline::TimelineEvent* event = cursor_.next();
    if (event != nullptr) calculator_.event(*event);
    return event;
  }
  MetricSet finish() {
    calculator_.end(file_.footer());
    return metric_set(calculator_.table());
  }

 private:
  const timeline::TimelineFile& file_;
  timeline::TimelineFile::Cursor cursor_;
  Calculator calculator_;
};

}  // namespace

bool DiffReport::differs() const {
  if (!of_timelines) return !metrics.empty();
  if (events.differing != 0) return true;
  if (tolerance.duration == sim::Duration::zero() && tolerance.relative.empty())
    return !metrics.empty();
  return std::ranges::any_of(metrics.run, [this](const MetricDifference& difference) {
    return tolerance.relative.find(difference.metric) != tolerance.relative.end();
  });
}

DiffReport diff_timelines(const timeline::TimelineFile& left,
                          const timeline::TimelineFile& right,
                          const DiffOptions& options) {
  DiffReport report;
  report.of_timelines = true;
  report.left = side_of(left);
  report.right = side_of(right);
  report.tolerance = options.tolerance;
  report.settings = setting_differences(left.header(), right.header());
  Alignment alignment({.allowance = {.tolerance = options.tolerance.duration,
                                     .civil_seconds = right.header().start.unix_seconds() -
                                                      left.header().start.unix_seconds()},
                       .waiting_max = options.waiting_max,
                       .kept_max = options.kept_max});
  MeasuredCursor left_cursor(left);
  MeasuredCursor right_cursor(right);
  alignment.run([&] { return left_cursor.next(); }, [&] { return right_cursor.next(); },
                [&] { return report.stopped = options.stop && options.stop(); });
  if (report.stopped) return report;
  report.events = alignment.finish();
  if (!report.events.first.empty()) {
    std::tie(report.chain, report.chain_left_out) =
        side_by_side(left, right, report.events.first.begin()->second);
  }
  const MetricSet left_metrics = left_cursor.finish();
  const MetricSet right_metrics = right_cursor.finish();
  report.metrics = metric_diff(left_metrics, right_metrics, options.tolerance, options.kept_max);
  report.not_measured = without_value(left_metrics, right_metrics);
  return report;
}

DiffReport same_timelines(const timeline::TimelineFile& left, const timeline::TimelineFile& right) {
  DiffReport report;
  report.of_timelines = true;
  report.left = side_of(left);
  report.right = side_of(right);
  report.events.left_events = left.count();
  report.events.right_events = right.count();
  report.events.equal = left.count();
  return report;
}

DiffReport diff_metrics(const MetricSet& left, const MetricSet& right, const DiffOptions& options) {
  DiffReport report;
  report.left = side_of(left);
  report.right = side_of(right);
  report.tolerance = options.tolerance;
  const auto note = [&](const char* name, const std::string& a, const std::string& b) {
    if (a != b) report.settings.push_back({name, a, b});
  };
  note("scenario", left.scenario, right.scenario);
  note("sha256", left.sha256, right.sha256);
  note("seed", std::to_string(left.seed), std::to_string(right.seed));
  note("profile", left.profile, right.profile);
  report.metrics = metric_diff(left, right, options.tolerance, options.kept_max);
  return report;
}

}  // namespace firedrill::analysis
