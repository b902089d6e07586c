#pragma once

/// Visitors over the descriptions of options: they read one field, list keys, write all values, and
/// collect the rows of tables. Heavy; included where options are read and listed and nowhere else.
///
/// A field of a type that has no name here brings one: `option_type_name(const T&)`, found by
/// argument.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"
#include "policy/options/option_source.h"

namespace firedrill::policy {

inline void add_constraint(api::Constraints&, const Inert&) {}
inline void add_constraint(api::Constraints&, const OnlyIn&) {}
inline void add_constraint(api::Constraints&, const InLegacy&) {}
template <class C>
void add_constraint(api::Constraints& constraints, const C& constraint) {
  constraints.apply(constraint);
}

inline void note_inert(std::string_view& reason, const Inert& inert) {
  reason = inert.reason;
}
template <class C>
void note_inert(std::string_view&, const C&) {}

template <class... C>
std::string_view inert_reason(const C&... constraints) {
  std::string_view reason;
  (note_inert(reason, constraints), ...);
  return reason;
}

inline bool is_of(const OnlyIn& only, Release release) {
  return only.release == release;
}
template <class C>
bool is_of(const C&, Release) {
  return true;
}
/// Whether the release has a field with these tags.
template <class... C>
bool exists_in([[maybe_unused]] Release release, const C&... given) {
  return (is_of(given, release) && ...);
}

inline void note_meaning(std::string_view& meaning, const InLegacy& legacy) {
  meaning = legacy.meaning;
}
template <class C>
void note_meaning(std::string_view&, const C&) {}

template <class... C>
std::string_view meaning_in(Release release, std::string_view meaning, const C&... given) {
  if (release == Release::legacy) (note_meaning(meaning, given), ...);
  return meaning;
}

/// Reads the one field of a description that is called `key`.
class FieldReader {
 public:
  FieldReader(std::string_view key,
              const api::Json& json,
              std::string_view pointer,
              api::Diagnostics& diagnostics,
              Release release = Release::current)
      : key_(key), json_(json), pointer_(pointer), diagnostics_(diagnostics), release_(release) {}

  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view, const C&... given) {
    if (key != key_ || !exists_in(release_, given...)) return;
    found_ = true;
    api::Constraints constraints;
    (add_constraint(constraints, given), ...);
    api::ReadContext context(diagnostics_, api::UnknownKeys::error, std::string(pointer_));
    api::read_json(json_.document(), member, context, constraints);
    inert_ = inert_reason(given...);
  }

  [[nodiscard]] bool found() const { return found_; }
  [[nodiscard]] std::string_view inert() const { return inert_; }

 private:
  std::string_view key_;
  const api::Json& json_;
  std::string_view pointer_;
  api::Diagnostics& diagnostics_;
  Release release_;
  bool found_ = false;
  std::string_view inert_;
};

/// Lists the keys of a description that a release has.
class KeyLister {
 public:
  explicit KeyLister(std::vector<std::string>& keys,
                     std::string prefix = "",
                     Release release = Release::current)
      : keys_(keys), prefix_(std::move(prefix)), release_(release) {}
  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view key, T&, std::string_view, const C&... given) {
    if (exists_in(release_, given...)) keys_.push_back(prefix_ + std::string(key));
  }

 private:
  std::vector<std::string>& keys_;
  std::string prefix_;
  Release release_;
};

/// Writes every field of a description that the release has and that has a value.
class FieldWriter {
 public:
  explicit FieldWriter(Scalars& values, Release release = Release::current)
      : values_(values), release_(release) {}
  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view, const C&... given) {
    if (!exists_in(release_, given...)) return;
    nlohmann::json json;
    api::write_json(member, json, api::WriteMode::full);
    if (!json.is_null()) values_.insert_or_assign(std::string(key), api::Json(std::move(json)));
  }

 private:
  Scalars& values_;
  Release release_;
};

/// Lists the words of an enum, "off, slow, halt".
class WordLister {
 public:
  void begin(std::string_view, std::string_view) {}
  template <class T>
  void value(std::string_view word, T, std::string_view) {
    words += (words.empty() ? "" : ", ") + std::string(word);
  }
  std::string words;
};

template <class T>
std::string type_name() {
  if constexpr (std::is_enum_v<T>) {
    WordLister lister;
    T value{};
    describe_values(lister, value);
    return lister.words;
  } else if constexpr (std::is_same_v<T, std::optional<std::int64_t>> ||
                       std::is_same_v<T, std::int32_t>) {
    return "integer";
  } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
    return "text";
  } else if constexpr (std::is_same_v<T, bool>) {
    return "boolean";
  } else if constexpr (std::is_same_v<T, api::Duration>) {
    return "duration";
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return "integer";
  } else if constexpr (std::is_same_v<T, double>) {
    return "number";
  } else if constexpr (api::TextMember<T>) {
    return "text";
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return "list of texts";
  } else {
    return option_type_name(T{});
  }
}

/// Collects the rows of a release's table; a name that stands already gets another component.
class TableWriter {
 public:
  TableWriter(std::vector<OptionInfo>& rows,
              std::string_view component,
              std::string prefix = "",
              Release release = Release::current)
      : rows_(rows), component_(component), prefix_(std::move(prefix)), release_(release) {}
  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view doc, const C&... given) {
    if (!exists_in(release_, given...)) return;
    const std::string name = prefix_ + std::string(key);
    const auto row = std::ranges::find(rows_, name, &OptionInfo::name);
    if (row != rows_.end()) {
      row->components += ", " + std::string(component_);
      return;
    }
    nlohmann::json usual;
    api::write_json(member, usual, api::WriteMode::full);
    rows_.push_back({name, std::string(component_), type_name<T>(), text_of(usual),
                     std::string(meaning_in(release_, doc, given...)),
                     std::string(inert_reason(given...))});
  }

 private:
  static std::string text_of(const nlohmann::json& usual) {
    if (usual.is_null()) return "-";
    return usual.is_string() ? usual.get<std::string>() : usual.dump();
  }

  std::vector<OptionInfo>& rows_;
  std::string_view component_;
  std::string prefix_;
  Release release_;
};

}  // namespace firedrill::policy
