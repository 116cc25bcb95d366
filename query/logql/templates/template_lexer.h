// The tokens of Go's text/template.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace oc::query {

struct TemplateToken {
  enum class Kind {
    kError,  // its text says what
    kEnd,
    kText,
    kLeft,   // {{
    kRight,  // }}
    kBool,
    kCharacter,  // a printable one that has no meaning of its own, such as a comma
    kCharConstant,
    kAssign,
    kDeclare,
    kField,  // .name
    kIdentifier,
    kLeftParen,
    kRightParen,
    kNumber,
    kComplex,
    kPipe,
    kRawString,  // strings keep their quotes
    kString,
    kSpace,
    kVariable,  // $name
    // Keywords are last.
    kBlock,
    kBreak,
    kContinue,
    kDot,
    kDefine,
    kElse,
    kEndBlock,
    kIf,
    kNil,
    kRange,
    kTemplate,
    kWith,
  };
  Kind kind = Kind::kEnd;
  std::size_t position = 0;
  std::size_t line = 1;
  std::string text = {};

  std::string shown() const;  // in errors
};

// Gives one token after the other; after an error or the end only that.
class TemplateLexer {
 public:
  explicit TemplateLexer(std::string_view input) : input_(input) {}

  TemplateToken next();

 private:
  using Kind = TemplateToken::Kind;

  TemplateToken outside();
  TemplateToken inside();
  bool skip_left_delimiter(TemplateToken& token);
  bool skip_comment(TemplateToken& token);
  TemplateToken right_delimiter(std::size_t marker);
  TemplateToken space();
  TemplateToken word();
  TemplateToken field_or_variable(Kind kind, Kind bare);
  TemplateToken quoted(char quote, Kind kind, std::string_view unterminated);
  TemplateToken number();
  bool scan_number();
  bool accept(std::string_view any_of);
  void accept_run(std::string_view any_of);

  TemplateToken take(Kind kind);
  TemplateToken fail(std::string text);
  void skip_to(std::size_t end);
  std::string_view rest() const { return input_.substr(at_); }
  std::size_t right_delimiter_size() const;
  bool at_terminator() const;
  bool at_name() const;  // a letter, digit or underscore
  void skip_name();

  std::string_view input_;
  std::size_t start_ = 0;  // of the token under way
  std::size_t at_ = 0;
  std::size_t line_ = 1;  // at start_
  std::size_t open_parens_ = 0;
  bool inside_action_ = false;
  bool stopped_ = false;
};

}  // namespace oc::query
