#include <algorithm>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/api/json_path.h"
#include "policy/api/json_path_node.h"
#include "policy/api/json_path_print.h"
#include "policy/api/utf8.h"

namespace firedrill::api {
namespace json_path {
namespace {

using nlohmann::json;

constexpr std::int64_t work_max = 1'000'000;

/// What stands for null where there is no document around it: it has no members, is no array, and
/// prints as
/// "<no value>". A null inside of a document is a `const json*`.
struct Nothing {};

/// What a path is applied to and what it finds: something in the document, a constant of the
/// template, or (wildcards split strings into bytes) a small integer.
using Value = std::variant<Nothing, const json*, std::string_view, std::int64_t, double, bool>;
using Values = std::vector<Value>;

/// What a step found. A filter that asks for existence looks at the values even if there was a
/// problem, so what is in them then matters: mostly the input.
struct Outcome {
  Values values;
  std::optional<Problem> problem = std::nullopt;
};

const json* find_json(const Value& value) {
  const auto* found = std::get_if<const json*>(&value);
  return found == nullptr ? nullptr : *found;
}

bool is_null(const Value& value) {
  const json* found = find_json(value);
  return found != nullptr && found->is_null();
}

/// The array in `value`, or null.
const json* find_array(const Value& value) {
  const json* found = find_json(value);
  return found != nullptr && found->is_array() ? found : nullptr;
}

/// The text in `value`, be it of the document or of the template.
std::optional<std::string_view> text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
  const json* found = find_json(value);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return found->get_ref<const std::string&>();
}

Value root_value(const json& document) {
  if (document.is_null()) return Nothing{};
  return &document;
}

/// What comparisons know about: booleans, integers (of the template), doubles, text.
using Operand = std::variant<bool, std::int64_t, double, std::string_view>;

std::optional<Operand> operand_of(const Value& value) {
  if (const auto text = text_of(value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  const json* found = find_json(value);
  if (found == nullptr) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>();
  if (found->is_number()) return number_of(*found);
  return std::nullopt;
}

/// Follows client-go third_party/forked/golang/template/funcs.go. No number is ever NaN.
Result<bool> compare(const Value& left_value, const std::string& op, const Value& right_value) {
  const auto left = operand_of(left_value);
  const auto right = operand_of(right_value);
  const bool equality = op == "==" || op == "!=";
  const bool order = op == "<" || op == ">" || op == "<=" || op == ">=";
  if (!equality && !order) return Problem{fmt::format("unrecognized filter operator {}", op)};
  const bool ordered =
      !left || !right ||
      (!std::holds_alternative<bool>(*left) && !std::holds_alternative<bool>(*right));
  if (!left || !right || (order && !ordered)) return Problem{"invalid type for comparison"};
  if (left->index() != right->index()) return Problem{"incompatible types for comparison"};
  if (op == "==") return *left == *right;
  if (op == "!=") return *left != *right;
  if (op == "<") return *left < *right;
  if (op == ">") return *left > *right;
  return op == "<=" ? *left <= *right : *left >= *right;
}

/// The elements a slice takes of an array, as positions; or why it can't.
struct Range {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t step;
};

Result<Range> resolve(const Slice& slice, std::int64_t length) {
  std::int64_t begin = slice.begin.value_or(0);
  if (begin < 0) begin += length;
  std::int64_t end = slice.end.value_or(length);
  if (end < 0 || (end == 0 && slice.end_derived)) end += length;
  if (begin == end) return Range{begin, begin, 1};  // nothing is wanted, so no bound matters
  if (begin < 0 || begin >= length || end < 0 || end > length) {
    return Problem{fmt::format("array index out of bounds: [{}:{}] of {}", begin, end, length)};
  }
  if (begin > end)
    return Problem{fmt::format("starting index {} is greater than ending index {}", begin, end)};
  const std::int64_t step = slice.step.value_or(1);
  if (step <= 0) return Problem{"step must be > 0"};
  return Range{begin, end, step};
}

/// One evaluation of one template.
class Evaluator {
 public:
  explicit Evaluator(const Path& nodes) : nodes_(nodes) {}

  Result<std::string> run(const json& document) {
    std::vector<Values> results;
    if (auto problem = find_results(root_value(document), 0, results)) return *std::move(problem);
    if (work_ > work_max) return too_much_work();
    for (const Values& values : results)
      print(values);
    if (printer_.problem() != nullptr) return Problem{printer_.problem()};
    return valid_utf8(printer_.text());
  }

 private:
  static Problem too_much_work() { return Problem{"JSONPath visits too many values"}; }

  /// Counts a value or a step. False once the limit is passed; from then on every step fails.
  bool work() { return ++work_ <= work_max; }

  /// Evaluates the nodes from `first` on. `range` repeats what follows it for each value found, up
  /// to the matching `end`. The counters are the reference's own, for the sake of unbalanced
  /// templates.
  std::optional<Problem> find_results(const Value& root,
                                      std::size_t first,
                                      std::vector<Values>& results) {
    for (std::size_t i = first; i < nodes_.size(); ++i) {
      Outcome outcome = walk({root}, nodes_[i]);
      if (outcome.problem) return outcome.problem;
      if (end_range_ > 0 && end_range_ <= in_range_) {
        --end_range_;
        last_end_ = i;
        return {};
      }
      if (begin_range_ == 0) {
        results.push_back(std::move(outcome.values));
        continue;
      }
      --begin_range_;
      ++in_range_;
      if (auto problem = repeat(outcome.values, i + 1, results)) return problem;
      --in_range_;
      if (last_end_ && *last_end_ > i) i = *last_end_;
    }
    return {};
  }

  std::optional<Problem> repeat(const Values& values,
                                std::size_t first,
                                std::vector<Values>& results) {
    if (values.empty()) {
      // The body is evaluated even so, over nothing: a missing key in it is an error.
      std::vector<Values> ignored;
      return find_results(Nothing{}, first, ignored);
    }
    for (const Value& value : values) {
      if (std::holds_alternative<Nothing>(value)) return Problem{"cannot range over no value"};
      const Value root = is_null(value) ? Value(Nothing{}) : value;
      if (auto problem = find_results(root, first, results)) return problem;
    }
    return {};
  }

  Outcome walk(Values input, const Node& node) {
    if (!work()) return {{}, too_much_work()};
    return std::visit([&](const auto& kind) { return apply(std::move(input), kind); }, node.kind);
  }

  Outcome apply_path(Values input, const Path& path) {
    Outcome outcome{std::move(input)};
    for (const Node& node : path) {
      outcome = walk(std::move(outcome.values), node);
      if (outcome.problem) break;
    }
    return outcome;
  }

  Outcome apply(Values input, const Action& action) {
    return apply_path(std::move(input), action.path);
  }

  Outcome apply(const Values& /*input*/, const Text& text) {
    return {{std::string_view(text.text)}};
  }

  Outcome apply(const Values& input, const Constant& constant) {
    const Value value = std::visit([](auto held) { return Value(held); }, constant.value);
    return {Values(input.size(), value)};
  }

  Outcome apply(Values input, const Identifier& identifier) {
    if (identifier.name == "range") {
      ++begin_range_;
      return {std::move(input)};
    }
    if (identifier.name != "end") {
      return {std::move(input),
              Problem{fmt::format("unrecognized identifier {}", identifier.name)}};
    }
    if (in_range_ == 0) return {{}, Problem{"not in range, nothing to end"}};
    ++end_range_;
    return {};
  }

  Outcome apply(const Values& input, const Field& field) {
    Outcome outcome;
    for (const Value& value : input) {
      if (!work()) return {{}, too_much_work()};
      const json* object = find_json(value);
      if (object == nullptr || !object->is_object()) continue;
      const auto member = object->find(field.name);
      if (member != object->end()) outcome.values.emplace_back(&*member);
    }
    if (outcome.values.empty() && !input.empty()) {
      outcome.problem = Problem{fmt::format("{} is not found", field.name)};
    }
    return outcome;
  }

  Outcome apply(Values input, const Slice& slice) {
    Values result;
    for (const Value& value : input) {
      if (is_null(value)) continue;
      const json* array = find_array(value);
      if (array == nullptr) return {std::move(input), Problem{"an index needs an array"}};
      const auto range = resolve(slice, static_cast<std::int64_t>(array->size()));
      if (!range) return {std::move(input), Problem{range.problem()}};
      if (range->begin == range->end)
        return {std::move(result)};  // the arrays after it count no more
      for (std::int64_t i = range->begin; i < range->end;
           i += std::min(range->step, range->end - i)) {
        if (!work()) return {std::move(input), too_much_work()};
        result.emplace_back(&(*array)[static_cast<std::size_t>(i)]);
      }
    }
    return {std::move(result)};
  }

  Outcome apply(Values input, const Union& members) {
    Values result;
    for (const Path& member : members.members) {
      Outcome outcome = apply_path(input, member);
      if (outcome.problem) return {std::move(input), std::move(outcome.problem)};
      result.insert(result.end(), outcome.values.begin(), outcome.values.end());
    }
    return {std::move(result)};
  }

  Outcome apply(const Values& input, const Wildcard& /*node*/) {
    Values result;
    for (const Value& value : input) {
      if (!append_members(value, result)) return {std::move(result), too_much_work()};
    }
    return {std::move(result)};
  }

  /// Every value below, and each input itself, that has something below it: parents first.
  Outcome apply(const Values& input, const Recursive& /*node*/) {
    Values result;
    Values open(input.rbegin(), input.rend());
    while (!open.empty()) {
      const Value value = open.back();
      open.pop_back();
      Values members;
      if (!append_members(value, members)) return {std::move(result), too_much_work()};
      if (!members.empty()) result.push_back(value);
      open.insert(open.end(), members.rbegin(), members.rend());
    }
    return {std::move(result)};
  }

  /// The values of an object in key order, the elements of an array, the bytes of a text.
  bool append_members(const Value& value, Values& members) {
    if (const auto text = text_of(value)) {
      for (const char c : *text) {
        if (!work()) return false;
        members.emplace_back(std::int64_t{static_cast<unsigned char>(c)});
      }
      return true;
    }
    const json* found = find_json(value);
    if (found == nullptr || !found->is_structured()) return true;
    for (const json& member : *found) {
      if (!work()) return false;
      members.emplace_back(&member);
    }
    return true;
  }

  Outcome apply(Values input, const Filter& filter) {
    Values result;
    for (const Value& value : input) {
      const json* array = find_array(value);
      if (array == nullptr) return {std::move(input), Problem{"only an array can be filtered"}};
      for (const json& element : *array) {
        if (!work()) return {std::move(input), too_much_work()};
        Outcome left = apply_path({&element}, filter.left);
        if (filter.op.empty()) {
          if (!left.values.empty()) result.emplace_back(&element);
          continue;
        }
        if (left.problem) return {std::move(input), std::move(left.problem)};
        if (left.values.empty()) continue;
        const Outcome right =
            left.values.size() == 1 ? apply_path({&element}, filter.right) : Outcome();
        if (left.values.size() > 1 || right.values.size() > 1) {
          return {std::move(input), Problem{"can only compare one element at a time"}};
        }
        if (right.problem) return {std::move(input), right.problem};
        if (right.values.empty()) continue;
        const auto passed = compare(left.values.front(), filter.op, right.values.front());
        if (!passed) return {std::move(result), Problem{passed.problem()}};
        if (*passed) result.emplace_back(&element);
      }
    }
    return {std::move(result)};
  }

  void print(const Values& values) {
    for (std::size_t i = 0; i < values.size() && printer_.problem() == nullptr; ++i) {
      if (i > 0) printer_.append(" ");
      std::visit([&](const auto& value) { print_one(value); }, values[i]);
    }
  }

  void print_one(Nothing /*value*/) { printer_.append("<no value>"); }
  void print_one(const json* value) { printer_.append_value(*value); }
  void print_one(std::string_view text) { printer_.append(text); }
  void print_one(std::int64_t number) { printer_.append(fmt::format("{}", number)); }
  void print_one(double number) { printer_.append_number(number); }
  void print_one(bool flag) { printer_.append(flag ? "true" : "false"); }

  const Path& nodes_;
  Printer printer_;
  std::int64_t work_ = 0;
  int begin_range_ = 0;
  int in_range_ = 0;
  int end_range_ = 0;
  std::optional<std::size_t> last_end_;
};

}  // namespace
}  // namespace json_path

Result<std::string> JsonPath::evaluate(const nlohmann::json& document) const {
  return json_path::Evaluator(template_->nodes).run(document);
}

}  // namespace firedrill::api
