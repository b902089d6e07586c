#include "scenarios/source/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/duration.h"
#include "policy/api/json_text.h"
#include "policy/api/quantity.h"
#include "scenarios/source/confined_path.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

struct Cell {
  std::string_view text;
  std::uint32_t line = 0;
  std::uint32_t column = 0;  ///< Of its first character, from 1.
};

using Row = std::vector<Cell>;

Row cells_of(std::string_view line, std::uint32_t number) {
  Row row;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    const std::string_view text = trimmed(line.substr(begin, end - begin));
    const auto offset = text.empty() ? begin : static_cast<std::size_t>(text.data() - line.data());
    row.push_back({text, number, static_cast<std::uint32_t>(offset + 1)});
    begin = end + 1;
  }
  return row;
}

/// The header first.
std::vector<Row> rows_of(std::string_view text) {
  std::vector<Row> rows;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::string_view content = trimmed(line);
    if (!content.empty() && content.front() != '#') rows.push_back(cells_of(line, number));
  }
  return rows;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

/// A duration as a document writes it; a bare number is one of seconds.
std::optional<std::string> duration_of(std::string_view text) {
  const bool bare =
      !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
  std::string spelled = bare ? std::string(text) + "s" : std::string(text);
  const auto length = api::parse_duration(spelled);
  if (!length || *length < api::Duration::zero()) return std::nullopt;
  return spelled;
}

/// One table: what its cells mean, and what is wrong with them.
class Table {
 public:
  Table(std::string file, std::string text, std::string pointer, api::Diagnostics& diagnostics)
      : file_(std::move(file)),
        text_(std::make_shared<const std::string>(std::move(text))),
        pointer_(std::move(pointer)),
        rows_(rows_of(*text_)),
        diagnostics_(diagnostics) {}

  /// The members `values` and `p` of a distribution.
  std::optional<json> distribution() {
    if (!has_rows("value, or value,p")) return std::nullopt;
    const Row& header = rows_.front();
    const bool weighted = header.size() == 2 && header[1].text == "p";
    if (header[0].text != "value" || (header.size() > 1 && !weighted)) {
      error(header[0], "is no header of measured lengths", "value, or value,p");
      return std::nullopt;
    }
    json values = json::array();
    json weights = json::array();
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      if (!is_complete(row)) continue;
      if (auto length = duration_at(row[0])) values.push_back(std::move(*length));
      if (weighted) weights.push_back(number_at(row[1], "a weight of 0 or more"));
    }
    json members{{"values", std::move(values)}};
    if (weighted) members["p"] = std::move(weights);
    return sound(std::move(members));
  }

  /// The points of a trace.
  std::optional<json> trace() {
    if (!has_rows("time,share, or time and resources")) return std::nullopt;
    const Row& header = rows_.front();
    if (header.size() < 2 || header[0].text != "time") {
      error(header[0], "is no header of a trace", "time,share, or time and resources");
      return std::nullopt;
    }
    const bool shares = header.size() == 2 && header[1].text == "share";
    json points = json::array();
    api::Duration before{-1};
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      if (!is_complete(row)) continue;
      json point = json::object();
      if (auto time = duration_at(row[0])) {
        const api::Duration at = api::parse_duration(*time).value();
        if (at <= before) error(row[0], "is not after the row before", "times that increase");
        before = at;
        point["at"] = std::move(*time);
      }
      if (shares) {
        point["share"] = number_at(row[1], "a share from 0 to 1", 1);
      } else {
        point["resources"] = amounts_of(row);
      }
      points.push_back(std::move(point));
    }
    return sound(std::move(points));
  }

 private:
  bool has_rows(std::string_view header) {
    if (rows_.size() > 1) return true;
    error({{}, 1, 1}, "holds no rows", fmt::format("a header ({}) and rows below it", header));
    return false;
  }

  bool is_complete(const Row& row) {
    if (row.size() == rows_.front().size()) return true;
    error(row.front(), fmt::format("begins a row of {} cells", row.size()),
          fmt::format("{}, as in the header", rows_.front().size()));
    return false;
  }

  std::optional<std::string> duration_at(const Cell& cell) {
    auto length = duration_of(cell.text);
    if (!length) error(cell, "is no length of time", "\"90s\", or a number of seconds");
    return length;
  }

  double number_at(const Cell& cell, std::string_view wanted, double most = HUGE_VAL) {
    const auto value = number_of(cell.text);
    if (value && *value >= 0 && *value <= most) return *value;
    error(cell, fmt::format("is not {}", wanted), std::string(wanted));
    return 0;
  }

  json amounts_of(const Row& row) {
    json amounts = json::object();
    for (std::size_t k = 1; k < row.size(); ++k) {
      const auto amount = api::Quantity::parse(row[k].text);
      if (!amount || amount->sign() < 0)
        error(row[k], "is no amount of a resource", "a quantity of 0 or more, such as 12 or 64Gi");
      amounts[std::string(rows_.front()[k].text)] = std::string(row[k].text);
    }
    return amounts;
  }

  void error(const Cell& cell, std::string_view problem, std::string remedy) {
    sound_ = false;
    const std::string subject = cell.text.empty() ? "the table" : api::in_quotes(cell.text);
    diagnostics_.add({api::Severity::error,
                      pointer_,
                      fmt::format("{} {}", subject, problem),
                      std::move(remedy),
                      api::Anchor::value,
                      {file_, cell.line, cell.column}});
  }

  std::optional<json> sound(json result) const {
    if (!sound_) return std::nullopt;
    return result;
  }

  std::string file_;
  std::shared_ptr<const std::string> text_;  // What the rows refer to; stays where it is.
  std::string pointer_;
  std::vector<Row> rows_;
  api::Diagnostics& diagnostics_;
  bool sound_ = true;
};

bool is_text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string();
}

bool names_measured_lengths(const json& object) {
  return is_text(object, "distribution") && object.at("distribution") == "empirical" &&
         is_text(object, "file") && !object.contains("values") && !object.contains("p");
}

/// Walks a document and replaces the names of tables.
class Expansion {
 public:
  Expansion(Document& document,
            const std::filesystem::path& folder,
            const Limits& limits,
            api::Diagnostics& diagnostics)
      : document_(document),
        folder_(folder),
        root_(real_folder(folder)),
        limits_(limits),
        diagnostics_(diagnostics) {}

  // Recursion is bounded by the limit `depth` of the document.
  void walk(json& value, const std::string& pointer) {
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i].is_structured()) walk(value[i], api::child_pointer(pointer, i));
      }
      return;
    }
    if (!value.is_object()) return;
    if (names_measured_lengths(value)) {
      fill_in_lengths(value, api::child_pointer(pointer, "file"));
      return;
    }
    for (auto& [key, member] : value.items()) {
      if (!member.is_structured()) continue;
      const std::string below = api::child_pointer(pointer, key);
      if (key == "background" && member.is_object() && is_text(member, "trace"))
        fill_in_trace(member["trace"], api::child_pointer(below, "trace"));
      walk(member, below);
    }
  }

 private:
  void fill_in_lengths(json& object, const std::string& pointer) {
    auto table = load(object.at("file").get<std::string>(), pointer);
    if (!table) return;
    const auto members = table->distribution();
    if (!members) return;
    object.erase("file");
    object.update(*members);
  }

  void fill_in_trace(json& value, const std::string& pointer) {
    auto table = load(value.get<std::string>(), pointer);
    if (!table) return;
    if (auto points = table->trace()) value = std::move(*points);
  }

  std::optional<Table> load(const std::string& name, const std::string& pointer) {
    const api::Position place = document_.locate(pointer);
    // What an option says stands in no file: then the folder of the first one counts.
    const std::filesystem::path base =
        place.line == 0 ? folder_ : std::filesystem::path(place.file).parent_path();
    const std::string what = "file " + api::in_quotes(name);
    const auto refuse = [&](const std::string& problem, std::string remedy) {
      diagnostics_.add({api::Severity::error, pointer, what + problem, std::move(remedy),
                        api::Anchor::value, place});
      return std::nullopt;
    };
    auto found = resolve_below(root_, base, name);
    if (auto* refusal = std::get_if<PathRefusal>(&found))
      return refuse(refusal->problem, std::move(refusal->remedy));
    api::Diagnostics reading;
    auto text = api::read_text_file(std::get<std::filesystem::path>(found).string(), limits_.text(),
                                    reading);
    if (!text) {
      const api::Diagnostic& why = reading.shown().front();
      return refuse(": " + why.problem, why.remedy);
    }
    bytes_ += text->size();
    if (bytes_ > limits_.input_bytes) {
      return refuse(fmt::format(": the tables have more than {} bytes", limits_.input_bytes),
                    limit_remedy("input-bytes"));
    }
    const std::string shown = (base / name).lexically_normal().string();
    if (std::ranges::find(document_.files, shown) == document_.files.end())
      document_.files.push_back(shown);
    return Table(shown, std::move(*text), pointer, diagnostics_);
  }

  Document& document_;
  std::filesystem::path folder_;
  std::filesystem::path root_;
  const Limits& limits_;
  api::Diagnostics& diagnostics_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

void expand_tables(Document& document,
                   const std::filesystem::path& folder,
                   const Limits& limits,
                   api::Diagnostics& diagnostics) {
  Expansion(document, folder, limits, diagnostics).walk(*document.json, "");
}

}  // namespace firedrill::scenarios
