#pragma once

/// Go's container/heap over pointers. Which of several equal elements comes out first follows from
/// the moves that earlier pushes and pops made; the order in which the reference's delaying queues
/// hand over what falls due at one instant is that order, so the moves are the same here.

#include <cstddef>
#include <utility>
#include <vector>

namespace firedrill::policy {

/// `Element` has a member `std::size_t index`, which the heap keeps, and `less(a, b)` orders two of
/// them. The elements outlive their stay. Push, pop and fix are O(log n).
template <class Element, auto less>
class GoHeap {
 public:
  [[nodiscard]] bool empty() const { return elements_.empty(); }
  [[nodiscard]] std::size_t size() const { return elements_.size(); }
  /// Requires: not empty.
  [[nodiscard]] Element& top() const { return *elements_.front(); }

  void push(Element& element) {
    element.index = elements_.size();
    elements_.push_back(&element);
    up(element.index);
  }

  /// Requires: not empty.
  Element& pop() {
    const std::size_t last = elements_.size() - 1;
    swap(0, last);
    down(0, last);
    Element& element = *elements_.back();
    elements_.pop_back();
    return element;
  }

  /// After the element's rank changed.
  void fix(Element& element) {
    if (!down(element.index, elements_.size())) up(element.index);
  }

 private:
  void swap(std::size_t i, std::size_t j) {
    std::swap(elements_[i], elements_[j]);
    elements_[i]->index = i;
    elements_[j]->index = j;
  }

  void up(std::size_t child) {
    while (child > 0) {
      const std::size_t parent = (child - 1) / 2;
      if (!less(*elements_[child], *elements_[parent])) return;
      swap(parent, child);
      child = parent;
    }
  }

  /// Among the first `count`. Whether it moved.
  bool down(std::size_t from, std::size_t count) {
    std::size_t parent = from;
    while (2 * parent + 1 < count) {
      std::size_t child = 2 * parent + 1;
      if (child + 1 < count && less(*elements_[child + 1], *elements_[child])) ++child;
      if (!less(*elements_[child], *elements_[parent])) break;
      swap(parent, child);
      parent = child;
    }
    return parent > from;
  }

  std::vector<Element*> elements_;
};

}  // namespace firedrill::policy
