// A full disk, for tests of those who write files.
#pragma once

#include <csignal>
#include <cstddef>

#include <sys/resource.h>

namespace oc {

// No file can grow beyond this: what a full disk does to one that is written.
class FullDisk {
 public:
  explicit FullDisk(std::size_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

}  // namespace oc
