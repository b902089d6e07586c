#pragma once

/// Described values (policy/api/describe.h) to JSON, such that the reader gives an equal value
/// back.
///
/// Heavy: include it in the few sources that write whole documents.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/quantity.h"
#include "policy/api/time.h"

namespace firedrill::api {

enum class WriteMode {
  brief,  ///< Leaves out what equals the default (as `omitempty` in Kubernetes); the usual form.
  full,   ///< Writes every member that has a value: the effective configuration.
};

/// Replaces `slot` by the value's JSON.
template <class T>
void write_json(const T& value, nlohmann::json& slot, WriteMode mode = WriteMode::brief);

namespace detail {

void write_scalar(bool value, nlohmann::json& slot);
void write_scalar(std::int32_t value, nlohmann::json& slot);
void write_scalar(std::int64_t value, nlohmann::json& slot);
void write_scalar(std::uint32_t value, nlohmann::json& slot);
void write_scalar(std::uint64_t value, nlohmann::json& slot);
void write_scalar(double value, nlohmann::json& slot);
void write_scalar(std::string_view value, nlohmann::json& slot);
void write_scalar(Duration value, nlohmann::json& slot);
void write_scalar(StoredTime value, nlohmann::json& slot);
void write_scalar(Timestamp value, nlohmann::json& slot);
void write_scalar(const Quantity& value, nlohmann::json& slot);
void write_scalar(const Json& value, nlohmann::json& slot);

void make_object(nlohmann::json& slot);
void make_list(nlohmann::json& slot, std::size_t size);
[[nodiscard]] nlohmann::json& member_slot(nlohmann::json& object, std::string_view key);
[[nodiscard]] nlohmann::json& element_slot(nlohmann::json& list, std::size_t index);
[[noreturn]] void throw_unwritable(std::string_view what);

/// Whether there is anything to write; only optional and shared members and Json can be absent.
template <class T>
[[nodiscard]] bool has_value(const T& value) {
  if constexpr (OptionalMember<T>) {
    return value.has_value();
  } else if constexpr (SharedMember<T>) {
    return value != nullptr;
  } else if constexpr (std::is_same_v<T, Json>) {
    return value.present();
  } else {
    return true;
  }
}

/// Collects the addresses of a value's fields, in the order of its description.
class AddressCollector {
 public:
  explicit AddressCollector(std::vector<const void*>& addresses) : addresses_(addresses) {}
  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view, T& member, std::string_view, const C&...) {
    addresses_.push_back(&member);
  }
  template <class T, class... C>
  void required(std::string_view, T&, std::string_view, const C&...) {}
  template <class T, class... A>
  void choice(T&, const Alternative<A>&...) {}
  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  std::vector<const void*>& addresses_;
};

/// A value as its type constructs it: the defaults, by number of the optional field.
template <class T>
struct Blank {
  Blank() {
    AddressCollector collector(members);
    describe(collector, value);
  }
  Blank(const Blank&) = delete;
  Blank& operator=(const Blank&) = delete;

  T value{};
  std::vector<const void*> members;
};

template <class T>
[[nodiscard]] const Blank<T>& blank() {
  static const Blank<T> instance;  // Constant: made once, never changed.
  return instance;
}

/// The visitor that writes a struct's members into an object.
class ObjectWriter {
 public:
  ObjectWriter(nlohmann::json& object, WriteMode mode, std::span<const void* const> defaults)
      : object_(object), mode_(mode), defaults_(defaults) {}

  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, const T& member, std::string_view, const C&...) {
    const auto& usual = *static_cast<const T*>(defaults_[next_++]);
    if (!has_value(member) || (mode_ == WriteMode::brief && member == usual)) return;
    write_json(member, member_slot(object_, key), mode_);
  }

  template <class T, class... C>
  void required(std::string_view key, const T& member, std::string_view, const C&...) {
    if (has_value(member)) write_json(member, member_slot(object_, key), mode_);
  }

  template <class T, class... A>
  void choice(const T& member, const Alternative<A>&... alternatives) {
    if constexpr (ChoiceOf<T>::optional) {
      if (member) choice(*member, alternatives...);
    } else {
      const std::string_view keys[] = {
          alternatives.key...};  // NOLINT(*-c-arrays): sized by the pack
      if (member.valueless_by_exception()) throw_unwritable("a choice that lost its value");
      nlohmann::json& slot = member_slot(object_, keys[member.index()]);
      std::visit([&](const auto& chosen) { write_json(chosen, slot, mode_); }, member);
    }
  }

  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  nlohmann::json& object_;
  WriteMode mode_;
  std::span<const void* const> defaults_;
  std::size_t next_ = 0;
};

// Descriptions take their value mutable, for the reader's sake. The writer's calls only read.
template <class T>
void write_object(const T& value, nlohmann::json& slot, WriteMode mode) {
  make_object(slot);
  ObjectWriter writer(slot, mode, blank<T>().members);
  describe(writer, const_cast<T&>(value));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

template <class T>
class WordWriter {
 public:
  explicit WordWriter(T wanted) : wanted_(wanted) {}
  void begin(std::string_view, std::string_view) {}
  void value(std::string_view word, T value, std::string_view) {
    if (value == wanted_ && word_.empty()) word_ = word;
  }
  [[nodiscard]] std::string_view word() const { return word_; }

 private:
  T wanted_;
  std::string_view word_;
};

template <class T>
class FormWriter {
 public:
  FormWriter(const T& value, nlohmann::json& slot, WriteMode mode)
      : value_(value), slot_(slot), mode_(mode) {}

  void begin(std::string_view, std::string_view) {}

  template <class A, class From, class To>
  void form(const Form<A>&, const From&, const To& to) {
    if (written_) return;
    const std::optional<A> raw = to(value_);
    if (!raw) return;
    write_json(*raw, slot_, mode_);
    written_ = true;
  }

  void object_form(T& value, std::string_view) {
    if (written_) return;
    write_object(value, slot_, mode_);
    written_ = true;
  }

  void finish() const {
    if (!written_) throw_unwritable("a value that none of its forms can express");
  }

 private:
  const T& value_;
  nlohmann::json& slot_;
  WriteMode mode_;
  bool written_ = false;
};

}  // namespace detail

template <class T>
void write_json(const T& value, nlohmann::json& slot, WriteMode mode) {
  if constexpr (HasForms<T>) {
    detail::FormWriter<T> writer(value, slot, mode);
    describe_forms(writer, const_cast<T&>(value));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    writer.finish();
  } else if constexpr (OptionalMember<T> || SharedMember<T>) {
    if (!detail::has_value(value)) {
      detail::write_scalar(Json{}, slot);
    } else {
      write_json(*value, slot, mode);
    }
  } else if constexpr (ListMember<T>) {
    detail::make_list(slot, value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      write_json(value[i], detail::element_slot(slot, i), mode);
    }
  } else if constexpr (MapMember<T>) {
    detail::make_object(slot);
    for (const auto& [key, element] : value) {
      write_json(element, detail::member_slot(slot, key), mode);
    }
  } else if constexpr (DescribedEnum<T>) {
    detail::WordWriter<T> words(value);
    T copy = value;
    describe_values(words, copy);
    if (words.word().empty()) detail::throw_unwritable("an enum value without a word");
    detail::write_scalar(words.word(), slot);
  } else if constexpr (Described<T>) {
    detail::write_object(value, slot, mode);
  } else {
    detail::write_scalar(value, slot);
  }
}

}  // namespace firedrill::api
