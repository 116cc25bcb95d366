// Operators that take texts and maps apart, as the official collector does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/operators/operator.h"
#include "collector/operators/operator_chain.h"
#include "collector/operators/text_operators.h"
#include "collector/operators/uri_parser.h"

namespace oc::collector {
namespace {

namespace otlp = contracts::otlp;
using ::testing::HasSubstr;

// What one line becomes: "body attributes" as JSON, or the reason why the config is refused.
std::string run(const std::string& operators, const std::string& line) {
  const auto chain = OperatorChain::parse(*parse_config_text(operators, "f.yaml"), "file_log/x");
  if (!chain) return chain.error().text();
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  batch->records.push_back({line, 0});
  batch->range.end = line.size() + 1;
  const auto parts = (*chain)->run(batch, {}).parts;
  if (parts[0]->fields.empty()) return "unchanged";
  const auto& fields = parts[0]->fields[0];
  return otlp::to_json(fields.body) + " " + otlp::to_json(fields.attributes);
}
// Of JSON that was parsed into the body.
std::string of_json(const std::string& operators, const std::string& json) {
  return run("[{type: json_parser, parse_to: body}, " + operators + "]", json);
}

TEST(KeyValueParser, PairsMayBeQuotedAndTrimmed) {
  EXPECT_EQ(run("[{type: key_value_parser, parse_to: body}]", R"(a=1  b="two words" c='x "y"' d= e=f=g)"),
            R"({"a":"1","b":"two words","c":"x \"y\"","d":"","e":"f=g"} {})");
  EXPECT_EQ(run("[{type: key_value_parser, parse_to: body, delimiter: ':', pair_delimiter: '!'}]", "a:1! b : 2 !"),
            R"({"a":"1","b":"2"} {})");
}

TEST(KeyValueParser, AQuoteBehindABackslashIsNone) {
  const auto parsed = [](const std::string& line) {
    return run("[{type: key_value_parser, parse_to: body, on_error: send_quiet}]", line);
  };
  EXPECT_EQ(parsed(R"(a="x \" y" b='it\'s')"), R"({"a":"x \\\" y","b":"it\\'s"} {})");
  EXPECT_EQ(parsed(R"(a="x\\" b=C:\dir\ c=\"q)"), R"({"a":"x\\\\","b":"C:\\dir\\","c":"\\\"q"} {})");
}

TEST(KeyValueParser, OnePairThatIsNoneFailsTheLine) {
  EXPECT_EQ(run("[{type: key_value_parser, on_error: send_quiet}]", "a=1 b"), "unchanged");
  EXPECT_EQ(run("[{type: key_value_parser, on_error: send_quiet}]", "a=\"open"), "unchanged");
  EXPECT_THAT(run("[{type: key_value_parser, delimiter: ' '}]", ""), HasSubstr("must differ"));
}

TEST(CsvParser, ReadsRowsAsGoDoes) {
  const auto parsed = [](const std::string& keys, const std::string& row) {
    return run("[{type: csv_parser, parse_to: body, header: 'a,b', on_error: send_quiet" + keys + "}]", row);
  };
  EXPECT_EQ(parsed("", R"(1,"two ""2"", too")"), R"({"a":"1","b":"two \"2\", too"} {})");
  EXPECT_EQ(parsed("", " x ,"), R"({"a":" x ","b":""} {})");
  EXPECT_EQ(parsed("", "1,\"x\ny\""), R"({"a":"1","b":"x\ny"} {})");
  EXPECT_EQ(parsed("", "1,x\r\n\ny"), R"({"a":"1","b":"x\ny"} {})") << "the last value goes on";
  for (const auto* row : {"1", "1,2,3", "1,x\"y", "\"1\"x,2", "\"1,2"}) EXPECT_EQ(parsed("", row), "unchanged") << row;
  EXPECT_EQ(parsed(", lazy_quotes: true", R"(a "w",b)"), R"({"a":"a \"w\"","b":"b"} {})");
  EXPECT_EQ(parsed(", lazy_quotes: true", R"("x"y",b)"), R"({"a":"x\"y","b":"b"} {})");
  EXPECT_EQ(parsed(", ignore_quotes: true", R"("a,b)"), R"({"a":"\"a","b":"b"} {})");
  EXPECT_EQ(parsed(", delimiter: ';', header_delimiter: ','", "1;2"), R"({"a":"1","b":"2"} {})");
}

TEST(CsvParser, TheHeaderMayBeAnAttribute) {
  EXPECT_EQ(
      run("[{type: add, field: attributes.h, value: 'x,y'}, {type: csv_parser, parse_to: body, header_attribute: h}]",
          "1,2"),
      R"({"x":"1","y":"2"} {"h":"x,y"})");
  EXPECT_EQ(run("[{type: csv_parser, header_attribute: h, on_error: send_quiet}]", "1,2"), "unchanged");
  EXPECT_THAT(run("[{type: csv_parser}]", ""), HasSubstr("one of 'header' and 'header_attribute'"));
}

TEST(JsonArrayParser, MakesAListOrWithAHeaderAMap) {
  EXPECT_EQ(run("[{type: json_array_parser, parse_to: body}]", R"(["a",1,1.5,null,true,{"k": 1}])"),
            R"(["a",1,0,null,true,"{\"k\":1}"] {})");
  EXPECT_EQ(run("[{type: json_array_parser, parse_to: body, header: 'x,y'}]", "[1,2]"), R"({"x":1,"y":2} {})");
  EXPECT_EQ(run("[{type: json_array_parser, parse_to: body, on_error: send_quiet}]", "[[1]]"), "unchanged");
  EXPECT_EQ(run("[{type: json_array_parser, header: 'x,y', on_error: send_quiet}]", "[1]"), "unchanged");
}

TEST(Retain, KeepsFieldsOfTheRootsItNames) {
  EXPECT_EQ(of_json("{type: add, field: attributes.a, value: 1}, {type: retain, fields: [body.k.x]}",
                    R"({"k":{"x":1,"y":2},"l":3})"),
            R"({"k":{"x":1}} {"a":1})");
  EXPECT_EQ(run("[{type: retain, fields: [body.k]}]", "text"), "null {}");
  EXPECT_THAT(run("[{type: retain}]", ""), HasSubstr("'fields' is missing"));
}

TEST(Flatten, FieldsTakeThePlaceOfTheirMap) {
  EXPECT_EQ(of_json("{type: flatten, field: body.o}", R"({"a":1,"o":{"b":2,"a":3}})"), R"({"a":3,"b":2} {})");
  EXPECT_EQ(of_json("{type: flatten, field: body.a, on_error: send_quiet}", R"({"a":1})"), R"({"a":1} {})");
  EXPECT_EQ(of_json("{type: flatten, field: body.o}", R"({"m":{"a":1,"b":1},"o":{"m":{"b":2}}})"),
            R"({"m":{"a":1,"b":2}} {})");
  EXPECT_EQ(of_json("{type: flatten, field: body}", R"({"a":1})"), R"({"a":1} {})") << "there is nothing above it";
}

TEST(AssignKeys, AListBecomesAMap) {
  EXPECT_EQ(of_json("{type: assign_keys, field: body.l, keys: [x, y]}", R"({"l":[1,[2]]})"),
            R"({"l":{"x":1,"y":[2]}} {})");
  EXPECT_EQ(of_json("{type: assign_keys, field: body.l, keys: [x], on_error: send_quiet}", R"({"l":[1,2]})"),
            R"({"l":[1,2]} {})");
  EXPECT_EQ(of_json("{type: assign_keys, field: body.l, keys: [x, x]}", R"({"l":[1,2]})"), R"({"l":{"x":2}} {})");
}

TEST(Unquote, ReadsGosQuotes) {
  EXPECT_EQ(unquoted(R"("a\tb\"\x41\101é")"), "a\tb\"AAé");
  EXPECT_EQ(unquoted("`a\\n`"), "a\\n");
  EXPECT_EQ(unquoted("'é'"), "é");
  for (const auto* text : {"", "\"", "plain", "\"open", "'ab'", R"("\q")", R"("\')", R"("a"b")", "`a`b`", R"("\ud800")",
                           R"("\777")", R"("\x4")", "\"a\nb\""})
    EXPECT_FALSE(unquoted(text)) << text;
}

TEST(RegexReplace, ReplacesAsGoDoes) {
  const auto replaced = [](const std::string& regex, const std::string& with, const std::string& line) {
    return run("[{type: regex_replace, field: body, regex: '" + regex + "', replace_with: '" + with + "'}]", line);
  };
  EXPECT_EQ(replaced("(\\d+)", "<$1>", "a1b22"), R"("a<1>b<22>" {})");
  EXPECT_EQ(replaced("(?P<n>\\d)", "${n}${n}$$$1x", "7"), R"("77$" {})") << "$1x is a name, and nobody's";
  EXPECT_EQ(replaced("x*", "-", "aé"), R"("-a-é-" {})");
  EXPECT_EQ(replaced("^a", "b", "aaa"), R"("baa" {})");
  EXPECT_EQ(run("[{type: regex_replace, field: body, regex_name: ansi_control_sequences}]", "\x1B[31mred\x1B[0m"),
            R"("red" {})");
  EXPECT_THAT(run("[{type: regex_replace, field: body}]", ""), HasSubstr("either 'regex' or 'regex_name'"));
}

TEST(Trace, TakesIdsFromHexadecimalDigits) {
  const auto chain = *OperatorChain::parse(
      *parse_config_text(
          "[{type: json_parser, trace: {trace_id: {parse_from: attributes.t}, trace_flags: {parse_from: attributes.f},"
          " span_id: {parse_from: attributes.span_id}},"
          " scope_name: {parse_from: attributes.l}}]",
          "f.yaml"),
      "file_log/x");
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  for (const auto* line :
       {R"({"t":"5b8aa5a2d2c872e8321cf37308d69df2","f":"01","span_id":"051581bf3cb55c13","l":"com.x"})",
        R"({"t":"xy","l":"com.x"})", R"({"t":"0000","l":"com.x"})"}) {
    batch->records.push_back({line, batch->range.end});
    batch->range.end += 100;
  }
  const auto parts = chain->run(batch, {}).parts;
  ASSERT_EQ(parts.size(), 1u);
  ASSERT_NE(parts[0]->fields[0].context, nullptr);
  const auto& context = *parts[0]->fields[0].context;
  EXPECT_EQ(context.trace_id.substr(0, 3), "\x5b\x8a\xa5");
  EXPECT_EQ(context.trace_id.size(), 16u);
  EXPECT_EQ(context.span_id.size(), 8u);
  EXPECT_EQ(context.flags, 1u);
  EXPECT_EQ(parts[0]->fields[1].context, nullptr) << "not hexadecimal";
  EXPECT_EQ(parts[0]->fields[2].context, nullptr) << "zeros are no id";
  EXPECT_EQ(parts[0]->stream->scope,
            "\n\x05"
            "com.x");
}

TEST(Trace, WithoutParseFromItsFieldsAreTheBodys) {
  const auto chain = *OperatorChain::parse(
      *parse_config_text("[{type: json_parser, parse_to: body}, {type: trace_parser}]", "f"), "x");
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  batch->records.push_back({R"({"span_id":"051581bf3cb55c13","trace_flags":10})", 0});
  const auto parts = chain->run(batch, {}).parts;
  ASSERT_NE(parts[0]->fields[0].context, nullptr);
  EXPECT_EQ(parts[0]->fields[0].context->span_id.size(), 8u);
  EXPECT_EQ(parts[0]->fields[0].context->flags, 16u) << "a number's digits, too, are hexadecimal ones";
}

TEST(UriParser, ReadsWhatGoReads) {
  Arena arena;
  const auto parsed = [&](std::string_view text) {
    const auto uri = parse_uri(text, arena);
    return uri ? otlp::to_json(*uri) : uri.error().message;
  };
  EXPECT_EQ(
      parsed("https://u:p@h.org:8443/a%20b?x=1&x=2&y=a+b#f"),
      R"({"host":"h.org","path":"/a%20b","port":"8443","query":{"x":["1","2"],"y":["a b#f"]},"scheme":"https","user":"u"})");
  EXPECT_EQ(parsed("http://[::1]:80/"), R"({"host":"::1","path":"/","port":"80","scheme":"http"})");
  EXPECT_EQ(parsed("?a=1&b"), R"({"query":{"a":["1"],"b":[""]}})");
  EXPECT_EQ(parsed("/a b"), R"({"path":"/a%20b"})");
  EXPECT_EQ(parsed("mailto:x@y"), R"({"scheme":"mailto"})");
  for (const auto* text : {"", "plain", ":x", "http://h:port/", "/a%2", "?a=%zz", "http://[::1", "/a\x01"})
    EXPECT_THAT(parsed(text), HasSubstr("not a URI")) << text;
}

}  // namespace
}  // namespace oc::collector
