#pragma once

/// JSON to described values (policy/api/describe.h), strictly: every difference between the
/// document and the description is a diagnostic with pointer, problem and remedy, and reading goes
/// on after it, so that all are found. Never throws on bad input.
///
/// What counts: unknown keys (as the context says), wrong kinds, integers that are out of range or
/// have a fraction (3.0 is the integer 3, as JSON Schema has it), constraints, missing keys. `null`
/// is as good as absent for a key, as in Kubernetes; in a list or map it is an error where unknown
/// keys are, else a zero value, which is what Go makes of it.
///
/// Heavy: include it in the few sources that read whole documents. A value that was read with
/// errors holds what could be read, for checks that go on; don't use it for more.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/describe.h"
#include "policy/api/diagnostic.h"
#include "policy/api/json_value.h"
#include "policy/api/name.h"
#include "policy/api/quantity.h"
#include "policy/api/result.h"
#include "policy/api/time.h"

namespace firedrill::api {

/// What becomes of keys that a description doesn't have.
enum class UnknownKeys {
  error,   ///< Our own formats.
  warn,    ///< Pasted Kubernetes objects: ignored, with a warning.
  ignore,  ///< Recorded vectors.
};

/// Where reading stands, and where its diagnostics go.
class ReadContext {
 public:
  explicit ReadContext(Diagnostics& diagnostics,
                       UnknownKeys unknown_keys = UnknownKeys::error,
                       std::string pointer = "")
      : diagnostics_(diagnostics), unknown_keys_(unknown_keys), pointer_(std::move(pointer)) {}

  /// One step down the document, undone on destruction.
  class Scope {
   public:
    Scope(ReadContext& context, std::string_view key)
        : context_(context), length_(context.pointer_.size()) {
      append_pointer(context.pointer_, key);
    }
    Scope(ReadContext& context, std::size_t index)
        : context_(context), length_(context.pointer_.size()) {
      append_pointer(context.pointer_, index);
    }
    ~Scope() { context_.pointer_.resize(length_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    ReadContext& context_;
    std::size_t length_;
  };

  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] UnknownKeys unknown_keys() const { return unknown_keys_; }
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }

  /// Reports at the current place.
  void error(std::string problem, std::string remedy) {
    diagnostics_.error(pointer_, std::move(problem), std::move(remedy));
  }

 private:
  Diagnostics& diagnostics_;
  UnknownKeys unknown_keys_;
  std::string pointer_;
};

/// Reads a value of any describable type. Elements of lists and maps, and members that `json`
/// lacks, start as `T{}` constructs them.
template <class T>
void read_json(const nlohmann::json& json,
               T& value,
               ReadContext& context,
               const Constraints& constraints = {});

namespace detail {

/// The kinds of JSON values as bits, for what a form accepts.
enum Kind : unsigned {
  kind_null = 1,
  kind_boolean = 2,
  kind_number = 4,
  kind_text = 8,
  kind_list = 16,
  kind_object = 32,
  kind_any = 63,
};

[[nodiscard]] Kind kind_of(const nlohmann::json& json);
[[nodiscard]] const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key);
[[nodiscard]] std::size_t size_of(const nlohmann::json& json);
[[nodiscard]] const nlohmann::json& element_at(const nlohmann::json& list, std::size_t index);

using Member = std::pair<std::string_view, const nlohmann::json*>;
[[nodiscard]] std::vector<Member> members_of(const nlohmann::json& object);

void read_scalar(const nlohmann::json&, bool&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, std::int32_t&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, std::int64_t&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, std::uint32_t&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, std::uint64_t&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, double&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, std::string&, ReadContext&, const Constraints&);
template <SharedTextMember T>
void read_scalar(const nlohmann::json& json,
                 T& value,
                 ReadContext& context,
                 const Constraints& constraints) {
  std::string text;
  read_scalar(json, text, context, constraints);
  value = std::move(text);
}
void read_scalar(const nlohmann::json&, Duration&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, StoredTime&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, Timestamp&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, Quantity&, ReadContext&, const Constraints&);
void read_scalar(const nlohmann::json&, Json&, ReadContext&, const Constraints&);

/// Reports a value of the wrong kind. `expected` reads like "a list".
void report_kind(const nlohmann::json& json, std::string_view expected, ReadContext& context);
void report_missing(std::string_view key, std::string_view doc, ReadContext& context);
void report_empty(std::string_view container, ReadContext& context);
void report_unknown_keys(const nlohmann::json& object,
                         std::string_view type,
                         std::span<const std::string_view> known,
                         ReadContext& context);
void report_unknown_word(std::string_view word,
                         std::span<const std::string_view> words,
                         ReadContext& context);
void report_failed_check(std::string_view key,
                         std::string_view problem,
                         std::string_view remedy,
                         ReadContext& context);

/// Which of a choice's keys stands in the object; reports none (unless `optional`) and several.
/// `present` is how many of the keys there are, null or not.
struct Chosen {
  std::size_t index;
  std::size_t present;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};
[[nodiscard]] Chosen find_choice(const nlohmann::json& object,
                                 std::span<const std::string_view> keys,
                                 bool optional,
                                 ReadContext& context);

/// Whether a null in a list or map passes as a zero value; reports it where it doesn't.
[[nodiscard]] bool passes_as_zero(const nlohmann::json& json, ReadContext& context);

/// Lists the keys of a description; only called to explain an unknown one.
class KeyCollector {
 public:
  explicit KeyCollector(std::vector<std::string_view>& keys) : keys_(keys) {}
  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view key, T&, std::string_view, const C&...) {
    keys_.push_back(key);
  }
  template <class T, class... C>
  void required(std::string_view key, T&, std::string_view, const C&...) {
    keys_.push_back(key);
  }
  template <class T, class... A>
  void choice(T&, const Alternative<A>&... alternatives) {
    (keys_.push_back(alternatives.key), ...);
  }
  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  std::vector<std::string_view>& keys_;
};

/// The visitor that fills a struct from a JSON object.
class ObjectReader {
 public:
  ObjectReader(const nlohmann::json& object, ReadContext& context)
      : object_(object), context_(context), errors_before_(context.diagnostics().error_count()) {}

  void begin(std::string_view name, std::string_view) { name_ = name; }

  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view, const C&... constraints) {
    const nlohmann::json* found = find_member(object_, key);
    if (found == nullptr) return;
    ++matched_;
    if (kind_of(*found) == kind_null) return;
    const ReadContext::Scope scope(context_, key);
    read_json(*found, member, context_, Constraints::of(constraints...));
  }

  template <class T, class... C>
  void required(std::string_view key, T& member, std::string_view doc, const C&... constraints) {
    const nlohmann::json* found = find_member(object_, key);
    if (found != nullptr && kind_of(*found) != kind_null) {
      field(key, member, doc, constraints...);
      return;
    }
    if (found != nullptr) ++matched_;
    report_missing(key, doc, context_);
  }

  template <class T, class... A>
  void choice(T& member, const Alternative<A>&... alternatives) {
    using Choice = ChoiceOf<T>;
    static_assert(SameAlternatives<typename Choice::Variant, A...>::value,
                  "a choice names the variant's alternatives, in the variant's order");
    const std::array<std::string_view, sizeof...(A)> keys{alternatives.key...};
    const Chosen chosen = find_choice(object_, keys, Choice::optional, context_);
    matched_ += chosen.present;
    if (chosen.index == Chosen::none) return;
    const ReadContext::Scope scope(context_, keys.at(chosen.index));
    const nlohmann::json& json = *find_member(object_, keys.at(chosen.index));
    if constexpr (Choice::optional) {
      read_alternative(json, member.emplace(), chosen.index, std::index_sequence_for<A...>{});
    } else {
      read_alternative(json, member, chosen.index, std::index_sequence_for<A...>{});
    }
  }

  void check(std::string_view key, bool holds, std::string_view problem, std::string_view remedy) {
    if (holds || context_.diagnostics().error_count() != errors_before_) return;
    report_failed_check(key, problem, remedy, context_);
  }

  template <class T>
  void finish(T& value) {
    if (context_.unknown_keys() == UnknownKeys::ignore || matched_ == size_of(object_)) return;
    std::vector<std::string_view> keys;
    KeyCollector collector(keys);
    describe(collector, value);
    report_unknown_keys(object_, name_, keys, context_);
  }

 private:
  template <class Variant, std::size_t... i>
  void read_alternative(const nlohmann::json& json,
                        Variant& variant,
                        std::size_t index,
                        std::index_sequence<i...>) {
    const auto read = [&]<std::size_t at>(std::integral_constant<std::size_t, at>) {
      read_json(json, variant.template emplace<at>(), context_);
    };
    ((i == index ? read(std::integral_constant<std::size_t, i>{}) : void()), ...);
  }

  const nlohmann::json& object_;
  ReadContext& context_;
  std::size_t errors_before_;
  std::size_t matched_ = 0;
  std::string_view name_;
};

template <class T>
void read_object(const nlohmann::json& json, T& value, ReadContext& context) {
  if (kind_of(json) != kind_object) {
    report_kind(json, "an object", context);
    return;
  }
  ObjectReader reader(json, context);
  describe(reader, value);
  reader.finish(value);
}

/// Collects an enum's words, or finds the value of one.
template <class T>
class WordReader {
 public:
  explicit WordReader(std::string_view word) : word_(word) {}
  void begin(std::string_view, std::string_view) {}
  void value(std::string_view word, T value, std::string_view) {
    words_.push_back(word);
    if (word == word_) found_ = value;
  }
  [[nodiscard]] const std::optional<T>& found() const { return found_; }
  [[nodiscard]] std::span<const std::string_view> words() const { return words_; }

 private:
  std::string_view word_;
  std::optional<T> found_;
  std::vector<std::string_view> words_;
};

template <class T>
void read_word(const nlohmann::json& json, T& value, ReadContext& context) {
  std::string text;
  const std::size_t errors_before = context.diagnostics().error_count();
  read_scalar(json, text, context, {});
  if (context.diagnostics().error_count() != errors_before) return;
  WordReader<T> words(text);
  describe_values(words, value);
  if (words.found()) {
    value = *words.found();
  } else {
    report_unknown_word(text, words.words(), context);
  }
}

/// The kinds of JSON values that a type is read from.
template <class T>
[[nodiscard]] constexpr unsigned kinds_of() {
  if constexpr (HasForms<T> || std::is_same_v<T, Json>) {
    return kind_any;
  } else if constexpr (OptionalMember<T>) {
    return kinds_of<typename T::value_type>();
  } else if constexpr (SharedMember<T>) {
    return kinds_of<std::remove_const_t<typename T::element_type>>();
  } else if constexpr (ListMember<T>) {
    return kind_list;
  } else if constexpr (MapMember<T> || Described<T>) {
    return kind_object;
  } else if constexpr (std::is_same_v<T, bool>) {
    return kind_boolean;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return kind_number;
  } else if constexpr (std::is_same_v<T, Duration> || std::is_same_v<T, Quantity>) {
    return unsigned{kind_text} | unsigned{kind_number};
  } else {
    return kind_text;
  }
}

[[nodiscard]] std::string kinds_in_words(unsigned kinds);

/// The visitor that reads a type with several forms.
template <class T>
class FormReader {
 public:
  FormReader(const nlohmann::json& json,
             T& value,
             ReadContext& context,
             const Constraints& constraints)
      : json_(json), value_(value), context_(context), constraints_(constraints) {}

  void begin(std::string_view, std::string_view) {}

  template <class A, class From, class To>
  void form(const Form<A>& shape, const From& from, const To&) {
    if (!take(kinds_of<A>())) return;
    A raw{};
    const std::size_t errors_before = context_.diagnostics().error_count();
    read_json(json_, raw, context_, constraints_);
    if (context_.diagnostics().error_count() != errors_before) return;
    Result<T> made = from(std::move(raw));
    if (made.ok()) {
      value_ = std::move(made).value();
    } else {
      context_.error(made.problem(), "expected: " + std::string(shape.doc));
    }
  }

  void object_form(T& value, std::string_view) {
    if (take(kind_object)) read_object(json_, value, context_);
  }

  void finish() {
    if (!taken_) report_kind(json_, kinds_in_words(kinds_), context_);
  }

 private:
  bool take(unsigned kinds) {
    kinds_ |= kinds;
    if (taken_ || (kinds & kind_of(json_)) == 0) return false;
    taken_ = true;
    return true;
  }

  const nlohmann::json& json_;
  T& value_;
  ReadContext& context_;
  const Constraints& constraints_;
  unsigned kinds_ = 0;
  bool taken_ = false;
};

template <class T>
void read_list(const nlohmann::json& json,
               std::vector<T>& list,
               ReadContext& context,
               const Constraints& constraints) {
  if (kind_of(json) != kind_list) {
    report_kind(json, "a list", context);
    return;
  }
  const std::size_t size = size_of(json);
  if (size == 0 && constraints.not_empty) report_empty("list", context);
  const Constraints each = constraints.of_elements();
  list.clear();
  list.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const ReadContext::Scope scope(context, i);
    T element{};
    const nlohmann::json& item = element_at(json, i);
    if (std::is_same_v<T, Json> || !passes_as_zero(item, context)) {
      read_json(item, element, context, each);
    }
    list.push_back(std::move(element));
  }
}

template <class Map>
void read_map(const nlohmann::json& json,
              Map& map,
              ReadContext& context,
              const Constraints& constraints) {
  if (kind_of(json) != kind_object) {
    report_kind(json, "an object", context);
    return;
  }
  if (size_of(json) == 0 && constraints.not_empty) report_empty("object", context);
  const Constraints each = constraints.of_elements();
  map.clear();
  for (const auto& [key, item] : members_of(json)) {
    const ReadContext::Scope scope(context, key);
    auto& element = map[std::string(key)];
    if (std::is_same_v<typename Map::mapped_type, Json> || !passes_as_zero(*item, context)) {
      read_json(*item, element, context, each);
    }
  }
}

}  // namespace detail

template <class T>
void read_json(const nlohmann::json& json,
               T& value,
               ReadContext& context,
               const Constraints& constraints) {
  if constexpr (HasForms<T>) {
    detail::FormReader<T> reader(json, value, context, constraints);
    describe_forms(reader, value);
    reader.finish();
  } else if constexpr (OptionalMember<T>) {
    read_json(json, value.emplace(), context, constraints);
  } else if constexpr (SharedMember<T>) {
    auto fresh = std::make_shared<std::remove_const_t<typename T::element_type>>();
    read_json(json, *fresh, context, constraints);
    value = std::move(fresh);
  } else if constexpr (ListMember<T>) {
    detail::read_list(json, value, context, constraints);
  } else if constexpr (MapMember<T>) {
    detail::read_map(json, value, context, constraints);
  } else if constexpr (DescribedEnum<T>) {
    detail::read_word(json, value, context);
  } else if constexpr (Described<T>) {
    detail::read_object(json, value, context);
  } else {
    detail::read_scalar(json, value, context, constraints);
  }
}

}  // namespace firedrill::api
