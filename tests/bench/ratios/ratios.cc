// Compares measured speed with recorded speed, as ratios of two benchmarks of one program and run,
// since those hardly depend on the machine (docs/performance.md):
//
//   ratios compare RECORDED MEASURED...   prints a table; exits 1 if a ratio fell by more than
//   noise ratios record RECORDED MEASURED...    writes the ratios just measured into RECORDED
//
// MEASURED are files of Google Benchmark (--benchmark_out=FILE) that hold medians. RECORDED holds
// one entry a case: the names of the benchmark and of its baseline, their ratio of rates (how many
// times faster than the baseline: more is better) and the share by which noise may lower it. Where
// a benchmark measures both itself, `counter` names its counter with the ratio.

#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::ordered_json;

Json read(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error(path + ": can't be read");
  return Json::parse(stream);
}

/// What Google Benchmark tells of the median of each benchmark, by the name it is run under.
using Medians = std::map<std::string, Json>;

void add_medians(const std::string& path, Medians& medians) {
  const Json measured = read(path);
  for (const Json& benchmark : measured.at("benchmarks")) {
    const std::string name = benchmark.at("run_name");
    if (benchmark.value("error_occurred", false)) {
      throw std::runtime_error(fmt::format("{}: {} failed", path, name));
    }
    if (benchmark.value("aggregate_name", "") == "median") medians[name] = benchmark;
  }
}

double nanoseconds(const Json& median) {
  const std::string unit = median.at("time_unit");
  const double scale = unit == "s" ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : 1;
  return scale * median.at("cpu_time").get<double>();
}

std::optional<double> measured_ratio(const Json& entry, const Medians& medians) {
  const auto fast = medians.find(entry.at("benchmark"));
  if (fast == medians.end()) return std::nullopt;
  if (entry.contains("counter")) return fast->second.at(entry.at("counter")).get<double>();
  const auto baseline = medians.find(entry.at("baseline"));
  if (baseline == medians.end()) return std::nullopt;
  return nanoseconds(baseline->second) / nanoseconds(fast->second);
}

/// Prints a line; false if the ratio fell, or was not measured.
bool compare(const Json& entry, const Medians& medians) {
  const auto name = entry.at("benchmark").get<std::string>();
  const double recorded = entry.at("ratio");
  const double noise = entry.at("noise");
  const std::optional<double> ratio = measured_ratio(entry, medians);
  if (!ratio) {
    fmt::print("{:<36} {:>9.3f} {:>9} {:>8} {:>6.0f} %  NOT MEASURED\n", name, recorded, "", "",
               100 * noise);
    return false;
  }
  const double change = *ratio / recorded - 1;
  const bool fell = change < -noise;
  const char* const verdict = fell ? "FELL" : change > noise ? "rose: record it" : "";
  fmt::print("{:<36} {:>9.3f} {:>9.3f} {:>+6.1f} % {:>6.0f} %  {}\n", name, recorded, *ratio,
             100 * change, 100 * noise, verdict);
  return !fell;
}

int compare_all(const Json& recorded, const Medians& medians) {
  fmt::print("{:<36} {:>9} {:>9} {:>8} {:>8}\n", "times as fast as the baseline", "recorded",
             "measured", "change", "noise");
  int worse = 0;
  for (const Json& entry : recorded.at("ratios"))
    worse += compare(entry, medians) ? 0 : 1;
  if (worse == 0) return 0;
  std::fflush(stdout);
  fmt::print(stderr, "ratios: {} of {} FELL by more than noise, or were not measured\n", worse,
             recorded.at("ratios").size());
  return 1;
}

int record_all(Json recorded, const Medians& medians, const std::string& path) {
  for (Json& entry : recorded.at("ratios")) {
    const std::optional<double> ratio = measured_ratio(entry, medians);
    if (ratio) entry["ratio"] = std::round(*ratio * 1000) / 1000;
  }
  std::ofstream stream(path);
  stream << recorded.dump(2) << "\n";
  if (!stream.flush()) throw std::runtime_error(path + ": can't be written");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 3 || (arguments[0] != "compare" && arguments[0] != "record")) {
    std::cerr << "usage: ratios compare|record RECORDED MEASURED...\n";
    return 2;
  }
  try {
    const Json recorded = read(arguments[1]);
    Medians medians;
    for (std::size_t i = 2; i < arguments.size(); ++i)
      add_medians(arguments[i], medians);
    return arguments[0] == "compare" ? compare_all(recorded, medians)
                                     : record_all(recorded, medians, arguments[1]);
  } catch (const std::exception& error) {
    std::cerr << "ratios: " << error.what() << "\n";
    return 2;
  }
}
