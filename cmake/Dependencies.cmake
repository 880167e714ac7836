# Libraries of others. In the release build they are linked statically, so that the program needs
# little of the machine. Two stay shared, and so does OpenSSL beneath them: libpq brings its own use
# of the system's OpenSSL, two copies of which in one program are dangerous
# (docs/decisions/0010-dynamic-openssl-and-libpq.md).
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_library(CHANCERY_PQ libpq.so REQUIRED)
if(CHANCERY_RELEASE)
  set(Boost_USE_STATIC_LIBS ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(PkgConfig REQUIRED)

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
find_path(CHANCERY_PQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(lib::pq UNKNOWN IMPORTED)
set_target_properties(lib::pq PROPERTIES IMPORTED_LOCATION ${CHANCERY_PQ}
  INTERFACE_INCLUDE_DIRECTORIES ${CHANCERY_PQ_INCLUDE})
if(CHANCERY_RELEASE)
  target_link_libraries(lib::sqlite INTERFACE m ${CMAKE_DL_LIBS})
endif()
