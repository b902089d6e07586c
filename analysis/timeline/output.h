#pragma once

/// Where bytes of results go: a stream, or a file that appears whole under its final name or not at
/// all. A disk that is full, or anything else that keeps the bytes from arriving, is a
/// ResourceError.

#include <filesystem>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace firedrill::timeline {

/// Something outside gave out (disk, pipe): the command ends with exit status 3.
class ResourceError : public std::runtime_error {
 public:
  ResourceError(const std::string& what, std::error_code code);

  /// What the system said; `std::errc::broken_pipe` when a reader went away.
  [[nodiscard]] std::error_code code() const { return code_; }

 private:
  std::error_code code_;
};

/// Takes bytes in order. Throws ResourceError when it can't.
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  virtual ~Output() = default;

  virtual void write(std::string_view bytes) = 0;
  /// Brings to the destination what is held back.
  virtual void flush() {}
};

/// A stream of the caller, which must outlive this.
class StreamOutput final : public Output {
 public:
  explicit StreamOutput(std::ostream& stream) : stream_(stream) {}
  void write(std::string_view bytes) override;
  void flush() override;

 private:
  void check() const;

  std::ostream& stream_;
};

/// A file. Bytes go to a temporary file beside the target, which takes the target's name on
/// `commit`; without it nothing remains. A target that exists and is no regular file (a device, a
/// named pipe) is written directly, and through a symbolic link goes what it points to.
class OutputFile final : public Output {
 public:
  /// Throws ResourceError if the file can't be made.
  explicit OutputFile(const std::filesystem::path& target);
  ~OutputFile() override;

  void write(std::string_view bytes) override;

  /// Where the bytes lie until they have their name: for what must open the file by itself.
  [[nodiscard]] const std::filesystem::path& path() const {
    return temporary_.empty() ? target_ : temporary_;
  }

  /// Closes the file and gives it its name. Requires: called once, and no write after it.
  void commit();

 private:
  void open_temporary();
  void discard() noexcept;
  [[noreturn]] void fail(std::string_view action, int error);

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty: the target is written directly
  int descriptor_ = -1;
};

}  // namespace firedrill::timeline
