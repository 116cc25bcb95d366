// Files that are no logs, and why: each is counted with its reason, so that nothing is missed without a word.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace oc::agent {

enum class LeftOut {
  kBinary,
  kCompressed,
  kRotated,     // the collector finishes it under its live name
  kOwn,         // below our data directory
  kEditor,      // an editor's temporary file
  kNotRegular,  // socket, fifo, device
  kBrokenLink,
  kUnreadable,
  kBadName,    // not UTF-8: neither JSON nor YAML can carry it
  kTooMany,    // beyond kMaxSources
  kContainer,  // of a container that is not collected
};

std::string_view to_string(LeftOut reason);
struct LeftOutFile {
  LeftOut reason = LeftOut::kBinary;
  std::string detail;  // what to do, or how we know; may be empty
  bool operator==(const LeftOutFile&) const = default;
};
std::optional<LeftOutFile> left_out_by_name(std::string_view path);
// By the first bytes of the file: compressed formats and systemd's journal.
std::optional<LeftOut> left_out_by_magic(std::string_view first_bytes);

using LeftOutFiles = std::map<std::string, LeftOutFile>;  // by path

}  // namespace oc::agent
