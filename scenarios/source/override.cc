#include "scenarios/source/override.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_syntax.h"
#include "policy/api/json_text.h"

namespace firedrill::scenarios {
namespace {

constexpr std::size_t option_shown_max = 120;

struct Trouble {
  std::string problem;
  std::string remedy;
};

// RFC 6901: no sign, no leading zero.
std::optional<std::size_t> list_index(std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  const bool whole = error == std::errc{} && end == part.data() + part.size();
  if (!whole || (part.size() > 1 && part.front() == '0')) return std::nullopt;
  return index;
}

std::string_view kind_name(const nlohmann::json& json) {
  if (json.is_string()) return "a text";
  if (json.is_number()) return "a number";
  return json.is_boolean() ? "true or false" : "null";
}

/// The way of an option's pointer through a document.
class Walk {
 public:
  explicit Walk(std::vector<std::string> parts) : parts_(std::move(parts)) {}

  // Checks the whole way before anything is changed; "-" becomes the number that it stands for.
  [[nodiscard]] std::optional<Trouble> check(const nlohmann::json& root) {
    const nlohmann::json* at = &root;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (at == nullptr || at->is_null()) {
        // Missing from here on: objects are created, which take any key, or a list to append to.
        if (first_missing_ == parts_.size()) first_missing_ = i == 0 ? 0 : i - 1;
        at = nullptr;
        if (parts_[i] == "-" && i + 1 == parts_.size()) {
          parts_[i] = "0";
          new_list_ = true;
        }
      } else if (at->is_object()) {
        const auto found = at->find(parts_[i]);
        if (found == at->end()) first_missing_ = std::min(first_missing_, i);
        at = found == at->end() ? nullptr : &*found;
      } else if (at->is_array()) {
        if (auto trouble = check_element(*at, i)) return trouble;
        const std::size_t index = *list_index(parts_[i]);
        at = index < at->size() ? &(*at)[index] : nullptr;
      } else {
        return Trouble{fmt::format("{} is {}, which has no parts", shown(i), kind_name(*at)),
                       "set the value itself, or another path"};
      }
    }
    return std::nullopt;
  }

  // Requires: `check` found nothing.
  [[nodiscard]] nlohmann::json& target(nlohmann::json& root) const {
    nlohmann::json* at = &root;
    for (const std::string& part : parts_) {
      if (new_list_ && &part == &parts_.back() && at->is_null()) *at = nlohmann::json::array();
      if (at->is_array()) {
        const std::size_t index = *list_index(part);
        if (index == at->size()) at->push_back(nullptr);
        at = &(*at)[index];
      } else {
        at = &(*at)[part];
      }
    }
    return *at;
  }

  // The part of the pointer from which on everything comes from the option.
  [[nodiscard]] std::span<const std::string> replaced() const {
    const std::size_t count = std::min(parts_.size(), first_missing_ + 1);
    return std::span<const std::string>(parts_).first(count);
  }

 private:
  [[nodiscard]] std::string shown(std::size_t count) const {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
      api::append_pointer(out, parts_[i]);
    return out.empty() ? "the document" : out;
  }

  [[nodiscard]] std::optional<Trouble> check_element(const nlohmann::json& list, std::size_t i) {
    const bool last = i + 1 == parts_.size();
    const std::string range = list.empty() ? "the list is empty; append with -"
                                           : fmt::format("a number from 0 to {}{}", list.size() - 1,
                                                         last ? ", or - to append" : "");
    if (parts_[i] == "-" && last) {
      parts_[i] = std::to_string(list.size());
      return std::nullopt;
    }
    const auto index = list_index(parts_[i]);
    if (index && *index < list.size()) return std::nullopt;
    return Trouble{fmt::format("{} has no element {}", shown(i), api::in_quotes(parts_[i])), range};
  }

  std::vector<std::string> parts_;
  std::size_t first_missing_ = parts_.size();
  bool new_list_ = false;  // The last part is the only element of a list that isn't there yet.
};

// As it was typed; cut on a character's border if it is long.
std::string abbreviated(const std::string& text) {
  if (text.size() <= option_shown_max) return text;
  std::size_t length = option_shown_max;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U)
    --length;
  return text.substr(0, length) + "…";
}

nlohmann::json value_of(const std::string& text, const Limits& limits) {
  api::Diagnostics unused;
  auto parsed = api::parse_json_text(text, "", limits.text(), unused);
  return parsed ? std::move(*parsed->json) : nlohmann::json(text);
}

}  // namespace

void apply_override(const std::string& text,
                    Document& document,
                    Includer& includer,
                    const Limits& limits,
                    api::Diagnostics& diagnostics) {
  const std::string option = "--set " + abbreviated(text);
  const auto refuse = [&](std::string problem, std::string remedy) {
    diagnostics.add({api::Severity::error,
                     "",
                     std::move(problem),
                     std::move(remedy),
                     api::Anchor::value,
                     {option, 0, 0}});
  };
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || !text.starts_with('/')) {
    refuse("no /json/pointer=value", "write --set /simulation/seed=7");
    return;
  }
  if (auto why = api::json_syntax::explain_bytes(text)) {
    refuse(std::move(why->problem), "give valid UTF-8 text");
    return;
  }
  std::vector<std::string> parts = api::split_pointer(std::string_view(text).substr(0, equals));
  const std::size_t depth = parts.size();
  if (depth > limits.depth) {
    refuse(fmt::format("more than {} levels of lists and objects", limits.depth),
           limit_remedy("depth"));
    return;
  }
  Walk walk(std::move(parts));
  if (auto trouble = walk.check(*document.json)) {
    refuse(std::move(trouble->problem), std::move(trouble->remedy));
    return;
  }
  nlohmann::json value = value_of(text.substr(equals + 1), limits);
  const std::size_t errors_before = diagnostics.error_count();
  Origin origin = includer.expand_option(value, option, depth);
  if (diagnostics.error_count() != errors_before) return;
  walk.target(*document.json) = std::move(value);
  const std::span<const std::string> replaced = walk.replaced();
  document.origin.enter(replaced) =
      replaced.size() == depth ? std::move(origin) : Origin::of_option(option);
}

}  // namespace firedrill::scenarios
