// A random scenario as a file, to look at and to shrink: make_random_scenario SEED [PROFILE].

#include <charconv>
#include <cstdio>
#include <string_view>

#include "scenarios/random/random_scenario.h"

int main(int count, char** words) {
  std::uint64_t seed = 0;
  const std::string_view text = count > 1 ? words[1] : "";
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (count < 2 || read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    std::fputs("make_random_scenario SEED [PROFILE]\n", stderr);
    return 2;
  }
  firedrill::scenarios::RandomSizes sizes;
  if (count > 2) sizes.profile = words[2];
  const std::string file =
      firedrill::scenarios::scenario_text(firedrill::scenarios::random_scenario(seed, sizes));
  std::fwrite(file.data(), 1, file.size(), stdout);
  return 0;
}
