// Numbers: the second half of template_lexer.h.
#include "query/logql/go_text.h"
#include "query/logql/templates/template_lexer.h"
#include "query/logql/templates/unicode_text.h"

namespace oc::query {

bool TemplateLexer::accept(std::string_view any_of) {
  if (rest().empty() || any_of.find(rest()[0]) == std::string_view::npos) return false;
  return ++at_, true;
}

void TemplateLexer::accept_run(std::string_view any_of) {
  while (accept(any_of)) continue;
}

// Decimal, octal, binary, hexadecimal, with a point and an exponent; what it means is seen later. False: letters
// follow.
bool TemplateLexer::scan_number() {
  accept("+-");
  std::string_view digits = "0123456789_";
  if (accept("0")) {
    if (accept("xX")) {
      digits = "0123456789abcdefABCDEF_";
    } else if (accept("oO")) {
      digits = "01234567_";
    } else if (accept("bB")) {
      digits = "01_";
    }
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if (digits.size() == 11 && accept("eE")) accept("+-"), accept_run("0123456789_");
  if (digits.size() == 23 && accept("pP")) accept("+-"), accept_run("0123456789_");
  accept("i");
  return !at_name();
}

TemplateToken TemplateLexer::number() {
  const auto bad = [&] {
    if (at_name()) at_ += first_rune(rest()).length;
    return fail("bad number syntax: " + go_quote(input_.substr(start_, at_ - start_)));
  };
  if (!scan_number()) return bad();
  if (rest().empty() || (rest()[0] != '+' && rest()[0] != '-')) return take(Kind::kNumber);
  return scan_number() && input_[at_ - 1] == 'i' ? take(Kind::kComplex) : bad();
}

}  // namespace oc::query
