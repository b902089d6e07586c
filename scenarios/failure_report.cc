#include "scenarios/failure_report.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <utility>

#include "analysis/explain/explain.h"
#include "analysis/explain/render.h"
#include "analysis/run_state.h"
#include "analysis/timeline/timeline_file.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, gone with whoever made it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code ignored;
    std::string name = (fs::temp_directory_path(ignored) / "firedrill-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw timeline::ResourceError("can't make a temporary folder " + name,
                                    {errno, std::generic_category()});
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

timeline::TimelineFile played(const Scenario& scenario, RunOptions options) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "timeline.jsonl";
  timeline::OutputFile output(path);
  options.timeline = &output;
  options.digest = true;
  (void)run(scenario, {}, options);
  output.commit();
  // An open file stays when its name goes.
  return timeline::TimelineFile(path.string());
}

/// The last event up to then that changed what a cluster's expectation looks at.
std::optional<std::uint64_t> last_change(const timeline::TimelineFile& file,
                                         const std::string& cluster,
                                         sim::Time time) {
  std::optional<std::uint64_t> last;
  auto cursor = file.cursor(1, file.first_at(time + sim::Duration{1}));
  cursor.only({timeline::TaintAdded::kind, timeline::TaintRemoved::kind,
               timeline::ClusterConditionChanged::kind});
  while (const timeline::TimelineEvent* event = cursor.next()) {
    const std::string* name = analysis::cluster_of(event->payload);
    if (name != nullptr && *name == cluster) last = event->seq;
  }
  return last;
}

std::optional<std::uint64_t> first_eviction(const timeline::TimelineFile& file) {
  auto cursor = file.cursor();
  cursor.only({timeline::GracefulEvictionTaskAdded::kind});
  const timeline::TimelineEvent* event = cursor.next();
  return event == nullptr ? std::nullopt : std::optional(event->seq);
}

std::optional<analysis::Question> question_of(const timeline::TimelineFile& file,
                                              const analysis::Expectation& expectation,
                                              const analysis::Verdict& verdict) {
  const analysis::Evidence& evidence = verdict.evidence;
  const auto about = [](const std::optional<std::uint64_t>& seq) {
    return seq ? std::optional<analysis::Question>(analysis::AboutEvent{*seq}) : std::nullopt;
  };
  if (evidence.event != 0) return about(evidence.event);
  if (!evidence.workload.empty()) {
    if (expectation.at)
      return analysis::AboutPlacement{evidence.workload, sim::start_time + *expectation.at};
    if (expectation.always || expectation.final_state)
      return analysis::AboutPlacement{evidence.workload, verdict.time};
    return analysis::AboutWorkload{evidence.workload};
  }
  if (!evidence.cluster.empty()) return about(last_change(file, evidence.cluster, verdict.time));
  if (!expectation.metric.empty()) return about(first_eviction(file));
  return std::nullopt;
}

}  // namespace

std::vector<FailureReason> explain_failures(const Scenario& scenario,
                                            const std::vector<analysis::Verdict>& verdicts,
                                            const RunOptions& options,
                                            std::size_t lines) {
  std::vector<FailureReason> reasons;
  if (std::ranges::all_of(verdicts, &analysis::Verdict::passed)) return reasons;
  const timeline::TimelineFile file = played(scenario, options);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].passed) continue;
    const auto question = question_of(file, scenario.expect.at(i), verdicts[i]);
    if (!question) continue;
    const auto explanation = analysis::explain(file, *question);
    if (explanation.ok()) reasons.push_back({i, analysis::first_lines(explanation.value(), lines)});
  }
  return reasons;
}

}  // namespace firedrill::scenarios
