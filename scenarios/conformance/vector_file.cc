#include "scenarios/conformance/vector_file.h"

#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "policy/api/json_text.h"
#include "scenarios/conformance/areas.h"
#include "scenarios/conformance/comparison.h"
#include "scenarios/conformance/end_to_end.h"
#include "scenarios/conformance/vector_text.h"

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;

enum class Shape { area, end_to_end, unknown };

/// The outcome of a file with the values that led to it.
struct Check {
  FileResult result;
  Shape shape = Shape::unknown;
  Json computed;  ///< As `area_text_with` or `end_to_end_text_with` want it.
};

Shape shape_of(const Json& document) {
  if (!document.is_object()) return Shape::unknown;
  const auto area = document.find("area");
  const auto cases = document.find("cases");
  // A file that holds nothing would pass without showing anything.
  if (area != document.end() && area->is_string() && cases != document.end() && cases->is_array() &&
      !cases->empty()) {
    return Shape::area;
  }
  return document.contains("timeline") ? Shape::end_to_end : Shape::unknown;
}

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find_member(const Json& object, std::string_view key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found == object.end() ? nullptr : &*found;
}

std::string name_or(const Json& object, std::string fallback) {
  const Json* name = find_member(object, "name");
  return name != nullptr && name->is_string() ? name->get<std::string>() : std::move(fallback);
}

std::vector<std::string> describe_difference(const Area& area,
                                             const Json& expected,
                                             const Json& actual) {
  std::vector<std::string> lines = {"expected: " + dump(expected), "actual:   " + dump(actual)};
  // Where an area has rules of its own, the first difference may be one that it allows.
  const auto difference = first_difference(expected, actual);
  if (area.matches == nullptr && difference && !difference->empty()) {
    lines.push_back("first difference at " + *difference);
  }
  return lines;
}

/// What `judge` says, or that it could not. One case that can't be computed, be it for what the
/// file holds or for a fault of ours, must not hide how the others stand.
template <class Judge>
std::vector<std::string> judge_safely(Judge judge) {
  try {
    return judge();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return {fmt::format("not computed: {}", error.what())};
  }
}

/// What is wrong with the case, nothing if it is right. `computed` stays null if there is no value.
std::vector<std::string> judge_case(const Area& area, const Json& vector, Json& computed) {
  const Json* input = find_member(vector, "input");
  const Json* expected = find_member(vector, "expected");
  if (input == nullptr || expected == nullptr) {
    return {"a case has the members name, input and expected"};
  }
  computed = area.compute(*input);
  if (matches_expected(area, *expected, computed)) return {};
  return describe_difference(area, *expected, computed);
}

Check check_area(const Json& document, const std::string& path) {
  const auto& name = document.at("area").get_ref<const std::string&>();
  const Area* area = find_area(name);
  const Json& cases = document.at("cases");
  Check check{.result = {.path = path, .total = cases.size()},
              .shape = Shape::area,
              .computed = Json(cases.size(), Json())};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::vector<std::string> lines =
        area == nullptr
            ? std::vector{"area not known: " + api::in_quotes(name)}
            : judge_safely([&] { return judge_case(*area, cases[i], check.computed[i]); });
    if (lines.empty()) continue;
    check.result.failures.push_back(
        {name_or(cases[i], fmt::format("case {}", i)), std::move(lines)});
  }
  return check;
}

/// Why the document can't be compared as a recording, or nothing.
std::string recording_problem(const Json& document) {
  const Json* timeline = find_member(document, "timeline");
  if (timeline == nullptr || !timeline->is_array()) return "timeline is no list of events";
  for (const Json& event : *timeline) {
    const Json* time = find_member(event, "t");
    const Json* kind = find_member(event, "kind");
    if (time == nullptr || !time->is_number() || kind == nullptr || !kind->is_string()) {
      return "an event without t and kind: " + dump(event);
    }
  }
  const Json* final_state = find_member(document, "final");
  return final_state == nullptr || !final_state->is_object() ? "final is no object" : "";
}

/// What is wrong with the recorded case, nothing if it is right. `computed` is left alone if there
/// is no result.
std::vector<std::string> judge_recording(const Json& document, Json& computed) {
  std::string problem = recording_problem(document);
  if (!problem.empty()) return {std::move(problem)};
  api::Result<EndToEndResult> replay = replay_end_to_end(document);
  if (!replay.ok()) return {"not computed: " + replay.problem()};
  std::vector<std::string> lines = compare_end_to_end(document, *replay);
  EndToEndResult result = std::move(replay).value();
  computed["timeline"] = std::move(result.timeline);
  computed["final"] = std::move(result.final);
  return lines;
}

Check check_end_to_end(const Json& document, const std::string& path) {
  Check check{.result = {.path = path, .total = 1},
              .shape = Shape::end_to_end,
              .computed = {{"timeline", nullptr}, {"final", nullptr}}};
  std::vector<std::string> lines =
      judge_safely([&] { return judge_recording(document, check.computed); });
  if (!lines.empty()) {
    check.result.failures.push_back({name_or(document, path), std::move(lines)});
  }
  return check;
}

FileResult failed_file(const std::string& path, std::vector<std::string> lines) {
  FileResult result{.path = path, .total = 1};
  result.failures.push_back({path, std::move(lines)});
  return result;
}

Check check_document(const Json& document, const std::string& path) {
  switch (shape_of(document)) {
    case Shape::area:
      return check_area(document, path);
    case Shape::end_to_end:
      return check_end_to_end(document, path);
    case Shape::unknown:
      break;
  }
  return {.result = failed_file(
              path,
              {"shape not known: neither an area with a list of cases nor a case with a timeline"}),
          .shape = Shape::unknown,
          .computed = nullptr};
}

std::string actual_text_of(const Check& check, std::string_view text) {
  switch (check.shape) {
    case Shape::area:
      return area_text_with(text, check.computed);
    case Shape::end_to_end:
      return end_to_end_text_with(text, check.computed);
    case Shape::unknown:
      break;
  }
  return {};
}

}  // namespace

FileResult check_vector_file(const std::string& path, KeepActual keep) {
  const api::TextLimits limits;
  api::Diagnostics problems;
  std::optional<api::JsonText> parsed;
  std::optional<std::string> text = api::read_text_file(path, limits, problems);
  if (text) {
    std::string copy = keep == KeepActual::yes ? *text : std::string();
    parsed = api::parse_json_text(std::move(*text), path, limits, problems);
    text = std::move(copy);
  }
  if (!parsed) {
    std::vector<std::string> lines;
    for (const api::Diagnostic& problem : problems.shown())
      lines.push_back(api::render(problem));
    return failed_file(path, std::move(lines));
  }
  Check check = check_document(*parsed->json, path);
  if (keep == KeepActual::yes) check.result.actual_text = actual_text_of(check, *text);
  return std::move(check.result);
}

FileResult check_vectors(const Json& document, const std::string& path) {
  return check_document(document, path).result;
}

}  // namespace firedrill::scenarios
