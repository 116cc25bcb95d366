#include "agent/discovery/left_out.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace oc::agent {
namespace {

using namespace std::string_view_literals;

constexpr std::array kCompressedEndings = {".gz"sv, ".xz"sv,   ".bz2"sv, ".zst"sv, ".lz4"sv, ".zip"sv,
                                           ".Z"sv,  ".lzma"sv, ".7z"sv,  ".br"sv,  ".tgz"sv, ".rar"sv};
constexpr std::array kEditorEndings = {".swp"sv, ".swo"sv, ".swx"sv, "~"sv};

// Binary records by their names (utmp(5), lastlog(8), faillog(5)): while they are empty their bytes do not tell.
constexpr std::array kBinaryNames = {"utmp"sv, "wtmp"sv, "btmp"sv, "lastlog"sv, "faillog"sv, "tallylog"sv};

// gzip (RFC 1952), xz, bzip2, zstd (RFC 8878), lz4 frame, zip: the magic numbers of their specifications.
constexpr std::array kCompressedMagic = {"\x1f\x8b"sv,
                                         "\xfd"
                                         "7zXZ\0"sv,
                                         "BZh"sv,
                                         "\x28\xb5\x2f\xfd"sv,
                                         "\x04\x22\x4d\x18"sv,
                                         "PK\x03\x04"sv};
constexpr std::string_view kJournalMagic = "LPKSHHRH";  // systemd, JOURNAL_FILE_FORMAT

// "BZh" is text as well; only a level digit and the block magic make it bzip2.
bool is_bzip2(std::string_view bytes) {
  return bytes.size() >= 10 && bytes[3] >= '1' && bytes[3] <= '9' && bytes.substr(4, 6) == "\x31\x41\x59\x26\x53\x59"sv;
}

}  // namespace

std::string_view to_string(LeftOut reason) {
  switch (reason) {
    case LeftOut::kBinary:
      return "binary";
    case LeftOut::kCompressed:
      return "compressed";
    case LeftOut::kRotated:
      return "rotated";
    case LeftOut::kOwn:
      return "own file";
    case LeftOut::kEditor:
      return "editor's temporary file";
    case LeftOut::kNotRegular:
      return "not a regular file";
    case LeftOut::kBrokenLink:
      return "broken link";
    case LeftOut::kUnreadable:
      return "unreadable";
    case LeftOut::kBadName:
      return "name is not UTF-8";
    case LeftOut::kTooMany:
      return "beyond the limit of sources";
    case LeftOut::kContainer:
      return "container not collected";
  }
  return "unknown";
}

std::optional<LeftOutFile> left_out_by_name(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto ends = [&](std::string_view ending) { return name.size() > ending.size() && name.ends_with(ending); };
  if (!is_utf8(path)) return LeftOutFile{LeftOut::kBadName, "rename it"};
  if (std::ranges::find(kBinaryNames, name) != kBinaryNames.end()) return LeftOutFile{LeftOut::kBinary, {}};
  if (std::ranges::any_of(kCompressedEndings, ends)) return LeftOutFile{LeftOut::kCompressed, {}};
  const bool emacs = name.starts_with(".#") || (name.starts_with('#') && name.ends_with('#'));
  if (emacs || std::ranges::any_of(kEditorEndings, ends)) return LeftOutFile{LeftOut::kEditor, {}};
  return std::nullopt;
}

std::optional<LeftOut> left_out_by_magic(std::string_view first_bytes) {
  if (first_bytes.starts_with(kJournalMagic)) return LeftOut::kBinary;
  for (const auto magic : kCompressedMagic)
    if (first_bytes.starts_with(magic) && (magic != "BZh" || is_bzip2(first_bytes))) return LeftOut::kCompressed;
  return std::nullopt;
}

}  // namespace oc::agent
