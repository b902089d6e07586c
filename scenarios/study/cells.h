#pragma once

/// Cells: the single runs of a study. A cell is a point, a scenario and a number of seed; its index
/// is (point * scenarios + scenario) * seeds + seed, which stands in results for ever.
///
/// The runner takes indices and hands back results. It knows nothing of how points are found, where
/// results are kept, or who else plays other cells: designs, searches, shards and other processes
/// drive it. Seeds depend on the number of the seed alone: all points meet the same disasters
/// (common random numbers). A result depends on its cell alone, not on threads or order.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "analysis/study/table.h"
#include "policy/api/result.h"
#include "scenarios/source/limits.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {

using CellIndex = std::uint64_t;

struct Cell {
  std::size_t point = 0;
  std::size_t scenario = 0;
  std::uint64_t seed = 0;  ///< Number of the seed, from 0.

  friend bool operator==(const Cell&, const Cell&) = default;
};

/// How a study's cells are counted.
struct CellSpace {
  std::size_t scenarios = 1;
  std::uint64_t seeds = 1;

  [[nodiscard]] Cell cell(CellIndex index) const {
    const CellIndex row = index / seeds;
    return {static_cast<std::size_t>(row / scenarios), static_cast<std::size_t>(row % scenarios),
            index % seeds};
  }
  [[nodiscard]] CellIndex index(const Cell& cell) const {
    return (cell.point * scenarios + cell.scenario) * seeds + cell.seed;
  }
  [[nodiscard]] CellIndex count(std::size_t points) const { return points * scenarios * seeds; }
};

[[nodiscard]] CellSpace cell_space(const Study& study);

/// What came of a cell.
struct CellResult {
  CellIndex index = 0;
  /// Failed where the scenario can't be at that point, makes no progress, or violates an invariant.
  analysis::StudyCell cell;
};

struct CellOptions {
  std::size_t threads = 1;
  Limits limits = {};   ///< Of each run.
  bool digest = false;  ///< Whether the timeline's text is made and digested.
  /// Asked now and then, by any thread; true breaks off what runs, and nothing is begun after it.
  std::function<bool()> stop = {};
};

/// Plays those cells, begun in the order of the list, and hands over each result once, as soon as
/// it is there: `finished` is called by any thread, but by one at a time. `points` are those that
/// the indices speak of. Throws Interrupted once all threads are at rest if told to stop; what has
/// been handed over by then is whole. What `finished` throws, and what is wrong with the machine
/// (std::bad_alloc), is thrown here likewise.
void run_cells(const Study& study,
               std::span<const Point> points,
               std::span<const CellIndex> cells,
               const CellOptions& options,
               const std::function<void(const CellResult&)>& finished);

/// The scenario that the cell plays, as the text of a file that `run` takes, whole in itself; or
/// why the point's changes can't be made. Requires: the cell is one of these points.
[[nodiscard]] api::Result<std::string> cell_text(const Study& study,
                                                 std::span<const Point> points,
                                                 CellIndex index);

/// Part `number` of `count`, from 1: every count-th cell.
struct Shard {
  std::uint64_t number = 1;
  std::uint64_t count = 1;

  [[nodiscard]] bool has(CellIndex index) const { return index % count == number - 1; }
};

}  // namespace firedrill::scenarios
