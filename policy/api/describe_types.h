#pragma once

/// Descriptions (policy/api/describe.h) as data: what JSON Schema (json_schema.h) and reference
/// pages (describe_markdown.h) are made of. Collecting needs the templates here once a root type;
/// what is done with the result does not.

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/json_writer.h"
#include "policy/api/name.h"
#include "policy/api/quantity.h"
#include "policy/api/time.h"

namespace firedrill::api {

/// What a value looks like in JSON. `named` are the types with an entry of their own in `Types`.
enum class Shape {
  text,
  boolean,
  integer,
  number,
  duration,
  time,
  quantity,
  any,
  list,
  map,
  named
};

struct ValueShape {
  Shape shape = Shape::any;
  std::string type;                 ///< Of `named`: which.
  std::vector<ValueShape> element;  ///< Of `list` and `map`: one.
  std::int64_t integer_min = 0;     ///< Of `integer`: what its type holds.
  std::uint64_t integer_max = 0;
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::optional<double> above;
  std::optional<double> below;
  bool not_empty = false;
  std::vector<std::string> words;  ///< Of `text`: the only ones allowed, unless empty.
  std::string meaning;             ///< Of `text`: "a DNS label: …", or "".
  std::string pattern;
};

struct FieldDescription {
  std::string key;
  std::string doc;
  bool required = false;
  ValueShape value;
  Json default_value;        ///< Absent if there is none worth showing.
  std::string default_text;  ///< In place of the value, if not "".
};

/// Keys of which exactly one stands in the object; at most one if `optional`.
struct ChoiceDescription {
  bool optional = false;
  std::vector<FieldDescription> alternatives;
};

struct WordDescription {
  std::string word;
  std::string doc;
};

struct FormDescription {
  std::string doc;
  ValueShape value;
};

/// One named type: a struct (fields and choices), an enum (words), or one with several forms.
struct TypeDescription {
  std::string name;
  std::string doc;
  std::vector<FieldDescription> fields;
  std::vector<ChoiceDescription> choices;
  std::vector<WordDescription> words;
  std::vector<FormDescription> forms;
};

/// The named types that a root type needs, in order of their first mention; the root is the first.
class Types {
 public:
  [[nodiscard]] const std::vector<TypeDescription>& all() const { return types_; }

  /// Enters a type and returns where; nothing if it is there already. Two types of one name are a
  /// `std::logic_error`.
  std::optional<std::size_t> enter(std::type_index type, const std::string& name);
  [[nodiscard]] TypeDescription& at(std::size_t index) { return types_.at(index); }

 private:
  std::vector<TypeDescription> types_;
  std::map<std::type_index, std::string> names_;  // Looked up, never walked through.
};

/// Describes a type and all that it needs.
template <class T>
[[nodiscard]] Types types_of();

namespace detail {

void apply_constraints(const Constraints& constraints, ValueShape& shape);

/// What `write` put into the slot; absent if it is empty and so not worth showing as a default.
[[nodiscard]] Json captured_default(const std::function<void(nlohmann::json&)>& write);

template <class T>
ValueShape shape_of(Types& types, const Constraints& constraints);

/// Learns the name and doc of a description, and no more.
class NameFinder {
 public:
  void begin(std::string_view given_name, std::string_view given_doc) {
    name = given_name;
    doc = given_doc;
  }
  template <class... Rest>
  void field(const Rest&...) {}
  template <class... Rest>
  void required(const Rest&...) {}
  template <class... Rest>
  void choice(const Rest&...) {}
  template <class... Rest>
  void check(const Rest&...) {}
  template <class... Rest>
  void value(const Rest&...) {}
  template <class... Rest>
  void form(const Rest&...) {}
  template <class... Rest>
  void object_form(const Rest&...) {}

  std::string name;
  std::string doc;
};

/// Collects a struct's fields. The description is not yet in `types`, which grow meanwhile.
class FieldCollector {
 public:
  FieldCollector(Types& types, TypeDescription& description)
      : types_(types), description_(description) {}

  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view doc, const C&... constraints) {
    FieldDescription field = make<T>(key, doc, false, Constraints::of(constraints...));
    if (has_value(member) && field.default_text.empty()) {
      field.default_value =
          captured_default([&member](nlohmann::json& slot) { write_json(member, slot); });
    }
    description_.fields.push_back(std::move(field));
  }

  template <class T, class... C>
  void required(std::string_view key, T&, std::string_view doc, const C&... constraints) {
    description_.fields.push_back(make<T>(key, doc, true, Constraints::of(constraints...)));
  }

  template <class T, class... A>
  void choice(T&, const Alternative<A>&... alternatives) {
    ChoiceDescription choice{ChoiceOf<T>::optional, {}};
    (choice.alternatives.push_back(make<A>(alternatives.key, alternatives.doc, false, {})), ...);
    description_.choices.push_back(std::move(choice));
  }

  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  template <class T>
  FieldDescription make(std::string_view key,
                        std::string_view doc,
                        bool required,
                        const Constraints& constraints) {
    FieldDescription field;
    field.key = key;
    field.doc = doc;
    field.required = required;
    field.value = shape_of<T>(types_, constraints);
    field.default_text = constraints.default_text;
    return field;
  }

  Types& types_;
  TypeDescription& description_;
};

class WordCollector {
 public:
  explicit WordCollector(TypeDescription& description) : description_(description) {}
  void begin(std::string_view, std::string_view) {}
  template <class T>
  void value(std::string_view word, T, std::string_view doc) {
    description_.words.push_back({std::string(word), std::string(doc)});
  }

 private:
  TypeDescription& description_;
};

/// Enters a struct under its own name, or as the object form of a type of that name.
template <class T>
ValueShape object_shape(Types& types, std::string_view taken_name);

class FormCollector {
 public:
  FormCollector(Types& types, TypeDescription& description)
      : types_(types), description_(description) {}

  void begin(std::string_view, std::string_view) {}

  template <class A, class From, class To>
  void form(const Form<A>& shape, const From&, const To&) {
    description_.forms.push_back({std::string(shape.doc), shape_of<A>(types_, {})});
  }

  template <class T>
  void object_form(T&, std::string_view doc) {
    description_.forms.push_back({std::string(doc), object_shape<T>(types_, description_.name)});
  }

 private:
  Types& types_;
  TypeDescription& description_;
};

// Marks the struct of an object form, whose type is entered under the name of the forms as well.
template <class T>
struct ObjectFormOf {};

// Enters the type once and fills its description in; `collect` gets a description to fill.
template <class Collect>
ValueShape enter_named(
    Types& types, std::type_index type, std::string name, std::string doc, const Collect& collect) {
  ValueShape shape;
  shape.shape = Shape::named;
  shape.type = name;
  if (const auto index = types.enter(type, name)) {
    TypeDescription description;
    description.name = std::move(name);
    description.doc = std::move(doc);
    collect(description);
    types.at(*index) = std::move(description);
  }
  return shape;
}

template <class T>
ValueShape object_shape(Types& types, std::string_view taken_name) {
  T blank{};
  NameFinder named;
  describe(named, blank);
  const bool taken = named.name == taken_name;
  const std::type_index type = taken ? typeid(ObjectFormOf<T>) : typeid(T);
  std::string name = named.name + (taken ? "Object" : "");
  return enter_named(types, type, std::move(name), named.doc, [&](TypeDescription& description) {
    FieldCollector collector(types, description);
    describe(collector, blank);
  });
}

template <class T>
ValueShape forms_shape(Types& types, const Constraints& constraints) {
  T blank{};
  NameFinder named;
  describe_forms(named, blank);
  ValueShape shape =
      enter_named(types, typeid(T), named.name, named.doc, [&](TypeDescription& description) {
        FormCollector collector(types, description);
        describe_forms(collector, blank);
      });
  // The entry is shared by all who use the type; what this use demands goes with the reference.
  apply_constraints(constraints, shape);
  return shape;
}

template <class T>
ValueShape words_shape(Types& types) {
  T blank{};
  NameFinder named;
  describe_values(named, blank);
  TypeDescription words;
  WordCollector collector(words);
  describe_values(collector, blank);
  if (named.name.empty()) {
    // Without a name there is no entry to refer to: the words stand where they are used.
    ValueShape shape;
    shape.shape = Shape::text;
    for (const WordDescription& word : words.words)
      shape.words.push_back(word.word);
    return shape;
  }
  return enter_named(types, typeid(T), named.name, named.doc,
                     [&](TypeDescription& description) { description.words = words.words; });
}

template <class T>
[[nodiscard]] constexpr Shape scalar_shape() {
  if constexpr (std::is_same_v<T, bool>) {
    return Shape::boolean;
  } else if constexpr (std::is_integral_v<T>) {
    return Shape::integer;
  } else if constexpr (std::is_floating_point_v<T>) {
    return Shape::number;
  } else if constexpr (TextMember<T>) {
    return Shape::text;
  } else if constexpr (std::is_same_v<T, Duration>) {
    return Shape::duration;
  } else if constexpr (std::is_same_v<T, Quantity>) {
    return Shape::quantity;
  } else if constexpr (std::is_same_v<T, StoredTime> || std::is_same_v<T, Timestamp>) {
    return Shape::time;
  } else {
    static_assert(std::is_same_v<T, Json>, "a member of a type that JSON knows nothing of");
    return Shape::any;
  }
}

template <class T>
ValueShape shape_of(Types& types, const Constraints& constraints) {
  if constexpr (HasForms<T>) {
    return forms_shape<T>(types, constraints);
  } else if constexpr (OptionalMember<T>) {
    return shape_of<typename T::value_type>(types, constraints);
  } else if constexpr (SharedMember<T>) {
    return shape_of<std::remove_const_t<typename T::element_type>>(types, constraints);
  } else if constexpr (ListMember<T> || MapMember<T>) {
    ValueShape shape;
    shape.shape = ListMember<T> ? Shape::list : Shape::map;
    shape.not_empty = constraints.not_empty;
    if constexpr (ListMember<T>) {
      shape.element.push_back(shape_of<typename T::value_type>(types, constraints.of_elements()));
    } else {
      shape.element.push_back(shape_of<typename T::mapped_type>(types, constraints.of_elements()));
    }
    return shape;
  } else if constexpr (DescribedEnum<T>) {
    return words_shape<T>(types);
  } else if constexpr (Described<T>) {
    return object_shape<T>(types, "");
  } else {
    ValueShape shape;
    shape.shape = scalar_shape<T>();
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      shape.integer_min = static_cast<std::int64_t>(std::numeric_limits<T>::min());
      shape.integer_max = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    }
    apply_constraints(constraints, shape);
    return shape;
  }
}

}  // namespace detail

template <class T>
Types types_of() {
  Types types;
  static_cast<void>(detail::shape_of<T>(types, {}));
  return types;
}

}  // namespace firedrill::api
