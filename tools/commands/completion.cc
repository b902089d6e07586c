#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tools/command.h"

// Shells complete what the program itself knows: the scripts are written from its options, so a new
// option is completed without anybody thinking of it.

namespace firedrill::tools {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  }
  return names;
}

std::vector<const CLI::App*> commands(const CLI::App& program) {
  return program.get_subcommands([](const CLI::App* app) { return !app->get_name().empty(); });
}

std::string command_names(const CLI::App& program) {
  std::string names;
  for (const CLI::App* command : commands(program))
    names += (names.empty() ? "" : " ") + command->get_name();
  return names;
}

std::string bash_script(const CLI::App& program) {
  std::string cases;
  for (const CLI::App* command : commands(program)) {
    cases += fmt::format("    {}) words='{}' ;;\n", command->get_name(),
                         fmt::join(option_names(*command), " "));
  }
  return fmt::format(R"(# bash completion for firedrill: source <(firedrill completion bash)
_firedrill() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} words=
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- "$word")
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}}
complete -o filenames -F _firedrill firedrill
)",
                     command_names(program), cases);
}

std::string zsh_script(const CLI::App& program) {
  std::string cases;
  for (const CLI::App* command : commands(program)) {
    cases += fmt::format("    {}) compadd -- {} ;;\n", command->get_name(),
                         fmt::join(option_names(*command), " "));
  }
  return fmt::format(R"(#compdef firedrill
# zsh completion for firedrill: source <(firedrill completion zsh)
_firedrill() {{
  if ((CURRENT == 2)); then
    compadd -- {} --help --version
    return
  fi
  if [[ ${{words[CURRENT]}} != -* ]]; then
    _files
    return
  fi
  case ${{words[2]}} in
{}  esac
}}
compdef _firedrill firedrill
)",
                     command_names(program), cases);
}

/// In single quotes of fish.
std::string in_single_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish_script(const CLI::App& program) {
  std::string script = "# fish completion for firedrill: firedrill completion fish | source\n";
  for (const CLI::App* command : commands(program)) {
    script += fmt::format("complete -c firedrill -n __fish_use_subcommand -f -a {} -d {}\n",
                          command->get_name(), in_single_quotes(command->get_description()));
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        script +=
            fmt::format("complete -c firedrill -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                        command->get_name(), name, in_single_quotes(option->get_description()));
      }
    }
  }
  return script;
}

}  // namespace

Command add_completion(CLI::App& program) {
  auto shell = std::make_shared<std::string>();
  CLI::App* app = program.add_subcommand("completion", "Print a completion script for a shell");
  app->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app->footer("Example:\n  firedrill completion bash > firedrill.bash");
  return {app, [shell, &program](Console& console) {
            if (*shell == "bash") {
              console.result(bash_script(program));
            } else if (*shell == "zsh") {
              console.result(zsh_script(program));
            } else {
              console.result(fish_script(program));
            }
            return ExitStatus::done;
          }};
}

}  // namespace firedrill::tools
