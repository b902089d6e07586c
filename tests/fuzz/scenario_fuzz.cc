// Any bytes as a scenario file: the loader gives a scenario or says what is wrong and where, and
// never anything else. Limits are low, so that the fuzzer meets them.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firedrill;
  scenarios::LoadOptions options;
  options.limits.depth = 64;
  options.limits.includes = 10;
  options.limits.clusters = 1'000;
  options.limits.workloads = 1'000;
  options.limits.replicas = 10'000;
  api::Diagnostics diagnostics(options.limits.errors_shown);
  std::string text(data, data + size);
  const auto scenario = scenarios::load_scenario_text(
      std::move(text), "scenarios/library/documents/fuzz.json", options, diagnostics);
  if (scenario.has_value() != diagnostics.ok()) std::abort();
  for (const api::Diagnostic& diagnostic : diagnostics.shown()) {
    const bool told = !diagnostic.problem.empty() && !diagnostic.remedy.empty();
    if (!told || diagnostic.position.file.empty()) std::abort();
  }
  // What is said of hostile bytes must itself be harmless to show.
  for (const char c : diagnostics.render()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\n') std::abort();
  }
  return 0;
}
