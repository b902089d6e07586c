#include "scenarios/source/include.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenarios/source/confined_path.h"

namespace firedrill::scenarios {
namespace {

constexpr std::string_view include_key = "include";

bool is_include(const nlohmann::json& value) {
  return value.is_object() && value.size() == 1 && value.begin().key() == include_key &&
         value.begin()->is_string();
}

bool names_yaml(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension == ".yaml" || extension == ".yml";
}

}  // namespace

/// Where the walk stands: a file (or an option), the pointer in it, and its folder.
struct Includer::Place {
  std::shared_ptr<const api::JsonPositions> file;
  std::string option;
  std::filesystem::path folder;
  std::string pointer = {};

  [[nodiscard]] Origin origin() const {
    return file != nullptr ? Origin(file, pointer) : Origin::of_option(option);
  }
};

struct Includer::Loaded {
  api::JsonText text;
  std::size_t bytes = 0;
};

Includer::Includer(std::filesystem::path folder,
                   const Limits& limits,
                   api::Diagnostics& diagnostics)
    : folder_(std::move(folder)),
      real_folder_(real_folder(folder_)),
      limits_(limits),
      diagnostics_(diagnostics) {}

Origin Includer::expand_root(const api::JsonText& text,
                             const std::filesystem::path& file,
                             std::size_t bytes) {
  bytes_ += bytes;
  std::error_code missing;
  open_.push_back(std::filesystem::canonical(file, missing));
  Place place{text.positions, "", folder_};
  auto origin = walk(*text.json, place, 0);
  open_.pop_back();
  return origin ? std::move(*origin) : place.origin();
}

Origin Includer::expand_option(nlohmann::json& value,
                               const std::string& option,
                               std::size_t depth) {
  Place place{nullptr, option, folder_};
  auto origin = walk(value, place, depth);
  return origin ? std::move(*origin) : place.origin();
}

// The origin if it is not plain: if anything in the value came from elsewhere.
std::optional<Origin> Includer::walk(nlohmann::json& value, Place& place, std::size_t depth) {
  if (is_include(value)) return include(value, place, depth);
  if (!value.is_structured()) return std::nullopt;
  if (depth >= limits_.depth) {
    error(place, fmt::format("more than {} levels of lists and objects", limits_.depth),
          limit_remedy("depth"));
    value = nullptr;
    return std::nullopt;
  }
  return value.is_object() ? walk_object(value, place, depth) : walk_list(value, place, depth);
}

std::optional<Origin> Includer::walk_object(nlohmann::json& object,
                                            Place& place,
                                            std::size_t depth) {
  Origin origin = place.origin();
  const std::size_t length = place.pointer.size();
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (!it->is_structured()) continue;
    api::append_pointer(place.pointer, it.key());
    if (auto member = walk(*it, place, depth + 1)) {
      origin.set_member(it.key(), std::move(*member));
    }
    place.pointer.resize(length);
  }
  if (origin.plain()) return std::nullopt;
  return origin;
}

std::optional<Origin> Includer::walk_list(nlohmann::json& list, Place& place, std::size_t depth) {
  Origin origin = place.origin();
  const std::size_t length = place.pointer.size();
  nlohmann::json::array_t before = std::move(list.get_ref<nlohmann::json::array_t&>());
  nlohmann::json::array_t after;
  after.reserve(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    nlohmann::json& element = before[i];
    const bool included = is_include(element);
    api::append_pointer(place.pointer, i);
    auto moved = walk(element, place, depth + 1);
    place.pointer.resize(length);
    if (included && element.is_array()) {
      origin.append_spliced(std::move(*moved), element.size());
      std::ranges::move(element, std::back_inserter(after));
      continue;
    }
    if (moved) {
      origin.append_element(std::move(*moved));
    } else {
      origin.append_own(i);
    }
    after.push_back(std::move(element));
  }
  list = std::move(after);
  if (origin.plain()) return std::nullopt;
  return origin;
}

Origin Includer::include(nlohmann::json& value, Place& place, std::size_t depth) {
  const std::string name = value.begin()->get<std::string>();
  const Origin failed = place.origin();
  value = nullptr;
  if (++includes_ > limits_.includes) {
    // Once: what follows has the same cause.
    if (includes_ == limits_.includes + 1) {
      error(place, fmt::format("more than {} includes", limits_.includes),
            limit_remedy("includes"));
    }
    return failed;
  }
  const auto path = resolve(name, place);
  if (!path) return failed;
  if (std::ranges::find(open_, *path) != open_.end()) {
    error(place, fmt::format("include {} includes itself", api::in_quotes(name)),
          "break the cycle of includes");
    return failed;
  }
  const Loaded* loaded = load(name, *path, place);
  if (loaded == nullptr) return failed;
  value = *loaded->text.json;
  Place inside{loaded->text.positions, "", (place.folder / name).parent_path()};
  open_.push_back(*path);
  auto origin = walk(value, inside, depth);
  open_.pop_back();
  return origin ? std::move(*origin) : inside.origin();
}

std::optional<std::filesystem::path> Includer::resolve(const std::string& name,
                                                       const Place& place) {
  const std::string what = "include " + api::in_quotes(name);
  if (names_yaml(name)) {
    error(place, what + " is a YAML file",
          "include JSON: kubectl get -o json, or `firedrill import` for a whole dump");
    return std::nullopt;
  }
  auto found = resolve_below(real_folder_, place.folder, name);
  if (auto* refusal = std::get_if<PathRefusal>(&found)) {
    error(place, what + refusal->problem, std::move(refusal->remedy));
    return std::nullopt;
  }
  return std::get<std::filesystem::path>(std::move(found));
}

const Includer::Loaded* Includer::load(const std::string& name,
                                       const std::filesystem::path& path,
                                       const Place& place) {
  const auto over_budget = [&](std::uint64_t more) {
    if (more <= limits_.input_bytes - std::min(bytes_, limits_.input_bytes)) return false;
    error(place,
          fmt::format("include {}: the files together have more than {} bytes",
                      api::in_quotes(name), limits_.input_bytes),
          limit_remedy("input-bytes"));
    return true;
  };
  auto found = loaded_.find(path);
  if (found == loaded_.end()) {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(path, unknown);
    if (!unknown && over_budget(size)) return nullptr;
    api::Diagnostics reading;
    auto text = api::read_text_file(path.string(), limits_.text(), reading);
    if (!text) {
      const api::Diagnostic& why = reading.shown().front();
      error(place, fmt::format("include {}: {}", api::in_quotes(name), why.problem), why.remedy);
      return nullptr;
    }
    Loaded loaded;
    loaded.bytes = text->size();
    const std::string shown = (place.folder / name).lexically_normal().string();
    files_.push_back(shown);
    auto parsed = api::parse_json_text(std::move(*text), shown, limits_.text(), diagnostics_);
    // A file with errors is remembered too: they are reported once.
    if (parsed) loaded.text = std::move(*parsed);
    found = loaded_.emplace(path, std::make_shared<const Loaded>(std::move(loaded))).first;
  }
  const Loaded& loaded = *found->second;
  if (loaded.text.json == nullptr || over_budget(loaded.bytes)) return nullptr;
  bytes_ += loaded.bytes;
  return &loaded;
}

void Includer::error(const Place& place, std::string problem, std::string remedy) {
  diagnostics_.add({api::Severity::error, place.pointer, std::move(problem), std::move(remedy),
                    api::Anchor::value, place.origin().locate("", api::Anchor::value)});
}

}  // namespace firedrill::scenarios
