#pragma once

/// The scenarios of the library, and what their runs give: each is played once a program, however
/// many tests ask for it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "analysis/timeline/output.h"
#include "cause_laws.h"
#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {

/// The scenario files below a folder of the library, by path. Folders called `shared` hold parts
/// that scenarios include, `studies` what varies scenarios.
inline std::vector<std::filesystem::path> library_files(
    const std::filesystem::path& folder = "scenarios/library") {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::filesystem::path& path = entry.path();
    const std::filesystem::path room = path.parent_path().filename();
    if (path.extension() == ".json" && room != "shared" && room != "studies") files.push_back(path);
  }
  std::ranges::sort(files);
  return files;
}

/// The name of a test's instance for a file: its stem, with underscores.
inline std::string instance_name(const testing::TestParamInfo<std::filesystem::path>& info) {
  std::string name = info.param.stem().string();
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}

/// A scenario of the library and its run.
struct Played {
  Scenario scenario;
  RunResult result;
  std::vector<timeline::TimelineEvent> events;
  std::string text;                           ///< The timeline as JSON lines.
  std::vector<std::string> cause_problems{};  ///< Breaches of CauseLaws.
};

/// Timelines of more bytes are known by their digest only.
inline constexpr std::size_t kept_max = std::size_t{1} << 20U;

/// Plays the file; null, with a failure of the test, when it is no valid scenario.
inline std::shared_ptr<Played> play(const std::filesystem::path& file,
                                    std::vector<std::string> overrides = {}) {
  LoadOptions options;
  options.overrides = std::move(overrides);
  api::Diagnostics diagnostics;
  auto scenario = load_scenario(file.string(), options, diagnostics);
  if (!scenario) {
    ADD_FAILURE() << diagnostics.render();
    return nullptr;
  }
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  timeline::MemorySink sink;
  CauseLaws causes;
  const std::array<timeline::Sink*, 2> sinks{&sink, &causes};
  RunOptions run_options;
  run_options.timeline = &output;
  auto played = std::make_shared<Played>();
  played->result = run(*scenario, sinks, run_options);
  played->scenario = std::move(*scenario);
  played->events = sink.events();
  played->text = stream.str();
  played->cause_problems = causes.problems();
  return played;
}

/// The same, from memory the second time; of a long timeline without its events and text.
inline std::shared_ptr<const Played> played(const std::filesystem::path& file) {
  static std::map<std::filesystem::path, std::shared_ptr<const Played>> known;
  const auto [place, fresh] = known.try_emplace(file);
  if (fresh) {
    const auto run = play(file);
    if (run && run->text.size() > kept_max) {
      run->events = {};
      run->text = {};
    }
    place->second = run;
  }
  return place->second;
}

}  // namespace firedrill::scenarios
