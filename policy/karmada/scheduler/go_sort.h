#pragma once

/// The sort of the Go standard library, equal elements included.
///
/// Go's `sort.Sort` is not stable: above 12 elements it is a pattern-defeating quicksort whose
/// permutation of equal elements is arbitrary but reproducible, and the Aggregated division of
/// replicas shows it (which of two equally roomy clusters is kept). So the algorithm is part of the
/// behaviour. Same comparisons, same exchanges, in the same order as Go 1.26
/// sort/zsortinterface.go; no allocation, O(n log n) comparisons at worst.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace firedrill::policy::karmada {

namespace detail {

template <class T, class Less>
class GoSort {
 public:
  GoSort(std::span<T> data, Less less) : data_(data), less_(std::move(less)) {}

  void run() {
    const auto size = static_cast<Index>(data_.size());
    quick_sort(0, size, static_cast<int>(std::bit_width(data_.size())));
  }

 private:
  /// Signed, because the scans of a partition may step below the first element.
  using Index = std::ptrdiff_t;
  enum class Hint { unknown, increasing, decreasing };
  struct Pivot {
    Index index;
    Hint hint;
  };
  struct Split {
    Index middle;
    bool was_partitioned;
  };

  static constexpr Index insertion_size_max = 12;
  static constexpr Index ninther_size_min = 50;
  static constexpr int repair_rounds = 5;
  static constexpr Index repair_size_min = 50;

  [[nodiscard]] bool less(Index left, Index right) const {
    return less_(data_[static_cast<std::size_t>(left)], data_[static_cast<std::size_t>(right)]);
  }
  void swap(Index left, Index right) {
    using std::swap;
    swap(data_[static_cast<std::size_t>(left)], data_[static_cast<std::size_t>(right)]);
  }

  void quick_sort(Index begin, Index end, int bad_splits_left) {
    bool balanced = true;
    bool partitioned = true;
    while (true) {
      const Index size = end - begin;
      if (size <= insertion_size_max) return insertion_sort(begin, end);
      if (bad_splits_left == 0) return heap_sort(begin, end);
      if (!balanced) {
        scatter(begin, end);
        --bad_splits_left;
      }
      Pivot pivot = choose_pivot(begin, end);
      if (pivot.hint == Hint::decreasing) {
        reverse(begin, end);
        pivot = {(end - 1) - (pivot.index - begin), Hint::increasing};
      }
      if (balanced && partitioned && pivot.hint == Hint::increasing && repair(begin, end)) return;
      // Everything here is at least the element before `begin`. If the pivot equals that one, the
      // range holds many equal elements: set them aside.
      if (begin > 0 && !less(begin - 1, pivot.index)) {
        begin = partition_equal(begin, end, pivot.index);
        continue;
      }
      const Split split = partition(begin, end, pivot.index);
      partitioned = split.was_partitioned;
      const Index left = split.middle - begin;
      const Index right = end - split.middle;
      balanced = std::min(left, right) >= size / 8;
      if (left < right) {
        quick_sort(begin, split.middle, bad_splits_left);
        begin = split.middle + 1;
      } else {
        quick_sort(split.middle + 1, end, bad_splits_left);
        end = split.middle;
      }
    }
  }

  void insertion_sort(Index begin, Index end) {
    for (Index i = begin + 1; i < end; ++i) {
      for (Index j = i; j > begin && less(j, j - 1); --j)
        swap(j, j - 1);
    }
  }

  void heap_sort(Index begin, Index end) {
    const Index size = end - begin;
    for (Index root = (size - 1) / 2; root >= 0; --root)
      sift_down(begin, root, size);
    for (Index last = size - 1; last >= 0; --last) {
      swap(begin, begin + last);
      sift_down(begin, 0, last);
    }
  }

  void sift_down(Index first, Index root, Index size) {
    while (true) {
      Index child = 2 * root + 1;
      if (child >= size) return;
      if (child + 1 < size && less(first + child, first + child + 1)) ++child;
      if (!less(first + root, first + child)) return;
      swap(first + root, first + child);
      root = child;
    }
  }

  /// Breaks patterns that led to a bad split, with random numbers that depend on the size alone.
  void scatter(Index begin, Index end) {
    const Index size = end - begin;
    auto state = static_cast<std::uint64_t>(size);
    const std::uint64_t mask = (std::uint64_t{1} << std::bit_width(state)) - 1;
    const Index middle = begin + (size / 4) * 2;
    for (Index target = middle - 1; target <= middle + 1; ++target) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      auto other = static_cast<Index>(state & mask);
      if (other >= size) other -= size;
      swap(target, begin + other);
    }
  }

  [[nodiscard]] Pivot choose_pivot(Index begin, Index end) const {
    constexpr int swaps_max = 4 * 3;
    const Index size = end - begin;
    int swaps = 0;
    Index low = begin + size / 4;
    Index middle = begin + (size / 4) * 2;
    Index high = begin + (size / 4) * 3;
    if (size >= ninther_size_min) {
      low = median(low - 1, low, low + 1, swaps);
      middle = median(middle - 1, middle, middle + 1, swaps);
      high = median(high - 1, high, high + 1, swaps);
    }
    middle = median(low, middle, high, swaps);
    if (swaps == 0) return {middle, Hint::increasing};
    if (swaps == swaps_max) return {middle, Hint::decreasing};
    return {middle, Hint::unknown};
  }

  [[nodiscard]] Index median(Index a, Index b, Index c, int& swaps) const {
    const auto order = [this, &swaps](Index& first, Index& second) {
      if (!less(second, first)) return;
      std::swap(first, second);
      ++swaps;
    };
    order(a, b);
    order(b, c);
    order(a, b);
    return b;
  }

  void reverse(Index begin, Index end) {
    for (Index i = begin, j = end - 1; i < j; ++i, --j)
      swap(i, j);
  }

  /// Puts a few elements right where the range seems sorted already; says whether it is now.
  [[nodiscard]] bool repair(Index begin, Index end) {
    Index i = begin + 1;
    for (int round = 0; round < repair_rounds; ++round) {
      while (i < end && !less(i, i - 1))
        ++i;
      if (i == end) return true;
      if (end - begin < repair_size_min) return false;
      swap(i, i - 1);
      if (i - begin >= 2) {
        for (Index j = i - 1; j >= 1 && less(j, j - 1); --j)
          swap(j, j - 1);
      }
      if (end - i >= 2) {
        for (Index j = i + 1; j < end && less(j, j - 1); ++j)
          swap(j, j - 1);
      }
    }
    return false;
  }

  /// Splits into elements equal to the pivot and greater ones; returns where the latter begin.
  [[nodiscard]] Index partition_equal(Index begin, Index end, Index pivot) {
    swap(begin, pivot);
    Index i = begin + 1;
    Index j = end - 1;
    while (true) {
      while (i <= j && !less(begin, i))
        ++i;
      while (i <= j && less(begin, j))
        --j;
      if (i > j) return i;
      swap(i, j);
      ++i;
      --j;
    }
  }

  [[nodiscard]] Split partition(Index begin, Index end, Index pivot) {
    swap(begin, pivot);
    Index i = begin + 1;
    Index j = end - 1;
    bool was_partitioned = true;
    while (true) {
      while (i <= j && less(i, begin))
        ++i;
      while (i <= j && !less(j, begin))
        --j;
      if (i > j) break;
      was_partitioned = false;
      swap(i, j);
      ++i;
      --j;
    }
    swap(j, begin);
    return {j, was_partitioned};
  }

  std::span<T> data_;
  Less less_;
};

}  // namespace detail

/// Sorts as Go's `sort.Sort` does; elements that are equal under `less` end up where Go puts them.
template <class T, class Less>
void go_sort(std::span<T> data, Less less) {
  detail::GoSort<T, Less>(data, std::move(less)).run();
}

}  // namespace firedrill::policy::karmada
