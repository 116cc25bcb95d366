# What nearly every file includes, compiled once for the product and once for its tests: without it, reading these
# headers is most of a build. They link what their users link, because a precompiled header is only good for the same
# flags.
function(oc_precompiled_headers name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cc CONTENT "// only carries the precompiled header\n")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  target_precompile_headers(${name} PRIVATE <algorithm> <atomic> <chrono> <condition_variable> <expected> <filesystem>
                            <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view> <thread>
                            <unordered_map> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp> <base/json.h> ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
endfunction()
set(OC_COMMON_LIBRARIES Threads::Threads OpenSSL::SSL OpenSSL::Crypto fmt::fmt spdlog::spdlog
    nlohmann_json::nlohmann_json)
oc_precompiled_headers(product_headers DEPS ${OC_COMMON_LIBRARIES})
if(NOT OC_FUZZ)
  # Tests are compiled once for each run of theirs: quick to compile beats quick to run.
  set(OC_TEST_OPTIONS -O0)
  oc_precompiled_headers(test_headers <gmock/gmock.h> <gtest/gtest.h> DEPS ${OC_COMMON_LIBRARIES} GTest::gmock GTest::gtest)
  target_compile_options(test_headers PRIVATE ${OC_TEST_OPTIONS})
endif()

# Files are compiled together, at most `most` at a time and evenly: reading the same headers for each is most of a build.
# A library's are those of one folder, so names in anonymous namespaces are unique in a folder; a program's are all of it.
function(oc_unity target most)
  get_target_property(files ${target} SOURCES)
  get_target_property(type ${target} TYPE)
  set(folders)
  foreach(file ${files})
    get_filename_component(folder ${file} DIRECTORY)
    if(type STREQUAL "EXECUTABLE")
      set(folder "all")
    endif()
    string(MAKE_C_IDENTIFIER "in_${folder}" folder)
    list(APPEND folders ${folder})
    list(APPEND ${folder} ${file})
  endforeach()
  list(REMOVE_DUPLICATES folders)
  foreach(folder ${folders})
    list(LENGTH ${folder} count)
    math(EXPR units "(${count} + ${most} - 1) / ${most}")
    set(index 0)
    foreach(file ${${folder}})
      math(EXPR unit "${index} * ${units} / ${count}")
      set_source_files_properties(${file} PROPERTIES UNITY_GROUP "${folder}_${unit}")
      math(EXPR index "${index} + 1")
    endforeach()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

add_custom_target(benchmarks)  # built where somebody measures

# oc_component(NAME [DEPS target…]) makes the library of the folder it is called in from every .cc below it, and puts
# the folder's *_test.cc into one test program, its *_benchmark.cc into one benchmark program, each *_fuzz.cc into a
# fuzz target. A file is found by its ending: adding one needs no edit here.
function(oc_component name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cc)
  set(tests ${sources})
  set(benchmarks ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|benchmark|fuzz)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benchmarks INCLUDE REGEX "_benchmark\\.cc$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")

  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_precompile_headers(${name} REUSE_FROM product_headers)
    oc_unity(${name} 8)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR})
  endif()
  if(tests AND NOT OC_FUZZ)
    oc_program(${name}_test ${name} "${tests}" GTest::gmock GTest::gtest GTest::gtest_main)
    target_precompile_headers(${name}_test REUSE_FROM test_headers)
    target_compile_options(${name}_test PRIVATE ${OC_TEST_OPTIONS})
    add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 900)  # sanitizers on a busy machine
  endif()
  if(benchmarks AND NOT OC_FUZZ)
    oc_program(${name}_benchmark ${name} "${benchmarks}" benchmark::benchmark benchmark::benchmark_main)
    set_target_properties(${name}_benchmark PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(benchmarks ${name}_benchmark)
  endif()
  if(OC_SANITIZE MATCHES address)  # without OC_FUZZ they replay their corpora, with it they also find their way
    foreach(file ${fuzzers})
      get_filename_component(target ${file} NAME_WE)
      oc_program(${target} ${name} "${file}" -fsanitize=fuzzer)
      set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON
                                                 RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
    endforeach()
  endif()
endfunction()

function(oc_program program library files)
  add_executable(${program} ${files})
  target_link_libraries(${program} PRIVATE ${library} ${ARGN})
  oc_unity(${program} 12)
endfunction()
