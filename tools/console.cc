#include "tools/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

#include "policy/api/utf8.h"

namespace firedrill::tools {
namespace {

// Bytes that stand in no text of UTF-8 mark where colours begin and end, so that no name can.
constexpr char red = '\xFD';
constexpr char bold = '\xFE';
constexpr char plain = '\xFF';
constexpr std::string_view marks = "\xFD\xFE\xFF";

}  // namespace

void StandardStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ::ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::error_code code(errno, std::generic_category());
      throw timeline::ResourceError("cannot write to standard output: " + code.message(), code);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Console::summary(std::string_view text) {
  if (quiet) return;
  if (claimed_) {
    message(text);
  } else {
    out_.write(shown(text));
  }
}

void Console::message(std::string_view text) noexcept {
  // Most need nothing: then they arrive even where there is no memory left for another text.
  const bool harmless = std::ranges::all_of(
      text, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; });
  if (harmless) return draw(text);
  try {
    draw(shown(text));
  } catch (const std::bad_alloc&) {
    return;
  }
}

void Console::draw(std::string_view sequences) noexcept {
  try {
    err_.write(sequences);
  } catch (const timeline::ResourceError&) {
    // Standard error is closed; the exit status still tells.
    return;
  }
}

bool Console::colours() const {
  const char* no_color = std::getenv("NO_COLOR");
  const bool unwanted = no_color != nullptr && *no_color != '\0';
  return !unwanted && ::isatty(claimed_ ? 2 : 1) != 0;
}

std::string Console::alarming(std::string_view text) const {
  return colours() ? red + std::string(text) + plain : std::string(text);
}

std::string Console::strong(std::string_view text) const {
  return colours() ? bold + std::string(text) + plain : std::string(text);
}

std::string Console::shown(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(marks), text.size());
    api::append_visible(out, text.substr(0, end), "\n\t");
    if (end == text.size()) break;
    // Without colours nobody sets marks: then it is a byte like any other that is no character.
    if (!colours()) {
      api::append_visible(out, text.substr(end, 1));
    } else if (text[end] == plain) {
      out += "\x1b[0m";
    } else {
      out += text[end] == red ? "\x1b[31m" : "\x1b[1m";
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string memory_text() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::to_string(usage.ru_maxrss / 1024) + " MiB at most\n";
}

Destination::Destination(const std::string& path, Console& console) : console_(console) {
  if (path == "-") {
    console_.claim_standard_output();
  } else {
    file_.emplace(path);
  }
}

timeline::Output& Destination::output() {
  return file_ ? *file_ : console_.standard_output();
}

void Destination::commit() {
  if (file_) file_->commit();
}

}  // namespace firedrill::tools
