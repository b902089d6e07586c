#include "scenarios/conformance/conformance.h"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tools/command.h"

namespace firedrill::tools {
namespace {

/// Hands each piece of text on at once: a folder of vectors takes a while, and people watch.
class ResultBuffer final : public std::stringbuf {
 public:
  explicit ResultBuffer(Console& console) : console_(console) {}

 private:
  int overflow(int character) override {
    const int result = std::stringbuf::overflow(character);
    if (character == '\n') sync();
    return result;
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const std::streamsize written = std::stringbuf::xsputn(text, size);
    if (std::string_view(text, static_cast<std::size_t>(size)).find('\n') != std::string_view::npos)
      sync();
    return written;
  }
  int sync() override {
    console_.result(str());
    str({});
    return 0;
  }

  Console& console_;
};

}  // namespace

Command add_conformance(CLI::App& program) {
  struct Options {
    std::vector<std::string> paths;
    std::string actual;
  };
  auto options = std::make_shared<Options>();
  CLI::App* app =
      program.add_subcommand("conformance", "Run golden vectors of the reference systems");
  app->add_option("PATH", options->paths, "Files of vectors, and folders of such files")
      ->required();
  app->add_option("--actual", options->actual, "Write each file again there with what was computed")
      ->type_name("DIR");
  app->footer("Example:\n  firedrill conformance tests/conformance");
  return {app, [options](Console& console) {
            scenarios::ConformanceOptions how;
            if (!options->actual.empty()) how.actual_folder = options->actual;
            ResultBuffer buffer(console);
            std::ostream stream(&buffer);
            stream.exceptions(std::ios::badbit);
            const auto report = scenarios::run_conformance(options->paths, how, stream);
            stream.flush();
            return report.failed() == 0 ? ExitStatus::done : ExitStatus::check_failed;
          }};
}

}  // namespace firedrill::tools
