#pragma once

/// Immutable texts that objects share instead of copying.
///
/// * `Name`: what recurs in many objects: names, namespaces, kinds, reasons, label keys. One
/// pointer
///   wide; every distinct text exists once in the process, so that two are equal exactly when they
///   point to the same. What was once a name stays for as long as the process lives, hence no
///   `Name` may be made of an unbounded set of texts: not of uids, which follow the seed, nor of
///   messages that tell numbers.
/// * `Text`: what only the copies and versions of one object share: uids, messages. Goes when
/// nobody
///   has it any more.
///
/// Both read as a `const std::string&` or a `std::string_view` wherever one is asked for, and are
/// made of either. A default-constructed one is empty. Order is that of the characters, as for
/// strings, so nothing that is sorted or shown depends on where a text lies. Any number of threads
/// may make and read them at the same time.

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace firedrill::api {

namespace detail {

/// Marks the types of this header.
struct SharedText {};

/// Any other text.
template <class T>
concept PlainText =
    std::convertible_to<const T&, std::string_view> && !std::derived_from<T, SharedText>;

/// What an immutable text offers, whoever keeps it. `Self` has `str()`.
template <class Self>
class TextOperations : public SharedText {
 public:
  operator const std::string&() const { return self().str(); }  // NOLINT(*-explicit-*)
  operator std::string_view() const { return self().str(); }    // NOLINT(*-explicit-*)
  [[nodiscard]] std::string_view view() const { return self().str(); }

  [[nodiscard]] bool empty() const { return self().str().empty(); }
  [[nodiscard]] std::size_t size() const { return self().str().size(); }
  [[nodiscard]] const char* c_str() const { return self().str().c_str(); }
  [[nodiscard]] char front() const { return self().str().front(); }
  [[nodiscard]] char back() const { return self().str().back(); }
  [[nodiscard]] bool starts_with(std::string_view start) const { return view().starts_with(start); }
  [[nodiscard]] bool ends_with(std::string_view end) const { return view().ends_with(end); }
  template <class Sought>
  [[nodiscard]] std::size_t find(const Sought& sought, std::size_t from = 0) const {
    return view().find(sought, from);
  }
  [[nodiscard]] std::string substr(std::size_t from, std::size_t count = std::string::npos) const {
    return self().str().substr(from, count);
  }

  template <PlainText T>
  friend bool operator==(const Self& left, const T& right) {
    return left.view() == std::string_view(right);
  }
  template <PlainText T>
  friend std::strong_ordering operator<=>(const Self& left, const T& right) {
    return left.view() <=> std::string_view(right);
  }

  template <PlainText T>
  friend std::string operator+(const Self& left, const T& right) {
    return joined(left, right);
  }
  template <PlainText T>
  friend std::string operator+(const T& left, const Self& right) {
    return joined(left, right);
  }
  friend std::string operator+(std::string&& left, const Self& right) {
    return std::move(left.append(right.view()));
  }
  friend std::string operator+(const Self& left, char right) {
    return joined(left, std::string_view(&right, 1));
  }
  friend std::string operator+(const Self& left, const Self& right) { return joined(left, right); }

 private:
  [[nodiscard]] const Self& self() const { return static_cast<const Self&>(*this); }
  [[nodiscard]] static std::string joined(std::string_view left, std::string_view right) {
    std::string both;
    both.reserve(left.size() + right.size());
    return both.append(left).append(right);
  }
};

}  // namespace detail

/// A text that exists once in the process. Made in O(length); copied, hashed and tested for
/// equality in O(1).
class Name : public detail::TextOperations<Name> {
 public:
  Name() noexcept : entry_(&nothing) {}
  Name(std::string_view text) : entry_(text.empty() ? &nothing : intern(text)) {}  // NOLINT
  Name(const std::string& text) : Name(std::string_view(text)) {}                  // NOLINT
  Name(const char* text) : Name(std::string_view(text)) {}                         // NOLINT

  [[nodiscard]] const std::string& str() const { return entry_->text; }
  [[nodiscard]] bool empty() const { return entry_ == &nothing; }
  /// For look-up. Depends on the characters alone, never on where they lie.
  [[nodiscard]] std::size_t hash() const { return entry_->hash; }

  friend bool operator==(const Name& left, const Name& right) {
    return left.entry_ == right.entry_;
  }
  friend std::strong_ordering operator<=>(const Name& left, const Name& right) {
    if (left.entry_ == right.entry_) return std::strong_ordering::equal;
    return left.view() <=> right.view();
  }

 private:
  friend class NameTable;
  struct Entry {
    std::string text;
    std::size_t hash = 0;
  };

  [[nodiscard]] static const Entry* intern(std::string_view text);

  static const Entry nothing;

  const Entry* entry_;
};

/// A text that copies share. Copied in O(1), never by character.
class Text : public detail::TextOperations<Text> {
 public:
  Text() = default;
  Text(std::string text)  // NOLINT(*-explicit-*)
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  Text(std::string_view text) : Text(std::string(text)) {}  // NOLINT(*-explicit-*)
  Text(const char* text) : Text(std::string(text)) {}       // NOLINT(*-explicit-*)

  [[nodiscard]] const std::string& str() const { return text_ ? *text_ : Name().str(); }

  friend bool operator==(const Text& left, const Text& right) {
    return left.text_ == right.text_ || left.view() == right.view();
  }
  friend std::strong_ordering operator<=>(const Text& left, const Text& right) {
    return left.view() <=> right.view();
  }

 private:
  std::shared_ptr<const std::string> text_;  // null: empty
};

template <class T>
concept SharedTextMember = std::same_as<T, Name> || std::same_as<T, Text>;

/// A member that descriptions (policy/api/describe.h) show as a text.
template <class T>
concept TextMember = std::same_as<T, std::string> || SharedTextMember<T>;

std::ostream& operator<<(std::ostream& out, const Name& name);
std::ostream& operator<<(std::ostream& out, const Text& text);

}  // namespace firedrill::api

template <>
struct std::hash<firedrill::api::Name> {
  std::size_t operator()(const firedrill::api::Name& name) const noexcept { return name.hash(); }
};

// What a text of ours and any other have in common is a view, so that the algorithms of std::ranges
// compare them.
template <firedrill::api::SharedTextMember T,
          firedrill::api::detail::PlainText U,
          template <class>
          class TQualified,
          template <class>
          class UQualified>
struct std::basic_common_reference<T, U, TQualified, UQualified> {
  using type = std::string_view;
};
template <firedrill::api::detail::PlainText T,
          firedrill::api::SharedTextMember U,
          template <class>
          class TQualified,
          template <class>
          class UQualified>
struct std::basic_common_reference<T, U, TQualified, UQualified> {
  using type = std::string_view;
};
