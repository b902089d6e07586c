#include "analysis/diff/divergence.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "analysis/diff/alignment.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

template <class T>
std::string setting_text(const T& value) {
  std::string text;
  timeline::append_value(text, value);
  // Strings and durations without their quotes, as one writes them on a command line.
  if (text.size() >= 2 && text.front() == '"' && text.find('\\') == std::string::npos)
    return text.substr(1, text.size() - 2);
  return text;
}

class Settings {
 public:
  template <class T>
  void value(const std::string& setting, const T& left, const T& right) {
    if (left != right) found_.push_back({setting, setting_text(left), setting_text(right)});
  }

  template <class T>
  void map(const std::string& prefix,
           const std::map<std::string, T, std::less<>>& left,
           const std::map<std::string, T, std::less<>>& right) {
    std::map<std::string, SettingDifference, std::less<>> found;
    for (const auto& [name, value] : left) {
      const auto other = right.find(name);
      if (other != right.end() && other->second == value) continue;
      found[name] = {prefix + name, setting_text(value),
                     other == right.end() ? "" : setting_text(other->second)};
    }
    for (const auto& [name, value] : right) {
      if (left.find(name) == left.end()) found[name] = {prefix + name, "", setting_text(value)};
    }
    for (auto& [name, difference] : found)
      found_.push_back(std::move(difference));
  }

  std::vector<SettingDifference> take() { return std::move(found_); }

 private:
  std::vector<SettingDifference> found_;
};

}  // namespace

std::string FirstDivergence::text() const {
  if (!divergence) return {};
  const timeline::TimelineEvent& event = divergence->left ? *divergence->left : *divergence->right;
  return fmt::format("at {}: {}", api::format_duration(event.time.time_since_epoch()),
                     divergence->words);
}

std::vector<SettingDifference> setting_differences(const timeline::Header& left,
                                                   const timeline::Header& right) {
  Settings settings;
  settings.value("firedrill", left.firedrill, right.firedrill);
  settings.value("scenario", left.scenario, right.scenario);
  settings.value("sha256", left.sha256, right.sha256);
  settings.value("seed", left.seed, right.seed);
  settings.value("profile", left.profile, right.profile);
  settings.value("start", left.start, right.start);
  settings.map("--", left.flags, right.flags);
  settings.map("--feature-gates=", left.feature_gates, right.feature_gates);
  settings.map("components/", left.components, right.components);
  settings.map("behaviour/", left.behaviour, right.behaviour);
  return settings.take();
}

FirstDivergence first_divergence(const timeline::TimelineFile& left,
                                 const timeline::TimelineFile& right) {
  FirstDivergence first;
  first.settings = setting_differences(left.header(), right.header());
  Alignment alignment({.allowance = {.civil_seconds = right.header().start.unix_seconds() -
                                                      left.header().start.unix_seconds()},
                       .kept_max = 1});
  auto left_cursor = left.cursor();
  auto right_cursor = right.cursor();
  alignment.run([&] { return left_cursor.next(); }, [&] { return right_cursor.next(); },
                [&] { return alignment.first_decided(); });
  AlignmentResult result = alignment.finish();
  if (!result.first.empty()) first.divergence = std::move(result.first.begin()->second);
  return first;
}

FirstDivergence first_divergence(const std::string& left_file, const std::string& right_file) {
  try {
    const timeline::TimelineFile left(left_file);
    const timeline::TimelineFile right(right_file);
    return first_divergence(left, right);
  } catch (const timeline::BadTimeline& bad) {
    FirstDivergence first;
    first.problem = bad.diagnostic();
    return first;
  }
}

}  // namespace firedrill::analysis
