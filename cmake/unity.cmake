# Unity builds (-DCMAKE_UNITY_BUILD=ON, the presets ci and asan): the sources of one folder and target become one
# translation unit, which halves the time of a build from nothing. Daily work builds each source by itself.
#
# firedrill_unity(TARGET SOURCE...): SOURCEs stay units of their own, since what they name for themselves is named
# by a neighbour as well.
function(firedrill_unity target)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "unit_${folder}" group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()
