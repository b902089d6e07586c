#pragma once

/// What a command says, and where: results to standard output, everything else to standard error.
/// When a result itself goes to standard output ("-"), what is for people moves to standard error.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/timeline/output.h"

namespace firedrill::tools {

/// How a command ends; product specification, section 1.
enum class ExitStatus : int {
  done = 0,
  check_failed = 1,   ///< An expectation, a vector.
  bad_input = 2,      ///< Usage or input.
  broken = 3,         ///< An internal error, or a resource that gave out.
  interrupted = 130,  ///< Ctrl-C.
};

/// A standard stream, unbuffered: what is written has arrived or is a timeline::ResourceError,
/// whose code tells a reader that went away from a disk that is full.
class StandardStream final : public timeline::Output {
 public:
  explicit StandardStream(int descriptor) : descriptor_(descriptor) {}
  void write(std::string_view bytes) override;

 private:
  int descriptor_;
};

/// All texts that go through it are shown as text: control characters in names, and those that turn
/// the direction of reading, are spelled (api::visible), but for tabs and ends of lines.
class Console {
 public:
  bool quiet = false;
  bool verbose = false;

  /// A result.
  void result(std::string_view text) { out_.write(shown(text)); }
  /// What people read beside the results; nothing if they want quiet.
  void summary(std::string_view text);
  /// What is wrong, or how the work went. Never fails: there is nobody left to tell.
  void message(std::string_view text) noexcept;
  /// Our own control sequences to standard error, as they are. Never fails, likewise.
  void draw(std::string_view sequences) noexcept;

  /// A result is to go to standard output.
  void claim_standard_output() { claimed_ = true; }
  [[nodiscard]] timeline::Output& standard_output() { return out_; }

  /// Red, on a terminal whose user doesn't mind (NO_COLOR), once it is shown by this.
  [[nodiscard]] std::string alarming(std::string_view text) const;
  /// Bold, likewise.
  [[nodiscard]] std::string strong(std::string_view text) const;

 private:
  [[nodiscard]] bool colours() const;
  [[nodiscard]] std::string shown(std::string_view text) const;

  StandardStream out_{1};
  StandardStream err_{2};
  bool claimed_ = false;
};

/// What the process took so far, for those who want to know: "12 MiB at most\n".
[[nodiscard]] std::string memory_text();

/// Where one result goes: a file, or standard output for "-".
class Destination {
 public:
  /// Throws timeline::ResourceError if the file can't be made.
  Destination(const std::string& path, Console& console);

  [[nodiscard]] timeline::Output& output();
  /// Gives a file its name; without it nothing remains.
  void commit();

 private:
  Console& console_;
  std::optional<timeline::OutputFile> file_;
};

}  // namespace firedrill::tools
