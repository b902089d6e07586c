#pragma once

/// Where the parts of a document came from, when several files and options made it: the way from a
/// JSON pointer of the whole to a file, line and column.
///
/// A tree that holds only what the pointer alone does not tell: the places where another file was
/// put in, lists in which includes moved the elements, and values that options replaced. All the
/// rest is found in the file around it.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/diagnostic.h"
#include "policy/api/json_text.h"

namespace firedrill::scenarios {

class Origin {
 public:
  /// Nothing is known.
  Origin() = default;

  /// A value that stands at that pointer of a file.
  Origin(std::shared_ptr<const api::JsonPositions> file, std::string pointer);

  /// A value given on the command line; errors show the option's own words as the place.
  static Origin of_option(std::string option);

  /// The member of an object, or element of a list, of that name comes from elsewhere. Replaces
  /// what was said of it before.
  void set_member(std::string_view part, Origin origin);

  /// The origin on the way to `parts`, entered here so that it can be changed.
  Origin& enter(std::span<const std::string> parts);

  /// For a list in which includes stand: the next element is the file's own, number `index` there.
  void append_own(std::size_t index);
  /// The next element comes from elsewhere, or has parts that do.
  void append_element(Origin origin);
  /// The next `count` elements are those of an included list.
  void append_spliced(Origin list, std::size_t count);

  /// Whether each element or member is where the file itself has it.
  [[nodiscard]] bool plain() const;

  /// The place of what the pointer names below this value; the nearest ancestor's if it is unknown.
  [[nodiscard]] api::Position locate(std::string_view pointer, api::Anchor anchor) const;

 private:
  struct Member;
  struct Run;

  [[nodiscard]] Origin child(const std::string& part) const;
  [[nodiscard]] api::Position locate_own(std::string_view rest, api::Anchor anchor) const;

  std::shared_ptr<const api::JsonPositions> file_;
  std::string pointer_;
  std::string option_;
  std::vector<Member> members_;
  std::vector<Run> runs_;
  std::size_t size_ = 0;  // Elements that `runs_` covers.
};

struct Origin::Member {
  std::string part;
  Origin origin;
};

// A stretch of a list's elements, from `begin` to the next run.
struct Origin::Run {
  enum class Kind { own, element, spliced };
  Kind kind = Kind::own;
  std::size_t begin = 0;
  std::size_t own_index = 0;  // Of `own`: number of the first in the file.
  Origin origin;              // Of the others.
};

}  // namespace firedrill::scenarios
