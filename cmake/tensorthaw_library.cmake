# The library that others link: the objects of every folder's target as one static or shared
# library, its public headers, and how it is installed.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(thaw_folders
  base json storage kernels memory table checkpoint checkpoint_proto object_graph bundle_v2 bundle_v1
  safetensors output initializers partitioning scopes variables assign plan io exec shared engine
  saver)

# Other libraries that a static tensorthaw needs at the consumer's link: CMake's target, the
# package that defines it, the linker's name.
set(thaw_dependencies
  "TBB::tbb\;TBB\;tbb"
  "Snappy::snappy\;Snappy\;snappy"
  "protobuf::libprotobuf-lite\;Protobuf\;protobuf-lite"
  "ZLIB::ZLIB\;ZLIB\;z")
if(thaw_has_uring)
  list(APPEND thaw_dependencies "LibUring::LibUring\;LibUring\;uring")
endif()

add_library(tensorthaw)
add_library(tensorthaw::tensorthaw ALIAS tensorthaw)
set_target_properties(tensorthaw PROPERTIES
  LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})  # before 1.0 a minor may break
foreach(folder IN LISTS thaw_folders)
  target_sources(tensorthaw PRIVATE $<TARGET_OBJECTS:thaw_${folder}>)
endforeach()
foreach(dependency IN LISTS thaw_dependencies)
  list(GET dependency 0 target)
  list(GET dependency 1 package)
  find_package(${package} REQUIRED)
  target_link_libraries(tensorthaw PRIVATE ${target})
endforeach()
if(BUILD_SHARED_LIBS)
  # Only our names leave the library: not those of the protobuf messages and templates inside it.
  target_link_options(tensorthaw PRIVATE
    LINKER:--version-script=${CMAKE_CURRENT_LIST_DIR}/tensorthaw.map LINKER:--no-undefined)
  set_target_properties(tensorthaw PROPERTIES
    LINK_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/tensorthaw.map)
endif()

# What a program includes: <tensorthaw/tensorthaw.h> (C++) or <tensorthaw/thaw.h> (C). The other
# headers are there because these need them.
configure_file(${CMAKE_CURRENT_LIST_DIR}/tensorthaw.h.in
  ${PROJECT_BINARY_DIR}/include/tensorthaw/tensorthaw.h @ONLY)
target_compile_features(tensorthaw PUBLIC cxx_std_20)
target_sources(tensorthaw
  PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES
      engine/assign/assignment_map.h
      engine/assign/explain.h
      engine/assign/finding.h
      engine/assign/resolver.h
      engine/assign/saver_variables.h
      engine/checkpoint.h
      engine/exec/io_summary.h
      engine/exec/request_outcome.h
      engine/exec/run_control.h
      engine/memory/page_lock.h
      engine/plan/request.h
      engine/report.h
      engine/restore.h
      engine/saver/checkpoint_management.h
      engine/saver/checkpoint_manager.h
      engine/saver/saver.h
      engine/saver/saver_history.h
      engine/saver/saver_restore.h
      engine/shared_checkpoint.h
      engine/tensor_view.h
      engine/variables/initializer_snapshot.h
      engine/variables/initializers/array_value.h
      engine/variables/initializers/element_encoding.h
      engine/variables/initializers/initializer.h
      engine/variables/initializers/initializer_argument.h
      engine/variables/partitioning/partitioner.h
      engine/variables/scopes/op_names.h
      engine/variables/scopes/variable_scope.h
      engine/variables/variable.h
      engine/variables/variable_getter.h
      engine/variables/variable_request.h
      engine/variables/variable_store.h
      engine/variables/variable_table.h
      engine/verify.h
      io/base/bytes.h
      io/base/dtype.h
      io/base/result.h
      io/base/shape.h
      io/base/slice.h
      io/base/status.h
      io/checkpoint/checkpoint_reader.h
      io/checkpoint/checkpoint_state.h
      io/checkpoint/object_graph/tensor_lookup.h
      io/storage/storage.h
    FILE_SET entry TYPE HEADERS
      BASE_DIRS ${PROJECT_SOURCE_DIR}/engine ${PROJECT_BINARY_DIR}/include/tensorthaw FILES
      engine/thaw.h
      ${PROJECT_BINARY_DIR}/include/tensorthaw/tensorthaw.h)
target_include_directories(tensorthaw INTERFACE
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

if(NOT THAW_INSTALL)
  return()
endif()

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/tensorthaw)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tensorthaw)
install(TARGETS tensorthaw EXPORT tensorthaw
  FILE_SET HEADERS DESTINATION ${headers}
  FILE_SET entry DESTINATION ${headers})
install(EXPORT tensorthaw DESTINATION ${package}
  NAMESPACE tensorthaw:: FILE tensorthawTargets.cmake)

set(find_dependencies "")
set(pc_libraries "")
if(NOT BUILD_SHARED_LIBS)
  foreach(dependency IN LISTS thaw_dependencies)
    list(GET dependency 1 name)
    list(GET dependency 2 library)
    string(APPEND find_dependencies "find_dependency(${name})\n")
    string(APPEND pc_libraries " -l${library}")
  endforeach()
  string(APPEND pc_libraries " -lstdc++ -lm")  # for programs in C
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/tensorthawConfig.cmake.in
  ${PROJECT_BINARY_DIR}/tensorthawConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tensorthawConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/tensorthawConfig.cmake
  ${PROJECT_BINARY_DIR}/tensorthawConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindLibUring.cmake
  DESTINATION ${package})

# Relative to the place of the .pc file, so that the tree can be moved.
file(RELATIVE_PATH pc_to_prefix
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${CMAKE_CURRENT_LIST_DIR}/tensorthaw.pc.in
  ${PROJECT_BINARY_DIR}/tensorthaw.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tensorthaw.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
