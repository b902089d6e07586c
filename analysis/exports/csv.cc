#include "analysis/exports/csv.h"

#include <concepts>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "analysis/exports/csv_field.h"
#include "analysis/timeline/text.h"

namespace firedrill::exports {
namespace {

constexpr std::size_t buffer_max = std::size_t{64} << 10;
/// The columns that every event has, which no payload describes.
constexpr std::size_t frame_columns = 4;

template <class T>
constexpr bool is_text = std::convertible_to<const T&, std::string_view>;

/// Its fields are columns of their own.
template <class T>
constexpr bool is_structure =
    api::Described<T> && !is_text<T> && !std::same_as<T, timeline::Span> &&
    !std::same_as<T, timeline::Instant> && !std::same_as<T, api::Quantity> &&
    !std::same_as<T, api::StoredTime> && !std::same_as<T, api::Json>;

/// The visitor that shows each field of a payload to `Leaf`, in one order whether it is there or
/// not: leaf(key, field or null).
template <class Leaf>
class Fields {
 public:
  Fields(Leaf& leaf, bool present) : leaf_(leaf), present_(present) {}

  void begin(std::string_view, std::string_view) {}
  void check(std::string_view, bool, std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, const T& member, std::string_view, const C&...) {
    show(key, member, present_ && timeline::detail::has_text(member));
  }
  template <class T, class... C>
  void required(std::string_view key, const T& member, std::string_view, const C&...) {
    show(key, member, present_);
  }

 private:
  template <class T>
  void show(std::string_view key, const T& member, bool present) {
    using Value = timeline::Bare<T>;
    if constexpr (!is_structure<Value>) {
      leaf_(key, present ? &member : nullptr);
    } else if constexpr (api::OptionalMember<T>) {
      show_structure(key, present ? *member : Value{}, present);
    } else {
      show_structure(key, member, present);
    }
  }

  template <class T>
  void show_structure(std::string_view key, const T& structure, bool present) {
    leaf_.enter(key);
    Fields<Leaf> inner(leaf_, present);
    // Descriptions take their value mutable, for a reader's sake. This visitor only looks.
    describe(inner, const_cast<T&>(structure));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    leaf_.leave();
  }

  Leaf& leaf_;
  bool present_;
};

template <class Leaf, class T>
void show_fields(Leaf& leaf, const T& payload) {
  Fields<Leaf> fields(leaf, true);
  describe(fields, const_cast<T&>(payload));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

/// Gives each field of a kind its column.
class ColumnFinder {
 public:
  explicit ColumnFinder(std::vector<std::string>& names) : names_(names) {
    for (std::size_t i = 0; i < names.size(); ++i)
      columns_.emplace(names[i], i);
  }

  void enter(std::string_view key) { prefix_.append(key).append("."); }
  void leave() {
    prefix_.pop_back();
    prefix_.resize(prefix_.rfind('.') + 1);  // to nothing, if there is none
  }
  template <class T>
  void operator()(std::string_view key, const T*) {
    std::string name = prefix_ + std::string(key);
    const auto [column, added] = columns_.try_emplace(name, names_.size());
    if (added) names_.push_back(std::move(name));
    found_.push_back(column->second);
  }

  [[nodiscard]] std::vector<std::size_t> take() { return std::exchange(found_, {}); }

 private:
  std::vector<std::string>& names_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::string prefix_;
  std::vector<std::size_t> found_;
};

/// Writes each field of an event into its cell.
class CellWriter {
 public:
  CellWriter(std::vector<std::string>& cells, const std::vector<std::size_t>& columns)
      : cells_(cells), columns_(columns) {}

  void enter(std::string_view) {}
  void leave() {}
  template <class T>
  void operator()(std::string_view, const T* field) {
    std::string& cell = cells_[columns_[next_]];
    ++next_;
    if (field == nullptr) return;
    if constexpr (is_text<T>) {
      append_csv_field(cell, std::string_view(*field));
    } else if constexpr (std::is_arithmetic_v<T>) {
      timeline::append_value(cell, *field);
    } else {
      std::string json;
      timeline::append_value(json, *field);
      const bool quoted = json.size() > 1 && json.front() == '"';  // a quantity, a time
      append_csv_field(cell, quoted ? json.substr(1, json.size() - 2) : json);
    }
  }

 private:
  std::vector<std::string>& cells_;
  const std::vector<std::size_t>& columns_;
  std::size_t next_ = 0;
};

template <std::size_t... i>
void find_columns(CsvColumns& columns, std::index_sequence<i...>) {
  ColumnFinder finder(columns.names);
  ((show_fields(finder, std::variant_alternative_t<i, timeline::Payload>{}),
    columns.of_kind.at(i) = finder.take()),
   ...);
}

}  // namespace

CsvColumns csv_columns() {
  CsvColumns columns{{"seq", "t", "kind", "cause", "cluster", "workload"}, {}};
  find_columns(columns, std::make_index_sequence<timeline::kind_count>{});
  return columns;
}

Csv::Csv(timeline::Output& output)
    : output_(output), columns_(csv_columns()), cells_(columns_.names.size()) {}

void Csv::begin(const timeline::Header&) {
  for (const std::string& name : columns_.names)
    buffer_.append(buffer_.empty() ? "" : ",").append(name);
  buffer_ += "\r\n";
}

void Csv::event(const timeline::TimelineEvent& event) {
  const std::vector<std::size_t>& columns = columns_.of_kind.at(event.payload.index());
  std::visit(
      [&](const auto& payload) {
        CellWriter writer(cells_, columns);
        show_fields(writer, payload);
      },
      event.payload);
  timeline::append_integer(buffer_, event.seq);
  buffer_ += ',';
  timeline::append_seconds(buffer_, event.time.time_since_epoch());
  buffer_ += ',';
  buffer_ += timeline::kind_name(event.payload);
  buffer_ += ',';
  timeline::append_integer(buffer_, event.cause);
  for (std::size_t i = frame_columns; i < cells_.size(); ++i)
    buffer_.append(1, ',').append(cells_[i]);
  buffer_ += "\r\n";
  for (const std::size_t column : columns)
    cells_[column].clear();
  if (buffer_.size() < buffer_max) return;
  output_.write(buffer_);
  buffer_.clear();
}

void Csv::end(const timeline::Footer&) {
  output_.write(buffer_);
  output_.flush();
  buffer_.clear();
}

}  // namespace firedrill::exports
