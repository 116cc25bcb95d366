// Whatever a file holds that ought to be gzip: it gives the same content in small reads, with going back, as in one.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "collector/receivers/file_log/unzipped_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int fd = ::memfd_create("unzipped", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  constexpr std::size_t kMost = 1 << 20;
  std::string whole(kMost, '\0'), pieces(kMost, '\0');
  oc::collector::UnzippedFile at_once, in_steps;
  const auto got = at_once.read_at(fd, whole.data(), whole.size(), 0);
  if (got < 0) std::abort();
  whole.resize(static_cast<std::size_t>(got));
  const std::size_t step = 1 + size * 7 % 5000;
  for (std::size_t at = 0; at < whole.size(); at += step) {
    const auto from = at - at % 3;
    const auto count = in_steps.read_at(fd, pieces.data(), step, from);
    if (count <= 0 ||
        whole.compare(from, static_cast<std::size_t>(count), pieces, 0, static_cast<std::size_t>(count)) != 0)
      std::abort();
  }
  ::close(fd);
  return 0;
}
