# Compiler, linker and caching, the same for every target.
find_program(OC_CCACHE ccache)
if(OC_CCACHE)
  # Precompiled headers need ccache told that their time stamps may be ignored.
  set(OC_CCACHE_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${OC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${OC_CCACHE_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${OC_CCACHE_LAUNCHER})
endif()
add_link_options(-fuse-ld=lld-19)
add_compile_options(-pthread  # everywhere: a precompiled header is only good for the same flags
                    -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
                    -Wno-deprecated-declarations  # libstdc++ 12's stable_sort calls what it deprecates itself
                    -Werror=return-type
                    -Werror=unused-result -Werror=suggest-override -Werror=zero-as-null-pointer-constant
                    -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-Wthread-safety -Xclang -fno-pch-timestamp -fpch-instantiate-templates)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
elseif(OC_SANITIZE)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -gline-tables-only")
else()
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -gline-tables-only")
endif()
if(OC_SANITIZE)
  add_compile_options(-fsanitize=${OC_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${OC_SANITIZE})
endif()
if(OC_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
