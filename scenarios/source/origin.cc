#include "scenarios/source/origin.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace firedrill::scenarios {
namespace {

std::optional<std::size_t> index_of(std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  return index;
}

}  // namespace

Origin::Origin(std::shared_ptr<const api::JsonPositions> file, std::string pointer)
    : file_(std::move(file)), pointer_(std::move(pointer)) {}

Origin Origin::of_option(std::string option) {
  Origin origin;
  origin.option_ = std::move(option);
  return origin;
}

void Origin::set_member(std::string_view part, Origin origin) {
  const auto found = std::ranges::find(members_, part, &Member::part);
  if (found != members_.end()) {
    found->origin = std::move(origin);
  } else {
    members_.push_back({std::string(part), std::move(origin)});
  }
}

Origin& Origin::enter(std::span<const std::string> parts) {
  Origin* at = this;
  for (const std::string& part : parts) {
    const auto found = std::ranges::find(at->members_, part, &Member::part);
    if (found != at->members_.end()) {
      at = &found->origin;
    } else {
      at->members_.push_back({part, at->child(part)});
      at = &at->members_.back().origin;
    }
  }
  return *at;
}

void Origin::append_own(std::size_t index) {
  const bool goes_on = !runs_.empty() && runs_.back().kind == Run::Kind::own;
  if (!goes_on) runs_.push_back({Run::Kind::own, size_, index, {}});
  ++size_;
}

void Origin::append_element(Origin origin) {
  runs_.push_back({Run::Kind::element, size_, 0, std::move(origin)});
  ++size_;
}

void Origin::append_spliced(Origin list, std::size_t count) {
  if (count == 0) {
    // What follows no longer stands at its own number, which an empty run says.
    runs_.push_back({Run::Kind::spliced, size_, 0, {}});
    return;
  }
  runs_.push_back({Run::Kind::spliced, size_, 0, std::move(list)});
  size_ += count;
}

bool Origin::plain() const {
  const bool own_only = runs_.empty() || (runs_.size() == 1 && runs_[0].kind == Run::Kind::own);
  return members_.empty() && own_only;
}

// Requires: there is no member of that name.
Origin Origin::child(const std::string& part) const {
  if (!option_.empty()) return *this;
  const auto index = runs_.empty() ? std::nullopt : index_of(part);
  if (!index || *index >= size_) return {file_, api::child_pointer(pointer_, part)};
  const auto after = std::ranges::upper_bound(runs_, *index, {}, &Run::begin);
  const Run& run = *(after - 1);
  switch (run.kind) {
    case Run::Kind::own:
      return {file_, api::child_pointer(pointer_, run.own_index + (*index - run.begin))};
    case Run::Kind::element:
      return run.origin;
    case Run::Kind::spliced:
      break;
  }
  const std::string inner = std::to_string(*index - run.begin);
  const auto member = std::ranges::find(run.origin.members_, inner, &Member::part);
  return member != run.origin.members_.end() ? member->origin : run.origin.child(inner);
}

api::Position Origin::locate_own(std::string_view rest, api::Anchor anchor) const {
  if (file_ == nullptr) return {option_, 0, 0};
  return file_->locate(pointer_ + std::string(rest), anchor);
}

api::Position Origin::locate(std::string_view pointer, api::Anchor anchor) const {
  const std::vector<std::string> parts = api::split_pointer(pointer);
  Origin at = *this;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // A key stands where its object does, even if its value came from elsewhere.
    const bool last_key = anchor == api::Anchor::key && i + 1 == parts.size();
    const auto member = std::ranges::find(at.members_, parts[i], &Member::part);
    if (last_key && (member == at.members_.end() || member->origin.option_.empty())) {
      return at.locate_own(api::child_pointer("", parts[i]), anchor);
    }
    Origin next = member != at.members_.end() ? member->origin : at.child(parts[i]);
    at = std::move(next);
  }
  return at.locate_own("", anchor);
}

}  // namespace firedrill::scenarios
