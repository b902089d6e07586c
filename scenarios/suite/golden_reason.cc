#include "scenarios/suite/golden_reason.h"

#include <cerrno>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis/diff/divergence.h"
#include "analysis/explain/explain.h"
#include "analysis/explain/render.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/timeline_file.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t settings_max = 10;
constexpr std::size_t lines_of_a_chain = 8;

/// A file with that text, gone with whoever made it.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    path_ = (fs::temp_directory_path() / "firedrill-run-XXXXXX").string();
    const int descriptor = ::mkstemp(path_.data());
    if (descriptor < 0) {
      const std::error_code code(errno, std::generic_category());
      throw timeline::ResourceError("cannot create " + path_ + ": " + code.message(), code);
    }
    ::close(descriptor);
    timeline::OutputFile file(path_);
    file.write(text);
    file.commit();
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void append_settings(const std::vector<analysis::SettingDifference>& settings,
                     std::vector<std::string>& lines) {
  const auto shown = [](const std::string& value) {
    return value.empty() ? std::string("nothing") : value;
  };
  for (std::size_t i = 0; i < settings.size() && i < settings_max; ++i) {
    lines.push_back(fmt::format("this run has {} {}, the golden {}", settings[i].setting,
                                shown(settings[i].right), shown(settings[i].left)));
  }
  if (settings.size() > settings_max)
    lines.push_back(fmt::format("and {} more settings differ", settings.size() - settings_max));
}

void append_chain(const timeline::TimelineFile& file,
                  const std::optional<timeline::TimelineEvent>& event,
                  std::string_view whose,
                  std::vector<std::string>& lines) {
  if (!event) return;
  const auto explanation = analysis::explain(file, analysis::AboutEvent{event->seq});
  if (!explanation) return;
  lines.push_back(fmt::format("{}:", whose));
  for (const std::string& line : analysis::first_lines(*explanation, lines_of_a_chain))
    lines.push_back("  " + line);
}

std::string line_of(const std::optional<timeline::TimelineEvent>& event) {
  std::string line;
  if (event) timeline::append_line(line, *event);
  return line;
}

}  // namespace

GoldenReason reason_of_difference(const fs::path& golden, std::string_view run) {
  GoldenReason reason;
  const TemporaryFile temporary(run);
  try {
    const timeline::TimelineFile kept(golden.string());
    const timeline::TimelineFile now(temporary.path());
    const analysis::FirstDivergence first = analysis::first_divergence(kept, now);
    append_settings(first.settings, reason.lines);
    if (!first.divergence) return reason;
    reason.words = first.divergence->words;
    reason.expected = line_of(first.divergence->left);
    reason.actual = line_of(first.divergence->right);
    append_chain(kept, first.divergence->left, "why it was so", reason.lines);
    append_chain(now, first.divergence->right, "why it is so now", reason.lines);
  } catch (const timeline::BadTimeline& bad) {
    reason.lines.push_back(api::render(bad.diagnostic()));
  }
  return reason;
}

}  // namespace firedrill::scenarios
