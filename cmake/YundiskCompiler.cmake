# The compiler's side, shared by the main build and the player: the language, warnings, sanitisers.
get_filename_component(YUNDISK_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

set(YUNDISK_OPTIMISATION "-O2" CACHE STRING "Optimisation flags")
set(YUNDISK_SANITIZE "" CACHE STRING "Sanitisers, as for -fsanitize")
option(YUNDISK_FUZZ "Build the fuzz targets (clang)" OFF)

set(CMAKE_CXX_FLAGS_RELEASE "")
set(CMAKE_CXX_FLAGS_DEBUG "-g")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Warnings and hardening for our own code, on every target made by YundiskTargets.
add_library(yundisk_options INTERFACE)
separate_arguments(optimisation UNIX_COMMAND "${YUNDISK_OPTIMISATION}")
target_compile_options(yundisk_options INTERFACE
  ${optimisation} -fno-omit-frame-pointer
  -Wall -Wextra -Werror -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor)
target_compile_definitions(yundisk_options INTERFACE _GLIBCXX_ASSERTIONS _FILE_OFFSET_BITS=64)
target_include_directories(yundisk_options INTERFACE ${YUNDISK_ROOT})
if(YUNDISK_FUZZ)
  # libFuzzer is blind to code that does not count its edges.
  target_compile_options(yundisk_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(NOT YUNDISK_SANITIZE STREQUAL "")
  target_compile_options(yundisk_options INTERFACE -fsanitize=${YUNDISK_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(yundisk_options INTERFACE -fsanitize=${YUNDISK_SANITIZE})
  if(YUNDISK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(yundisk_options INTERFACE -Wno-tsan)
  endif()
endif()
