// What the collector itself said last, for whoever must know why it failed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace oc::agent {

// Where the log ends now; 0 if there is none.
std::uint64_t log_position(const std::filesystem::path& log);
// The last lines written since `position`, those of errors if there are any, joined by "; "; bounded to some 2 KB.
// Empty if there are none.
std::string last_words(const std::filesystem::path& log, std::uint64_t position);
// What was written from `begin` to `end`; of much the last 64 KiB.
std::string log_between(const std::filesystem::path& log, std::uint64_t begin, std::uint64_t end);
// The same of a text that is at hand.
std::string last_words_of(std::string_view text);

}  // namespace oc::agent
