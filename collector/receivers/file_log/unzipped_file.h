// A gzip file (RFC 1952) read as what is in it, wherever one asks; it may grow by further members.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace oc::collector {

bool is_gzip(int fd);

class UnzippedFile {
 public:
  UnzippedFile();
  ~UnzippedFile();

  // As pread(2), of the content: the bytes there are, 0 at its end so far, -1 where the file cannot be read. What is
  // damaged, or cut off, ends there. Going back further than kKept bytes begins again at the beginning.
  ssize_t read_at(int fd, char* out, std::size_t size, std::uint64_t offset);
  // Why it ends before its end; nullptr: it does not.
  const char* damage() const { return damage_; }
  // Gives memory back; the next read begins again at the beginning.
  void release() { begin_again(); }

 private:
  static constexpr std::size_t kKept = 512 << 10;  // more than two blocks: unfinished lines are read twice
  struct Inflating;

  bool unzip_some(int fd);
  void begin_again();

  std::unique_ptr<Inflating> state_;  // nullptr: nothing was read yet
  std::uint64_t read_ = 0;            // of the file
  std::uint64_t unzipped_ = 0;        // of the content
  std::string kept_;                  // the newest of it
  const char* damage_ = nullptr;
  bool failed_ = false;
};

}  // namespace oc::collector
