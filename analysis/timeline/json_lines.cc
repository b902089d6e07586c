#include "analysis/timeline/json_lines.h"

#include <cstddef>
#include <variant>

#include "analysis/timeline/text.h"

namespace firedrill::timeline {
namespace {

constexpr std::size_t buffer_max = std::size_t{64} << 10;

template <class Line>
void append_whole(std::string& out, const Line& line) {
  out += R"({"kind":)";
  append_json(out, Line::kind);
  append_members(out, line);
  out.push_back('}');
}

}  // namespace

void append_line(std::string& out, const Header& header) {
  append_whole(out, header);
}

void append_line(std::string& out, const TimelineEvent& event) {
  out += R"({"seq":)";
  append_integer(out, event.seq);
  out += R"(,"t":)";
  append_seconds(out, event.time.time_since_epoch());
  out += R"(,"kind":")";
  out += kind_name(event.payload);
  out.push_back('"');
  std::visit([&out](const auto& payload) { append_members(out, payload); }, event.payload);
  out += R"(,"cause":)";
  append_integer(out, event.cause);
  out.push_back('}');
}

void append_line(std::string& out, const Footer& footer) {
  append_whole(out, footer);
}

void JsonLines::begin(const Header& header) {
  append_line(buffer_, header);
  end_line();
}

void JsonLines::event(const TimelineEvent& event) {
  append_line(buffer_, event);
  end_line();
}

void JsonLines::end(const Footer& footer) {
  Footer signed_footer = footer;
  signed_footer.digest = digest();
  digest_ = signed_footer.digest;
  append_line(buffer_, signed_footer);
  buffer_.push_back('\n');
  if (output_ != nullptr) {
    output_->write(buffer_);
    output_->flush();
  }
  buffer_.clear();
}

std::string JsonLines::digest() {
  if (!digest_.empty()) return digest_;
  drain();
  return sim::hex(sha256_.digest());
}

void JsonLines::end_line() {
  buffer_.push_back('\n');
  if (buffer_.size() >= buffer_max) drain();
}

void JsonLines::drain() {
  sha256_.update(buffer_);
  if (output_ != nullptr) output_->write(buffer_);
  buffer_.clear();
}

}  // namespace firedrill::timeline
