// The one table of keys: loading, the printed schema and the checks of docs/configuration.md all read it.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contracts/config/config.h"

namespace oc::contracts {

// Where a value goes. The alternative also says how it is written, except for `form`.
using Target = std::variant<bool*, std::string*, Backfill*, std::vector<std::string>*, Endpoint*, std::chrono::seconds*,
                            std::uint64_t*>;

enum class Form {
  kBoolean,
  kChoice,
  kUrl,
  kAddress,
  kSecret,
  kPath,
  kPaths,
  kPatterns,
  kStreamPeriods,
  kEndpoint,
  kDuration,
  kSize,
  kCount
};

struct Key {
  std::string_view path;  // "discovery.filesystem.roots"
  Form form;
  std::string_view description;
  Target (*target)(Config&);
  std::span<const std::string_view> choices = {};  // kChoice; a Backfill has the position of its choice
  // Inclusive; seconds for kDuration, bytes for kSize.
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

std::span<const Key> keys();
// The names below a section ("" is the top), in the table's order, sections and keys alike.
std::vector<std::string_view> names_below(std::string_view section);
// Null where `path` is a section or nothing.
const Key* find_key(std::string_view path);

}  // namespace oc::contracts
