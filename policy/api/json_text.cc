#include "policy/api/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_syntax.h"

namespace firedrill::api {
namespace {

using json_syntax::After;
using json_syntax::Explanation;
using Node = JsonPositions::Node;

constexpr std::size_t read_chunk = std::size_t{1} << 16;

Diagnostic located(const std::string& file,
                   LineTable::Place place,
                   std::string pointer,
                   std::string problem,
                   std::string remedy,
                   Anchor anchor = Anchor::value) {
  return {Severity::error,
          std::move(pointer),
          std::move(problem),
          std::move(remedy),
          anchor,
          {file, place.line, place.column}};
}

/// Receives nlohmann's parsing events; builds the tree and the index of positions, with limits.
///
/// The library does not say where a token starts. But it gives every token in order, so that the
/// next one starts at the next significant character behind the last.
class Builder {
 public:
  Builder(std::string_view text,
          const std::string& file,
          const TextLimits& limits,
          Diagnostics& out)
      : text_(text),
        file_(file),
        lines_(text),
        limits_(limits),
        diagnostics_(out),
        root_(std::make_shared<nlohmann::json>()) {}

  [[nodiscard]] std::shared_ptr<nlohmann::json> root() const { return root_; }
  [[nodiscard]] std::vector<Node> take_nodes() { return std::move(nodes_); }

  // The names and signatures below are the library's SAX interface.
  bool null() { return scalar(nullptr); }
  bool boolean(bool value) { return scalar(value); }
  bool number_integer(std::int64_t value) { return scalar(value); }
  bool number_unsigned(std::uint64_t value) { return scalar(value); }
  bool number_float(double value, const std::string&) { return scalar(value); }
  bool string(std::string& value) { return scalar(std::move(value)); }
  bool binary(nlohmann::json::binary_t&) { return false; }  // Never in a text.
  bool start_object(std::size_t) { return open(nlohmann::json::object()); }
  bool start_array(std::size_t) { return open(nlohmann::json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Frame& frame = frames_.back();
    frame.key_offset = next_token();
    cursor_ = json_syntax::token_end(text_, frame.key_offset);
    after_ = After::key;
    auto [member, added] = frame.json->get_ref<nlohmann::json::object_t&>().try_emplace(name);
    frame.key = &member->first;
    frame.slot = added ? &member->second : &frame.scrap;
    if (!added) report_duplicate(frame, name);
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
    const char container = frames_.empty() ? ' ' : frames_.back().json->is_object() ? '{' : '[';
    // A separator may stand between the last element and the trouble: name the container then.
    report(json_syntax::explain(text_, {after_, last_, cursor_, container}),
           pointer(after_ == After::key ? frames_.size()
                   : frames_.empty()    ? 0
                                        : frames_.size() - 1));
    return false;
  }

 private:
  /// A list or object that is not yet closed.
  struct Frame {
    nlohmann::json* json = nullptr;
    std::size_t node = 0;
    std::size_t size = 0;              // Of a list, so far.
    const std::string* key = nullptr;  // Of an object, the last.
    std::size_t key_offset = 0;
    nlohmann::json* slot = nullptr;  // Where the value of `key` goes.
    nlohmann::json scrap;            // The value of a duplicate key.
  };

  // Separators lie between tokens as well; the library has checked that they are the right ones.
  [[nodiscard]] std::size_t next_token() const {
    std::size_t at = json_syntax::skip_blank(text_, cursor_);
    while (at < text_.size() && (text_[at] == ',' || text_[at] == ':')) {
      at = json_syntax::skip_blank(text_, at + 1);
    }
    return at;
  }

  nlohmann::json& place(nlohmann::json value, std::size_t offset) {
    std::size_t key = offset;
    nlohmann::json* slot = root_.get();
    if (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.json->is_array()) {
        ++frame.size;
        slot = &frame.json->emplace_back();
      } else {
        key = frame.key_offset;
        slot = frame.slot;
      }
    }
    *slot = std::move(value);
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(
        {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(offset), index + 1});
    return *slot;
  }

  bool scalar(nlohmann::json value) {
    const std::size_t offset = next_token();
    place(std::move(value), offset);
    last_ = offset;
    cursor_ = json_syntax::token_end(text_, offset);
    after_ = After::value;
    return true;
  }

  bool open(nlohmann::json empty) {
    const std::size_t offset = next_token();
    const std::size_t node = nodes_.size();
    nlohmann::json& slot = place(std::move(empty), offset);
    if (frames_.size() >= limits_.depth) {
      report(
          {offset, fmt::format("more than {} levels of lists and objects", limits_.depth),
           fmt::format("limit depth; --limit depth=N raises it, up to {}", TextLimits::depth_max)},
          pointer(frames_.size()));
      return false;
    }
    frames_.emplace_back();
    frames_.back().json = &slot;
    frames_.back().node = node;
    cursor_ = offset + 1;
    after_ = After::open;
    return true;
  }

  bool close() {
    last_ = next_token();
    cursor_ = last_ + 1;
    nodes_[frames_.back().node].end = static_cast<std::uint32_t>(nodes_.size());
    frames_.pop_back();
    after_ = After::value;
    return true;
  }

  // The pointer of what is being read, that many levels deep.
  [[nodiscard]] std::string pointer(std::size_t levels) const {
    std::string out;
    for (std::size_t level = 0; level < std::min(levels, frames_.size()); ++level) {
      const Frame& frame = frames_[level];
      if (frame.json->is_array()) {
        if (frame.size > 0) append_pointer(out, frame.size - 1);
      } else if (frame.key != nullptr) {
        append_pointer(out, *frame.key);
      }
    }
    return out;
  }

  void report(Explanation why, std::string at) {
    diagnostics_.add(located(file_, lines_.place(text_, why.offset), std::move(at),
                             std::move(why.problem), std::move(why.remedy)));
  }

  void report_duplicate(const Frame& frame, const std::string& name) {
    if (!diagnostics_.keeps(Severity::error)) {
      diagnostics_.count_hidden(Severity::error);
      return;
    }
    const LineTable::Place first = lines_.place(text_, first_offset(frame, name));
    diagnostics_.add(located(file_, lines_.place(text_, frame.key_offset), pointer(frames_.size()),
                             fmt::format("duplicate key {}", in_quotes(name)),
                             fmt::format("it stands in line {}, column {} already; remove one",
                                         first.line, first.column),
                             Anchor::key));
  }

  // Only for a message, so a search will do.
  [[nodiscard]] std::size_t first_offset(const Frame& frame, const std::string& name) const {
    for (std::size_t node = frame.node + 1; node < nodes_.size(); node = nodes_[node].end) {
      const std::size_t offset = nodes_[node].key;
      const auto literal = text_.substr(offset, json_syntax::token_end(text_, offset) - offset);
      if (nlohmann::json::parse(literal) == name) return offset;
    }
    return frame.key_offset;
  }

  std::string_view text_;
  const std::string& file_;
  LineTable lines_;
  TextLimits limits_;
  Diagnostics& diagnostics_;
  std::shared_ptr<nlohmann::json> root_;
  std::vector<Node> nodes_;
  std::deque<Frame> frames_;  // A deque: slots point into frames (`scrap`).
  std::size_t last_ = 0;
  std::size_t cursor_ = 0;
  After after_ = After::nothing;
};

std::string too_large(std::size_t limit) {
  return fmt::format("more than {} bytes", limit);
}

std::string size_remedy() {
  return "limit input-bytes; --limit input-bytes=N raises it";
}

// What keeps a path from being read as a file; "" if nothing does.
std::pair<std::string, std::string> unreadable(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  const std::string_view regular = "name a regular file, or - for standard input";
  switch (status.type()) {
    case std::filesystem::file_type::regular:
      return {};
    case std::filesystem::file_type::not_found:
      return {"no such file", "check the path"};
    case std::filesystem::file_type::directory:
      return {"is a directory", std::string(regular)};
    case std::filesystem::file_type::fifo:
      return {"is a named pipe", std::string(regular)};
    case std::filesystem::file_type::character:
    case std::filesystem::file_type::block:
      return {"is a device", std::string(regular)};
    case std::filesystem::file_type::socket:
      return {"is a socket", std::string(regular)};
    case std::filesystem::file_type::none:
    case std::filesystem::file_type::symlink:
    case std::filesystem::file_type::unknown:
      break;
  }
  return {"cannot be read: " + error.message(), "check the path and its permissions"};
}

// Reads to the end, but never more than a byte beyond the limit.
std::string read_at_most(std::istream& stream, std::size_t limit) {
  std::string text;
  std::array<char, read_chunk> chunk{};
  while (text.size() <= limit && stream) {
    const std::size_t wanted = std::min(chunk.size(), limit + 1 - text.size());
    stream.read(chunk.data(), static_cast<std::streamsize>(wanted));
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
  }
  return text;
}

}  // namespace

LineTable::LineTable(std::string_view text) {
  starts_.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    starts_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

LineTable::Place LineTable::place(std::string_view text, std::size_t offset) const {
  const auto after = std::ranges::upper_bound(starts_, static_cast<std::uint32_t>(offset));
  const auto line = static_cast<std::size_t>(after - starts_.begin());
  const std::size_t start = starts_[line - 1];
  const auto characters = std::ranges::count_if(text.substr(start, offset - start), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  });
  return {static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(characters) + 1};
}

JsonPositions::JsonPositions(std::string file, std::string text, std::vector<Node> nodes)
    : file_(std::move(file)), text_(std::move(text)), lines_(text_), nodes_(std::move(nodes)) {
  nodes_.shrink_to_fit();
}

bool JsonPositions::key_is(std::size_t node, std::string_view key) const {
  const std::size_t offset = nodes_[node].key;
  const std::string_view literal =
      std::string_view(text_).substr(offset, json_syntax::token_end(text_, offset) - offset);
  const std::string_view inner = literal.substr(1, literal.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return inner == key;
  return nlohmann::json::parse(literal).get_ref<const std::string&>() == key;
}

// The node of that child, or the size of the index.
std::size_t JsonPositions::child(std::size_t node, std::string_view part) const {
  const std::size_t none = nodes_.size();
  const char kind = text_[nodes_[node].value];
  if (kind != '{' && kind != '[') return none;
  std::size_t wanted = none;  // Of a list's elements; a wrong part finds none.
  std::from_chars(part.data(), part.data() + part.size(), wanted);
  std::size_t index = 0;
  for (std::size_t at = node + 1; at < nodes_[node].end; at = nodes_[at].end) {
    if (kind == '{' ? key_is(at, part) : index == wanted) return at;
    ++index;
  }
  return none;
}

Position JsonPositions::locate(std::string_view pointer, Anchor anchor) const {
  if (nodes_.empty()) return {file_, 1, 1};
  std::size_t node = 0;
  for (const std::string& part : split_pointer(pointer)) {
    const std::size_t next = child(node, part);
    if (next == nodes_.size()) {
      anchor = Anchor::value;
      break;
    }
    node = next;
  }
  const std::size_t offset = anchor == Anchor::key ? nodes_[node].key : nodes_[node].value;
  const LineTable::Place place = lines_.place(text_, offset);
  return {file_, place.line, place.column};
}

std::optional<JsonText> parse_json_text(std::string text,
                                        const std::string& file,
                                        const TextLimits& limits,
                                        Diagnostics& diagnostics) {
  if (text.size() > std::min(limits.input_bytes, TextLimits::input_bytes_max)) {
    diagnostics.add(located(file, {0, 0}, "", too_large(limits.input_bytes), size_remedy()));
    return std::nullopt;
  }
  if (auto why = json_syntax::explain_bytes(text)) {
    const LineTable::Place place = LineTable(text).place(text, why->offset);
    diagnostics.add(located(file, place, "", std::move(why->problem), std::move(why->remedy)));
    return std::nullopt;
  }
  const std::size_t errors_before = diagnostics.error_count();
  Builder builder(text, file, limits, diagnostics);
  const bool whole = nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &builder,
                                               nlohmann::json::input_format_t::json, true, true);
  if (!whole || diagnostics.error_count() != errors_before) return std::nullopt;
  return JsonText{builder.root(), std::make_shared<const JsonPositions>(file, std::move(text),
                                                                        builder.take_nodes())};
}

std::optional<std::string> read_text_file(const std::string& path,
                                          const TextLimits& limits,
                                          Diagnostics& diagnostics) {
  const auto refuse = [&](std::string problem, std::string remedy) -> std::optional<std::string> {
    const std::string name = path == "-" ? "<stdin>" : path;
    diagnostics.add(located(name, {0, 0}, "", std::move(problem), std::move(remedy)));
    return std::nullopt;
  };
  std::string text;
  if (path == "-") {
    text = read_at_most(std::cin, limits.input_bytes);
  } else {
    auto [problem, remedy] = unreadable(path);
    if (!problem.empty()) return refuse(std::move(problem), std::move(remedy));
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error && size > limits.input_bytes)
      return refuse(too_large(limits.input_bytes), size_remedy());
    std::ifstream file(path, std::ios::binary);
    if (!file) return refuse("cannot be opened", "check its permissions");
    text = read_at_most(file, limits.input_bytes);
    if (file.bad()) return refuse("cannot be read to its end", "check the disk");
  }
  if (text.size() > limits.input_bytes) return refuse(too_large(limits.input_bytes), size_remedy());
  return text;
}

}  // namespace firedrill::api
