#include "analysis/explain/render.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "analysis/explain/wording.h"
#include "analysis/timeline/text.h"
#include "policy/api/duration.h"

namespace firedrill::analysis {
namespace {

/// Of a chain with more steps than both together, those between are left out of text and Markdown.
constexpr std::size_t shown_first = 12;
constexpr std::size_t shown_last = 40;
/// Lines of details of one step.
constexpr std::size_t details_max = 14;

std::string share_text(const Share& share) {
  std::string text = api::format_duration(share.length) + ": ";
  if (share.setting.empty()) return text + share.words;
  text += fmt::format("{}={}", share.setting, share.value);
  return share.words.empty() ? text : text + ", " + share.words;
}

std::string gate_name(const Gate& gate) {
  std::string text = gate.name;
  if (!gate.cluster.empty()) text += " in " + gate.cluster;
  if (!gate.setting.empty()) text += fmt::format(" ({}={})", gate.setting, gate.value);
  return text;
}

/// A line a gate. What the first one is about is the answer.
std::vector<std::string> gate_lines(const Explanation& explanation) {
  std::vector<std::string> lines;
  for (const Gate& gate : explanation.gates) {
    lines.push_back(lines.empty() ? "stopped by " + gate_name(gate)
                                  : fmt::format("{}: {}", gate_name(gate), gate.words));
  }
  return lines;
}

/// Calls `show` for each step that is shown, and `skip` once with the number that isn't.
template <class Show, class Skip>
void for_shown(const std::vector<Step>& steps, const Show& show, const Skip& skip) {
  const bool all = steps.size() <= shown_first + shown_last;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!all && i == shown_first) {
      skip(steps.size() - shown_first - shown_last);
      i = steps.size() - shown_last;
    }
    show(steps[i]);
  }
}

/// Columns of a chain, as wide as they need to be.
class Columns {
 public:
  explicit Columns(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      time_ = std::max(time_, clock_text(step.time).size());
      duration_ = std::max(duration_, after(step).size());
      seq_ = std::max(seq_, std::to_string(step.seq).size());
    }
  }

  [[nodiscard]] std::string head(const Step& step) const {
    return fmt::format("  {:>{}}  {:>{}}  #{:<{}}  ", clock_text(step.time), time_, after(step),
                       duration_, step.seq, seq_);
  }
  [[nodiscard]] std::string indent() const {
    return std::string(2 + time_ + 2 + duration_ + 2 + 1 + seq_ + 2, ' ');
  }

 private:
  static std::string after(const Step& step) {
    return step.duration == sim::Duration{} ? "" : "+" + api::format_duration(step.duration);
  }

  std::size_t time_ = 0;
  std::size_t duration_ = 0;
  std::size_t seq_ = 0;
};

void append_step(std::string& out, const Step& step, const Columns& columns) {
  out += columns.head(step) + step.what;
  if (!step.rule.name.empty()) out += fmt::format("  [{}]", step.rule.name);
  out += '\n';
  for (const Share& share : step.shares)
    out += columns.indent() + share_text(share) + '\n';
  for (std::size_t i = 0; i < std::min(step.details.size(), details_max); ++i)
    out += columns.indent() + "- " + step.details[i] + '\n';
  if (step.details.size() > details_max) {
    out += columns.indent() + fmt::format("- and {} more lines (-o json has them)\n",
                                          step.details.size() - details_max);
  }
}

void append_chain(std::string& out, const Chain& chain, const Emphasis& emphasis) {
  out += '\n';
  if (!chain.title.empty())
    out += (emphasis.strong ? emphasis.strong(chain.title) : chain.title) + '\n';
  const Columns columns(chain.steps);
  bool first = true;
  for_shown(
      chain.steps,
      [&](const Step& step) {
        append_step(out, step, columns);
        if (std::exchange(first, false) && chain.left_out > 0)
          out += columns.indent() + fmt::format("… {} more causes between\n", chain.left_out);
      },
      [&](std::size_t count) {
        out += columns.indent() + fmt::format("… {} more steps (-o json has them)\n", count);
      });
  if (chain.steps.size() > 1) {
    out += fmt::format("  {} from the first to the last\n", api::format_duration(chain.total()));
  }
}

/// Text in a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '<' || c == '*' || c == '_' || c == '`') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

void append_markdown(std::string& out, const Chain& chain) {
  out += '\n';
  if (!chain.title.empty()) out += fmt::format("### {}\n\n", cell(chain.title));
  out += "| at | after | event | what | set by | rule |\n|---|---|---|---|---|---|\n";
  for_shown(
      chain.steps,
      [&](const Step& step) {
        std::string shares;
        for (const Share& share : step.shares)
          shares += (shares.empty() ? "" : "<br>") + cell(share_text(share));
        std::string what = cell(step.what);
        for (const std::string& detail : step.details)
          what += "<br>– " + cell(detail);
        std::string rule = cell(step.rule.name);
        if (!step.rule.source.empty()) rule += fmt::format(" ({})", cell(step.rule.source));
        out += fmt::format(
            "| {} | {} | {} {} | {} | {} | {} |\n", clock_text(step.time),
            step.duration == sim::Duration{} ? "" : "+" + api::format_duration(step.duration),
            step.seq, step.kind, what, shares, rule);
      },
      [&](std::size_t count) { out += fmt::format("| … | | | {} more steps | | |\n", count); });
}

}  // namespace

std::string text_of(const Explanation& explanation, const Emphasis& emphasis) {
  const auto strong = [&](const std::string& text) {
    return emphasis.strong ? emphasis.strong(text) : text;
  };
  std::string out =
      fmt::format("Why: {}\n\n{}\n", explanation.question, strong(explanation.answer));
  for (const std::string& line : gate_lines(explanation))
    out += "  " + line + '\n';
  for (const Chain& chain : explanation.chains)
    append_chain(out, chain, emphasis);
  if (!explanation.pending.empty()) out += "\nStill pending:\n";
  for (const std::string& line : explanation.pending)
    out += "  " + line + '\n';
  return out;
}

std::vector<std::string> first_lines(const Explanation& explanation, std::size_t lines) {
  std::vector<std::string> all{explanation.answer};
  for (const std::string& line : gate_lines(explanation))
    all.push_back("  " + line);
  for (const Chain& chain : explanation.chains) {
    if (!chain.title.empty()) all.push_back("  " + chain.title);
    const Columns columns(chain.steps);
    for (const Step& step : chain.steps) {
      std::string line = columns.head(step) + step.what;
      for (const Share& share : step.shares)
        line += fmt::format("; {}", share_text(share));
      all.push_back(std::move(line));
    }
  }
  for (const std::string& line : explanation.pending)
    all.push_back("  pending: " + line);
  if (all.size() <= lines) return all;
  // The end of a chain is what was asked for: what lies between goes first.
  const std::size_t left_out = all.size() - lines + 1;
  const std::size_t head = std::max<std::size_t>(2, lines / 2);
  std::vector<std::string> out(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(head));
  out.push_back(fmt::format("  … {} more lines", left_out));
  const std::size_t tail = lines > head + 1 ? lines - head - 1 : 0;
  out.insert(out.end(), all.end() - static_cast<std::ptrdiff_t>(tail), all.end());
  out.resize(std::min(out.size(), lines));
  return out;
}

std::string markdown_of(const Explanation& explanation) {
  std::string out =
      fmt::format("## Why: {}\n\n{}\n", cell(explanation.question), cell(explanation.answer));
  if (!explanation.gates.empty()) out += '\n';
  for (const std::string& line : gate_lines(explanation))
    out += fmt::format("- {}\n", cell(line));
  for (const Chain& chain : explanation.chains)
    append_markdown(out, chain);
  if (!explanation.pending.empty()) out += "\nStill pending:\n\n";
  for (const std::string& line : explanation.pending)
    out += fmt::format("- {}\n", cell(line));
  return out;
}

}  // namespace firedrill::analysis
