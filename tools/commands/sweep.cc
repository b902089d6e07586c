// `firedrill sweep`: every cell of a study's design, in all cores, and what they come to.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analysis/study/expect.h"
#include "analysis/study/report.h"
#include "scenarios/runner.h"
#include "scenarios/study/cells.h"
#include "scenarios/study/design.h"
#include "scenarios/study/results.h"
#include "scenarios/study/study.h"
#include "tools/command.h"
#include "tools/progress.h"

namespace firedrill::tools {
namespace {

using scenarios::CellIndex;
using scenarios::ResultStore;

struct SweepOptions {
  std::string study;
  std::optional<std::size_t> jobs;
  std::string results;
  std::string csv;
  bool resume = false;
  std::string shard;
  std::vector<std::string> parts;  ///< Of --merge.
  std::optional<CellIndex> replay;
  std::string out;
  std::string output = "table";
  bool digests = false;
  std::vector<std::string> limits;
};

/// "2/8" as part 2 of 8.
scenarios::Shard read_shard(const std::string& text) {
  scenarios::Shard shard;
  if (text.empty()) return shard;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, shard.number);
  const bool slash = number.ec == std::errc{} && number.ptr != end && *number.ptr == '/';
  const auto count = slash ? std::from_chars(number.ptr + 1, end, shard.count) : number;
  const bool whole = slash && count.ec == std::errc{} && count.ptr == end;
  if (!whole || shard.number < 1 || shard.number > shard.count)
    throw UsageError(
        fmt::format("--shard {}: not a part and how many there are, such as 1/8 to 8/8", text));
  return shard;
}

void check_combination(const SweepOptions& options) {
  if (options.replay && (!options.results.empty() || !options.csv.empty() || options.resume ||
                         !options.shard.empty() || !options.parts.empty()))
    throw UsageError(
        "--replay writes one cell's scenario and runs nothing; leave out --results, "
        "--csv, --resume, --shard and --merge");
  if (!options.replay && !options.out.empty())
    throw UsageError("--out says where --replay CELL writes to; results go to --results and --csv");
  if (options.results.empty() && options.resume)
    throw UsageError("--resume goes on with the file that --results names");
  if (options.results.empty() && !options.shard.empty() && options.csv.empty())
    throw UsageError("--shard makes a part of the results: keep it, by --results or --csv");
  const bool prints = options.output == "json" || options.output == "markdown";
  if (options.csv == "-" && prints)
    throw UsageError(
        fmt::format("--csv - and -o {} can't both go to standard output", options.output));
  if (options.results == "-") throw UsageError("--results is a database, which can't be a stream");
}

/// The study, or nothing after its errors were told.
std::optional<scenarios::Study> load(const SweepOptions& options, Console& console) {
  const scenarios::LoadOptions load{.limits = read_limits(options.limits)};
  api::Diagnostics diagnostics(load.limits.errors_shown);
  auto study = scenarios::load_study(options.study, load, diagnostics);
  if (study && scenarios::is_search(study->file.design.method)) {
    constexpr std::string_view pointer = "/design/method";
    diagnostics.add({api::Severity::error, std::string(pointer),
                     "this method searches, which is `tune`'s work",
                     "sweep takes grid, random, latin-hypercube and sobol", api::Anchor::value,
                     study->document->locate(pointer)});
    study.reset();
  }
  console.message(diagnostics.render());
  return study;
}

ExitStatus replay(const SweepOptions& options, const scenarios::Study& study, Console& console) {
  const CellIndex cells = scenarios::cell_space(study).count(study.points.size());
  if (*options.replay >= cells)
    throw UsageError(
        fmt::format("--replay {}: the study has the cells 0 to {}", *options.replay, cells - 1));
  const auto text = scenarios::cell_text(study, study.points, *options.replay);
  if (!text) {
    console.message(fmt::format("cell {} is no scenario: {}\n", *options.replay, text.problem()));
    return ExitStatus::check_failed;
  }
  Destination destination(options.out.empty() ? "-" : options.out, console);
  destination.output().write(*text);
  destination.commit();
  return ExitStatus::done;
}

/// An open file of results; null after the reason was told why it can't be.
std::unique_ptr<ResultStore> open_results(const std::string& path,
                                          scenarios::Resume resume,
                                          const scenarios::Study& study,
                                          const analysis::StudyTable& table,
                                          Console& console) {
  auto opened = ResultStore::open(path, table, study.identity, resume);
  if (const auto* refusal = std::get_if<api::Diagnostic>(&opened)) {
    std::string text = api::render(*refusal);
    if (!text.ends_with('\n')) text += '\n';
    console.message(text);
    return nullptr;
  }
  return std::get<std::unique_ptr<ResultStore>>(std::move(opened));
}

/// Takes the cells of a shard's file that are not there yet. False after it was told why not.
bool merge(const std::string& path,
           const scenarios::Study& study,
           analysis::StudyTable& table,
           ResultStore* store,
           Console& console) {
  // Opening would make it.
  if (!std::filesystem::exists(path))
    throw UsageError(fmt::format("--merge {}: no such file", path));
  analysis::StudyTable part = table;
  std::fill(part.cells.begin(), part.cells.end(), std::nullopt);
  const auto file = open_results(path, scenarios::Resume::keep, study, part, console);
  if (file == nullptr) return false;
  file->load(part);
  for (CellIndex index = 0; index < part.cells.size(); ++index) {
    if (!part.cells[index] || table.cells[index]) continue;
    if (store != nullptr) store->put(index, *part.cells[index]);
    table.cells[index] = std::move(part.cells[index]);
  }
  file->close();
  return true;
}

/// One sweep: which cells are wanted, which of them the table has, and what comes of the others.
class Sweep {
 public:
  Sweep(const SweepOptions& options,
        const scenarios::Study& study,
        analysis::StudyTable& table,
        ResultStore* store,
        Console& console)
      : options_(options), study_(study), table_(table), store_(store), console_(console) {
    const scenarios::Shard shard = read_shard(options.shard);
    for (CellIndex index = 0; index < table.cells.size(); ++index) {
      if (!shard.has(index)) continue;
      ++wanted_;
      if (!table.cells[index]) missing_.push_back(index);
    }
  }

  /// Plays what is missing. Throws scenarios::Interrupted after what is done was kept.
  void run() {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const scenarios::CellOptions play{.threads = options_.jobs.value_or(cores),
                                      .limits = read_limits(options_.limits),
                                      .digest = options_.digests,
                                      .stop = interrupted};
    try {
      Progress progress(console_, "cells", wanted_, wanted_ - missing_.size());
      scenarios::run_cells(study_, study_.points, missing_, play,
                           [&](const scenarios::CellResult& result) {
                             table_.cells[result.index] = result.cell;
                             if (store_ != nullptr) store_->put(result.index, result.cell);
                             progress.step(result.cell.failed());
                           });
    } catch (const scenarios::Interrupted&) {
      keep_what_is_done();
      throw;
    }
    if (store_ != nullptr) store_->close();
  }

  /// All cells of the study are there, those of other shards too.
  [[nodiscard]] bool complete() const {
    return std::ranges::all_of(table_.cells, [](const auto& cell) { return cell.has_value(); });
  }

  [[nodiscard]] std::size_t failed() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        table_.cells, [](const auto& cell) { return cell && cell->failed(); }));
  }

  [[nodiscard]] std::size_t done() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(table_.cells, [](const auto& cell) { return cell.has_value(); }));
  }

 private:
  void keep_what_is_done() {
    if (store_ == nullptr) return;
    store_->flush();
    const std::size_t kept = store_->committed_count();
    store_->close();
    console_.message(fmt::format("interrupted: {} of {} cells are in {}; --resume goes on there\n",
                                 kept, table_.cells.size(), options_.results));
  }

  const SweepOptions& options_;
  const scenarios::Study& study_;
  analysis::StudyTable& table_;
  ResultStore* store_;
  Console& console_;
  std::size_t wanted_ = 0;
  std::vector<CellIndex> missing_;
};

void write_answer(const SweepOptions& options,
                  const analysis::StudyReport& report,
                  Console& console) {
  if (options.output == "json") {
    console.result(analysis::study_json(report));
  } else if (options.output == "markdown") {
    console.result(analysis::study_markdown(report));
  } else {
    console.summary(analysis::study_text(report, options.output == "wide"));
  }
}

ExitStatus sweep(const SweepOptions& options, Console& console) {
  check_combination(options);
  const auto study = load(options, console);
  if (!study) return ExitStatus::bad_input;
  if (options.replay) return replay(options, *study, console);

  analysis::StudyTable table = scenarios::study_table(*study, study->points);
  table.cells.resize(table.cell_count());
  std::unique_ptr<ResultStore> store;
  if (!options.results.empty()) {
    const auto resume = options.resume ? scenarios::Resume::keep : scenarios::Resume::refuse;
    store = open_results(options.results, resume, *study, table, console);
    if (store == nullptr) return ExitStatus::bad_input;
    store->load(table);
  }
  for (const std::string& part : options.parts) {
    if (!merge(part, *study, table, store.get(), console)) return ExitStatus::bad_input;
  }
  std::optional<Destination> csv;
  if (!options.csv.empty()) csv.emplace(options.csv, console);

  Sweep work(options, *study, table, store.get(), console);
  work.run();
  if (csv) {
    analysis::write_csv(table, csv->output());
    csv->commit();
  }
  const ExitStatus cells = work.failed() > 0 ? ExitStatus::check_failed : ExitStatus::done;
  if (!work.complete()) {
    console.summary(
        fmt::format("{} of {} cells are done, {} of them failed; the answer takes the "
                    "other shards, too\n",
                    work.done(), table.cells.size(), work.failed()));
    return cells;
  }
  const analysis::StudyReport report = analysis::report_on(table, study->file.expect);
  write_answer(options, report, console);
  return report.passed() ? cells : ExitStatus::check_failed;
}

void add_result_options(CLI::App& app, SweepOptions& options) {
  app.add_option("--results", options.results, "Keep results in this SQLite file as they finish")
      ->type_name("FILE");
  app.add_flag("--resume", options.resume, "Go on with the results that the file has");
  app.add_option("--csv", options.csv, "Write a row for each cell; - is standard output")
      ->type_name("FILE");
  app.add_option("-o,--output", options.output,
                 "table, wide (every point and metric), json or markdown")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "wide", "json", "markdown"}))
      ->type_name("FORMAT");
  app.add_flag("--digests", options.digests,
               "Also keep the SHA-256 of each cell's timeline; takes longer");
}

}  // namespace

Command add_sweep(CLI::App& program) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* app = program.add_subcommand(
      "sweep", "Play a study: every point of its design, and which setting is best");
  app->add_option("STUDY", options->study, "Study file; - is standard input")->required();
  app->add_option("--jobs", options->jobs, "Threads; without it one a core")
      ->check(CLI::Range(1, 1'024))
      ->type_name("N");
  add_result_options(*app, *options);
  app->add_option("--shard", options->shard, "Play part i of n only, for array jobs")
      ->type_name("i/n");
  app->add_option("--merge", options->parts,
                  "Take the cells of this file as well, as another shard left it; repeatable")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  app->add_option("--replay", options->replay, "Write the scenario of this cell, and run nothing")
      ->check(CLI::NonNegativeNumber)
      ->type_name("CELL");
  app->add_option("--out", options->out, "Where --replay writes to; without it standard output")
      ->type_name("FILE");
  add_limit_option(*app, options->limits);
  app->footer(
      "Example:\n"
      "  firedrill sweep scenarios/library/studies/threshold-and-rate.json -q -o markdown\n"
      "  firedrill sweep study.json --results study.sqlite --resume\n"
      "  firedrill sweep study.json --shard 2/8 --results part2.sqlite\n"
      "  firedrill sweep study.json --merge part1.sqlite --merge part2.sqlite\n"
      "  firedrill sweep study.json --replay 3 --out cell3.json");
  return {app, [options](Console& console) { return sweep(*options, console); }};
}

}  // namespace firedrill::tools
