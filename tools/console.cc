#include "tools/console.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace firedrill::tools {

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
    out_.write(text);
  }
}

void Console::message(std::string_view text) noexcept {
  try {
    err_.write(text);
  } catch (const timeline::ResourceError&) {
    // Standard error is closed; the exit status still tells.
    return;
  }
}

bool Console::colours() const {
  const char* no_color = std::getenv("NO_COLOR");
  const bool plain = no_color != nullptr && *no_color != '\0';
  return !plain && ::isatty(claimed_ ? 2 : 1) != 0;
}

std::string Console::alarming(std::string_view text) const {
  return colours() ? "\x1b[31m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string Console::strong(std::string_view text) const {
  return colours() ? "\x1b[1m" + std::string(text) + "\x1b[0m" : std::string(text);
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
