// Files that are no logs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oc::agent {

struct Refusal {
  std::string shape;   // "empty" or "binary"
  std::string reason;  // for people, with what to do where something can be done
};

// By content alone: known magic numbers, control characters, encoded blobs, nothing but line ends. `text` is the sample
// in UTF-8, `bytes` as it lies on disk.
std::optional<Refusal> find_refusal(std::string_view bytes, std::string_view text);

}  // namespace oc::agent
