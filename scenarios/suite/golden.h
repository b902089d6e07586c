#pragma once

/// Goldens: the timeline that a scenario had when somebody last looked at it. That of `X.json` is
/// `X.timeline.jsonl` beside it, byte by byte, or `X.digest` (digest_file.h) where that would pass
/// 1 MiB.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/output.h"

namespace firedrill::scenarios {

/// What to do about goldens beside comparing with them.
struct GoldenOptions {
  bool update = false;  ///< Those that differ are written anew.
  bool create = false;  ///< Scenarios without one get one.
};

/// Where the golden of a scenario may lie.
struct GoldenPlaces {
  std::filesystem::path timeline;
  std::filesystem::path digest;
};
[[nodiscard]] GoldenPlaces golden_places(const std::filesystem::path& scenario);

/// A timeline of more bytes is kept as a digest.
inline constexpr std::size_t golden_timeline_max = std::size_t{1} << 20U;

/// In what a run departs from its golden.
struct GoldenProblem {
  bool bad_input = false;  ///< The golden can't be read, or is of another format.
  std::string message = {};
  std::string details = {};  ///< Further lines, each ended.

  friend bool operator==(const GoldenProblem&, const GoldenProblem&) = default;
};

/// Takes the text of one run as it arises, holds it against the scenario's golden, and writes that
/// anew if so wished. Keeps no more of the text than a golden may hold, four times over.
class GoldenCheck final : public timeline::Output {
 public:
  /// Reads the golden, if there is one.
  GoldenCheck(const std::filesystem::path& scenario, const GoldenOptions& options);
  ~GoldenCheck() override;

  /// There is a golden, or is to be one: else the run's text is not needed.
  [[nodiscard]] bool wanted() const;

  void write(std::string_view bytes) override;

  /// To be called once, after the run. Nothing that fails other checks is kept as golden. Appends
  /// what it wrote to `notes`. Nothing if all is well. Throws timeline::ResourceError when a golden
  /// can't be written.
  [[nodiscard]] std::optional<GoldenProblem> finish(bool other_checks_held,
                                                    std::vector<std::string>& notes);

 private:
  struct Kept;
  struct Actual;

  void take(std::string_view line);
  void compare_line(std::string_view line);
  void compare_group();
  [[nodiscard]] std::optional<GoldenProblem> problem() const;
  [[nodiscard]] std::optional<GoldenProblem> timeline_problem() const;
  [[nodiscard]] GoldenProblem wrong_event() const;
  [[nodiscard]] std::optional<GoldenProblem> digest_problem() const;
  [[nodiscard]] std::string text_to_keep(bool as_timeline) const;
  bool write_golden() const;

  GoldenPlaces places_;
  GoldenOptions options_;
  std::unique_ptr<Kept> kept_;
  std::unique_ptr<Actual> actual_;
  std::string pending_;  // the beginning of a line
};

}  // namespace firedrill::scenarios
