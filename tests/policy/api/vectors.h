#pragma once

/// Reads the golden vectors in tests/conformance/karmada: inputs and what the reference answered.

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace firedrill::test {

struct Vector {
  std::string name;
  nlohmann::json input;
  nlohmann::json expected;
};

/// All cases of one area. Throws if the file is missing, malformed or empty: a vector test must not
/// pass because there was nothing to compare.
[[nodiscard]] std::vector<Vector> load_vectors(const std::string& area);

/// For GoogleTest: the vector's name, with the characters it allows in a test's name.
[[nodiscard]] std::string test_name(const testing::TestParamInfo<Vector>& info);

void PrintTo(const Vector& vector,
             std::ostream* out);  // NOLINT(readability-identifier-naming): GoogleTest's name

}  // namespace firedrill::test
