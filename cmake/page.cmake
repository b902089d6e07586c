# cmake -D INDEX=… -D STYLE=… -D D3=… -D LICENCE=… -D SCRIPTS=a.js,b.js -D OUTPUT=page_parts.cc -P page.cmake
#
# Turns the sources of the report's page (analysis/report/page) and d3 into C++ literals. Sources are ASCII, so that
# a literal may end anywhere.
cmake_minimum_required(VERSION 3.25)

function(append_part name text)
  if(text MATCHES "[^\t\n -~]")
    message(FATAL_ERROR "${name} of the report's page is not ASCII: \"${CMAKE_MATCH_0}\"")
  endif()
  string(LENGTH "${text}" length)
  set(literals "")
  set(count 0)
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 15000 piece)
    string(APPEND literals "    R\"PAGE(${piece})PAGE\",\n")
    math(EXPR at "${at} + 15000")
    math(EXPR count "${count} + 1")
  endwhile()
  string(APPEND source "constexpr std::array<std::string_view, ${count}> ${name}{\n${literals}};\n\n")
  set(source "${source}" PARENT_SCOPE)
endfunction()

set(source "// Made by cmake/page.cmake.\n#include \"analysis/report/page.h\"\n\n#include <array>\n#include <string_view>\n\n")
string(APPEND source "namespace firedrill::analysis {\nnamespace {\n\n")

file(READ ${INDEX} index)
append_part(index "${index}")
file(READ ${STYLE} style)
append_part(style "${style}")

# Those of d3 want their notice kept in all copies.
file(READ ${LICENCE} licence)
string(REPLACE "*/" "* /" licence "${licence}")
string(REGEX REPLACE "[^\t\n -~]" "?" licence "${licence}")
file(READ ${D3} d3)
string(REPLACE "\r" "" d3 "${d3}")
string(REPLACE "µ" "\\u00b5" d3 "${d3}")
append_part(d3 "/*\n${licence}*/\n${d3}")

set(script "(function () {\n'use strict';\n")
string(REPLACE "," ";" scripts "${SCRIPTS}")
foreach(path IN LISTS scripts)
  file(READ ${path} text)
  string(APPEND script "${text}\n")
endforeach()
string(APPEND script "})();\n")
append_part(script "${script}")

string(APPEND source "constexpr PageParts parts{index, style, d3, script};\n\n}  // namespace\n\n")
string(APPEND source "const PageParts& page_parts() {\n  return parts;\n}\n\n}  // namespace firedrill::analysis\n")
file(WRITE ${OUTPUT} "${source}")
