# What `cmake --install` leaves for others: the program (tools/CMakeLists.txt), each layer's library and
# headers (cmake/layers.cmake), and the package that find_package(firedrill) finds. Targets are
# firedrill::sim, firedrill::policy and so on; versions of one minor version are compatible.
include(CMakePackageConfigHelpers)

set(firedrill_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/firedrill)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/firedrill-config.cmake.in
  ${PROJECT_BINARY_DIR}/firedrill-config.cmake INSTALL_DESTINATION ${firedrill_package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/firedrill-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(EXPORT firedrill NAMESPACE firedrill:: FILE firedrill-targets.cmake
  DESTINATION ${firedrill_package_folder})
install(FILES ${PROJECT_BINARY_DIR}/firedrill-config.cmake ${PROJECT_BINARY_DIR}/firedrill-config-version.cmake
  DESTINATION ${firedrill_package_folder})
