// firedrill: one program, a subcommand for each thing it does. This file reads the command line,
// and is the one place where what went wrong becomes an exit status.

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "policy/api/diagnostic.h"
#include "scenarios/runner.h"
#include "tools/build_info.h"
#include "tools/command.h"

namespace firedrill::tools {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t interrupt_seen =
    0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

extern "C" void on_interrupt(int /*signal*/) {
  interrupt_seen = 1;
}

/// The first Ctrl-C asks the command to end, leaving no half file; the second ends it at once. A
/// reader that goes away shows as an error of the write.
void set_signals() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void add_common_options(CLI::App& app, Console& console) {
  app.add_flag("-q,--quiet", console.quiet, "Only results and errors");
  app.add_flag("-v,--verbose", console.verbose, "Also how the work went, on standard error");
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view near = api::nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
}

/// CLI11 says of an unknown subcommand that one is required; this names it.
std::optional<std::string> unknown_command(std::span<char*> arguments,
                                           const std::vector<Command>& commands) {
  const auto word =
      std::ranges::find_if(arguments, [](const char* argument) { return argument[0] != '-'; });
  if (word == arguments.end()) return std::nullopt;
  std::vector<std::string> names;
  for (const Command& command : commands)
    names.push_back(command.app->get_name());
  if (std::ranges::count(names, *word) != 0) return std::nullopt;
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return fmt::format("unknown command {}; one of {}{}", api::in_quotes(*word),
                     fmt::join(names, ", "), did_you_mean(*word, candidates));
}

/// Likewise for an option or argument that the command doesn't have.
std::optional<std::string> unknown_argument(const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining();
  if (rest.empty()) return std::nullopt;
  const auto option = std::ranges::find_if(
      rest, [](const std::string& word) { return word.size() > 1 && word.front() == '-'; });
  if (option == rest.end())
    return fmt::format("unexpected argument {}", api::in_quotes(rest.front()));
  std::vector<std::string> names;
  for (const CLI::Option* known : app.get_options()) {
    for (const std::string& name : known->get_lnames())
      names.push_back("--" + name);
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string word = option->substr(0, option->find('='));
  return fmt::format("unknown option {}{}", api::in_quotes(word), did_you_mean(word, candidates));
}

ExitStatus bad_usage(Console& console, std::string_view problem, std::string_view command) {
  console.message(fmt::format("firedrill: {}; see firedrill {}{}--help\n", problem, command,
                              command.empty() ? "" : " "));
  return ExitStatus::bad_input;
}

std::string command_line(std::span<char*> arguments) {
  std::string line = "firedrill";
  for (const char* argument : arguments)
    line += fmt::format(" '{}'", argument);
  return line;
}

/// Runs the command and turns whatever is thrown into an exit status.
ExitStatus act(const Command& command, Console& console, std::span<char*> arguments) {
  try {
    return command.act(console);
  } catch (const UsageError& error) {
    return bad_usage(console, error.what(), command.app->get_name());
  } catch (const scenarios::Interrupted&) {
    return ExitStatus::interrupted;
  } catch (const timeline::ResourceError& error) {
    if (error.code() == std::errc::broken_pipe) return ExitStatus::done;
    console.message(fmt::format("firedrill: {}\n", error.what()));
  } catch (const std::bad_alloc&) {
    console.message("firedrill: out of memory\n");
  } catch (const std::exception& error) {
    console.message(
        fmt::format("firedrill: internal error: {}; please report it with what {} needs\n",
                    error.what(), command_line(arguments)));
  }
  return ExitStatus::broken;
}

ExitStatus parse_and_act(int argc, char** argv) {
  CLI::App program("firedrill: plays disasters to multi-cluster Kubernetes on a virtual clock");
  Console console;
  program.name("firedrill");
  program.footer("Example:\n  firedrill run scenarios/library/documents/foo-failover.json");
  program.require_subcommand(0, 1);
  bool version = false;
  program.add_flag("--version", version, "Print version, commit and digest of the policy tables");
  const std::vector<Command> commands{
      add_run(program),    add_validate(program),  add_explain(program),
      add_diff(program),   add_test(program),      add_sweep(program),
      add_schema(program), add_profiles(program),  add_conformance(program),
      add_report(program), add_completion(program)};
  for (const Command& command : commands) {
    add_common_options(*command.app, console);
    command.app->allow_extras();
  }

  const std::span<char*> arguments(argv + 1, argv + std::max(argc, 1));
  if (const auto problem = unknown_command(arguments, commands))
    return bad_usage(console, *problem, {});
  const auto chosen = [&]() -> const Command* {
    const auto found = std::ranges::find_if(
        commands, [](const Command& command) { return command.app->parsed(); });
    return found == commands.end() ? nullptr : &*found;
  };
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const Command* command = chosen();
    const std::string help = command != nullptr ? command->app->help("firedrill") : program.help();
    console.result(help.ends_with('\n') ? help : help + '\n');
    return ExitStatus::done;
  } catch (const CLI::ParseError& error) {
    const Command* command = chosen();
    if (command == nullptr) return bad_usage(console, error.what(), {});
    const auto problem = unknown_argument(*command->app);
    return bad_usage(console, problem.value_or(error.what()), command->app->get_name());
  }
  if (version) {
    console.result(version_text());
    return ExitStatus::done;
  }
  const Command* command = chosen();
  if (command == nullptr) return bad_usage(console, "a command is required", {});
  if (const auto problem = unknown_argument(*command->app))
    return bad_usage(console, *problem, command->app->get_name());
  return act(*command, console, arguments);
}

}  // namespace

bool interrupted() {
  return interrupt_seen != 0;
}

}  // namespace firedrill::tools

int main(int argc, char** argv) {
  using firedrill::tools::ExitStatus;
  firedrill::tools::set_signals();
  try {
    return static_cast<int>(firedrill::tools::parse_and_act(argc, argv));
  } catch (const firedrill::timeline::ResourceError& error) {
    // The reader of a help text went away.
    const bool gone = error.code() == std::errc::broken_pipe;
    return static_cast<int>(gone ? ExitStatus::done : ExitStatus::broken);
  } catch (...) {
    return static_cast<int>(ExitStatus::broken);
  }
}
