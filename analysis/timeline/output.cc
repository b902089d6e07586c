#include "analysis/timeline/output.h"

#include <cerrno>
#include <ostream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace firedrill::timeline {
namespace {

constexpr int temporary_names_max = 1000;

}  // namespace

ResourceError::ResourceError(const std::string& what, std::error_code code)
    : std::runtime_error(what), code_(code) {}

void StreamOutput::write(std::string_view bytes) {
  errno = 0;
  stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  check();
}

void StreamOutput::flush() {
  errno = 0;
  stream_.flush();
  check();
}

void StreamOutput::check() const {
  if (stream_.good()) return;
  const std::error_code code(errno != 0 ? errno : EIO, std::generic_category());
  throw ResourceError(fmt::format("cannot write the output: {}", code.message()), code);
}

OutputFile::OutputFile(const std::filesystem::path& target) : target_(target) {
  std::error_code ignored;
  const auto status = std::filesystem::status(target_, ignored);
  if (std::filesystem::exists(status)) {
    target_ = std::filesystem::canonical(target_, ignored);
    if (ignored) fail("open", ignored.value());
    if (!std::filesystem::is_regular_file(status)) {
      descriptor_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
      if (descriptor_ < 0) fail("open", errno);
      return;
    }
  }
  open_temporary();
}

OutputFile::~OutputFile() {
  discard();
}

void OutputFile::open_temporary() {
  for (int i = 0; i < temporary_names_max; ++i) {
    temporary_ = target_;
    temporary_ += fmt::format(".partial-{}", i);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0) return;
    if (errno != EEXIST) break;
  }
  const int error = errno;
  temporary_.clear();
  fail("create", error);
}

void OutputFile::write(std::string_view bytes) {
  if (descriptor_ < 0) throw std::logic_error("a write to a file that was committed");
  while (!bytes.empty()) {
    const ::ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void OutputFile::commit() {
  if (descriptor_ < 0) throw std::logic_error("a file is committed once");
  const int descriptor = descriptor_;
  descriptor_ = -1;
  // A full disk or quota may show only now.
  if (::close(descriptor) != 0 && errno != EINTR) fail("write", errno);
  if (temporary_.empty()) return;
  std::error_code code;
  std::filesystem::rename(temporary_, target_, code);
  if (code) fail("rename the result to", code.value());
  temporary_.clear();
}

void OutputFile::discard() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

void OutputFile::fail(std::string_view action, int error) {
  discard();
  const std::error_code code(error, std::generic_category());
  throw ResourceError(fmt::format("cannot {} {}: {}", action, target_.string(), code.message()),
                      code);
}

}  // namespace firedrill::timeline
