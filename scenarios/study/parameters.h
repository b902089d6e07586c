#pragma once

/// The parameters of a study file: what is checked of each, and what they come to. Internal to
/// studies.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reading.h"
#include "scenarios/study/study.h"

namespace firedrill::scenarios {

/// Where in the study a parameter stands.
[[nodiscard]] std::string parameter_pointer(std::size_t index);

/// All parameters, with pointers into the study's document for what is wrong. What was wrong has
/// been reported; the parameter is then not fit for use.
[[nodiscard]] std::vector<Parameter> read_parameters(const StudyFile& file, Reading& reading);

/// Whether two pointers with * can mean the same place.
[[nodiscard]] bool may_meet(std::string_view a, std::string_view b);

/// Whether one of the places lies at, above or below the other; a pointer "" meets nothing.
[[nodiscard]] bool on_one_way(std::string_view path, std::string_view pointer);

}  // namespace firedrill::scenarios
