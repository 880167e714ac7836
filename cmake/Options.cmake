# Compiler, warnings, sanitizers, linker: the same for every target, so that one precompiled
# header serves all of them.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

set(CHANCERY_OPTIMIZE "-O0;-g1" CACHE STRING "Optimisation and debug flags")
set(CHANCERY_SANITIZE "" CACHE STRING "Value of -fsanitize=, or empty")
option(CHANCERY_FUZZ "Build the fuzz targets" OFF)
option(CHANCERY_COVERAGE "Instrument for coverage" OFF)
option(CHANCERY_TESTS "Build the test programs (needs doctest)" ON)
option(CHANCERY_BENCH "Build the benchmarks (needs Google Benchmark)" OFF)
option(CHANCERY_RELEASE "Link statically what may be, for the program that is handed out" OFF)

add_compile_options(${CHANCERY_OPTIMIZE} -fno-omit-frame-pointer
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE _GLIBCXX_ASSERTIONS)

if(CHANCERY_SANITIZE)
  add_compile_options(-fsanitize=${CHANCERY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CHANCERY_SANITIZE})
endif()
if(CHANCERY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CHANCERY_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
if(CHANCERY_RELEASE)
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-fuse-ld=lld-19 -Wl,--gc-sections,--icf=safe -static-libstdc++ -static-libgcc
    "-Wl,--compress-sections=.debug_*=zstd:19")
else()
  add_link_options(-fuse-ld=mold)
endif()

# ccache needs the slop because a precompiled header is in play, and clang must not write the
# time of its making into it.
find_program(CHANCERY_CCACHE ccache)
if(CHANCERY_CCACHE)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
    ${CHANCERY_CCACHE})
endif()

add_library(chancery_warnings INTERFACE)
target_compile_options(chancery_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi
  -Wthread-safety -Werror -Wno-missing-designated-field-initializers>)
