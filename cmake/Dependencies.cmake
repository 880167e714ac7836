# Libraries of others. In the release build they are linked statically, so that the program needs
# little of the machine. ICU and libpq stay shared, and so does OpenSSL: libpq brings its own use of
# the system's OpenSSL, two copies of which in one program are dangerous
# (docs/decisions/0010-dynamic-openssl-and-libpq.md).
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_library(CHANCERY_PQ libpq.so REQUIRED)
# What letters are and how they fold: shared, for its tables alone are 31 MB.
find_package(ICU 72 REQUIRED COMPONENTS uc)
# For the media worker alone, always shared: libvips has a hundred libraries beneath it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(VIPS vips>=8.13)
pkg_check_modules(SECCOMP libseccomp)
if(NOT VIPS_FOUND OR NOT SECCOMP_FOUND)
  message(FATAL_ERROR "The media worker needs libvips 8.13 or newer and libseccomp. "
                      "On Debian: apt install libvips-dev libseccomp-dev, or './dev setup'.")
endif()
# Without the compile options that pkg-config names (-pthread): the precompiled header has none.
foreach(name VIPS SECCOMP)
  string(TOLOWER ${name} lower)
  add_library(lib::${lower} INTERFACE IMPORTED)
  target_include_directories(lib::${lower} INTERFACE ${${name}_INCLUDE_DIRS})
  target_link_libraries(lib::${lower} INTERFACE ${${name}_LINK_LIBRARIES})
endforeach()
if(CHANCERY_RELEASE)
  set(Boost_USE_STATIC_LIBS ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS json url)

# One imported target for a library found by its file: chancery_library(fmt fmt fmt/core.h)
function(chancery_library target file header)
  find_library(${target}_file ${file} REQUIRED)
  find_path(${target}_include ${header} REQUIRED)
  add_library(lib::${target} UNKNOWN IMPORTED)
  set_target_properties(lib::${target} PROPERTIES IMPORTED_LOCATION ${${target}_file}
    INTERFACE_INCLUDE_DIRECTORIES ${${target}_include})
endfunction()
chancery_library(fmt fmt fmt/core.h)
chancery_library(sodium sodium sodium.h)
chancery_library(sqlite sqlite3 sqlite3.h)
chancery_library(zstd zstd zstd.h)
chancery_library(zlib z zlib.h)
chancery_library(cares cares ares.h)
chancery_library(yaml yaml yaml.h)
chancery_library(re2 re2 re2/re2.h)
target_link_libraries(lib::re2 INTERFACE Threads::Threads)
find_path(CHANCERY_PQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(lib::pq UNKNOWN IMPORTED)
set_target_properties(lib::pq PROPERTIES IMPORTED_LOCATION ${CHANCERY_PQ}
  INTERFACE_INCLUDE_DIRECTORIES ${CHANCERY_PQ_INCLUDE})
if(CHANCERY_RELEASE)
  target_link_libraries(lib::sqlite INTERFACE m ${CMAKE_DL_LIBS})
endif()
