#include "analysis/timeline/glob.h"

#include <algorithm>
#include <cstddef>

namespace firedrill::timeline {

bool matches_glob(std::string_view text, std::string_view glob) {
  std::size_t t = 0;
  std::size_t g = 0;
  std::size_t star = std::string_view::npos;  // the last one seen, and
  std::size_t resume = 0;                     // where the text goes on if it takes one more
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', std::min(g, glob.size())) == std::string_view::npos;
}

bool matches_workload(std::string_view workload, std::string_view glob) {
  if (std::ranges::count(glob, '/') >= 2) return matches_glob(workload, glob);
  const std::size_t kind_end = workload.find('/');
  return kind_end != std::string_view::npos && matches_glob(workload.substr(kind_end + 1), glob);
}

}  // namespace firedrill::timeline
