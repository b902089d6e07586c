#include "tools/progress.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "policy/api/duration.h"

namespace firedrill::tools {
namespace {

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds between_draws{100};
constexpr std::string_view clear_line = "\r\x1b[K";
constexpr std::size_t tenths = 10;

/// A terminal that can take a line back.
bool draws_on_terminal() {
  const char* kind = std::getenv("TERM");
  return ::isatty(2) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

}  // namespace

Progress::Progress(Console& console, std::string what, std::size_t total, std::size_t before)
    : console_(console),
      what_(std::move(what)),
      total_(total),
      before_(before),
      done_(before),
      terminal_(draws_on_terminal()),
      tenths_told_(total == 0 ? 0 : before * tenths / total) {}

Progress::~Progress() {
  if (terminal_ && drawn_ != Clock::time_point()) console_.draw(clear_line);
}

void Progress::step(bool failed) {
  ++done_;
  if (failed) ++failed_;
  if (console_.quiet) return;
  if (terminal_) {
    const Clock::time_point now = Clock::now();
    if (now - drawn_ >= between_draws) draw(now);
    return;
  }
  const std::size_t now = done_ * tenths / total_;
  if (now == tenths_told_) return;
  tenths_told_ = now;
  console_.message(fmt::format("{} of {} {} done{}\n", done_, total_, what_, failures()));
}

void Progress::draw(Clock::time_point now) {
  drawn_ = now;
  const std::size_t filled = done_ * bar_width / total_;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const double rate = static_cast<double>(done_ - before_) / std::max(seconds, 1e-3);
  const double left = static_cast<double>(total_ - done_) / rate;
  const auto whole = std::chrono::seconds(static_cast<std::int64_t>(std::min(left, 1e9)) + 1);
  console_.draw(fmt::format("{}[{:#<{}}{:.<{}}] {} of {} {}{}, {:.1f}/s, {} left", clear_line,
                               "", filled, "", bar_width - filled, done_, total_, what_, failures(),
                               rate, api::format_duration(whole)));
}

std::string Progress::failures() const {
  return failed_ == 0 ? "" : fmt::format(", {} failed", failed_);
}

}  // namespace firedrill::tools
