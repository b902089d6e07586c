#include "scenarios/suite/digest_file.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "analysis/timeline/header.h"

namespace firedrill::scenarios {
namespace {

constexpr std::int64_t digest_format = 1;
constexpr std::size_t digits_of_a_sum = 4;
constexpr std::size_t digits_of_a_digest = 64;

/// The text up to the next line end, which goes with it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_hexadecimal(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The value of `"t":` in an event's line, as it is spelt.
std::string_view time_of(std::string_view line) {
  constexpr std::string_view key = R"("t":)";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return "0";
  line.remove_prefix(at + key.size());
  return line.substr(0, std::min(line.find(','), line.size()));
}

/// The whole number after `"key":` of the second line; nothing if there is none.
std::optional<std::int64_t> number_of(std::string_view line, std::string_view key) {
  const std::string quoted = fmt::format("\"{}\":", key);
  const std::size_t at = line.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + quoted.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

/// Appends the sums of one line "TIME DIGITS"; false if it is none.
bool append_sums(std::string_view line, std::vector<std::uint16_t>& sums) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return false;
  std::string_view digits = line.substr(space + 1);
  if (digits.empty() || digits.size() % digits_of_a_sum != 0 || !is_hexadecimal(digits))
    return false;
  for (; !digits.empty(); digits.remove_prefix(digits_of_a_sum)) {
    std::uint16_t sum = 0;
    std::from_chars(digits.data(), digits.data() + digits_of_a_sum, sum, 16);
    sums.push_back(sum);
  }
  return true;
}

/// What is wrong with the line that says what the others are.
std::optional<DigestRefusal> refusal_of_formats(std::string_view line) {
  struct Wanted {
    std::string_view key;
    std::int64_t value;
  };
  for (const auto& [key, value] :
       {Wanted{"format", digest_format}, Wanted{"timelineFormat", timeline::Header::current_format},
        Wanted{"every", std::int64_t{Fingerprints::every}}}) {
    const auto number = number_of(line, key);
    if (number == value) continue;
    return DigestRefusal{2, fmt::format("/{}", key),
                         number ? fmt::format("a golden whose {} is {}; this version compares {}",
                                              key, *number, value)
                                : fmt::format("{} is missing", key)};
  }
  return std::nullopt;
}

}  // namespace

bool Fingerprints::add(std::string_view line) {
  constexpr std::uint64_t prime = 0x100000001b3U;
  if (in_group_ == 0 && sums_.size() % groups_in_a_line == 0) times_.emplace_back(time_of(line));
  for (const char c : line)
    hash_ = (hash_ ^ static_cast<unsigned char>(c)) * prime;
  hash_ = (hash_ ^ static_cast<unsigned char>('\n')) * prime;
  if (++in_group_ < every) return false;
  close_group();
  return true;
}

bool Fingerprints::finish() {
  if (in_group_ == 0) return false;
  close_group();
  return true;
}

void Fingerprints::close_group() {
  in_group_ = 0;
  sums_.push_back(
      static_cast<std::uint16_t>((hash_ ^ hash_ >> 16U ^ hash_ >> 32U ^ hash_ >> 48U) & 0xffffU));
}

std::string Fingerprints::text() const {
  std::string text;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (i % groups_in_a_line == 0)
      text += fmt::format("{}{} ", i == 0 ? "" : "\n", times_[i / groups_in_a_line]);
    text += fmt::format("{:04x}", sums_[i]);
  }
  if (!text.empty()) text += '\n';
  return text;
}

std::string digest_text(std::string_view digest,
                        std::string_view footer,
                        const Fingerprints& prints) {
  return fmt::format("{}\n{{\"format\":{},\"timelineFormat\":{},\"every\":{}}}\n{}\n{}", digest,
                     digest_format, timeline::Header::current_format, Fingerprints::every, footer,
                     prints.text());
}

std::variant<DigestFile, DigestRefusal> read_digest_file(std::string_view text) {
  DigestFile file;
  file.digest = take_line(text);
  if (file.digest.size() != digits_of_a_digest || !is_hexadecimal(file.digest))
    return DigestRefusal{1, "", "this is no digest of 64 hexadecimal digits"};
  if (text.empty()) return file;
  if (auto refusal = refusal_of_formats(take_line(text))) return *std::move(refusal);
  file.footer = take_line(text);
  for (std::uint32_t line = 4; !text.empty(); ++line) {
    if (!append_sums(take_line(text), file.sums))
      return DigestRefusal{line, "", "no time and checksums"};
  }
  return file;
}

}  // namespace firedrill::scenarios
