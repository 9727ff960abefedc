# yundisk_library(<name> <linked target>...)
#   The library of this folder: every .cc but main.cc. Its unit tests, tests/unit/<this folder>/*_test.cc, become the
#   program <name>_test, registered with CTest.
function(yundisk_library name)
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB headers CONFIGURE_DEPENDS *.h)
  list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
  add_library(${name} STATIC ${sources})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(${name} PUBLIC yundisk_options ${ARGN})
  yundisk_unit_tests(${name})
endfunction()

# yundisk_program(<program> <linked target>...): main.cc of this folder.
function(yundisk_program name)
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE yundisk_options ${ARGN})
endfunction()

function(yundisk_unit_tests library)
  if(YUNDISK_FUZZ)
    return()
  endif()
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${folder}/*.cc)
  if(tests)
    add_executable(${library}_test ${tests})
    target_link_libraries(${library}_test PRIVATE ${library} GTest::gmock GTest::gtest_main)
    add_test(NAME ${library}_test COMMAND ${library}_test)
  endif()
endfunction()

# yundisk_fuzz(<name> <source> <linked target>...): a libFuzzer target with its corpus in tests/fuzz/corpus/<name>. In the other
#   presets the program runs over the corpus once, registered with CTest.
function(yundisk_fuzz name source)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE yundisk_options ${ARGN})
  if(YUNDISK_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    add_test(NAME ${name} COMMAND ${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  endif()
endfunction()

# yundisk_tests_use(<library> <linked target>...): what the library's unit tests link besides the library.
function(yundisk_tests_use library)
  if(TARGET ${library}_test)
    target_link_libraries(${library}_test PRIVATE ${ARGN})
  endif()
endfunction()
