// Each stage of a pipeline as a query shows it. What is surprising here was seen in Loki.
#include "query/logql/engine_fixture.h"

namespace oc::query {
namespace {

class Stages : public EngineTest {
 protected:
  void line(std::string text, Labels metadata = {}) {
    add({{"app", "a"}}, ++seconds_, std::move(text), std::move(metadata));
  }
  // What a pipeline makes of one line.
  std::string after(const std::string& pipeline) const { return log("{app=\"a\"} " + pipeline); }

  int seconds_ = 0;
};

TEST_F(Stages, LineFiltersTakeAlternativesPatternsAndAddresses) {
  line("GET /a from 10.0.0.7:80");
  line("PUT /b from fe80::1");
  EXPECT_EQ(after("|= \"PUT\" or \"DELETE\""), "{app=a} PUT /b from fe80::1\n");
  EXPECT_EQ(after("!= \"PUT\" or \"GET\""), "");
  EXPECT_EQ(after("|> \"GET <_> from <_>\""), "{app=a} GET /a from 10.0.0.7:80\n");
  EXPECT_EQ(after("!> \"GET <_>\""), "{app=a} PUT /b from fe80::1\n");
  EXPECT_EQ(after("|= ip(\"10.0.0.0/24\")"), "{app=a} GET /a from 10.0.0.7:80\n");
  EXPECT_EQ(after("|= ip(\"10.0.0.1-10.0.0.9\") or \"PUT\" or ip(\"::1\") | app=\"a\" != ip(\"10.0.0.7\")"),
            "{app=a} PUT /b from fe80::1\n");
  EXPECT_EQ(after("|~ ip(\"::1\")"), "parse error : stage '|~ ip(\"::1\")' : ip: invalid operation");
  EXPECT_EQ(after("|= ip(\"nope\")"), "parse error : stage '|= ip(\"nope\")' : ip: invalid pattern: \"nope\"");
  EXPECT_EQ(after("|~ \"(\""), "parse error : stage '|~ \"(\"' : error parsing regexp: missing closing ): `(`");
}

TEST_F(Stages, LineFiltersAreCompiledBeforeTheStagesAroundThemAndTheLastOneFirst) {
  const std::string paren = "error parsing regexp: missing closing ): `(`";
  EXPECT_EQ(after("|= \"x\" | json |~ \"(\""), "parse error : stage '|= \"x\" |~ \"(\"' : " + paren);
  EXPECT_EQ(after("| json a=\"[\" |~ \"(\" | logfmt |= \"x\""), "parse error : stage '|~ \"(\" |= \"x\"' : " + paren);
  EXPECT_EQ(after("!~ \"[\" or \"(\""), "parse error : stage '!~ \"[\" !~ \"(\"' : " + paren);
  EXPECT_EQ(after("|~ \"(\" or \"[\""), "parse error : stage '|~ \"(\" or \"[\"' : " + paren);
  EXPECT_EQ(after("|= \"x\" | app=\"a\" |~ \"(\""), "parse error : stage '|~ \"(\"' : " + paren);
  EXPECT_EQ(after("|= \"x\" | decolorize |~ \"(\""), "parse error : stage '|= \"x\" |~ \"(\"' : " + paren);
  EXPECT_EQ(after("|= \"x\" | unpack |~ \"(\""), "parse error : stage '|~ \"(\"' : " + paren);
  EXPECT_TRUE(after("| json a=\"[\" | line_format \"\" |~ \"(\"").starts_with("parse error : stage '| json a="));
}

TEST_F(Stages, AnAlternativeOfALineFilterThatHoldsOfAnyLineIsLeftOut) {
  line("one");
  line("two");
  EXPECT_EQ(after("|= \"one\" or \"\""), "{app=a} one\n");
  EXPECT_EQ(after("|~ \".*\" or \"t.o\""), "{app=a} two\n");
  EXPECT_EQ(after("|= \"\" or \"\""), "{app=a} one\n{app=a} two\n");
  EXPECT_EQ(after("|~ \"one|\""), "{app=a} one\n");
  EXPECT_EQ(after("!~ \"one|\""), "{app=a} two\n");
  EXPECT_EQ(after("| nosuch=~\"x|\""), "") << "an absent label as well";
}

TEST_F(Stages, AFilterBehindAChangedLineSeesTheChangedLine) {
  line("\x1b[31mred\x1b[0m alert");
  EXPECT_EQ(after("| decolorize |= \"red alert\""), "{app=a} red alert\n");
  EXPECT_EQ(after("|= \"red alert\" | decolorize"), "");
}

TEST_F(Stages, RegexpAndPatternName) {
  line("10.1.2.3 - GET /x", {{"verb", "meta"}});
  EXPECT_EQ(after("| regexp `(?P<ip>\\S+) - (?P<verb>\\w+)` | line_format \"\""),
            "{app=a,ip=10.1.2.3,verb=meta,verb_extracted=GET} \n");
  EXPECT_EQ(after("| pattern `<ip> - <_> <path>` | line_format \"\""), "{app=a,ip=10.1.2.3,path=/x,verb=meta} \n");
  EXPECT_EQ(after("| pattern `<ip> + <path>` | line_format \"\""), "{app=a,ip=10.1.2.3 - GET /x,verb=meta} \n");
  EXPECT_EQ(after("| regexp `(\\d)`"),
            "parse error : invalid regexp parser: at least one named capture must be supplied");
  EXPECT_EQ(after("| regexp `(?P<a>.)(?P<a>.)`"),
            "parse error : invalid regexp parser: duplicate extracted label name 'a'");
  EXPECT_EQ(after("| pattern `<a><b>`"),
            "parse error : invalid pattern parser: found consecutive capture '<a><b>': invalid expression");
  EXPECT_EQ(after("| pattern `<_><_>`"), "parse error : invalid pattern parser: at least one capture is required");
  EXPECT_EQ(after("|> \"<_><_>\""),
            "parse error : stage '|> \"<_><_>\"' : found consecutive capture '<_><_>': invalid expression");
}

TEST_F(Stages, UnpackGivesTheLabelsOnlyOfAPackedLine) {
  line(R"({"app":"inner","k-1":"v","k-1":"w","n":5,"_entry":"the \"line\""})");
  line(R"({"k":"v"})");
  line("plain");
  EXPECT_EQ(after("| unpack"),
            "{app=a,app_extracted=inner,k_1=w} the \"line\"\n{app=a} {\"k\":\"v\"}\n"
            "{__error__=JSONParserErr,__error_details__=expecting json object(6), but it is not,app=a} plain\n");
}

TEST_F(Stages, LabelFormatRenamesAndTemplatesSeeWhatWasBeforeThem) {
  line("x=1 y=2");
  EXPECT_EQ(after("| logfmt | label_format z=x, w=`{{.y}}/{{.z}}`, v=`{{.w}}`"), "{app=a,v=,w=2/1,y=2,z=1} x=1 y=2\n");
  EXPECT_EQ(
      after("| label_format a=\"{{\""),
      "parse error : stage '| label_format a=\"{{\"' : invalid template for label 'a': template: label:1: unclosed "
      "action");
  EXPECT_EQ(after("| label_format a=b, a=c"),
            "parse error : stage '| label_format a=b,a=c' : multiple label name 'a' not allowed in a single format "
            "operation");
  EXPECT_EQ(after("| label_format __error__=\"x\""),
            "parse error : stage '| label_format __error__=\"x\"' : __error__ cannot be formatted");
}

TEST_F(Stages, AFailedTemplateMarksTheLineAndLeavesIt) {
  line("x=one");
  EXPECT_EQ(after("| logfmt | line_format `{{duration .x}}` | drop __error_details__"),
            "{__error__=TemplateFormatErr,app=a,x=one} x=one\n");
}

TEST_F(Stages, DropAndKeepGoByNameOrByNameAndValue) {
  line("x=1 y=2", {{"m", "n"}});
  EXPECT_EQ(after("| logfmt | drop x, y=\"1\", app"), "{m=n,y=2} x=1 y=2\n");
  EXPECT_EQ(after("| logfmt | keep x, y=~\"2|3\""), "{x=1,y=2} x=1 y=2\n");
  EXPECT_EQ(after("| json | drop __error__, __error_details__"), "{app=a,m=n} x=1 y=2\n");
  EXPECT_EQ(after("| json | keep m | drop __error_details__"), "{__error__=JSONParserErr,m=n} x=1 y=2\n");
}

TEST_F(Stages, AnEarlierFieldWinsAndADroppedOneDoesNotComeBack) {
  line("x=1 x=2");
  EXPECT_EQ(after("| logfmt | regexp `x=2(?P<x>.*)`"), "{app=a,x=1} x=1 x=2\n");
  EXPECT_EQ(after("| logfmt | drop x | logfmt"), "{app=a} x=1 x=2\n");
}

TEST_F(Stages, AFilterFurtherOnDropsTheLineAsSoonAsAParserFindsItsLabel) {
  line("level=error");
  EXPECT_EQ(after("| logfmt | drop level | level=\"\""), "");
  EXPECT_EQ(after("| drop level | level=\"\""), "{app=a} level=error\n");
}

TEST_F(Stages, ComparisonsReadNumbersDurationsSizesAndAddresses) {
  line("n=0x1p4 d=1h s=2MiB ip=10.0.0.9");
  for (const auto* filter : {"n=16", "n==16.0", "d>59m", "d=1h", "s>2MB", "s<2MiB", "ip=ip(\"10.0.0.0/8\")",
                             "ip!=ip(\"10.1.0.0/16\")", "n>-1", "(n=16 or d=2h) and s>1B"}) {
    EXPECT_NE(after(std::string("| logfmt | ") + filter), "") << filter;
  }
  for (const auto* filter : {"n!=16", "d<=59m", "s<2MB", "ip!=ip(\"10.0.0.0/8\")", "nosuch>0", "n=16, d=2h"}) {
    EXPECT_EQ(after(std::string("| logfmt | ") + filter), "") << filter;
  }
  EXPECT_EQ(after("| logfmt | d > 1 | d > 5B | keep __error__"),
            "{__error__=LabelFilterErr,__error_details__=strconv.ParseFloat: parsing \"1h\": invalid syntax} "
            "n=0x1p4 d=1h s=2MiB ip=10.0.0.9\n");
  EXPECT_EQ(after("| logfmt | s==2MiB"), "") << "it is printed as 2.1MB, and read again where the lines are";
  EXPECT_EQ(after("| ip = ip(\"x\")"), "parse error : stage '| ip=ip(\"x\")' : ip: invalid pattern: \"x\"");
}

}  // namespace
}  // namespace oc::query
