#include "program.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <stdlib.h>
#include <sys/wait.h>

namespace firedrill::tools {

namespace fs = std::filesystem;

Outcome shell(const std::string& command) {
  const Folder folder;
  const std::string out = folder.file("out");
  const std::string err = folder.file("err");
  const std::string script = folder.file("script");
  std::ofstream(script) << "firedrill() { '" FIREDRILL_PROGRAM "' \"$@\"; }\n"
                        << "{ " << command << "\n} >'" << out << "' 2>'" << err << "' </dev/null\n";
  const int status = std::system(("bash '" + script + "'").c_str());
  Outcome outcome;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
  outcome.out = read_file(out);
  outcome.err = read_file(err);
  return outcome;
}

Outcome firedrill(const std::string& arguments) {
  return shell("firedrill " + arguments);
}

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "firedrill-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> Folder::content() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_))
    names.push_back(fs::relative(entry.path(), path_).string());
  std::ranges::sort(names);
  return names;
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> document_scenarios() {
  std::vector<std::string> files;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator("scenarios/library/documents")) {
    if (entry.path().extension() != ".json") continue;
    if (read_file(entry.path()).find("\"kind\": \"Scenario\"") != std::string::npos)
      files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace firedrill::tools
