#pragma once

/// The part of Go's `net/url` that the admission rules for clusters lean on.

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::policy::karmada {

/// A URL taken apart; only as far as its parts decide anything.
struct Url {
  std::string scheme;  ///< In lower case; "" when there is none.
  std::string host;    ///< With the port; "" when there is none.
  bool has_user = false;
  std::string query;     ///< As written.
  std::string fragment;  ///< As written.
};

/// Empty where Go's `url.Parse` reports an error: control characters, a bad escape, a port that is
/// no number, a colon before any scheme or slash, characters that no host may have.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

}  // namespace firedrill::policy::karmada
