// The data of a report as JSON: columns rather than rows, times in units of what all of them are
// multiples of, and each time, number and value as the distance to the one before.

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/report/report_data.h"
#include "analysis/timeline/text.h"

namespace firedrill::analysis {
namespace {

using timeline::append_integer;
using timeline::append_json;

constexpr std::size_t failovers_max = 200;  // the longest ones are shown
constexpr std::size_t fields_max = 4'000;   // bytes of an event's payload

constexpr std::array<std::pair<Measure, std::string_view>, 7> stages{{
    {Measure::stage_observed, "observed"},
    {Measure::stage_condition, "condition"},
    {Measure::stage_taint, "taint"},
    {Measure::stage_queue, "queue"},
    {Measure::stage_eviction, "eviction"},
    {Measure::stage_scheduled, "scheduled"},
    {Measure::stage_ready, "ready"},
}};

// In words, names of the cluster and the workload stand as these: then few texts are unlike.
constexpr char cluster_mark = '\x01';
constexpr char workload_mark = '\x02';
constexpr char short_workload_mark = '\x03';
constexpr char verbatim_mark = '\x04';  // at the beginning: there are no marks behind it

void replace_all(std::string& text, std::string_view name, char mark) {
  if (name.empty()) return;
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
    text.replace(at, name.size(), 1, mark);
}

std::string with_marks(const EventRow& row) {
  std::string text = row.words;
  const auto is_mark = [](char c) { return c >= cluster_mark && c <= verbatim_mark; };
  if (std::ranges::any_of(text, is_mark)) return text.insert(0, 1, verbatim_mark);
  replace_all(text, row.workload, workload_mark);
  const std::size_t slash = row.workload.find('/');
  if (slash != std::string::npos)
    replace_all(text, std::string_view(row.workload).substr(slash + 1), short_workload_mark);
  replace_all(text, row.cluster, cluster_mark);
  return text;
}

/// The payload without the two fields that have columns of their own.
std::string without_names(const EventRow& row) {
  std::string text = row.fields;
  for (const auto& [key, name] :
       {std::pair<std::string_view, std::string_view>{"cluster", row.cluster},
        {"workload", row.workload}}) {
    if (name.empty()) continue;
    std::string member;
    append_json(member, key);
    member.push_back(':');
    append_json(member, name);
    const std::size_t at = text.find(member);
    if (at == std::string::npos) continue;
    const bool comma = at + member.size() < text.size() && text[at + member.size()] == ',';
    text.erase(at, member.size() + (comma ? 1 : 0));
  }
  if (text.size() > 2 && text[text.size() - 2] == ',') text.erase(text.size() - 2, 1);
  if (text.size() <= fields_max) return text;
  std::size_t end = fields_max;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;  // not within a character
  return text.substr(0, end) + "…";
}

/// In a script element `</script` and `<!--` would end the text, and U+2028 end a line.
std::string for_script(const std::string& json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else if (c == '\xE2' &&
               (json.compare(i, 3, "\u2028") == 0 || json.compare(i, 3, "\u2029") == 0)) {
      out += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// Texts by number, each once.
class Texts {
 public:
  std::size_t number(const std::string& text) {
    const auto [found, fresh] = numbers_.try_emplace(text, texts_.size());
    if (fresh) texts_.push_back(&found->first);
    return found->second;
  }
  [[nodiscard]] const std::vector<const std::string*>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;  // for look-up only
  std::vector<const std::string*> texts_;
};

}  // namespace

struct ReportData::Writer {
  ReportData& data;
  const MetricTable& table;
  std::string_view digest;
  std::string out = {};
  std::int64_t unit = 0;

  std::string write() {
    find_unit();
    out = "{\"format\":1,";
    head();
    clusters();
    names("workloads", data.workloads_);
    names("kinds", timeline::kind_names);
    copies();
    queues();
    faults();
    stage_table();
    metrics();
    events();
    out.back() = '}';
    return for_script(out);
  }

  // Every part ends in a comma.

  void key(std::string_view name) {
    append_json(out, name);
    out.push_back(':');
  }
  void close(char bracket) {
    if (out.back() == ',') out.pop_back();
    out.push_back(bracket);
    out.push_back(',');
  }
  void number(std::int64_t value) {
    append_integer(out, value);
    out.push_back(',');
  }
  void text(std::string_view value) {
    append_json(out, value);
    out.push_back(',');
  }
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }
  template <class Names>
  void names(std::string_view name, const Names& values) {
    key(name);
    out.push_back('[');
    for (const auto& value : values)
      text(value);
    close(']');
  }
  void open(std::string_view name, char bracket) {
    key(name);
    out.push_back(bracket);
  }

  void join(sim::Duration time) { unit = std::gcd(unit, time.count()); }
  void find_unit() {
    const auto of_set = [this](const SeriesSet& set) {
      for (std::size_t i = 0; i < set.size(); ++i) {
        for (const SeriesStep& step : set.series(i).steps())
          join(step.time);
      }
    };
    of_set(data.lines_);
    of_set(data.copy_lines_);
    for (const FaultSpan& fault : data.faults_) {
      join(fault.begin);
      if (fault.end) join(*fault.end);
    }
    for (const EventRow& row : data.sample_.rows())
      join(row.time);
    join(data.footer_.time.time.time_since_epoch());
    if (unit == 0) unit = 1;
  }
  [[nodiscard]] std::int64_t units(sim::Duration time) const { return time.count() / unit; }

  void head() {
    const timeline::Header& header = data.header_;
    open("run", '{');
    member("scenario", header.scenario);
    member("profile", header.profile);
    member("seed", std::to_string(header.seed));
    member("firedrill", header.firedrill);
    member("start", api::format_rfc3339(header.start));
    member("sha256", header.sha256);
    member("digest", digest);
    member("unit", unit);
    member("end", units(data.footer_.time.time.time_since_epoch()));
    member("events", data.footer_.events);
    member("bucket", units(data.lines_.width()));
    member("copyBucket", units(data.copy_lines_.width()));
    member("faultsLeftOut", static_cast<std::int64_t>(data.faults_left_out_));
    close('}');
  }

  void series(const StepSeries& series) {
    out.push_back('[');
    SeriesStep last;
    const auto column = [&](auto&& distance) {
      last = {};
      out.push_back('[');
      for (const SeriesStep& step : series.steps()) {
        number(distance(step));
        last = step;
      }
      close(']');
    };
    column([&](const SeriesStep& step) { return units(step.time) - units(last.time); });
    column([&](const SeriesStep& step) { return step.value - last.value; });
    column([&](const SeriesStep& step) {
      return static_cast<std::int64_t>(step.seq) - static_cast<std::int64_t>(last.seq);
    });
    close(']');
  }
  void line(std::string_view name, const std::optional<std::size_t>& line) {
    if (!line) return;
    key(name);
    series(data.lines_.series(*line));
  }

  void clusters() {
    open("clusters", '[');
    for (const Cluster& cluster : data.clusters_) {
      out.push_back('{');
      member("name", cluster.name);
      member("provider", cluster.provider);
      member("region", cluster.region);
      names("zones", cluster.zones);
      member("syncMode", cluster.sync_mode);
      for (std::size_t i = 0; i < line_count; ++i)
        line(line_names.at(i), cluster.lines.at(i));
      open("room", '{');
      for (std::size_t i = 0; i < resources.size(); ++i) {
        open(resources.at(i), '{');
        line("allocatable", cluster.room.at(i).allocatable);
        line("allocated", cluster.room.at(i).allocated);
        close('}');
      }
      close('}');
      close('}');
    }
    close(']');
  }

  void copies() {
    open("copies", '[');
    for (const Copy& copy : data.copies_) {
      if (!copy.drawn) continue;
      out.push_back('{');
      member("workload", std::int64_t{copy.workload});
      member("cluster", std::int64_t{copy.cluster});
      key("running");
      series(data.copy_lines_.series(copy.running_line));
      key("ready");
      series(data.copy_lines_.series(copy.ready_line));
      close('}');
    }
    close(']');
    member("copiesLeftOut", static_cast<std::int64_t>(data.copies_.size() - data.copies_drawn_));
  }

  void queues() {
    open("queues", '[');
    for (const auto& [name, queue] : data.queues_) {
      out.push_back('{');
      member("name", name);
      line("depth", queue.line);
      close('}');
    }
    close(']');
    line("tasks", data.tasks_line_);
  }

  void faults() {
    open("faults", '[');
    for (const FaultSpan& fault : data.faults_) {
      out.push_back('{');
      member("fault", fault.fault);
      member("type", fault.type);
      member("mode", fault.mode);
      open("clusters", '[');
      for (const std::string& name : fault.clusters)
        number(data.cluster_index(name));
      close(']');
      names("links", fault.links);
      member("begin", units(fault.begin));
      if (fault.end) member("end", units(*fault.end));
      member("seq", static_cast<std::int64_t>(fault.seq));
      close('}');
    }
    close(']');
  }

  /// The longest failover of each workload, the longest of all first; lengths in seconds.
  void stage_table() {
    open("stages", '[');
    for (const auto& [measure, name] : stages)
      text(name);
    close(']');
    using Entry = MetricTable::Column::Entry;
    const MetricTable::Column& totals = table.column(Measure::stage_total, Subject::workload);
    std::vector<const Entry*> longest;
    for (const Entry& entry : totals)
      longest.push_back(&entry);
    std::ranges::stable_sort(longest,
                             [](const Entry* a, const Entry* b) { return b->second < a->second; });
    if (longest.size() > failovers_max) longest.resize(failovers_max);
    open("failovers", '[');
    for (const Entry* entry : longest) {
      out.push_back('{');
      member("workload", std::int64_t{data.workload_index(entry->first)});
      open("lengths", '[');
      for (const auto& [measure, name] : stages) {
        const MetricTable::Column& column = table.column(measure, Subject::workload);
        const auto found = column.find(entry->first);
        if (found == column.end()) break;
        out += format_amount(Unit::seconds, found->second);
        out.push_back(',');
      }
      close(']');
      close('}');
    }
    close(']');
    member("failoverCount", static_cast<std::int64_t>(totals.size()));
  }

  void metrics() {
    open("metrics", '[');
    for (const Metric& metric : analysis::metrics()) {
      for (const std::string& name : names_of(metric, table)) {
        const auto amount = evaluate(name, table);
        if (!amount) continue;
        out.push_back('[');
        text(name);
        text(to_string(metric.unit));
        out += format_amount(metric.unit, *amount);
        close(']');
      }
    }
    close(']');
  }

  template <class Value>
  void column(std::string_view name, const Value& value) {
    open(name, '[');
    for (const EventRow& row : data.sample_.rows())
      number(static_cast<std::int64_t>(value(row)));
    close(']');
  }

  void events() {
    const std::vector<std::uint64_t> causes = data.sample_.kept_causes();
    Texts texts;
    open("table", '{');
    std::uint64_t seq = 0;
    std::int64_t time = 0;
    column("seq", [&](const EventRow& row) { return row.seq - std::exchange(seq, row.seq); });
    column("time", [&](const EventRow& row) {
      return units(row.time) - std::exchange(time, units(row.time));
    });
    column("kind", [](const EventRow& row) { return row.kind; });
    // 0: none; the names of others are numbered from 1.
    column("cluster", [&](const EventRow& row) {
      return row.cluster.empty() ? 0 : data.cluster_index(row.cluster) + 1;
    });
    column("workload", [&](const EventRow& row) {
      return row.workload.empty() ? 0 : data.workload_index(row.workload) + 1;
    });
    std::size_t at = 0;
    column("cause", [&](const EventRow& row) {
      const std::uint64_t cause = causes[at++];
      return cause == 0 ? 0 : row.seq - cause;
    });
    at = 0;
    // Whether events between it and its cause are left out.
    open("skips", '[');
    for (const EventRow& row : data.sample_.rows()) {
      if (row.cause != causes[at]) number(static_cast<std::int64_t>(at));
      ++at;
    }
    close(']');
    column("words", [&](const EventRow& row) { return texts.number(with_marks(row)); });
    column("fields", [&](const EventRow& row) { return texts.number(without_names(row)); });
    open("texts", '[');
    for (const std::string* value : texts.texts())
      text(*value);
    close(']');
    open("every", '[');
    for (std::size_t rank = 0; rank < EventSample::rank_count; ++rank)
      number(static_cast<std::int64_t>(data.sample_.every(rank)));
    close(']');
    close('}');
  }
};

std::string ReportData::json(const MetricTable& table, std::string_view digest) {
  return Writer{*this, table, digest}.write();
}

}  // namespace firedrill::analysis
