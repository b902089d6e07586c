#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/diff/metric_diff.h"

namespace firedrill::analysis {
namespace {

using nlohmann::json;

constexpr std::int64_t known_format = 1;

/// Reads `metrics.json` once it is known to be JSON.
class MetricsReader {
 public:
  explicit MetricsReader(api::Diagnostic& problem) : problem_(problem) {}

  std::optional<MetricSet> read(const json& document) {
    MetricSet set;
    if (!document.is_object() || document.value("kind", json()) != "Metrics") {
      fail("/kind", "neither a timeline nor metrics",
           "timeline.jsonl or metrics.json, as firedrill run --out writes them");
      return std::nullopt;
    }
    const json format = document.value("format", json());
    if (!format.is_number_integer() || format.get<std::int64_t>() != known_format) {
      fail("/format", fmt::format("format {} is not known to this version", format.dump()),
           fmt::format("format {}", known_format));
      return std::nullopt;
    }
    set.scenario = text(document, "scenario");
    set.sha256 = text(document, "sha256");
    set.profile = text(document, "profile");
    if (const auto seed = document.find("seed");
        seed != document.end() && seed->is_number_unsigned())
      set.seed = seed->get<std::uint64_t>();
    set.run = values(document, "/metrics", "metrics");
    subjects(document, "workloads", Subject::workload, set);
    subjects(document, "clusters", Subject::cluster, set);
    subjects(document, "components", Subject::component, set);
    if (failed_) return std::nullopt;
    return set;
  }

 private:
  static std::string text(const json& document, const char* key) {
    const auto found = document.find(key);
    return found != document.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
  }

  MetricValues values(const json& parent, const std::string& pointer, const std::string& key) {
    const auto found = parent.find(key);
    if (found == parent.end() || !found->is_object()) {
      fail(pointer, "no object of metrics", "metrics by name");
      return {};
    }
    return values(*found, pointer);
  }

  MetricValues values(const json& object, const std::string& pointer) {
    MetricValues values;
    for (const auto& [name, value] : object.items()) {
      if (!value.is_number()) {
        fail(api::child_pointer(pointer, name), "not a number", "the metric's value");
        continue;
      }
      if (const auto unit = find_unit(name)) values.emplace(name, amount_of(*unit, value));
    }
    return values;
  }

  void subjects(const json& document, const char* key, Subject subject, MetricSet& set) {
    const auto found = document.find(key);
    if (found == document.end()) return;
    const std::string pointer = std::string("/") + key;
    if (!found->is_object()) {
      fail(pointer, "not an object", "metrics by name of the subject");
      return;
    }
    for (const auto& [name, object] : found->items()) {
      const std::string place = api::child_pointer(pointer, name);
      if (!object.is_object()) {
        fail(place, "not an object", "metrics by name");
        continue;
      }
      set.subjects[{subject, name}] = values(object, place);
    }
  }

  /// The amount that prints so. Whole counts and decimals of nanoseconds are exact.
  static Amount amount_of(Unit unit, const json& value) {
    const double number = value.get<double>();
    switch (unit) {
      case Unit::count:
      case Unit::replicas:
        if (value.is_number_integer()) return {value.get<std::int64_t>()};
        return {static_cast<Int128>(std::llround(number))};
      case Unit::seconds:
      case Unit::replica_seconds: {
        if (value.is_number_integer())
          return {static_cast<Int128>(value.get<std::int64_t>()) * 1'000'000'000};
        const double whole = std::floor(number);
        return {static_cast<Int128>(whole) * 1'000'000'000 + std::llround((number - whole) * 1e9)};
      }
      case Unit::share:
        return {static_cast<Int128>(std::llround(number * 1e15)), 1'000'000'000'000'000};
      case Unit::per_second:
        return {static_cast<Int128>(std::llround(number * 1e9)), 1'000'000'000'000'000'000};
    }
    return {};
  }

  void fail(std::string pointer, std::string what, std::string remedy) {
    if (std::exchange(failed_, true)) return;
    problem_.pointer = std::move(pointer);
    problem_.problem = std::move(what);
    problem_.remedy = std::move(remedy);
  }

  api::Diagnostic& problem_;
  bool failed_ = false;
};

}  // namespace

std::optional<MetricSet> read_metrics(std::string_view text,
                                      const std::string& file,
                                      api::Diagnostic& problem) {
  problem = {};
  problem.position.file = file;
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    const std::size_t line_begin = before.rfind('\n') + 1;  // 0 where there is none
    problem.position.line = 1 + static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
    problem.position.column = static_cast<std::uint32_t>(
        std::max<std::size_t>(1, before.size() - std::min(line_begin, before.size())));
    problem.problem = "not a whole JSON document";
    problem.remedy = "timeline.jsonl or metrics.json, as firedrill run --out writes them";
    return std::nullopt;
  }
  return MetricsReader(problem).read(document);
}

}  // namespace firedrill::analysis
