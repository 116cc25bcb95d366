// The tokens of a label set's text, as Prometheus' lexer cuts them. Private to stores/ingest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oc::stores {

struct LabelToken {
  enum class Kind { kEnd, kName, kString, kNumber, kDuration, kSign, kError };
  Kind kind = Kind::kEnd;
  std::string_view text;  // as written
  std::size_t position = 0;
  std::string value = {};  // of a string: without its quotes; of an error: what is wrong

  bool is(std::string_view sign) const { return kind == Kind::kSign && text == sign; }
  std::string shown() const;  // as in "unexpected …"
};

class LabelLexer {
 public:
  explicit LabelLexer(std::string_view text) : text_(text) {}

  // Behind the last token: kEnd, however often it is called.
  LabelToken next();

 private:
  void skip_space_and_comments();
  LabelToken inside_braces();
  LabelToken outside_braces();
  LabelToken wrong_behind(char c, std::string_view where);
  LabelToken name(std::string_view further_characters);
  LabelToken number();
  LabelToken string(char quote);
  // Appends what the escape behind a backslash stands for; else what is wrong with it.
  std::string append_escape(char quote, std::string& value);
  std::string append_digits(std::size_t count, int base, std::uint32_t highest, bool is_byte, std::string& value);

  LabelToken sign(std::size_t length);
  LabelToken error(std::size_t position, std::string what) const;
  std::string_view rune() const;  // where it stands; a byte that is none counts as one
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_braces_ = false;
};

bool begins_label_name(char c);               // [a-zA-Z_]
bool continues_label_name(char c);            // [a-zA-Z0-9_]
bool has_replacement(std::string_view text);  // U+FFFD, or a byte that is no character: no label may have it

}  // namespace oc::stores
