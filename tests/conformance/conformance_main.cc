/// Runs files of golden vectors as `firedrill conformance` does: one ctest entry a file.

#include <iostream>
#include <string>
#include <vector>

#include "scenarios/conformance/conformance.h"

int main(int count, char** arguments) {
  const std::vector<std::string> paths(arguments + 1, arguments + count);
  const auto report = firedrill::scenarios::run_conformance(paths, {}, std::cout);
  return report.failed() == 0 && report.passed() > 0 ? 0 : 1;
}
