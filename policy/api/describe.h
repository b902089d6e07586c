#pragma once

/// How a struct that stands in JSON says what it is: once, for all who need to know.
///
/// Every struct of the input formats and of the Kubernetes vocabulary has one free template
/// function in its own namespace (found by argument-dependent lookup):
///
///   template <class V>
///   void describe(V& v, Toleration& t) {
///     v.begin("Toleration", "Lets a workload stay on a cluster with a matching taint.");
///     v.field("key", t.key, "Taint key; empty matches every key.");
///     v.required("effect", t.effect, "What it tolerates.", OneOf{"NoSchedule", "NoExecute"});
///     v.field("tolerationSeconds", t.toleration_seconds, "How long.", AtLeast{0});
///     v.check("value", t.op != "Exists" || t.value.empty(), "a value beside Exists", "remove it");
///   }
///
/// Visitors: the reader (policy/api/json_reader.h), the writer (json_writer.h), and the collector
/// of descriptions (describe_types.h), of which JSON Schema and reference pages are made. A
/// description must make the same calls whatever the value holds: no branches on members.
///
/// The visitor's calls:
///
/// - `begin(name, doc)`: first. The name is unique over all types; the doc is a sentence.
/// - `field(key, member, doc, constraints...)`: optional; absent (or null) leaves the member as it
///   was constructed, so a default is a member initialiser and nothing else.
/// - `required(key, member, doc, constraints...)`: must be present.
/// - `choice(member, Alternative<A>{"key", "doc"}, ...)`: exactly one of these keys stands in the
///   object, beside its other fields; its value is read as an A. The member is a
///   `std::variant<A, ...>` with the alternatives in the same order (one type may stand twice), or
///   a `std::optional` of one, and then none of the keys may stand.
/// - `check(key, holds, problem, remedy)`: what must hold between fields; the reader reports it at
///   the key ("" = the object) when the object had no other errors.
///
/// Members: std::string, bool, int32/int64/uint32/uint64, double, `api::Duration`,
/// `api::StoredTime`, `api::Timestamp`, `api::Quantity`, `api::Json` (anything), described enums
/// and structs, std::optional, std::vector, std::map with std::string keys, std::shared_ptr<const
/// T>, and what copies share (name.h, shared.h).
///
/// An enum class names its words:
///
///   template <class V>
///   void describe_values(V& v, SyncMode&) {
///     v.begin("SyncMode", "Who reaches out to whom.");         // optional
///     v.value("Push", SyncMode::push, "The control plane probes the cluster.");
///   }
///
/// A type with several shapes in JSON lists its forms; the reader takes the first whose JSON kind
/// fits, the writer the first that can express the value:
///
///   template <class V>
///   void describe_forms(V& v, ClusterSelector& s) {
///     v.begin("ClusterSelector", "Which clusters.");
///     v.form(Form<std::string>{"A name or a glob."}, &selector_of_text, &text_of_selector);
///     v.form(Form<std::vector<std::string>>{"Names."}, &selector_of_names, &names_of_selector);
///     v.object_form(s, "By where they are.");                   // describe(v, ClusterSelector&)
///   }
///
/// where `Result<ClusterSelector> selector_of_text(std::string)` reads the form and
/// `std::optional<std::string> text_of_selector(const ClusterSelector&)` writes it, or gives
/// nothing. `object_form` is the struct's own `describe`; it comes last. JSON kinds of a Form<T>: a
/// string for std::string, enums and times; a number for numbers; either for Duration and Quantity;
/// list, object.

#include <concepts>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "policy/api/shared.h"

namespace firedrill::api {

/// Bounds of a number; of a Duration in seconds; of each element in a list or map; of the value in
/// an optional.
struct AtLeast {
  double value;
};
struct AtMost {
  double value;
};
/// Bounds that are themselves excluded.
struct Above {
  double value;
};
struct Below {
  double value;
};

/// A text, list or map that must hold something.
struct NotEmpty {};

/// A text that is one of these words. For closed sets an enum is better; this is for words that the
/// code keeps as texts.
template <std::size_t count>
struct OneOf {
  std::string_view words[count];  // NOLINT(*-c-arrays): lets OneOf{"a", "b"} be written
};
template <class... Words>
OneOf(Words...) -> OneOf<sizeof...(Words)>;

/// A text with a form of its own. `accepts` decides; `meaning` completes "must be …"; `pattern` is
/// the same as an ECMA regular expression for the schema, or "" where none says it.
struct Spelling {
  bool (*accepts)(std::string_view text);
  std::string_view meaning;
  std::string_view pattern;
};

/// RFC 1123 label: at most 63 of a-z, 0-9 and inner "-".
struct DnsLabel {};

/// RFC 1123 subdomain: labels with dots between them, at most 253 bytes.
struct DnsSubdomain {};

/// The words by which documentation names a default that is not a constant: "derived from the
/// seed".
struct DefaultText {
  std::string_view text;
};

// From policy/api/labels.h, which need not be seen by everyone who describes something.
[[nodiscard]] bool is_dns1123_label(std::string_view text);
[[nodiscard]] bool is_dns1123_subdomain(std::string_view text);

inline constexpr Spelling dns_label{
    &is_dns1123_label, "a DNS label: at most 63 of a-z, 0-9 and \"-\", with no \"-\" at either end",
    "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"};
inline constexpr Spelling dns_subdomain{
    &is_dns1123_subdomain,
    "a DNS subdomain: a-z, 0-9, \"-\" and \".\", each part starting and ending in a letter or "
    "digit",
    "^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"};

/// All constraints of one field in one type, so that only thin code depends on how many there are.
/// Holds views: valid during the visitor's call it is made for.
struct Constraints {
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::optional<double> above;
  std::optional<double> below;
  bool not_empty = false;
  std::span<const std::string_view> one_of;
  const Spelling* spelling = nullptr;
  std::string_view default_text;

  void apply(const AtLeast& bound) { at_least = bound.value; }
  void apply(const AtMost& bound) { at_most = bound.value; }
  void apply(const Above& bound) { above = bound.value; }
  void apply(const Below& bound) { below = bound.value; }
  void apply(const NotEmpty&) { not_empty = true; }
  template <std::size_t count>
  void apply(const OneOf<count>& words) {
    one_of = words.words;
  }
  void apply(const Spelling& wanted) { spelling = &wanted; }
  void apply(const DnsLabel&) { spelling = &dns_label; }
  void apply(const DnsSubdomain&) { spelling = &dns_subdomain; }
  void apply(const DefaultText& words) { default_text = words.text; }

  template <class... Given>
  [[nodiscard]] static Constraints of(const Given&... given) {
    Constraints constraints;
    (constraints.apply(given), ...);
    return constraints;
  }

  /// What holds for the elements of a list or map: all but `not_empty`, which is the container's
  /// own.
  [[nodiscard]] Constraints of_elements() const {
    Constraints constraints = *this;
    constraints.not_empty = false;
    return constraints;
  }
};

/// One key of a `choice`, whose value is read as an A.
template <class A>
struct Alternative {
  using Type = A;
  std::string_view key;
  std::string_view doc;
};

/// One shape of a type with several, read and written as an A.
template <class A>
struct Form {
  using Type = A;
  std::string_view doc;
};

namespace detail {

/// Stands for any visitor when a description is looked for but not called.
struct AnyVisitor {};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsMap : std::false_type {};
template <class T, class Less>
struct IsMap<std::map<std::string, T, Less>> : std::true_type {};
template <class Map>
struct IsMap<SharedMap<Map>> : IsMap<Map> {};

template <class T>
struct IsShared : std::false_type {};
template <class T>
struct IsShared<std::shared_ptr<const T>> : std::true_type {};
template <class T>
struct IsShared<Shared<T>> : std::true_type {};

}  // namespace detail

/// Has `describe(v, t)`: an object in JSON.
template <class T>
concept Described = requires(detail::AnyVisitor& v, T& t) {
  describe(v, t);
};

/// Has `describe_forms(v, t)`: several shapes in JSON.
template <class T>
concept HasForms = requires(detail::AnyVisitor& v, T& t) {
  describe_forms(v, t);
};

/// An enum with `describe_values(v, t)`: a word in JSON.
template <class T>
concept DescribedEnum = std::is_enum_v<T> && requires(detail::AnyVisitor& v, T& t) {
  describe_values(v, t);
};

template <class T>
concept OptionalMember = detail::IsOptional<T>::value;
template <class T>
concept ListMember = detail::IsVector<T>::value;
template <class T>
concept MapMember = detail::IsMap<T>::value;
template <class T>
concept SharedMember = detail::IsShared<T>::value;

namespace detail {

/// Checks at compile time that a choice's alternatives are the variant's, in order.
template <class Variant, class... A>
struct SameAlternatives : std::false_type {};
template <class... A>
struct SameAlternatives<std::variant<A...>, A...> : std::true_type {};

/// The variant of a choice, wherever it may be absent or not.
template <class T>
struct ChoiceOf {
  using Variant = T;
  static constexpr bool optional = false;
};
template <class T>
struct ChoiceOf<std::optional<T>> {
  using Variant = T;
  static constexpr bool optional = true;
};

}  // namespace detail
}  // namespace firedrill::api
