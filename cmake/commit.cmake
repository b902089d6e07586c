# Writes OUTPUT, the source file that knows which commit of SOURCE_DIR is being built; touches it only
# when that has changed, so that nothing is compiled for it otherwise.
find_package(Git QUIET)
set(commit unknown)
if(GIT_FOUND AND EXISTS ${SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE_DIR} describe --always --abbrev=12 --exclude=* --dirty=+
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "tools/build_info.h"

namespace firedrill::tools {

std::string_view commit() {
  return "@commit@";
}

}  // namespace firedrill::tools
]])
