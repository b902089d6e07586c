# Compile options that every target of the project shares: warnings, and the floating point rules that
# keep results equal on every compiler (docs/adr/0007-own-math.md).
add_library(firedrill_options INTERFACE)
target_compile_options(firedrill_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -ffp-contract=off)
# GCC 12 sees overlapping copies in optimised concatenations of strings; there are none (GCC 105329).
target_compile_options(firedrill_options INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-restrict>)
if(CMAKE_UNITY_BUILD)
  # A neighbour's names are no shadows, and what is in one unit only has no linkage to lose.
  target_compile_options(firedrill_options INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(FIREDRILL_WERROR)
  target_compile_options(firedrill_options INTERFACE -Werror)
endif()
if(FIREDRILL_SANITIZE)
  add_compile_options(-fsanitize=${FIREDRILL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FIREDRILL_SANITIZE})
endif()
# For targets that define coroutines: clang 14 cannot emit them with the check of calls through pointers.
add_library(firedrill_coroutines INTERFACE)
if(FIREDRILL_SANITIZE MATCHES "undefined")
  target_compile_options(firedrill_coroutines INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
endif()
if(FIREDRILL_FUZZ)
  # libFuzzer is led by what the libraries' code does, so they are instrumented too.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
