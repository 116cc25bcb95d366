#include "collector/receivers/file_log/text_decoder.h"

#include <cerrno>

#include <fmt/format.h>
#include <iconv.h>

namespace oc::collector {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
// Of one byte, and of a character that is left in the converter's state.
constexpr std::size_t kMostBytesAByte = 6, kMostBytesAtTheEnd = 16;

}  // namespace

void TextDecoder::Close::operator()(void* converter) const { ::iconv_close(converter); }

Result<TextDecoder> TextDecoder::open(const std::string& encoding) {
  void* const converter = ::iconv_open("UTF-8", encoding.c_str());
  if (converter == reinterpret_cast<void*>(-1))  // NOLINT: as iconv_open(3) says
    return permanent(fmt::format("'{}' is no encoding that is known here", encoding),
                     "`iconv -l` lists those of this machine");
  return TextDecoder(converter);
}

std::string_view TextDecoder::decode(std::string_view bytes, Arena& arena) {
  const std::size_t room = bytes.size() * kMostBytesAByte + kMostBytesAtTheEnd;
  char* const text = arena.array<char>(room);
  char* out = text;
  std::size_t left_out = room, left = bytes.size();
  char* in = const_cast<char*>(bytes.data());  // NOLINT: iconv(3) does not write there
  ::iconv(converter_.get(), nullptr, nullptr, nullptr, nullptr);
  while (left > 0) {
    if (::iconv(converter_.get(), &in, &left, &out, &left_out) != static_cast<std::size_t>(-1)) break;
    if (errno == E2BIG) break;  // there is room for the worst
    out += kReplacement.copy(out, kReplacement.size());
    left_out -= kReplacement.size();
    if (errno == EINVAL) break;  // a character that is cut off
    ++in;
    --left;
  }
  ::iconv(converter_.get(), nullptr, nullptr, &out, &left_out);
  return {text, static_cast<std::size_t>(out - text)};
}

}  // namespace oc::collector
