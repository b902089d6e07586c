#pragma once

/// What is kept of a timeline that is too long to be kept: `X.digest`.
///
///     1b91…65fc                                   SHA-256 of the timeline, as its footer has it
///     {"format":1,"timelineFormat":1,"every":16}  what stands below
///     {"kind":"Footer",…}                         the timeline's last line
///     33.5 9f02c1d4…                              for each 1,024 events: the time of the first,
///     and …                                           4 hexadecimal digits for each 16 events
///
/// The digits are those of a checksum over all events so far (not the header: another version or
/// setting alone moves no event), so the first that differ tell between which 16 events two
/// timelines part. A file that holds nothing but the first line is taken, too.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::scenarios {

/// The checksums of a timeline's events.
class Fingerprints {
 public:
  static constexpr std::size_t every = 16;
  static constexpr std::size_t groups_in_a_line = 64;

  /// Takes one event's line. True when it completed a group.
  bool add(std::string_view line);
  /// Completes the last group. True if one was open.
  bool finish();

  /// After each group, the last one included.
  [[nodiscard]] const std::vector<std::uint16_t>& sums() const { return sums_; }
  /// The lines of a digest file.
  [[nodiscard]] std::string text() const;

 private:
  void close_group();

  std::uint64_t hash_ = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  std::size_t in_group_ = 0;
  std::vector<std::uint16_t> sums_;
  std::vector<std::string> times_;  // of the first event of each line
};

struct DigestFile {
  std::string digest;
  std::string footer;  ///< The timeline's last line; "" in a file of one line.
  std::vector<std::uint16_t> sums;
};

/// The file's text. Requires: `footer` is a timeline's last line, without its end.
[[nodiscard]] std::string digest_text(std::string_view digest,
                                      std::string_view footer,
                                      const Fingerprints& prints);

/// Why a text is no digest file that this version can read.
struct DigestRefusal {
  std::uint32_t line = 1;
  std::string pointer = {};
  std::string problem = {};
};

[[nodiscard]] std::variant<DigestFile, DigestRefusal> read_digest_file(std::string_view text);

}  // namespace firedrill::scenarios
