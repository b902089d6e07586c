# firedrill_layer(NAME SOURCES ... HEADERS ... USES ... [SEPARATE ...]): one layer of docs/architecture.md.
# SEPARATE: see unity.cmake.
#
# A layer sees only the include roots of what it links: its root in the build tree holds one link, to the
# layer's own folder, so an #include that goes against the layering is "No such file" at compile time.
function(firedrill_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;USES;PRIVATE_USES;SEPARATE")
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE folder)
  cmake_path(GET folder PARENT_PATH parent)
  set(root ${PROJECT_BINARY_DIR}/layers/${name})
  file(MAKE_DIRECTORY ${root}/${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${folder} SYMBOLIC)
  list(TRANSFORM arg_HEADERS PREPEND ${root}/${folder}/)
  add_library(firedrill_${name} STATIC ${arg_SOURCES})
  add_library(firedrill::${name} ALIAS firedrill_${name})
  target_sources(firedrill_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${arg_HEADERS})
  target_link_libraries(firedrill_${name} PUBLIC ${arg_USES}
                        PRIVATE $<BUILD_INTERFACE:firedrill_options> ${arg_PRIVATE_USES})
  firedrill_unity(firedrill_${name} ${arg_SEPARATE})
  set_target_properties(firedrill_${name} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  install(TARGETS firedrill_${name} EXPORT firedrill
          FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/firedrill)
endfunction()
