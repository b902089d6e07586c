#include "models/member/background.h"

#include <algorithm>
#include <cstdint>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

constexpr sim::Duration day = 24h;
constexpr double pi = 3.14159265358979323846;

/// Of an angle from 0 to pi. The series alone, since libm's last bits differ between machines;
/// exact to 1e-14, and only millionths are kept.
double cosine(double angle) {
  if (angle > pi / 2) return -cosine(pi - angle);
  constexpr int terms = 11;
  double sum = 0;
  double term = 1;
  for (int n = 1; n <= terms; ++n) {
    sum += term;
    term *= -angle * angle / static_cast<double>((2 * n - 1) * (2 * n));
  }
  return sum;
}

BackgroundLoad of_share(double share) {
  return {.millionths = static_cast<std::int64_t>(share * 1e6 + 0.5), .amounts = {}};
}

/// Time of day, not before the start of 1970.
sim::Duration time_of_day(sim::Time time, api::Timestamp epoch) {
  const sim::Duration since_midnight =
      (epoch.time_since_epoch() % day + (time - sim::start_time) % day) % day;
  return since_midnight < sim::Duration{} ? since_midnight + day : since_midnight;
}

BackgroundLoad daily_at(const DailyLoad& daily, sim::Duration time_of_day) {
  const sim::Duration step = time_of_day - time_of_day % daily_step;
  const sim::Duration apart = step > daily.peak ? step - daily.peak : daily.peak - step;
  const sim::Duration nearest = std::min(apart, day - apart);
  const double angle =
      2 * pi * (static_cast<double>(nearest.count()) / static_cast<double>(day.count()));
  return of_share(std::clamp(daily.mean + daily.amplitude * cosine(angle), 0.0, 1.0));
}

std::optional<sim::Time> next_daily_change(const DailyLoad& daily,
                                           sim::Time time,
                                           api::Timestamp epoch) {
  const sim::Duration now = time_of_day(time, epoch);
  const BackgroundLoad load = daily_at(daily, now);
  sim::Time next = time;
  sim::Duration gap = daily_step - now % daily_step;
  for (sim::Duration passed{}; passed < day; passed += daily_step) {
    next = sim::saturating_add(next, gap);
    gap = daily_step;
    if (daily_at(daily, time_of_day(next, epoch)) != load) return next;
  }
  return std::nullopt;
}

/// The first point after a time.
auto after(const BackgroundTrace& trace, sim::Time time) {
  return std::ranges::upper_bound(trace.points, time - sim::start_time, {}, &BackgroundPoint::at);
}

}  // namespace

BackgroundLoad background_at(const BackgroundSpec& background,
                             sim::Time time,
                             api::Timestamp epoch) {
  if (background.share) return of_share(*background.share);
  if (background.daily) return daily_at(*background.daily, time_of_day(time, epoch));
  if (!background.trace) return {};
  const auto next = after(*background.trace, time);
  if (next == background.trace->points.begin()) return {};
  const BackgroundPoint& point = *(next - 1);
  if (point.share) return of_share(*point.share);
  return {.millionths = 0, .amounts = point.resources};
}

std::optional<sim::Time> next_background_change(const BackgroundSpec& background,
                                                sim::Time time,
                                                api::Timestamp epoch) {
  if (background.daily) return next_daily_change(*background.daily, time, epoch);
  if (!background.trace) return std::nullopt;
  const BackgroundLoad load = background_at(background, time, epoch);
  for (auto point = after(*background.trace, time); point != background.trace->points.end();
       ++point) {
    const sim::Time at = sim::start_time + point->at;
    if (background_at(background, at, epoch) != load) return at;
  }
  return std::nullopt;
}

}  // namespace firedrill::models
