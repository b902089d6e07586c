#pragma once

/// Values that the copies of an object share: immutable once shared, so that a copy costs a pointer
/// and the versions of an object that are alive at the same time have one value between them.

#include <cstddef>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace firedrill::api {

/// A value, or none, that copies share. Used like a std::optional; whoever changes it says so
/// (`emplace`, `edit`) and gets a value of its own. Equal when both have none or equal values; O(1)
/// when they share one.
template <class T>
class Shared {
 public:
  using element_type = const T;

  Shared() = default;
  Shared(std::nullopt_t) {}                                           // NOLINT(*-explicit-*)
  Shared(T value) : value_(std::make_shared<T>(std::move(value))) {}  // NOLINT(*-explicit-*)
  Shared(std::optional<T> value) {                                    // NOLINT(*-explicit-*)
    if (value) value_ = std::make_shared<T>(*std::move(value));
  }
  Shared(std::shared_ptr<T> value) : value_(std::move(value)) {}  // NOLINT(*-explicit-*)

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  /// Requires: has_value().
  [[nodiscard]] const T& operator*() const { return *value_; }
  [[nodiscard]] const T* operator->() const { return value_.get(); }

  void reset() { value_ = nullptr; }
  /// A fresh value, for the one who asks to fill.
  T& emplace() {
    value_ = std::make_shared<T>();
    return *value_;
  }
  /// The value, as one's own. Requires: has_value(). The reference is good until the next copy.
  [[nodiscard]] T& edit() {
    if (value_.use_count() > 1) value_ = std::make_shared<T>(std::as_const(*value_));
    return *value_;
  }

  friend bool operator==(const Shared& left, const Shared& right) {
    if (left.value_ == right.value_) return true;
    return left.value_ && right.value_ && *left == *right;
  }
  friend bool operator==(const Shared& left, std::nullptr_t) { return left.value_ == nullptr; }

 private:
  std::shared_ptr<T> value_;  // never changed while it has other owners
};

/// A map from texts that copies share: reads as a `Map`, and changes a map of its own. Equal as
/// maps are; O(1) when they share one. Without entries it has no storage.
template <class Map>
class SharedMap {
 public:
  using key_type = typename Map::key_type;
  using mapped_type = typename Map::mapped_type;
  using value_type = typename Map::value_type;
  using const_iterator = typename Map::const_iterator;

  SharedMap() = default;
  SharedMap(Map map) {  // NOLINT(*-explicit-*)
    if (!map.empty()) map_ = std::make_shared<Map>(std::move(map));
  }
  SharedMap(std::initializer_list<value_type> entries) : SharedMap(Map(entries)) {}

  operator const Map&() const { return map(); }  // NOLINT(*-explicit-*)
  [[nodiscard]] const Map& map() const {
    static const Map none;
    return map_ ? *map_ : none;
  }

  [[nodiscard]] bool empty() const { return map_ == nullptr || map_->empty(); }
  [[nodiscard]] std::size_t size() const { return map().size(); }
  [[nodiscard]] const_iterator begin() const { return map().begin(); }
  [[nodiscard]] const_iterator end() const { return map().end(); }
  template <class Key>
  [[nodiscard]] const_iterator find(const Key& key) const {
    return map().find(key);
  }
  template <class Key>
  [[nodiscard]] bool contains(const Key& key) const {
    return map().contains(key);
  }
  template <class Key>
  [[nodiscard]] std::size_t count(const Key& key) const {
    return map().count(key);
  }
  template <class Key>
  [[nodiscard]] const mapped_type& at(const Key& key) const {
    return map().at(key);
  }

  void clear() { map_ = nullptr; }
  mapped_type& operator[](const key_type& key) { return edit()[key]; }
  template <class... Args>
  void emplace(Args&&... args) {
    edit().emplace(std::forward<Args>(args)...);
  }
  void insert(const value_type& entry) { edit().insert(entry); }
  template <class Value>
  void insert_or_assign(const key_type& key, Value&& value) {
    edit().insert_or_assign(key, std::forward<Value>(value));
  }
  std::size_t erase(const key_type& key) { return contains(key) ? edit().erase(key) : 0; }
  /// The map, as one's own. The reference is good until the next copy.
  [[nodiscard]] Map& edit() {
    if (!map_) {
      map_ = std::make_shared<Map>();
    } else if (map_.use_count() > 1) {
      map_ = std::make_shared<Map>(std::as_const(*map_));
    }
    return *map_;
  }

  friend bool operator==(const SharedMap& left, const SharedMap& right) {
    return left.map_ == right.map_ || left.map() == right.map();
  }

 private:
  std::shared_ptr<Map> map_;  // null: empty; never changed while it has other owners
};

}  // namespace firedrill::api
