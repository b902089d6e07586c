#pragma once

/// The lists of vector files: those that must agree, and those that do not.

#include <fstream>
#include <string>
#include <vector>

namespace firedrill::scenarios {

inline const std::string vector_folder = "tests/conformance/";

/// The lines of a list, which are paths relative to `vector_folder`. Tests run at the
/// repository's root.
inline std::vector<std::string> read_vector_list(const std::string& name) {
  std::ifstream file(vector_folder + name);
  std::vector<std::string> paths;
  for (std::string line; std::getline(file, line);)
    paths.push_back(line);
  return paths;
}

}  // namespace firedrill::scenarios
