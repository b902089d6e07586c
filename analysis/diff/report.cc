#include "analysis/diff/report.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/compare/figures.h"
#include "analysis/compare/report.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

/// Workloads and clusters whose metrics are listed.
constexpr std::size_t subjects_shown = 12;

using Line = std::vector<std::string>;

/// The parts of a report, in whichever form.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  virtual void title(std::string_view text) = 0;
  virtual void paragraph(std::string_view text) = 0;
  virtual void list(std::span<const std::string> lines) = 0;
  /// The first line is the heading.
  virtual void table(std::span<const Line> lines) = 0;
  virtual void metrics(const ComparisonReport& report) = 0;

  [[nodiscard]] std::string take() { return std::move(text_); }

 protected:
  std::string text_;
};

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

class TextWriter final : public Writer {
 public:
  void title(std::string_view text) override { text_.append("\n").append(text).append("\n"); }
  void paragraph(std::string_view text) override { text_.append(text).append("\n"); }
  void list(std::span<const std::string> lines) override {
    for (const std::string& line : lines)
      text_.append("  ").append(line).append("\n");
  }
  void table(std::span<const Line> lines) override {
    std::vector<std::size_t> widths(lines.front().size());
    for (const Line& line : lines) {
      for (std::size_t i = 0; i < line.size(); ++i)
        widths[i] = std::max(widths[i], width_of(line[i]));
    }
    for (const Line& line : lines) {
      std::string row;
      for (std::size_t i = 0; i < line.size(); ++i) {
        row += (i == 0 ? "" : "  ") + (&line == &lines.front() ? upper(line[i]) : line[i]);
        row.append(widths[i] - width_of(line[i]), ' ');
      }
      row.erase(row.find_last_not_of(' ') + 1);
      text_ += row + "\n";
    }
  }
  void metrics(const ComparisonReport& report) override {
    text_ += comparison_table(report, Rows::all);
  }
};

class MarkdownWriter final : public Writer {
 public:
  void title(std::string_view text) override {
    text_.append(text_.empty() ? "" : "\n").append("### ").append(text).append("\n\n");
  }
  void paragraph(std::string_view text) override { text_.append(escaped(text)).append("\n\n"); }
  void list(std::span<const std::string> lines) override {
    for (const std::string& line : lines)
      text_.append("- ").append(escaped(line)).append("\n");
  }
  void table(std::span<const Line> lines) override {
    for (const Line& line : lines) {
      for (const std::string& cell : line)
        text_ += "| " + escaped(cell) + (cell.empty() ? "" : " ");
      text_ += "|\n";
      if (&line != &lines.front()) continue;
      for (std::size_t i = 0; i < line.size(); ++i)
        text_ += "|---";
      text_ += "|\n";
    }
  }
  void metrics(const ComparisonReport& report) override {
    text_ += comparison_markdown(report, Rows::all);
  }

 private:
  /// Names come from a file of others' making: nothing in them may be markup.
  static std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
      if (c == '<') {
        result += "&lt;";
        continue;
      }
      if (std::string_view("\\`*_|[]#").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
    return result;
  }
};

std::string time_text(sim::Time time) {
  return api::format_duration(time.time_since_epoch());
}

std::string side_text(const DiffReport& report, const DiffSide& side) {
  std::string text =
      fmt::format("{}: {}, {}, seed {}", side.file, side.scenario, side.profile, side.seed);
  if (report.of_timelines)
    text += fmt::format(", {} events in {}", side.events, api::format_duration(side.duration));
  return text;
}

/// Of a digest so much that it can be told from another one.
std::string shortened(const SettingDifference& setting, const std::string& value) {
  constexpr std::size_t digits = 12;
  if (setting.setting == "sha256" && value.size() > digits) return value.substr(0, digits);
  return value.empty() ? "-" : value;
}

void write_settings(Writer& out, const DiffReport& report) {
  if (report.settings.empty()) return;
  out.title("What was run");
  std::vector<Line> lines{{"setting", "left", "right"}};
  for (const SettingDifference& setting : report.settings)
    lines.push_back(
        {setting.setting, shortened(setting, setting.left), shortened(setting, setting.right)});
  out.table(lines);
}

std::string place_text(const std::optional<ChainPlace>& place, bool first) {
  if (!place) return "-";
  std::string text = time_text(place->time);
  if (!first && place->after != sim::Duration::zero())
    text += " (+" + rounded_duration(place->after) + ")";
  return text;
}

void write_chain(Writer& out, const DiffReport& report) {
  if (report.chain.empty()) return;
  out.title("What led to it");
  if (report.chain_left_out != 0)
    out.paragraph(fmt::format("… {} earlier causes", report.chain_left_out));
  std::vector<Line> lines{{"cause", "left", "right"}};
  for (const ChainRow& row : report.chain) {
    const bool first = &row == &report.chain.front();
    lines.push_back({row.what, place_text(row.left, first), place_text(row.right, first)});
  }
  out.table(lines);
}

std::string event_place(const std::optional<timeline::TimelineEvent>& event) {
  return event ? fmt::format("event {} at {}", event->seq, time_text(event->time))
               : "no such event";
}

void write_divergence(Writer& out, const DiffReport& report) {
  if (report.events.first.empty()) return;
  const Difference& first = report.events.first.begin()->second;
  const timeline::TimelineEvent& event = first.left ? *first.left : *first.right;
  out.title(
      fmt::format("First divergence, at {}",
                  time_text(std::min(event.time, first.right ? first.right->time : event.time))));
  out.paragraph(first.words);
  out.list(std::vector<std::string>{"left:  " + event_place(first.left),
                                    "right: " + event_place(first.right)});
  write_chain(out, report);
}

std::string shift_text(const DifferenceGroup& group) {
  if (!group.shift || group.shift->second == sim::Duration::zero()) return "";
  const auto& [least, most] = *group.shift;
  if (least == most) return rounded_duration(most);
  return rounded_duration(least) + " to " + rounded_duration(most);
}

/// "other cluster".
std::string spaced(std::string_view word) {
  std::string text;
  for (const char c : word) {
    if (c >= 'A' && c <= 'Z') {
      text += ' ';
      text += static_cast<char>(c - 'A' + 'a');
    } else {
      text += c;
    }
  }
  return text;
}

void write_events(Writer& out, const DiffReport& report) {
  const AlignmentResult& events = report.events;
  if (events.differing == 0) return;
  out.title(fmt::format("{} of {} and {} events are equal, {} differ", events.equal,
                        events.left_events, events.right_events, events.differing));
  std::vector<Line> lines{{"event", "difference", "count", "by"}};
  for (const auto& [kinds, group] : events.groups)
    lines.push_back({std::string(kinds.first), spaced(to_string(kinds.second)),
                     std::to_string(group.count), shift_text(group)});
  out.table(lines);
  if (events.hurried != 0)
    out.paragraph(fmt::format(
        "{} events were taken for extra or missing, or paired early, since too many were without a "
        "partner at the time",
        events.hurried));
  out.title(events.first.size() < events.differing
                ? fmt::format("The first {}", events.first.size())
                : "All of them");
  std::vector<std::string> words;
  for (const auto& [place, difference] : events.first)
    words.push_back(time_text(place.time) + " " + difference.words);
  out.list(words);
}

/// The metrics of the runs that differ, as a comparison of two variants.
ComparisonReport comparison_of(const DiffReport& report) {
  std::vector<VariantRuns> variants{{"left", {MetricValues{}}}, {"right", {MetricValues{}}}};
  for (const MetricDifference& metric : report.metrics.run) {
    if (metric.left) variants[0].runs.front().emplace(metric.metric, *metric.left);
    if (metric.right) variants[1].runs.front().emplace(metric.metric, *metric.right);
  }
  return {.first_seed = report.left.seed,
          .seeds = 1,
          .variants = {{.label = "left", .meaning = ""}, {.label = "right", .meaning = ""}},
          .comparison = Comparison(variants)};
}

void write_metrics(Writer& out, const DiffReport& report) {
  if (report.metrics.empty()) return;
  out.title(report.of_timelines ? "What it cost" : "Metrics that differ");
  if (!report.metrics.run.empty()) out.metrics(comparison_of(report));
  std::vector<std::string> lines;
  for (const SubjectDifference& subject : report.metrics.subjects) {
    if (lines.size() == subjects_shown) break;
    lines.push_back(fmt::format("{} {}: {} {}", to_string(subject.subject), subject.name,
                                subject.metric.metric, subject.metric.text()));
  }
  if (lines.empty()) return;
  if (lines.size() < report.metrics.subjects_differing)
    lines.push_back(fmt::format("… and {} more", report.metrics.subjects_differing - lines.size()));
  out.title("By workload, cluster and component");
  out.list(lines);
}

void write_notes(Writer& out, const DiffReport& report) {
  if (!report.of_timelines || report.metrics.empty()) return;
  out.title("Measured from the timelines alone: a workload wants what it was ever assigned.");
  if (!report.not_measured.empty())
    out.paragraph(
        fmt::format("Without a value in either: {}", fmt::join(report.not_measured, ", ")));
}

void write(Writer& out, const DiffReport& report) {
  const std::string_view what = report.of_timelines ? "timelines" : "metrics";
  const bool exact =
      report.tolerance.duration == sim::Duration::zero() && report.tolerance.relative.empty();
  out.list(std::vector<std::string>{"left:  " + side_text(report, report.left),
                                    "right: " + side_text(report, report.right)});
  write_settings(out, report);
  if (!report.differs()) {
    out.title(fmt::format("The {} are equal{}", what, exact ? "" : " within the tolerance"));
    return;
  }
  write_divergence(out, report);
  write_events(out, report);
  write_metrics(out, report);
  write_notes(out, report);
}

}  // namespace

std::string diff_text(const DiffReport& report) {
  TextWriter out;
  write(out, report);
  return out.take();
}

std::string diff_markdown(const DiffReport& report) {
  MarkdownWriter out;
  write(out, report);
  return out.take();
}

}  // namespace firedrill::analysis
