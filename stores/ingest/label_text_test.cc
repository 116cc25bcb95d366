#include "stores/ingest/label_text.h"

#include <gtest/gtest.h>

namespace oc::stores {
namespace {

std::string parsed(std::string_view text) {
  const auto labels = parse_label_text(text);
  return labels ? label_text(*labels) : labels.error().message;
}

struct TextCase {
  std::string_view text, result;
};

TEST(LabelText, IsReadAsPrometheusReadsAMetric) {
  for (const auto& [text, labels] : std::initializer_list<TextCase>{
           {R"({b="2", a="1",})", R"({a="1", b="2"})"},
           {R"({a=""})", "{}"},
           {"", "{}"},
           {"foo", R"({__name__="foo"})"},
           {R"(foo:bar{a="1", __name__="x"})", R"({__name__="foo:bar", a="1"})"},
           {R"({"foo", a="1"})", R"({__name__="foo", a="1"})"},
           {R"({"a"="1"})", R"({a="1"})"},
           {"{a=\"1\" # the first\n} # that was all", R"({a="1"})"},
           {R"({a='"', b='\''})", R"({a="\"", b="'"})"},
           {"{a=`\\n\n`}", R"({a="\\n\n"})"},
           {R"({a="\x41\101\u00e9\U0001F600\t"})", R"({a="AAé😀\t"})"},
           {R"({by="1", sum="2"})", R"({by="1", sum="2"})"},
       })
    EXPECT_EQ(parsed(text), labels) << text;
}

TEST(LabelText, ErrorsHaveTheirPlaceAndPrometheusWords) {
  for (const auto& [text, error] : std::initializer_list<TextCase>{
           {R"({a="1")", "1:7: parse error: unexpected end of input inside braces"},
           {"{", "1:2: parse error: unexpected end of input inside braces"},
           {R"({a!="1"})", R"(1:3: parse error: unexpected <op:!=> in label set, expected "=")"},
           {R"({a=~"1"})", R"(1:3: parse error: unexpected <op:=~> in label set, expected "=")"},
           {R"({a!"1"})", R"(1:3: parse error: unexpected character after '!' inside braces: '"')"},
           {R"({a=b})", R"(1:4: parse error: unexpected identifier "b" in label set, expected string)"},
           {R"({"a"!="1"})", R"(1:5: parse error: unexpected <op:!=> in label set, expected "," or "}")"},
           {R"({a="1" "a long value"})",
            R"(1:8: parse error: unexpected string "\"a long va"... in label set, expected "," or "}")"},
           {"{\n{", "2:1: parse error: unexpected left brace '{'"},
           {R"({a="1"}[5m])", R"(1:8: parse error: unexpected "[")"},
           {R"({a="1"} 5)", R"(1:9: parse error: unexpected number "5")"},
           {R"({a="1"} 5m)", R"(1:9: parse error: unexpected duration "5m")"},
           {"1.5e3", R"(1:1: parse error: unexpected number "1.5e3")"},
           {"0x1f", R"(1:1: parse error: unexpected number "0x1f")"},
           {"1h30ms", R"(1:1: parse error: unexpected duration "1h30ms")"},
           {"5x", R"(1:1: parse error: bad number or duration syntax: "5")"},
           {"{})", "1:4: parse error: unexpected right parenthesis ')'"},
           {"{}]", "1:3: parse error: unexpected right bracket ']'"},
           {"{}!x", "1:3: parse error: unexpected character after '!': 'x'"},
           {"{}=~", "1:3: parse error: unexpected character after '=': '~'"},
           {R"({a="1"}})", "1:8: parse error: unexpected character: '}'"},
           {R"(a="1")", R"(1:2: parse error: unexpected "=")"},
           {R"(-{a="1"})", "1:1: parse error: unexpected <op:->"},
           {std::string_view("\0", 1), R"(1:1: parse error: unexpected character: '\x00')"},
           {R"({a-b="1"})", "1:3: parse error: unexpected character inside braces: '-'"},
           {"{a=`1}", "1:4: parse error: unterminated raw string"},
           {"{a=\"1\n\"}", "1:4: parse error: unterminated quoted string"},
           {R"({a="\q"})", "1:4: parse error: unknown escape sequence U+0071 'q'"},
           {R"({a="\'"})", "1:4: parse error: unknown escape sequence U+0027 '''"},
           {R"({a="\é"})", "1:4: parse error: unknown escape sequence U+00E9 'é'"},
           {R"({a="\xg1"})", "1:4: parse error: illegal character U+0067 'g' in escape sequence"},
           {R"({a="\ud800"})", "1:4: parse error: escape sequence is an invalid Unicode code point"},
           {R"({a="\U00110000"})", "1:4: parse error: escape sequence is an invalid Unicode code point"},
           {"{a=\"\xef\xbf\xbd\"}", "1:4: parse error: invalid UTF-8 rune"},
           {"{a=\"\xff\"}", "1:4: parse error: invalid UTF-8 rune"},
       })
    EXPECT_EQ(parsed(text), error) << text;
}

}  // namespace
}  // namespace oc::stores
