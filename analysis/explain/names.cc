#include "analysis/explain/names.h"

#include <algorithm>
#include <array>
#include <set>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analysis/explain/wording.h"
#include "analysis/run_state.h"
#include "analysis/timeline/glob.h"
#include "analysis/timeline/text.h"
#include "policy/api/diagnostic.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

/// "web" of "Deployment/shop/web".
std::string_view last_part(std::string_view workload) {
  return workload.substr(workload.rfind('/') + 1);
}

bool is_meant(std::string_view workload, std::string_view name) {
  if (workload == name || short_name(workload) == name) return true;
  return name.find('/') == std::string_view::npos && last_part(workload) == name;
}

/// Keeps the nearest of the names that it is shown.
class Nearest {
 public:
  explicit Nearest(std::string_view wanted) : wanted_(wanted) {}

  void show(std::string_view name) {
    const std::array<std::string_view, 2> both{best_, name};
    const std::span<const std::string_view> candidates(both);
    const std::string_view near = api::nearest(wanted_, candidates.subspan(best_.empty() ? 1 : 0));
    if (near == name) best_ = std::string(name);
  }
  [[nodiscard]] std::string hint() const {
    return best_.empty() ? "" : fmt::format("; did you mean {}?", best_);
  }

 private:
  std::string_view wanted_;
  std::string best_;
};

api::Problem no_workload(const TimelineFile& file, std::string_view name) {
  // Every workload is placed, or fails to be, before anything else happens to it.
  const auto slashes = std::ranges::count(name, '/');
  Nearest nearest(name);
  auto cursor = file.cursor();
  cursor.only({BindingScheduled::kind, SchedulingFailed::kind, SubscriptionQueued::kind,
               SubscriptionScheduled::kind, WorkCreated::kind});
  while (const TimelineEvent* event = cursor.next()) {
    const std::string* workload = workload_of(event->payload);
    if (workload == nullptr) continue;
    nearest.show(slashes >= 2   ? *workload
                 : slashes == 1 ? short_name(*workload)
                                : std::string(last_part(*workload)));
  }
  return {fmt::format("the timeline names no workload {}{}", api::in_quotes(name), nearest.hint())};
}

}  // namespace

std::string in_line(std::string_view text) {
  std::string quoted;
  append_json(quoted, text);
  return quoted;
}

api::Result<std::string> full_name(const TimelineFile& file, std::string_view name) {
  std::string end = in_line(name);
  end.erase(0, 1);
  auto cursor = file.cursor();
  cursor.holding({end});
  std::set<std::string> found;
  while (const TimelineEvent* event = cursor.next()) {
    const std::string* workload = workload_of(event->payload);
    if (workload == nullptr || !is_meant(*workload, name)) continue;
    found.insert(*workload);
    // One that is named in full can be no other.
    if (*workload == name) return *workload;
  }
  if (found.empty()) return no_workload(file, name);
  if (found.size() > 1)
    return api::Problem{fmt::format("several workloads are called {}: {}", api::in_quotes(name),
                                    fmt::join(found, ", "))};
  return *found.begin();
}

std::string unknown_cluster(const TimelineFile& file, std::string_view glob) {
  Nearest nearest(glob);
  auto cursor = file.cursor();
  cursor.only({ClusterJoined::kind});
  while (const TimelineEvent* event = cursor.next()) {
    const auto& joined = std::get<ClusterJoined>(event->payload);
    if (matches_glob(joined.cluster, glob)) return {};
    nearest.show(joined.cluster);
  }
  return fmt::format("the timeline names no cluster {}{}", api::in_quotes(glob), nearest.hint());
}

}  // namespace firedrill::analysis
