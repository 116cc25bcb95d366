// Text of other encodings as UTF-8.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"

namespace oc::collector {

class TextDecoder {
 public:
  // `encoding`: a name that iconv(3) knows, such as utf-16le, windows-1252, gbk. Opening one takes some microseconds.
  static Result<TextDecoder> open(const std::string& encoding);

  // In the arena. What is no text of the encoding becomes U+FFFD, a byte at a time.
  std::string_view decode(std::string_view bytes, Arena& arena);

 private:
  struct Close {
    void operator()(void* converter) const;
  };
  explicit TextDecoder(void* converter) : converter_(converter) {}
  std::unique_ptr<void, Close> converter_;
};

}  // namespace oc::collector
