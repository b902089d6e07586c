#include <array>
#include <charconv>
#include <utility>

#include "policy/api/json_path_node.h"
#include "policy/api/utf8.h"

namespace firedrill::api::json_path {
namespace {

constexpr std::uint32_t byte_max = 0xFF;

/// Resolves one escape sequence after the other.
class Unquoter {
 public:
  Unquoter(std::string_view text, char quote) : rest_(text), quote_(quote) {}

  std::optional<std::string> run() {
    std::string result;
    while (!rest_.empty()) {
      const char c = take();
      if (c == quote_) return std::nullopt;
      if (c != '\\') {
        result += c;
      } else if (!escape(result)) {
        return std::nullopt;
      }
    }
    return result;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  /// The number of exactly `width` digits.
  std::optional<std::uint32_t> number(std::size_t width, int base) {
    if (rest_.size() < width) return std::nullopt;
    std::uint32_t value = 0;
    const char* const last = rest_.data() + width;
    const auto [end, error] = std::from_chars(rest_.data(), last, value, base);
    if (error != std::errc() || end != last) return std::nullopt;
    rest_.remove_prefix(width);
    return value;
  }

  static bool append_byte(std::string& result, std::optional<std::uint32_t> value) {
    if (!value || *value > byte_max) return false;
    result += static_cast<char>(static_cast<unsigned char>(*value));
    return true;
  }

  static bool append_character(std::string& result, std::optional<std::uint32_t> code_point) {
    return code_point && append_utf8(result, *code_point);
  }

  bool escape(std::string& result) {
    constexpr std::array<std::pair<char, char>, 8> simple{{{'a', '\a'},
                                                           {'b', '\b'},
                                                           {'f', '\f'},
                                                           {'n', '\n'},
                                                           {'r', '\r'},
                                                           {'t', '\t'},
                                                           {'v', '\v'},
                                                           {'\\', '\\'}}};
    if (rest_.empty()) return false;
    if (rest_.front() >= '0' && rest_.front() <= '7') return append_byte(result, number(3, 8));
    const char c = take();
    for (const auto& [letter, meaning] : simple) {
      if (letter != c) continue;
      result += meaning;
      return true;
    }
    switch (c) {
      case 'x':
        return append_byte(result, number(2, 16));
      case 'u':
        return append_character(result, number(4, 16));
      case 'U':
        return append_character(result, number(8, 16));
      default:
        break;
    }
    if (c != quote_) return false;
    result += c;
    return true;
  }

  std::string_view rest_;
  char quote_;
};

}  // namespace

std::optional<std::string> unquote(std::string_view quoted) {
  return Unquoter(quoted.substr(1, quoted.size() - 2), quoted.front()).run();
}

}  // namespace firedrill::api::json_path
