#include "mutate.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace firedrill::mutants {
namespace {

/// Where a snippet lies in its file.
struct Place {
  const Mutant* mutant = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The C++ name of a mutant's flag.
std::string flag(const Mutant& mutant) {
  std::string name = mutant.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

/// Where `part` stands in `text`, if it does once.
api::Result<std::size_t> find_once(std::string_view text,
                                   std::string_view part,
                                   const Mutant& mutant,
                                   std::string_view what) {
  const std::size_t found = text.find(part);
  if (found == std::string_view::npos) {
    return api::Problem{
        fmt::format("mutant {}: {} is not found in {}", mutant.name, what, mutant.file)};
  }
  if (text.find(part, found + 1) != std::string_view::npos) {
    return api::Problem{fmt::format("mutant {}: {} is ambiguous: found more than once in {}",
                                    mutant.name, what, mutant.file)};
  }
  return found;
}

api::Result<Place> find_place(std::string_view text, const Mutant& mutant) {
  std::size_t from = 0;
  if (!mutant.in.empty()) {
    const auto around = find_once(text, mutant.in, mutant, "\"in\"");
    if (!around) return api::Problem{around.problem()};
    from = *around;
    text = mutant.in;
  }
  const auto begin = find_once(text, mutant.find, mutant, "\"find\"");
  if (!begin) return api::Problem{begin.problem()};
  return Place{&mutant, from + *begin, from + *begin + mutant.find.size()};
}

std::string mutated(const Mutant& mutant) {
  const std::string name = "::firedrill::mutants::" + flag(mutant);
  if (mutant.drop) return fmt::format("if (!{}) {{ {} }}", name, mutant.find);
  return fmt::format("({} ? ({}) : ({}))", name, *mutant.with, mutant.find);
}

}  // namespace

api::Result<std::string> mutate(std::string_view text,
                                std::span<const Mutant* const> mutants,
                                std::string_view origin) {
  std::vector<Place> places;
  for (const Mutant* mutant : mutants) {
    const api::Result<Place> place = find_place(text, *mutant);
    if (!place) return api::Problem{place.problem()};
    places.push_back(*place);
  }
  std::ranges::sort(places, {}, &Place::begin);
  std::string result = "namespace firedrill::mutants {\n";
  for (const Place& place : places)
    result += fmt::format("extern const bool {};\n", flag(*place.mutant));
  result += fmt::format("}}\n#line 1 \"{}\"\n", origin);
  std::size_t copied = 0;
  for (const Place& place : places) {
    if (place.begin < copied) {
      return api::Problem{fmt::format("mutant {}: overlaps another one in {}", place.mutant->name,
                                      place.mutant->file)};
    }
    result += text.substr(copied, place.begin - copied);
    result += mutated(*place.mutant);
    copied = place.end;
  }
  result += text.substr(copied);
  return result;
}

std::string flags_source(const std::vector<Mutant>& mutants) {
  std::string source =
      "#include \"choice.h\"\n\nnamespace firedrill::mutants {\n\n"
      "static const Choice choice({\n";
  for (const Mutant& mutant : mutants)
    source += fmt::format("    \"{}\",\n", mutant.name);
  source += "});\n\n";
  for (const Mutant& mutant : mutants) {
    source += fmt::format("extern const bool {0};\nconst bool {0} = choice.is(\"{1}\");\n",
                          flag(mutant), mutant.name);
  }
  return source + "\n}  // namespace firedrill::mutants\n";
}

}  // namespace firedrill::mutants
