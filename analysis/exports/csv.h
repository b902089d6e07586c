#pragma once

/// A timeline as one table, for spreadsheets and data frames: a row for each event, a column for
/// each field that any kind of event has. Columns follow from the payloads' descriptions.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/timeline/events.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/sink.h"

namespace firedrill::exports {

/// Which columns there are, and where the fields of each kind go.
struct CsvColumns {
  /// seq, t, kind, cause, cluster, workload, then the others in the order of the kinds; fields of a
  /// structure one by one (`taint.key`), fields of one name in one column.
  std::vector<std::string> names;
  /// By kind (index of the payload's alternative), the column of each field in its order.
  std::array<std::vector<std::size_t>, timeline::kind_count> of_kind;
};

[[nodiscard]] CsvColumns csv_columns();

/// Writes the rows as the events happen; header and footer of the timeline have no place in it.
/// Lists and maps are JSON in their cell, times and spans seconds, what is absent is empty. Memory:
/// one row and a buffer.
class Csv final : public timeline::Sink {
 public:
  /// The output must outlive this; it is flushed at the end, and committing it is the caller's.
  explicit Csv(timeline::Output& output);

  void begin(const timeline::Header& header) override;
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

 private:
  timeline::Output& output_;
  CsvColumns columns_;
  std::vector<std::string> cells_;  // of the row being written, by column
  std::string buffer_;
};

}  // namespace firedrill::exports
