// A scanner of JSON lines that reads no further than it must and looks at nothing it does not need: what stands behind
// the last value asked for may be damaged. So does Loki's, whose error texts these are (github.com/buger/jsonparser).
#pragma once

#include <optional>
#include <string_view>

namespace oc::query {

struct JsonValue {
  enum class Kind { kString, kNumber, kBoolean, kNull, kObject, kArray };
  Kind kind = Kind::kNull;
  std::string_view text;  // of strings: between the quotes, still escaped
};

inline constexpr std::string_view kMalformedJson = "Malformed JSON error";
inline constexpr std::string_view kMalformedString = "Value is string, but can't find closing '\"' symbol";
inline constexpr std::string_view kMalformedArray = "Value is array, but can't find closing ']' symbol";
inline constexpr std::string_view kMalformedObject = "Value looks like object, but can't find closing '}' symbol";
inline constexpr std::string_view kMalformedEscape = "Encountered an invalid escape sequence in a string";
inline constexpr std::string_view kUnknownValue = "Unknown value type";

// Where the string ends whose inside begins at `at`: the place of its closing quote; npos: nowhere.
std::size_t closing_quote(std::string_view text, std::size_t at);

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  // Begins an object or an array; false: none stands here.
  bool enter(char bracket);
  // The next member's key, with the value in `value`; nullopt at the end or at damage (see error()). Keys are still
  // escaped.
  std::optional<std::string_view> next_member(JsonValue& value);
  // Likewise the next element of an array.
  bool next_element(JsonValue& value);
  bool read_value(JsonValue& value);

  std::string_view error() const { return error_; }  // "" where nothing is wrong
  // Whether it has looked at all of the text: what stands behind might have mattered.
  bool at_end() const { return at_ >= text_.size(); }

 private:
  bool skip_space();  // false: the end
  bool fail(std::string_view error);
  std::optional<std::string_view> read_string();
  bool read_block(char opening, char closing, JsonValue& value);
  bool read_word(JsonValue& value);
  bool go_on(char closing);

  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = true;
  std::string_view error_;
};

}  // namespace oc::query
