#pragma once

/// One line of JSON text to described values, without a tree in between: the reader's half of
/// analysis/timeline/text.h. Strict about syntax and kinds; unknown keys are passed over, since a
/// later version may have added them. The first problem ends the scan.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "analysis/timeline/values.h"
#include "policy/api/describe.h"
#include "policy/api/json_value.h"
#include "policy/api/name.h"
#include "policy/api/quantity.h"
#include "policy/api/time.h"

namespace firedrill::timeline {

/// What is wrong with a line, and at which byte of it.
struct ScanProblem {
  std::size_t offset = 0;
  std::string pointer;
  std::string problem;
  std::string remedy;
};

/// A member of an object: its key, decoded, and the text of its value.
struct ScannedMember {
  std::string key;
  std::string_view value;
};

/// A line under scrutiny. Values are handed around as views of its text.
class Scan {
 public:
  /// The text must outlive the scan.
  explicit Scan(std::string_view line) : line_(line) {}

  [[nodiscard]] bool ok() const { return !problem_; }
  /// Requires: !ok().
  [[nodiscard]] const ScanProblem& problem() const { return *problem_; }

  /// The line's one value, with nothing but blanks around it.
  [[nodiscard]] std::string_view whole();

  /// Splits an object or a list into its parts. On a problem, the parts so far.
  [[nodiscard]] std::vector<ScannedMember> members(std::string_view object);
  [[nodiscard]] std::vector<std::string_view> elements(std::string_view list);

  void read(std::string_view value, bool& out);
  void read(std::string_view value, std::int64_t& out);
  void read(std::string_view value, std::uint64_t& out);
  void read(std::string_view value, double& out);
  void read(std::string_view value, std::string& out);
  template <api::SharedTextMember T>
  void read(std::string_view value, T& out) {
    std::string text;
    read(value, text);
    out = std::move(text);
  }
  void read(std::string_view value, Span& out);
  void read(std::string_view value, Instant& out);
  void read(std::string_view value, api::Quantity& out);
  void read(std::string_view value, api::StoredTime& out);
  void read(std::string_view value, api::Json& out);

  template <class T>
  void read(std::string_view value, T& out);

  /// Reads the members of a described value; what isn't a field of it is passed over.
  template <class T>
  void read_members(std::string_view object, const std::vector<ScannedMember>& members, T& out);

  /// Reports a problem at a value, unless there is one already.
  void fail(std::string_view value, std::string problem, std::string remedy);

  /// One step down the document, for the pointer of problems; undone on destruction.
  class Step {
   public:
    Step(Scan& scan, std::string_view key);
    ~Step() { scan_.pointer_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Scan& scan_;
    std::size_t length_;
  };

 private:
  static constexpr int depth_max = 128;

  [[nodiscard]] std::string_view skip_value(std::string_view& rest, int depth);
  [[nodiscard]] bool skip_string(std::string_view& rest);
  [[nodiscard]] bool skip_word(std::string_view& rest);
  [[nodiscard]] bool skip_container(std::string_view& rest, int depth);
  void skip_blanks(std::string_view& rest) const;
  [[nodiscard]] bool take(std::string_view& rest, char wanted);
  [[nodiscard]] std::optional<sim::Duration> seconds(std::string_view value);
  [[nodiscard]] std::string decode(std::string_view quoted);

  std::string_view line_;
  std::string pointer_;
  std::optional<ScanProblem> problem_;
};

namespace detail {

/// The visitor that fills a struct's members.
class MemberScan {
 public:
  MemberScan(Scan& scan, std::string_view object, const std::vector<ScannedMember>& members)
      : scan_(scan), object_(object), members_(members) {}

  void begin(std::string_view, std::string_view) {}

  template <class T, class... C>
  void field(std::string_view key, T& member, std::string_view, const C&...) {
    if (const ScannedMember* found = find(key)) {
      const Scan::Step step(scan_, key);
      scan_.read(found->value, member);
    }
  }

  template <class T, class... C>
  void required(std::string_view key, T& member, std::string_view doc, const C&...) {
    if (find(key) == nullptr) {
      std::string problem = "\"";
      scan_.fail(object_, problem.append(key).append("\" is missing"), std::string(doc));
      return;
    }
    field(key, member, doc);
  }

  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  // Members usually stand in the order of the description, so the search goes on from the last.
  [[nodiscard]] const ScannedMember* find(std::string_view key) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::size_t at = (next_ + i) % members_.size();
      if (members_[at].key != key) continue;
      next_ = at;
      return &members_[at];
    }
    return nullptr;
  }

  Scan& scan_;
  std::string_view object_;
  const std::vector<ScannedMember>& members_;
  std::size_t next_ = 0;
};

}  // namespace detail

template <class T>
void Scan::read_members(std::string_view object,
                        const std::vector<ScannedMember>& members,
                        T& out) {
  detail::MemberScan visitor(*this, object, members);
  describe(visitor, out);
}

template <class T>
void Scan::read(std::string_view value, T& out) {
  if constexpr (api::OptionalMember<T>) {
    read(value, out.emplace());
  } else if constexpr (api::ListMember<T>) {
    out.clear();
    for (const std::string_view element : elements(value)) {
      const Step step(*this, std::to_string(out.size()));
      read(element, out.emplace_back());
    }
  } else if constexpr (api::MapMember<T>) {
    out.clear();
    for (const ScannedMember& member : members(value)) {
      const Step step(*this, member.key);
      read(member.value, out[member.key]);
    }
  } else {
    static_assert(api::Described<T>, "this type has no text in a timeline");
    read_members(value, members(value), out);
  }
}

}  // namespace firedrill::timeline
