// Shell patterns over whole paths: `*` and `?` stay within one folder, `[a-z]` and `[!a-z]` match one byte, `**`
// crosses folders, `**/` also matches no folder at all, a backslash takes the next character literally. Matching takes
// time proportional to pattern × path, whatever the pattern.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::agent {

class Glob {
 public:
  static Result<Glob> parse(std::string_view pattern);
  bool matches(std::string_view path) const;
  // The folder before the first special character, where the search for an absolute pattern begins; "/" at least.
  const std::string& literal_folder() const { return literal_folder_; }

 private:
  enum class Kind { kByte, kAnyByte, kClass, kWithinFolder, kAcrossFolders, kAnyFolders };
  struct Token {
    Kind kind = Kind::kByte;
    unsigned char byte = 0;
    std::bitset<256> members;
  };
  using States = std::vector<bool>;

  Status parse_class(std::string_view pattern, std::size_t& at);
  void parse_stars(std::string_view pattern, std::size_t& at);
  void enter(States& states, std::size_t state) const;
  void step(States& next, std::size_t state, unsigned char byte) const;

  std::vector<Token> tokens_;
  std::string literal_folder_;
};

}  // namespace oc::agent
