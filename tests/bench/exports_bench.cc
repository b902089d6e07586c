/// Exports a timeline file of any length in one of the forms, and says how many events a second
/// that took and how much memory at most. `none` only reads: what the others take beyond that is
/// theirs.
///
///   bench_exports none|csv|trace|sqlite|series TIMELINE OUT

#include <chrono>
#include <fstream>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <sys/resource.h>

#include "analysis/exports/csv.h"
#include "analysis/exports/sqlite_export.h"
#include "analysis/exports/trace.h"
#include "analysis/metrics/reference_series.h"
#include "analysis/timeline/reader.h"

namespace {

using namespace firedrill;

class Nothing final : public timeline::Sink {
 public:
  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent&) override {}
  void end(const timeline::Footer&) override {}
};

/// Counts on the way to the export.
class Counting final : public timeline::Sink {
 public:
  explicit Counting(timeline::Sink& sink) : sink_(sink) {}
  void begin(const timeline::Header& header) override { sink_.begin(header); }
  void event(const timeline::TimelineEvent& event) override {
    ++events_;
    sink_.event(event);
  }
  void end(const timeline::Footer& footer) override {
    sink_.end(footer);
    digest_ = footer.digest;
  }

  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  timeline::Sink& sink_;
  std::uint64_t events_ = 0;
  std::string digest_;
};

/// What of the footer the others need.
struct Read {
  std::uint64_t events = 0;
  std::string digest;
};

Read fed(timeline::Sink& sink, const std::string& path) {
  Counting counting(sink);
  std::ifstream in(path, std::ios::binary);
  if (const auto problem = timeline::read_timeline(in, {.file = path}, counting))
    throw std::runtime_error(api::render(*problem));
  return {counting.events(), counting.digest()};
}

std::uint64_t exported(const std::string& form, const std::string& path, const std::string& out) {
  if (form == "none") {
    Nothing nothing;
    return fed(nothing, path).events;
  }
  if (form == "sqlite") {
    exports::SqliteExport sqlite(out);
    const Read read = fed(sqlite, path);
    sqlite.commit(read.digest);
    return read.events;
  }
  timeline::OutputFile file(out);
  std::uint64_t events = 0;
  if (form == "csv") {
    exports::Csv csv(file);
    events = fed(csv, path).events;
  } else if (form == "trace") {
    exports::Trace trace(file);
    events = fed(trace, path).events;
  } else if (form == "series") {
    analysis::ReferenceSeries series(std::chrono::seconds(15));
    events = fed(series, path).events;
    series.write_openmetrics(file);
  } else {
    throw std::runtime_error("no form " + form);
  }
  file.commit();
  return events;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (argc != 4) {
    std::cerr << "bench_exports none|csv|trace|sqlite|series TIMELINE OUT\n";
    return 2;
  }
  try {
    const auto started = std::chrono::steady_clock::now();
    const std::uint64_t events = exported(arguments[1], arguments[2], arguments[3]);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const double user = static_cast<double>(usage.ru_utime.tv_sec) +
                        static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
    std::cout << fmt::format(
        "{}: {} events, {:.1f} s user, {:.1f} s wall, {:.0f} events a second, {} MiB at most\n",
        arguments[1], events, user, wall.count(), static_cast<double>(events) / wall.count(),
        usage.ru_maxrss / 1024);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  return 0;
}
