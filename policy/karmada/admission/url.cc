#include "policy/karmada/admission/url.h"

#include <algorithm>
#include <cstddef>

namespace firedrill::policy::karmada {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool escapes_are_whole(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
  }
  return true;
}

/// "" or ":" and digits (none are enough).
bool is_optional_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::ranges::all_of(text.substr(1), is_digit));
}

/// What Go accepts in a host without brackets. Escapes may only stand for bytes above ASCII.
bool is_host_text(std::string_view host) {
  if (!escapes_are_whole(host)) return false;
  for (std::size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    if (c == '%' && host.substr(i, 3) != "%25" && is_digit(host[i + 1]) && host[i + 1] < '8') {
      return false;
    }
    const bool plain = is_letter(c) || is_digit(c) || !is_ascii(c);
    if (!plain && !is_one_of(c, "%-_.~!$&'()*+,;=:[]<>\"")) return false;
  }
  return true;
}

bool is_address_literal(std::string_view text) {
  const std::string_view address = text.substr(0, text.find("%25"));
  return address.find(':') != std::string_view::npos &&
         std::ranges::all_of(address, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.rfind(']');
    return end != std::string_view::npos && is_optional_port(host.substr(end + 1)) &&
           is_address_literal(host.substr(1, end - 1));
  }
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && !is_optional_port(host.substr(colon))) return false;
  return is_host_text(host);
}

bool is_user_info(std::string_view text) {
  return escapes_are_whole(text) && std::ranges::all_of(text, [](char c) {
           return is_letter(c) || is_digit(c) || is_one_of(c, "-._:~!$&'()*+,;=%@");
         });
}

/// Takes "user@host:port" apart; false if it is none.
bool read_authority(std::string_view authority, Url& url) {
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    if (!is_user_info(authority.substr(0, at))) return false;
    url.has_user = true;
    authority.remove_prefix(at + 1);
  }
  url.host = authority;
  return is_host(authority);
}

/// Moves a leading scheme from `rest` to `url`; false if there is a colon but nothing before it.
bool read_scheme(std::string_view& rest, Url& url) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (is_letter(c)) continue;
    if (c == ':') {
      if (i == 0) return false;
      url.scheme = rest.substr(0, i);
      std::ranges::transform(url.scheme, url.scheme.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
      });
      rest.remove_prefix(i + 1);
      return true;
    }
    if (i == 0 || !(is_digit(c) || is_one_of(c, "+-."))) return true;
  }
  return true;
}

/// What follows `separator`, taken off the end of `rest`.
std::string take_after(std::string_view& rest, char separator) {
  const std::size_t found = rest.find(separator);
  if (found == std::string_view::npos) return {};
  std::string tail(rest.substr(found + 1));
  rest = rest.substr(0, found);
  return tail;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  url.fragment = take_after(text, '#');
  if (!escapes_are_whole(url.fragment) || std::ranges::any_of(text, is_control)) return {};
  if (!read_scheme(text, url)) return {};
  url.query = take_after(text, '?');
  if (!text.starts_with('/')) {
    if (!url.scheme.empty()) return url;  // "mailto:x": the rest is opaque.
    const std::string_view segment = text.substr(0, text.find('/'));
    if (segment.find(':') != std::string_view::npos) return {};
  }
  if (text.starts_with("//") && (!url.scheme.empty() || !text.starts_with("///"))) {
    text.remove_prefix(2);
    const std::string_view authority = text.substr(0, text.find('/'));
    if (!read_authority(authority, url)) return {};
    text.remove_prefix(authority.size());
  }
  return escapes_are_whole(text) ? std::optional(url) : std::nullopt;
}

}  // namespace firedrill::policy::karmada
