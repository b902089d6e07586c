#include <string>
#include <string_view>

#include "analysis/explain/render.h"
#include "analysis/timeline/text.h"

namespace firedrill::analysis {
namespace {

/// An object under construction; members that have nothing to say are left out.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() { out_ += '}'; }

  /// Opens the member and gives where its value goes.
  std::string& member(std::string_view key) {
    if (out_.back() != '{') out_ += ',';
    timeline::append_json(out_, key);
    out_ += ':';
    return out_;
  }
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) timeline::append_json(member(key), value);
  }
  void seconds(std::string_view key, sim::Duration value) {
    timeline::append_seconds(member(key), value);
  }
  template <class List, class Append>
  void list(std::string_view key, const List& list, const Append& append) {
    member(key) += '[';
    for (const auto& element : list) {
      if (out_.back() != '[') out_ += ',';
      append(element);
    }
    out_ += ']';
  }

 private:
  std::string& out_;
};

void append(std::string& out, const Share& share) {
  Object object(out);
  object.seconds("length", share.length);
  object.text("setting", share.setting);
  object.text("value", share.value);
  object.text("words", share.words);
}

void append(std::string& out, const Step& step) {
  Object object(out);
  timeline::append_integer(object.member("seq"), step.seq);
  object.seconds("t", step.time.time_since_epoch());
  object.text("kind", step.kind);
  object.seconds("duration", step.duration);
  object.list("shares", step.shares, [&](const Share& share) { append(out, share); });
  object.text("what", step.what);
  object.list("details", step.details,
              [&](const std::string& line) { timeline::append_json(out, std::string_view(line)); });
  if (step.rule.name.empty()) return;
  object.member("rule");
  Object rule(out);
  rule.text("name", step.rule.name);
  rule.text("source", step.rule.source);
}

void append(std::string& out, const Chain& chain) {
  Object object(out);
  object.text("title", chain.title);
  object.seconds("total", chain.total());
  if (chain.left_out > 0) timeline::append_integer(object.member("leftOut"), chain.left_out);
  object.list("steps", chain.steps, [&](const Step& step) { append(out, step); });
}

void append(std::string& out, const Gate& gate) {
  Object object(out);
  object.text("name", gate.name);
  object.text("cluster", gate.cluster);
  object.text("setting", gate.setting);
  object.text("value", gate.value);
  object.text("words", gate.words);
}

}  // namespace

std::string json_of(const Explanation& explanation) {
  std::string out;
  {
    Object object(out);
    object.text("question", explanation.question);
    object.text("answer", explanation.answer);
    object.list("gates", explanation.gates, [&](const Gate& gate) { append(out, gate); });
    object.list("chains", explanation.chains, [&](const Chain& chain) { append(out, chain); });
    object.list("pending", explanation.pending, [&](const std::string& line) {
      timeline::append_json(out, std::string_view(line));
    });
  }
  return out + '\n';
}

}  // namespace firedrill::analysis
