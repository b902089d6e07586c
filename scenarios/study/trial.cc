#include "scenarios/study/trial.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/loader.h"
#include "scenarios/study/cells.h"
#include "scenarios/study/design.h"
#include "scenarios/study/parameters.h"
#include "scenarios/study/patch.h"

namespace firedrill::scenarios {
namespace {

/// Tries changes on copies of one scenario, and says where in the study they stand.
class Trial {
 public:
  Trial(const Study& study,
        const NamedScenario& named,
        const LoadOptions& options,
        api::Diagnostics& diagnostics,
        api::Diagnostics& located)
      : study_(study),
        named_(named),
        options_(options),
        diagnostics_(diagnostics),
        located_(located) {}

  void run(const Point& first) {
    if (!changes_fit(first)) return;
    api::Diagnostics found(options_.limits.errors_shown);
    const nlohmann::json document = *changed(first);
    const Document at_first{std::make_shared<nlohmann::json>(document), {}, {}};
    if (read_scenario(at_first, options_, found) && found.warning_count() == 0) return;
    report(found);
  }

 private:
  std::optional<nlohmann::json> changed(const Point& point) {
    nlohmann::json document = *named_.scenario.document->json;
    if (const auto problem = apply_point(document, study_.parameters, point)) {
      report(*problem, point);
      return std::nullopt;
    }
    return document;
  }

  /// Every level can be applied beside the first of the others: whether a place is there doesn't
  /// depend on the value that goes to it, so that of the others one is enough.
  bool changes_fit(const Point& first) {
    if (!changed(first)) return false;
    bool fit = true;
    for (std::size_t i = 0; i < first.size(); ++i) {
      if (!study_.parameters[i].is_choice()) continue;
      for (const Level& level : study_.parameters[i].levels) {
        Point point = first;
        point[i] = level;
        if (level != first[i] && !changed(point)) fit = false;
      }
    }
    return fit;
  }

  void report(const ImpossibleChange& change, const Point& point) {
    const Parameter& parameter = study_.parameters[change.parameter];
    const std::string base = parameter_pointer(change.parameter);
    std::string pointer = base + "/path";
    if (change.operation) {
      const std::string& label = point[change.parameter].shown.text;
      pointer = api::child_pointer(api::child_pointer(base + "/choices", label), *change.operation);
    }
    diagnostics_.error(pointer,
                       fmt::format("not in scenario {}: {}", named_.scenario.name, change.problem),
                       parameter.is_choice() ? "a path that the scenario has"
                                             : "a path that the scenario has; missing objects are "
                                               "made, missing elements are not");
  }

  /// What is wrong at the first point: with the scenario by itself, with a parameter, or with how
  /// they meet.
  void report(const api::Diagnostics& found) {
    api::Diagnostics own(options_.limits.errors_shown);
    (void)read_scenario(*named_.scenario.document, options_, own);
    for (api::Diagnostic diagnostic : found.shown()) {
      const auto same = std::ranges::find_if(own.shown(), [&](const api::Diagnostic& other) {
        return other.pointer == diagnostic.pointer && other.problem == diagnostic.problem;
      });
      if (same != own.shown().end()) {
        located_.add(*same);
        continue;
      }
      const std::optional<std::size_t> parameter = parameter_at(diagnostic.pointer);
      diagnostic.problem =
          fmt::format("scenario {} with the first values: {}: {}", named_.scenario.name,
                      diagnostic.pointer, diagnostic.problem);
      diagnostic.pointer = parameter
                               ? parameter_pointer(*parameter) +
                                     (study_.parameters[*parameter].is_choice() ? "" : "/path")
                               : api::child_pointer("/scenarios", named_.entry);
      diagnostic.anchor = api::Anchor::value;
      diagnostic.position = {};
      diagnostics_.add(std::move(diagnostic));
    }
  }

  [[nodiscard]] std::optional<std::size_t> parameter_at(const std::string& pointer) const {
    for (std::size_t i = 0; i < study_.parameters.size(); ++i) {
      const Parameter& parameter = study_.parameters[i];
      if (!parameter.is_choice()) {
        if (on_one_way(parameter.path, pointer)) return i;
        continue;
      }
      for (const Level& level : parameter.levels) {
        for (const PatchOperation& operation : level.changes) {
          if (on_one_way(operation.path, pointer)) return i;
        }
      }
    }
    return std::nullopt;
  }

  const Study& study_;
  const NamedScenario& named_;
  const LoadOptions& options_;
  api::Diagnostics& diagnostics_;
  api::Diagnostics& located_;
};

}  // namespace

void try_scenarios(const Study& study,
                   const std::vector<NamedScenario>& scenarios,
                   const LoadOptions& options,
                   api::Diagnostics& diagnostics,
                   api::Diagnostics& located) {
  const Point first = first_point(study);
  for (const NamedScenario& named : scenarios)
    Trial(study, named, options, diagnostics, located).run(first);
}

}  // namespace firedrill::scenarios
