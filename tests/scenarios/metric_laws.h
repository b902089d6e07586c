#pragma once

/// Laws that the metrics of no run may break.

#include <string>

#include <gtest/gtest.h>

#include "analysis/metrics/metric.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {

[[nodiscard]] inline analysis::Int128 amount_of(const analysis::MetricTable& table,
                                                analysis::Measure measure,
                                                const std::string& workload) {
  const auto& column = table.column(measure, analysis::Subject::workload);
  const auto found = column.find(workload);
  return found == column.end() ? 0 : found->second.numerator;
}

[[nodiscard]] inline analysis::Int128 sum_of(const analysis::MetricTable& table,
                                             analysis::Measure measure,
                                             analysis::Subject subject) {
  analysis::Int128 sum = 0;
  for (const auto& [name, amount] : table.column(measure, subject))
    sum += amount.numerator;
  return sum;
}

/// Laws that no run may break.
inline void check_metric_laws(const RunResult& result, const std::string& run) {
  using analysis::Measure;
  using analysis::Subject;
  const analysis::MetricTable& table = result.metrics;
  for (const auto& [workload, total] : table.column(Measure::stage_total, Subject::workload)) {
    analysis::Int128 stages = 0;
    for (const Measure stage : {Measure::stage_observed, Measure::stage_condition,
                                Measure::stage_taint, Measure::stage_queue, Measure::stage_eviction,
                                Measure::stage_scheduled, Measure::stage_ready}) {
      EXPECT_GE(amount_of(table, stage, workload), 0) << run << " " << workload;
      stages += amount_of(table, stage, workload);
    }
    EXPECT_TRUE(stages == total.numerator) << run << " " << workload << ": stages and their total";
  }
  for (const auto& [workload, running] :
       table.column(Measure::replicas_running, Subject::workload)) {
    const std::string where = run + " " + workload;
    EXPECT_LE(amount_of(table, Measure::replicas_ready, workload), running.numerator) << where;
    EXPECT_LE(amount_of(table, Measure::running_twice, workload), running.numerator) << where;
    EXPECT_LE(amount_of(table, Measure::unavailability_gap, workload),
              amount_of(table, Measure::unavailability, workload))
        << where;
    EXPECT_LE(amount_of(table, Measure::unavailability_replicas, workload),
              amount_of(table, Measure::replicas_desired, workload))
        << where;
    for (const Measure measure : {Measure::drift, Measure::stranded, Measure::excluded,
                                  Measure::spread_violation, Measure::running_twice})
      EXPECT_GE(amount_of(table, measure, workload), 0) << where;
    EXPECT_LE(amount_of(table, Measure::evictions_needless, workload),
              amount_of(table, Measure::evictions_started, workload))
        << where;
  }
  for (const Measure measure :
       {Measure::stranded, Measure::evictions_started, Measure::evictions_needless,
        Measure::evictions_into_nothing, Measure::evictions_by_timeout})
    EXPECT_TRUE(sum_of(table, measure, Subject::workload) ==
                sum_of(table, measure, Subject::cluster))
        << run << ": " << analysis::info(measure).name << " by workload and by cluster";
}

}  // namespace firedrill::scenarios
