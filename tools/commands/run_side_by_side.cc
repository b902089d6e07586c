#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analysis/compare/report.h"
#include "analysis/metrics/calculator.h"
#include "scenarios/comparison.h"
#include "tools/commands/run.h"

namespace firedrill::tools {
namespace {

namespace fs = std::filesystem;
using analysis::ComparisonReport;
using scenarios::LoadedVariant;
using scenarios::RunPlace;
using scenarios::Variant;

void check_combination(const RunCommandOptions& options) {
  const bool against = !options.against.empty() || !options.against_set.empty();
  const bool alone = options.profiles.size() < 2 && !against;
  if (options.profiles.size() > 1 && against)
    throw UsageError(
        "several profiles and --against are two comparisons; make one after the other");
  const std::set<std::string> different(options.profiles.begin(), options.profiles.end());
  if (different.size() != options.profiles.size())
    throw UsageError("--profile names a profile twice");
  if (!options.timeline.empty() || !options.sqlite.empty() || !options.metrics.empty()) {
    throw UsageError(
        "--timeline, --sqlite and --metrics name one file for several runs; --out DIR keeps a "
        "folder for each");
  }
  if (alone && !options.rules.empty())
    throw UsageError(
        "--regressed-if compares: say with what, by --against, --against-set or several profiles");
}

std::vector<analysis::RegressionRule> rules_of(const RunCommandOptions& options) {
  std::vector<analysis::RegressionRule> rules;
  for (const std::string& text : options.rules) {
    auto parsed = analysis::parse_rule(text);
    if (const auto* problem = std::get_if<analysis::RuleProblem>(&parsed)) {
      throw UsageError(fmt::format("--regressed-if '{}': column {}: {}; {}", text, problem->column,
                                   problem->problem, problem->remedy));
    }
    rules.push_back(std::get<analysis::RegressionRule>(std::move(parsed)));
  }
  return rules;
}

std::string stem(const std::string& path) {
  return path == "-" ? "stdin" : fs::path(path).stem().string();
}

/// "cluster-failure-threshold=10s" for what sets it, by its full pointer.
std::string short_setting(const std::string& setting) {
  const std::size_t equals = std::min(setting.find('='), setting.size());
  const std::size_t slash = setting.rfind('/', equals);
  return slash == std::string::npos ? setting : setting.substr(slash + 1);
}

std::string other_label(const RunCommandOptions& options) {
  if (!options.against.empty() && stem(options.against) != stem(options.scenario))
    return stem(options.against);
  if (options.against_set.empty()) return options.against;
  std::string label;
  for (const std::string& setting : options.against_set)
    label += (label.empty() ? "" : ",") + short_setting(setting);
  return label;
}

/// The variants that the options ask for, the reference first.
std::vector<Variant> variants_of(const RunCommandOptions& options) {
  const Variant base{stem(options.scenario),
                     options.scenario,
                     {read_limits(options.limits), overrides_of(options), profile_of(options)}};
  std::vector<Variant> variants;
  if (options.profiles.size() > 1) {
    for (const std::string& profile : options.profiles) {
      Variant& variant = variants.emplace_back(base);
      variant.label = profile;
      variant.load.profile = profile;
    }
    return variants;
  }
  variants.push_back(base);
  if (options.against.empty() && options.against_set.empty()) return variants;
  Variant& other = variants.emplace_back(base);
  if (!options.against.empty()) other.path = options.against;
  other.label = other_label(options);
  if (other.label == base.label) other.label += " (changed)";
  other.load.overrides.insert(other.load.overrides.end(), options.against_set.begin(),
                              options.against_set.end());
  return variants;
}

std::string meaning_of(const LoadedVariant& loaded, const RunCommandOptions& options, bool first) {
  std::string meaning = loaded.variant.path;
  if (loaded.scenario) meaning += ", " + loaded.scenario->world.control_plane.profile;
  for (const std::string& setting : options.overrides)
    meaning += ", " + setting;
  for (std::size_t i = 0; !first && i < options.against_set.size(); ++i)
    meaning += ", " + options.against_set[i];
  if (options.calm) meaning += ", calm";
  return meaning;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

/// What keeps a scenario from running, a line each; not what it was only warned of.
std::vector<std::string> errors_of(const api::Diagnostics& diagnostics) {
  std::vector<std::string> lines;
  for (const api::Diagnostic& diagnostic : diagnostics.shown()) {
    if (diagnostic.severity == api::Severity::error) lines.push_back(api::render(diagnostic));
  }
  if (lines.size() < diagnostics.error_count())
    lines.push_back(fmt::format("… and {} more", diagnostics.error_count() - lines.size()));
  return lines;
}

/// The folder of several runs. They are written beside their places and moved there together, so
/// that a command that was broken off leaves nothing.
class RunFolders {
 public:
  explicit RunFolders(std::string folder) : folder_(std::move(folder)) {
    if (folder_.empty()) return;
    staging_ = folder_ / ".partial-runs";
    make(staging_);
  }
  RunFolders(const RunFolders&) = delete;
  RunFolders& operator=(const RunFolders&) = delete;
  ~RunFolders() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(staging_, ignored);
  }

  [[nodiscard]] bool wanted() const { return !folder_.empty(); }

  /// Where a file of a run is written. Called by several threads.
  [[nodiscard]] fs::path file(const std::string& place, const std::string& name) const {
    make(staging_ / place);
    return staging_ / place / name;
  }

  /// Moves all to where it belongs.
  void commit() const {
    if (folder_.empty()) return;
    for (const auto& entry : fs::recursive_directory_iterator(staging_)) {
      const fs::path target = folder_ / entry.path().lexically_relative(staging_);
      if (entry.is_directory()) {
        make(target);
        continue;
      }
      std::error_code code;
      fs::rename(entry.path(), target, code);
      if (code) fail("write " + target.string(), code);
    }
  }

 private:
  static void make(const fs::path& folder) {
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) fail("create the folder " + folder.string(), code);
  }
  [[noreturn]] static void fail(const std::string& action, const std::error_code& code) {
    throw timeline::ResourceError("cannot " + action + ": " + code.message(), code);
  }

  fs::path folder_;
  fs::path staging_;
};

void write_file(const fs::path& path, std::string_view text) {
  timeline::OutputFile file(path);
  file.write(text);
  file.commit();
}

/// What is kept of a run.
struct KeptRun {
  analysis::MetricValues metrics;
  std::vector<analysis::Verdict> verdicts;
  std::vector<models::Violation> violations;
};

/// Several runs, and what is said of them.
class SideBySide {
 public:
  SideBySide(const RunCommandOptions& options, Console& console)
      : options_(options),
        console_(console),
        rules_(rules_of(options)),
        seeds_(options.runs.value_or(1)),
        loaded_(scenarios::load_variants(variants_of(options))),
        runs_(loaded_.size(), std::vector<KeptRun>(seeds_)) {}

  ExitStatus act() {
    if (!enough_to_compare()) return ExitStatus::bad_input;
    warn();
    RunFolders folders(options_.out);
    try {
      play_all(folders);
    } catch (const RunRefused& refusal) {
      console_.message(refusal.what());
      return ExitStatus::bad_input;
    }
    const ComparisonReport report = make_report();
    if (folders.wanted())
      write_file(folders.file(".", "comparison.json"), analysis::comparison_json(report));
    folders.commit();
    tell(report);
    const bool failed = report.fails() || !violations().empty() ||
                        (loaded_.size() == 1 && !expectation_text().empty());
    return failed ? ExitStatus::check_failed : ExitStatus::done;
  }

 private:
  /// The reference can run, and something to compare it with, if anything is to be.
  [[nodiscard]] bool enough_to_compare() const {
    const auto runs = [](const LoadedVariant& loaded) { return loaded.scenario.has_value(); };
    const bool others =
        loaded_.size() == 1 || std::any_of(std::next(loaded_.begin()), loaded_.end(), runs);
    if (runs(loaded_.front()) && others) return true;
    if (!runs(loaded_.front())) {
      console_.message(loaded_.front().diagnostics.render());
      return false;
    }
    for (const LoadedVariant& loaded : loaded_)
      console_.message(loaded.diagnostics.render());
    return false;
  }

  /// Warnings, each once, though several variants may have it.
  void warn() const {
    std::set<std::string> told;
    for (const LoadedVariant& loaded : loaded_) {
      if (!loaded.scenario) continue;
      for (const std::string& line : lines_of(loaded.diagnostics.render())) {
        if (told.insert(line).second) console_.message(line + "\n");
      }
    }
    if (options_.against.empty() || !loaded_.back().scenario) return;
    const std::string difference =
        scenarios::world_difference(*loaded_.front().scenario, *loaded_.back().scenario);
    if (difference.empty()) return;
    console_.message(
        fmt::format("{}: warning: not the world of {}: {}; what is only in one of "
                    "them makes up part of each change\n",
                    options_.against, options_.scenario, difference));
  }

  void play_all(const RunFolders& folders) {
    const std::size_t cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    scenarios::play_runs(loaded_, first_seed(), seeds_, options_.jobs.value_or(cores),
                         [&](const scenarios::Scenario& scenario, const RunPlace& place) {
                           play_one(scenario, place, folders);
                         });
  }

  void play_one(const scenarios::Scenario& scenario,
                const RunPlace& place,
                const RunFolders& folders) {
    const std::string name =
        fmt::format("{} with seed {}", loaded_[place.variant].variant.label, place.seed);
    const scenarios::Limits& limits = loaded_[place.variant].variant.load.limits;
    std::optional<timeline::OutputFile> file;
    if (folders.wanted()) file.emplace(folders.file(folder_of(place), "timeline.jsonl"));
    const scenarios::RunResult result =
        play(name, scenario, {}, file ? &*file : nullptr, limits, options_.dense);
    if (file) {
      file->commit();
      write_file(folders.file(folder_of(place), "metrics.json"),
                 analysis::format_metrics_json(result.header, result.metrics));
    }
    runs_[place.variant][place.seed_index] = {analysis::metric_values(result.metrics),
                                              result.verdicts, result.violations};
  }

  /// "2-kairship/seed-7"; the parts that tell nothing are left out.
  [[nodiscard]] std::string folder_of(const RunPlace& place) const {
    std::string folder;
    if (loaded_.size() > 1) {
      folder = fmt::format("{}-{}", place.variant + 1, loaded_[place.variant].variant.label);
      std::ranges::replace_if(
          folder,
          [](char c) {
            const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                               (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '=' ||
                               c == '.';
            return !plain;
          },
          '-');
    }
    if (seeds_ > 1) folder += fmt::format("/seed-{}", place.seed);
    return folder.empty() ? "." : folder.substr(folder.front() == '/' ? 1 : 0);
  }

  [[nodiscard]] std::uint64_t first_seed() const { return loaded_.front().scenario->world.seed; }

  /// In how many seeds the expectation held.
  [[nodiscard]] std::size_t held(std::size_t variant, std::size_t expectation) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        runs_[variant],
        [expectation](const KeptRun& run) { return run.verdicts.at(expectation).passed; }));
  }
  /// In how many it must.
  [[nodiscard]] std::size_t wanted(std::size_t variant, std::size_t expectation) const {
    constexpr double rounding = 1e-9;
    const auto& seeds = loaded_[variant].scenario->expect.at(expectation).seeds;
    const double share = (seeds ? seeds->share : 1) * static_cast<double>(seeds_);
    return static_cast<std::size_t>(std::ceil(share - rounding));
  }

  [[nodiscard]] ComparisonReport make_report() const {
    std::vector<analysis::VariantRuns> metrics;
    std::vector<analysis::VariantNote> notes;
    for (std::size_t i = 0; i < loaded_.size(); ++i) {
      analysis::VariantRuns& runs = metrics.emplace_back();
      runs.label = loaded_[i].variant.label;
      analysis::VariantNote& note = notes.emplace_back();
      note.label = runs.label;
      note.meaning = meaning_of(loaded_[i], options_, i == 0);
      if (!loaded_[i].scenario) {
        note.refusal = errors_of(loaded_[i].diagnostics);
        continue;
      }
      note.sha256 = loaded_[i].scenario->sha256;
      note.expectations = loaded_[i].scenario->expect.size();
      for (std::size_t k = 0; k < note.expectations; ++k)
        note.expectations_held += held(i, k) >= wanted(i, k) ? 1U : 0U;
      for (const KeptRun& run : runs_[i])
        runs.runs.push_back(run.metrics);
    }
    return {first_seed(), seeds_, std::move(notes), analysis::Comparison(metrics), rules_};
  }

  /// The expectations of a variant alone that don't hold; of several, they were not made for all.
  [[nodiscard]] std::string expectation_text() const {
    std::string text;
    const auto& expect = loaded_.front().scenario->expect;
    for (std::size_t i = 0; i < expect.size(); ++i) {
      if (held(0, i) >= wanted(0, i)) continue;
      const auto failed = std::ranges::find_if(
          runs_.front(), [i](const KeptRun& run) { return !run.verdicts.at(i).passed; });
      text += fmt::format(
          "{} /expect/{}: holds in {} of {} seeds, not {}; in seed {} expected {}; "
          "actual {}\n",
          console_.alarming("FAILED"), i, held(0, i), seeds_, wanted(0, i),
          first_seed() + static_cast<std::uint64_t>(failed - runs_.front().begin()),
          failed->verdicts[i].expected, failed->verdicts[i].actual);
    }
    return text;
  }

  [[nodiscard]] std::string violations() const {
    std::string text;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      for (std::size_t k = 0; k < seeds_; ++k) {
        const std::string lines = violation_lines(runs_[i][k].violations, console_);
        if (!lines.empty())
          text += fmt::format("{}With {}, seed {}:{}", text.empty() ? "" : "\n",
                              loaded_[i].variant.label, first_seed() + k, lines);
      }
    }
    return text;
  }

  void tell(const ComparisonReport& report) const {
    if (options_.output == "json") {
      console_.result(analysis::comparison_json(report));
      console_.message(violations());
      return;
    }
    if (options_.output == "markdown") {
      console_.result(analysis::comparison_markdown(report));
      console_.message(violations());
      return;
    }
    const auto rows = options_.output == "wide" ? analysis::Rows::all : analysis::Rows::chosen;
    std::string text = analysis::comparison_text(report, rows);
    if (loaded_.size() == 1) text += expectation_text();
    const std::string broken = violations();
    if (!broken.empty()) text += "\n" + broken;
    console_.summary(text);
  }

  const RunCommandOptions& options_;
  Console& console_;
  std::vector<analysis::RegressionRule> rules_;
  std::size_t seeds_;
  std::vector<LoadedVariant> loaded_;
  std::vector<std::vector<KeptRun>> runs_;  // by variant and seed
};

}  // namespace

ExitStatus run_side_by_side(const RunCommandOptions& options, Console& console) {
  check_combination(options);
  return SideBySide(options, console).act();
}

}  // namespace firedrill::tools
