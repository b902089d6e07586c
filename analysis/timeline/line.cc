#include "analysis/timeline/line.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace firedrill::timeline {
namespace {

/// What every line says.
struct LineHead {
  std::string kind;
};

template <class V>
void describe(V& v, LineHead& h) {
  v.begin("LineHead", "");
  v.required("kind", h.kind, "Kind of the event.");
}

template <std::size_t... i>
void read_alternative(Scan& scan,
                      const ScannedLine& line,
                      std::size_t wanted,
                      Payload& payload,
                      std::index_sequence<i...>) {
  const auto read = [&]<std::size_t at>(std::integral_constant<std::size_t, at>) {
    scan.read_members(line.object, line.members, payload.emplace<at>());
  };
  ((i == wanted ? read(std::integral_constant<std::size_t, i>{}) : void()), ...);
}

std::uint32_t column_of(std::string_view line, std::size_t offset) {
  const auto starts_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  };
  return 1 + static_cast<std::uint32_t>(
                 std::ranges::count_if(line.substr(0, offset), starts_character));
}

}  // namespace

ScannedLine scan_line(Scan& scan) {
  ScannedLine line;
  line.object = scan.whole();
  if (scan.ok()) line.members = scan.members(line.object);
  LineHead head;
  if (scan.ok()) scan.read_members(line.object, line.members, head);
  line.kind = std::move(head.kind);
  return line;
}

bool scan_payload(Scan& scan, const ScannedLine& line, Payload& payload) {
  const auto found = std::ranges::find(kind_names, std::string_view(line.kind));
  if (found == kind_names.end()) return false;
  read_alternative(scan, line, static_cast<std::size_t>(found - kind_names.begin()), payload,
                   std::make_index_sequence<kind_count>{});
  return scan.ok();
}

api::Diagnostic located(const ScanProblem& problem,
                        std::string_view line,
                        std::uint32_t line_number,
                        const std::string& file) {
  api::Diagnostic diagnostic;
  diagnostic.pointer = problem.pointer;
  diagnostic.problem = problem.problem;
  diagnostic.remedy = problem.remedy;
  diagnostic.position = {file, line_number, column_of(line, problem.offset)};
  return diagnostic;
}

}  // namespace firedrill::timeline
