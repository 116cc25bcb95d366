#include "query/logql/templates/template.h"

#include <map>

#include <gtest/gtest.h>

#include "query/logql/templates/template_limits.h"

namespace oc::query {
namespace {

class FixedLabels : public TemplateLabels {
 public:
  explicit FixedLabels(std::map<std::string, std::string, std::less<>> labels) : labels_(std::move(labels)) {}
  std::string_view get(std::string_view name) const override {
    const auto found = labels_.find(name);
    return found == labels_.end() ? std::string_view() : std::string_view(found->second);
  }
  void each(const std::function<void(std::string_view, std::string_view)>& visit) const override {
    for (const auto& [name, value] : labels_) visit(name, value);
  }

 private:
  std::map<std::string, std::string, std::less<>> labels_;
};

constexpr Nanos kTime = 1'768'471'200'123'456'789;  // 2026-01-15T10:00:00Z and a fraction

// What it prints, or its error.
std::string shown(std::string_view text) {
  const FixedLabels labels({{"app", "checkout"},
                            {"json", R"({"a":{"b":1,"c":[1,"x",null]},"n":null,"s":"str"})"},
                            {"n", "12"},
                            {"user", "amira"}});
  const auto compiled = Template::compile(text);
  if (!compiled) return "does not compile: " + compiled.error().message;
  std::string out;
  const auto status = compiled->run(labels, "the line é", kTime, out);
  return status ? out : status.error().message;
}

struct TemplateCase {
  std::string_view text, expected;
};

void expect_all(std::initializer_list<TemplateCase> cases) {
  for (const auto& one : cases) EXPECT_EQ(shown(one.text), one.expected) << one.text;
}

TEST(Template, PrintsLabelsAndText) {
  expect_all({{"{{.user}} buys", "amira buys"},
              {"{{.absent}}|", "|"},
              {"{{ $.user }}{{ with .app }}{{ . }}{{ $.n }}{{ end }}", "amiracheckout12"},
              {"{{ index . \"user\" }} {{ len . }}", "amira 4"},
              {"{{ range $name, $value := . }}{{ if ne $name \"json\" }}{{ $name }}={{ $value }} {{ end }}{{ end }}",
               "app=checkout n=12 user=amira "},
              {"a  {{- .user -}}  b {{/* note */}}c", "aamirab c"}});
}

TEST(Template, HasVariablesAndBlocks) {
  expect_all(
      {{"{{ $x := 5 }}{{ if true }}{{ $x = 7 }}{{ $y := 1 }}{{ end }}{{ $x }}", "7"},
       {"{{ if eq .user \"x\" \"amira\" }}A{{ else if .app }}B{{ else }}C{{ end }}", "A"},
       {"{{ with .absent }}x{{ else with .app }}{{ . }}{{ end }}", "checkout"},
       {"{{ range $i := 5 }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ if eq $i 3 }}{{ break }}{{ end }}{{ $i }}{{ end "
        "}}",
        "02"},
       {"{{ range 0 }}x{{ else }}none{{ end }}", "none"},
       {"{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" .user }}{{ template \"t\" }}", "<amira><<no value>>"},
       {"{{ block \"b\" .user }}[{{ . }}]{{ end }}{{ template \"b\" .n }}", "[amira][12]"}});
}

TEST(Template, ReadsJson) {
  expect_all({{"{{ (fromJson .json).a.b }} {{ index (fromJson .json) \"a\" \"c\" 1 }}", "1 x"},
              {"{{ range $i, $e := (fromJson .json).a.c }}{{ $i }}:{{ $e }} {{ end }}", "0:1 1:x 2:<no value> "},
              {"{{ fromJson .json }}", "map[a:map[b:1 c:[1 x <nil>]] n:<nil> s:str]"},
              {"{{ fromJson \"not json\" }}", "<no value>"}});
}

TEST(Template, HasTheTextFunctions) {
  expect_all(
      {{"{{ .user | upper | trunc 3 | repeat 2 | printf \"%s!\" }}", "AMIAMI!"},
       {"{{ ToLower \"ÀB\" }} {{ upper \"straße\" }} {{ title \"hello big-world\" }}", "àb STRAßE Hello Big-World"},
       {"{{ Replace .user \"a\" \"A\" 1 }} {{ replace \"a\" \"_\" .user }} {{ Replace \"ab\" \"\" \"-\" -1 }}",
        "Amira _mir_ -a-b-"},
       {"{{ Trim \"--x--\" \"-\" }}{{ TrimLeft \"--x--\" \"-\" }}{{ TrimRight \"--x--\" \"-\" }}", "xx----x"},
       {"{{ trim \"  t \" }}{{ trimAll \"$\" \"$5$\" }}{{ trimSuffix \"-\" \"x-\" }}{{ trimPrefix \"-\" \"-x\" }}",
        "t5xx"},
       {"{{ trunc -2 .user }} {{ substr 1 3 .user }} {{ slice .user 0 2 }}", "ra mi am"},
       {"{{ contains \"mi\" .user }} {{ hasPrefix \"x\" .user }} {{ hasSuffix \"ra\" .user }}", "true false true"},
       {"{{ indent 2 \"a\\nb\" }}|{{ nindent 1 \"a\" }}", "  a\n  b|\n a"},
       {"{{ alignLeft 7 .user }}|{{ alignRight 7 .user }}|{{ alignLeft 2 \"wxyz\" }}{{ alignRight 2 \"wxyz\" }}",
        "amira  |  amira|wxyz"}});
}

TEST(Template, HasTheNumberFunctions) {
  expect_all(
      {{"{{ add \"2\" .n }} {{ sub .n 1 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod -7 3 }}", "14 11 6 3 -1"},
       {"{{ add 9223372036854775807 1 }}", "-9223372036854775808"},
       {"{{ addf 0.1 0.2 }} {{ divf 154.98 11 }} {{ mulf (float64 \"0.144\") 1000 }}", "0.3 14.08909090909091 144"},
       {"{{ max 1 9 4 }} {{ min 3 2 8 }} {{ maxf 1.5 2.25 }} {{ minf 1.5 -2 }}", "9 2 2.25 -2"},
       {"{{ ceil 1.2 }} {{ floor -1.2 }} {{ round 1.235 2 }} {{ round 3.7 0 0.8 }}", "2 -2 1.24 3"},
       {"{{ int \"12.7\" }} {{ int \"x\" }} {{ int \"0x10\" }} {{ float64 \"1e3\" }}", "12 0 16 1000"},
       {"{{ bytes \"3MiB\" }} {{ duration \"1m3s\" }} {{ duration_seconds \"250ms\" }}", "3.145728e+06 63 0.25"}});
}

TEST(Template, HasTheTimeFunctions) {
  expect_all(
      {{"{{ __timestamp__ | date \"2006-01-02T15:04:05.000Z07:00 Mon Jan _2 3PM\" }}",
        "2026-01-15T10:00:00.123Z Thu Jan 15 10AM"},
       {"{{ __timestamp__ | unixEpoch }} {{ __timestamp__ | unixEpochMillis }} {{ __timestamp__ | unixEpochNanos }}",
        "1768471200 1768471200123 1768471200123456789"},
       {"{{ __timestamp__ }}", "2026-01-15 10:00:00.123456789 +0000 UTC"},
       {"{{ toDateInZone \"2006-01-02 15:04\" \"Europe/Paris\" \"2026-07-15 12:00\" }}",
        "2026-07-15 12:00:00 +0200 CEST"},
       {"{{ toDate \"2006-01-02\" \"2026-02-30\" | unixEpoch }}", "-62135596800"},
       {"{{ unixToTime \"20468\" | unixEpoch }} {{ unixToTime \"1768471200123\" | unixEpochMillis }}",
        "1768435200 1768471200123"},
       {"{{ __timestamp__.Year }} {{ __timestamp__.Month }} {{ (__timestamp__).Format \"15:04\" }} {{ \"02.01.\" | "
        "__timestamp__.Format }}",
        "2026 January 10:00 15.01."},
       {"{{ len (now | date \"2006\") }}", "4"}});
}

TEST(Template, HasTheOtherFunctions) {
  expect_all({{"{{ __line__ | len }} {{ __line__ | trunc 8 }}", "11 the line"},
              {"{{ regexReplaceAll \"(a)(m)?\" .user \"<$2${1}>\" }} {{ regexReplaceAllLiteral \"a\" .user \"$1\" }}",
               "<ma>ir<a> $1mir$1"},
              {"{{ regexReplaceAll \"a*\" \"baac\" \"<$0>\" }} {{ count \"a\" .user }}", "<>b<aa>c<> 2"},
              {"{{ urlencode \"a b/ü\" }} {{ urldecode \"caf%C3%A9+x\" }}", "a+b%2F%C3%BC café x"},
              {"{{ b64enc .user }} {{ b64dec \"aGVsbG8\" }} {{ b64dec \"!!\" }}",
               "YW1pcmE= hello illegal base64 data at input byte 0"},
              {"{{ default \"d\" .absent }} {{ .user | default \"-\" }} {{ default \"d\" 0 }}", "d amira d"},
              {"{{ and .absent .user }}/{{ or .absent .user }}/{{ not .absent }}", "/amira/true"},
              {"{{ lt 1 2 }} {{ ge \"b\" \"a\" }} {{ eq (int .n) 12 }} {{ ne 1 1 }}", "true true true false"},
              {"{{ html \"<a>\" }} {{ js \"it's\" }} {{ urlquery \"a b\" }} {{ print 1 2 \"x\" 3 }}",
               "&lt;a&gt; it\\'s a+b 1 2x3"}});
}

TEST(Template, PrintsAsGoDoes) {
  expect_all(
      {{"{{ printf \"%d %05.2f %x %t %v %q\" 7 3.14159 255 true .user \"a\\n\" }}", "7 03.14 ff true amira \"a\\n\""},
       {"{{ printf \"%5d|%-5d|%05d|%+d|%5s|%.2s|%*d\" 1 2 -3 4 \"é\" .user 4 5 }}",
        "    1|2    |-0003|+4|    é|am|   5"},
       {"{{ printf \"%+v %+v %+q %+q\" 5 1.5 \"é😀\" 233 }}", "5 1.5 \"\\u00e9\\U0001f600\" '\\u00e9'"},
       {"{{ printf \"%[2]d %[1]d\" 1 2 }} {{ printf \"%v\" (fromJson .json).a.c }}", "2 1 [1 x <nil>]"},
       {"{{ printf \"%s\" 5 }} {{ printf \"%d\" }} {{ printf \"%d\" 1 2 }} {{ printf \"%\" }}",
        "%!s(int=5) %!d(MISSING) 1%!(EXTRA int=2) %!(NOVERB)"},
       {"{{ 1.0 }} {{ 1e3 }} {{ 1234567.0 }} {{ 0x10 }} {{ 'a' }} {{ 1e21 }} {{ 0x1p4 }}",
        "1 1000 1.234567e+06 16 97 1e+21 16"}});
}

TEST(Template, NamesTheErrorOfARunAsGoDoes) {
  expect_all(
      {{"{{ .user.x }}", R"(template: line:1:8: executing "line" at <.user.x>: can't evaluate field x in type string)"},
       {"{{ mod 1 0 }}",
        R"(template: line:1:3: executing "line" at <mod 1 0>: error calling mod: runtime error: integer divide by zero)"},
       {"{{ nil | default 1 }}", R"(template: line:1:3: executing "line" at <nil>: nil is not a command)"},
       {"{{ add 1 2 | ToUpper }}",
        R"(template: line:1:13: executing "line" at <ToUpper>: wrong type for value; expected string; got int64)"},
       {"{{ repeat \"x\" 3 }}", R"(template: line:1:10: executing "line" at <"x">: expected integer; found "x")"},
       {"{{ ToUpper }}",
        R"(template: line:1:3: executing "line" at <ToUpper>: wrong number of args for ToUpper: want 1 got 0)"},
       {"{{ (fromJson .json).x.y }}",
        R"(template: line:1:13: executing "line" at <.json>: nil pointer evaluating interface {}.y)"},
       {"a\n{{ template \"no\" }}",
        R"(template: line:2:12: executing "line" at <{{template "no"}}>: template "no" not defined)"},
       {"{{ substr 9 99 .user }}",
        R"(template: line:1:3: executing "line" at <substr 9 99 .user>: error calling substr: runtime error: slice bounds out of range [9:5])"}});
}

TEST(Template, RefusesWhatGoRefuses) {
  const auto refusal = [](std::string_view text) { return Template::compile(text, "label").error().message; };
  EXPECT_EQ(refusal("{{"), "template: label:1: unclosed action");
  EXPECT_EQ(refusal("a\n{{ .x | nosuch }}"), "template: label:2: function \"nosuch\" not defined");
  EXPECT_EQ(refusal("{{ if }}{{ end }}"), "template: label:1: missing value for if");
  EXPECT_EQ(refusal("{{ range 3 }}"), "template: label:1: unexpected EOF");
  EXPECT_EQ(refusal("{{ break }}"), "template: label:1: {{break}} outside {{range}}");
  EXPECT_EQ(refusal("{{ end }}"), "template: label:1: unexpected {{end}}");
  EXPECT_EQ(refusal("{{ $x }}"), "template: label:1: undefined variable \"$x\"");
  EXPECT_EQ(refusal("{{ \"a\" | 5 }}"), "template: label:1: non executable command in pipeline stage 2");
  EXPECT_EQ(refusal("{{ (.x }}"), "template: label:1: unclosed left paren");
  EXPECT_EQ(refusal("{{/* x"), "template: label:1: unclosed comment");
}

TEST(Template, EndsWhatWouldNot) {
  const auto ends_with = [](std::string_view text, std::string_view reason) {
    EXPECT_TRUE(shown(text).ends_with(reason)) << shown(text).substr(0, 200);
  };
  ends_with("{{ range 2000000000 }}{{ end }}", "the template takes more than 100000 steps");
  ends_with("{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
            "exceeded maximum template depth (200)");
  ends_with("{{ repeat 999999999999 \"x\" }}", "the template makes more than 1048576 bytes");
  ends_with("{{ printf \"%999999d%999999d\" 1 2 }}", "the template makes more than 1048576 bytes");
  ends_with("{{ range 99999 }}{{ repeat 1000 \"x\" }}{{ end }}", "the template makes more than 1048576 bytes");
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "{{if 1}}";
  EXPECT_EQ(Template::compile(nested).error().message, "template: line:1: max expression depth exceeded");
  EXPECT_EQ(Template::compile("{{" + std::string(100'000, '(')).error().message,
            "template: line:1: max expression depth exceeded");
}

}  // namespace
}  // namespace oc::query
