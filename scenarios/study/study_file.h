#pragma once

/// The study file as it is written: the root of its JSON Schema and reference page. The reader
/// (reading.h) turns it into a `Study` (study.h), in which names are checked and scenarios loaded.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/expect.h"
#include "analysis/study/goals.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/result.h"
#include "policy/api/time.h"
#include "scenarios/scenario_file.h"

namespace firedrill::scenarios {

/// What a study is called and asks.
struct StudyMetadata {
  std::string name;
  std::string description;
  std::string question;

  friend bool operator==(const StudyMetadata&, const StudyMetadata&) = default;
};

template <class V>
void describe(V& v, StudyMetadata& m) {
  v.begin("StudyMetadata", "What a study is called and asks.");
  v.field("name", m.name, "Its name.", api::DnsSubdomain{},
          api::DefaultText{"the file's, without .json"});
  v.field("description", m.description, "What is varied, for people.");
  v.field("question", m.question, "What it is to answer, for people.");
}

/// An end of a range.
struct RangeEnd {
  double number = 0;         ///< Of a number.
  api::Duration duration{};  ///< Of a duration.
  bool is_duration = false;

  friend bool operator==(const RangeEnd&, const RangeEnd&) = default;
};

namespace detail {
[[nodiscard]] api::Result<RangeEnd> range_end_of_number(double number);
[[nodiscard]] std::optional<double> number_of_range_end(const RangeEnd& end);
[[nodiscard]] api::Result<RangeEnd> range_end_of_text(std::string text);
[[nodiscard]] std::optional<std::string> text_of_range_end(const RangeEnd& end);
}  // namespace detail

template <class V>
void describe_forms(V& v, RangeEnd&) {
  v.begin("RangeEnd", "An end of a range.");
  v.form(api::Form<double>{"A number."}, &detail::range_end_of_number,
         &detail::number_of_range_end);
  v.form(api::Form<std::string>{"A Go duration; then both ends are."}, &detail::range_end_of_text,
         &detail::text_of_range_end);
}

/// How a range is divided.
enum class Scale : std::uint8_t { linear, log };

template <class V>
void describe_values(V& v, Scale&) {
  v.begin("RangeScale", "How a range is divided.");
  v.value("linear", Scale::linear, "Equal differences.");
  v.value("log", Scale::log, "Equal ratios.");
}

enum class PatchVerb : std::uint8_t { add, remove, replace, move, copy, test };

template <class V>
void describe_values(V& v, PatchVerb&) {
  v.begin("PatchVerb", "What an operation of a JSON Patch does.");
  v.value("add", PatchVerb::add,
          "Puts the value there; into a list before that element, or at "
          "its end where the path ends in -.");
  v.value("remove", PatchVerb::remove, "Takes away what is there.");
  v.value("replace", PatchVerb::replace, "Puts the value in the place of what is there.");
  v.value("move", PatchVerb::move, "Takes away what is at from, and adds it.");
  v.value("copy", PatchVerb::copy, "Adds what is at from.");
  v.value("test", PatchVerb::test, "Refuses the scenario unless the value is there.");
}

/// One operation of a JSON Patch (RFC 6902).
struct PatchOperation {
  PatchVerb verb = PatchVerb::add;
  std::string path;
  std::optional<std::string> from;
  api::Json value;

  friend bool operator==(const PatchOperation&, const PatchOperation&) = default;
};

/// A JSON pointer to something in a document.
[[nodiscard]] bool is_json_pointer(std::string_view text);
inline constexpr api::Spelling json_pointer{
    &is_json_pointer, "a JSON pointer, such as \"/controlPlane/flags/cluster-failure-threshold\"",
    "^(/([^~]|~[01])*)$"};

template <class V>
void describe(V& v, PatchOperation& o) {
  v.begin("PatchOperation", "One operation of a JSON Patch (RFC 6902) of the scenario.");
  v.required("op", o.verb, "What it does.");
  v.required("path", o.path, "Where: a JSON pointer.", json_pointer);
  v.field("from", o.from, "Of move and copy: from where.", json_pointer);
  v.field("value", o.value, "Of add, replace and test: what.");
  const bool from = o.verb == PatchVerb::move || o.verb == PatchVerb::copy;
  v.check("from", from == o.from.has_value(), "from and op don't fit",
          "from beside move and copy, and only there");
  const bool value =
      o.verb == PatchVerb::add || o.verb == PatchVerb::replace || o.verb == PatchVerb::test;
  v.check("value", value == o.value.present(), "value and op don't fit",
          "value beside add, replace and test, and only there");
}

/// What is varied.
struct ParameterFile {
  std::string name;
  std::string path;
  std::vector<api::Json> values;
  std::vector<RangeEnd> range;
  Scale scale = Scale::linear;
  bool integer = false;
  std::optional<std::uint64_t> points;
  std::optional<std::map<std::string, std::vector<PatchOperation>>> choices;

  friend bool operator==(const ParameterFile&, const ParameterFile&) = default;
};

/// A study holds no more than this of each; 10^7 cells of the whole.
inline constexpr double study_points_max = 1'000'000;
inline constexpr double study_seeds_max = 1'000'000;

template <class V>
void describe(V& v, ParameterFile& p) {
  v.begin("StudyParameter",
          "What is varied: a value of the scenario, or one of several changes to it.");
  v.field("name", p.name, "What tables call it.", api::DefaultText{"the path's last part"});
  v.field("path", p.path,
          "Where the value goes: a JSON pointer, in which * is every element of a list. What is "
          "missing on the way is created.",
          json_pointer);
  v.field("values", p.values, "Its values.");
  v.field("range", p.range, "Its least and its greatest value: two numbers, or two durations.");
  v.field("scale", p.scale, "How a range is divided.");
  v.field("integer", p.integer, "Whole numbers of the range only; of durations, whole seconds.");
  v.field("points", p.points, "How many values of the range a grid takes.", api::AtLeast{1},
          api::AtMost{study_points_max}, api::DefaultText{"the design's"});
  v.field("choices", p.choices,
          "Changes to the scenario by label, each a JSON Patch; taken in the order of the labels.");
  const int kinds = static_cast<int>(!p.values.empty()) + static_cast<int>(!p.range.empty()) +
                    static_cast<int>(p.choices.has_value());
  v.check("", kinds == 1, "a parameter has exactly one of values, range and choices",
          "values and range beside a path, choices beside a name");
  v.check("", p.choices.has_value() == p.path.empty(), "path and choices don't fit",
          "a path beside values and range, and only there");
  v.check("choices", !p.choices || !p.choices->empty(), "there is nothing to choose from",
          "a label and its JSON Patch, as often as there are choices");
  v.check("", !p.choices || !p.name.empty(), "choices without a name", "\"name\": \"policy\"");
  v.check("range", p.range.empty() || p.range.size() == 2, "not two ends", "[least, greatest]");
  const bool of_range = p.scale != Scale::linear || p.integer || p.points.has_value();
  v.check("", !p.range.empty() || !of_range, "scale, integer and points are for a range",
          "leave them out, or give a range");
}

enum class Method : std::uint8_t { grid, random, latin_hypercube, sobol, nsga2, moead, cmaes };

template <class V>
void describe_values(V& v, Method&) {
  v.begin("DesignMethod", "How the points of a study are found.");
  v.value("grid", Method::grid, "Every combination.");
  v.value("random", Method::random, "Independent draws.");
  v.value("latin-hypercube", Method::latin_hypercube,
          "Draws of which each parameter has one in each of as many equal parts as there are "
          "points.");
  v.value("sobol", Method::sobol, "A Sobol' sequence with a random digital shift.");
  v.value("nsga2", Method::nsga2, "NSGA-II, a search; for `tune`.");
  v.value("moead", Method::moead, "MOEA/D, a search; for `tune`.");
  v.value("cmaes", Method::cmaes, "CMA-ES, a search; for `tune`.");
}

struct DesignFile {
  Method method = Method::grid;
  std::optional<std::uint64_t> points;
  std::uint64_t seeds = 1;
  std::uint64_t seed = 0;

  friend bool operator==(const DesignFile&, const DesignFile&) = default;
};

template <class V>
void describe(V& v, DesignFile& d) {
  v.begin("StudyDesign", "Which points are tried, and with how many seeds.");
  v.field("method", d.method, "How points are found.");
  v.field("points", d.points, "How many points; of a grid, how many values of each range.",
          api::AtLeast{1}, api::AtMost{study_points_max});
  v.field("seeds", d.seeds,
          "How many runs of each scenario at each point, with its own seed and those after it; "
          "all points meet the same ones.",
          api::AtLeast{1}, api::AtMost{study_seeds_max});
  v.field("seed", d.seed, "Where the randomness of the design comes from.",
          api::AtMost{largest_seed});
}

struct StudyFile {
  std::string api_version;
  std::string kind;
  StudyMetadata metadata;
  std::vector<std::string> scenarios;
  std::vector<ParameterFile> parameters;
  DesignFile design;
  std::vector<analysis::Objective> objectives;
  std::vector<analysis::MetricBound> constraints;
  std::vector<analysis::StudyExpectation> expect;

  friend bool operator==(const StudyFile&, const StudyFile&) = default;
};

template <class V>
void describe(V& v, StudyFile& s) {
  v.begin("Study", "Scenarios, what is varied in them, and what is looked for.");
  v.required("apiVersion", s.api_version, "Version of the format.", api::OneOf{"firedrill/v1"});
  v.required("kind", s.kind, "What the file is.", api::OneOf{"Study"});
  v.field("metadata", s.metadata, "What it is called and asks.");
  v.required("scenarios", s.scenarios,
             "Scenario files, relative to the study; * and ? in a name stand for all that fit, in "
             "the order of their names.",
             api::NotEmpty{});
  v.required("parameters", s.parameters, "What is varied.", api::NotEmpty{});
  v.field("design", s.design, "Which points are tried, and with how many seeds.");
  v.required("objectives", s.objectives, "What is looked for; with several, the Pareto front.",
             api::NotEmpty{});
  v.field("constraints", s.constraints, "What a point must keep to be recommended.");
  v.field("expect", s.expect, "What must come of the study.");
}

}  // namespace firedrill::scenarios
