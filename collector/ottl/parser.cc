#include "collector/ottl/parser.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "collector/expr/lexer.h"
#include "collector/ottl/converters.h"
#include "collector/ottl/paths.h"
#include "collector/pipeline/config_reader.h"

namespace oc::collector::ottl {

namespace {

using expr::error_at;
using expr::Token;
using Kind = Node::Kind;

NodePtr node(Kind kind) {
  auto made = std::make_unique<Node>();
  made->kind = kind;
  return made;
}

NodePtr constant(Value value) {
  auto made = node(Kind::kConstant);
  made->constant = value;
  return made;
}

NodePtr text_constant(const std::string& text) {
  auto made = node(Kind::kConstant);
  made->text = text;
  made->constant = Value::of(std::string_view(made->text));
  return made;
}

std::optional<Comparison> comparison_of(const Token& token) {
  constexpr std::pair<std::string_view, Comparison> kAll[] = {
      {"==", Comparison::kEqual},     {"!=", Comparison::kNotEqual}, {"<", Comparison::kLess},
      {"<=", Comparison::kLessEqual}, {">", Comparison::kGreater},   {">=", Comparison::kGreaterEqual}};
  if (token.kind != Token::Kind::kSymbol) return std::nullopt;
  for (const auto& [text, comparison] : kAll)
    if (token.text == text) return comparison;
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens, OttlContext context)
      : text_(text), tokens_(std::move(tokens)), context_(context) {}

  Result<NodePtr> run() {
    OC_TRY_ASSIGN(NodePtr root, as_truth(any_of(), 0));
    if (now().kind != Token::Kind::kEnd) return unexpected_token();
    return root;
  }

 private:
  struct Level {
    explicit Level(int& at) : depth(at) { ++depth; }
    ~Level() { --depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    int& depth;
  };

  const Token& now() const { return tokens_[at_]; }
  bool is(std::string_view text) const {
    return (now().kind == Token::Kind::kSymbol || now().kind == Token::Kind::kName) && now().text == text;
  }
  bool take(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  std::unexpected<Error> unexpected_token() const {
    return error_at(text_, now().at,
                    now().kind == Token::Kind::kEnd ? "the condition ends too early"
                                                    : fmt::format("'{}' is not expected here", now().text));
  }
  Status expect(std::string_view text) {
    if (take(text)) return {};
    return error_at(text_, now().at, fmt::format("'{}' is missing", text));
  }

  Result<NodePtr> any_of() {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return error_at(text_, now().at, "the condition is nested too deeply");
    return chain(Kind::kOr, "or", &Parser::all_of);
  }
  Result<NodePtr> all_of() { return chain(Kind::kAnd, "and", &Parser::term); }

  // What is in parentheses may be a condition or a value: where one of them is needed, it is checked.
  static bool is_truth(const Node& node) {
    return is_condition(node) || node.kind == Kind::kCall ||
           (node.kind == Kind::kConstant && node.constant.type == Value::Type::kBool);
  }
  static bool is_condition(const Node& node) {
    return node.kind == Kind::kCompare || node.kind == Kind::kNot || node.kind == Kind::kAnd || node.kind == Kind::kOr;
  }
  Result<NodePtr> as_truth(Result<NodePtr> node, std::size_t at) const {
    if (node && !is_truth(**node)) return error_at(text_, at, "a comparison such as == is missing");
    return node;
  }
  Result<NodePtr> as_value(Result<NodePtr> node, std::size_t at) const {
    if (node && is_condition(**node)) return error_at(text_, at, "a value is expected here, not a condition");
    return node;
  }

  Result<NodePtr> chain(Kind kind, std::string_view word, Result<NodePtr> (Parser::*part)()) {
    const auto at = now().at;
    OC_TRY_ASSIGN(NodePtr first, (this->*part)());
    if (!is(word)) return first;
    auto made = node(kind);
    OC_TRY_ASSIGN(first, as_truth(std::move(first), at));
    made->args.push_back(std::move(first));
    while (take(word)) {
      const auto next_at = now().at;
      OC_TRY_ASSIGN(NodePtr next, as_truth((this->*part)(), next_at));
      made->args.push_back(std::move(next));
    }
    return made;
  }

  Result<NodePtr> term() {
    if (!take("not")) return comparison();
    auto made = node(Kind::kNot);
    const auto at = now().at;
    OC_TRY_ASSIGN(NodePtr inner, as_truth(comparison(), at));
    made->args.push_back(std::move(inner));
    return made;
  }

  Result<NodePtr> comparison() {
    const auto at = now().at;
    OC_TRY_ASSIGN(NodePtr left, sum());
    const auto how = comparison_of(now());
    if (!how) return left;
    ++at_;
    auto made = node(Kind::kCompare);
    made->comparison = *how;
    OC_TRY_ASSIGN(left, as_value(std::move(left), at));
    OC_TRY_ASSIGN(NodePtr right, a_value());
    made->args.push_back(std::move(left));
    made->args.push_back(std::move(right));
    return made;
  }

  Result<NodePtr> a_value() {
    const auto at = now().at;
    return as_value(sum(), at);
  }

  Result<NodePtr> sum() { return math("+-", &Parser::product); }
  Result<NodePtr> product() { return math("*/", &Parser::value); }

  Result<NodePtr> math(std::string_view operators, Result<NodePtr> (Parser::*part)()) {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return error_at(text_, now().at, "the condition is nested too deeply");
    const auto at = now().at;
    OC_TRY_ASSIGN(NodePtr left, (this->*part)());
    for (int count = 0;
         now().kind == Token::Kind::kSymbol && now().text.size() == 1 && operators.contains(now().text[0]); ++count) {
      if (count > kMaxDepth) return error_at(text_, now().at, "the condition is too long");
      auto made = node(Kind::kMath);
      made->op = now().text[0];
      ++at_;
      OC_TRY_ASSIGN(left, as_value(std::move(left), at));
      const auto right_at = now().at;
      OC_TRY_ASSIGN(NodePtr right, as_value((this->*part)(), right_at));
      made->args.push_back(std::move(left));
      made->args.push_back(std::move(right));
      left = std::move(made);
    }
    return left;
  }

  Result<NodePtr> value() {
    if (take("(")) {
      OC_TRY_ASSIGN(NodePtr inner, any_of());
      OC_TRY(expect(")"));
      return inner;
    }
    if (is("[")) return list();
    if (is("-") || now().kind == Token::Kind::kNumber) return number();
    if (now().kind == Token::Kind::kString) {
      auto made = text_constant(now().text);
      ++at_;
      return made;
    }
    if (now().kind == Token::Kind::kName) return name();
    return unexpected_token();
  }

  Result<NodePtr> number() {
    const bool negative = take("-");
    const std::string digits = (negative ? "-" : "") + now().text;
    if (now().kind != Token::Kind::kNumber) return unexpected_token();
    const auto at = now().at;
    ++at_;
    const char* end = digits.data() + digits.size();
    std::int64_t whole = 0;
    if (const auto [stop, error] = std::from_chars(digits.data(), end, whole); error == std::errc() && stop == end)
      return constant(Value::of(whole));
    double real = 0;
    if (const auto [stop, error] = std::from_chars(digits.data(), end, real); error == std::errc() && stop == end)
      return constant(Value::of(real));
    return error_at(text_, at, fmt::format("'{}' is not a number", digits));
  }

  Result<NodePtr> list() {
    auto made = node(Kind::kList);
    ++at_;
    while (!take("]")) {
      if (!made->args.empty()) OC_TRY(expect(","));
      OC_TRY_ASSIGN(NodePtr item, a_value());
      made->args.push_back(std::move(item));
    }
    return made;
  }

  Result<NodePtr> name() {
    const auto word = now();
    if (word.text == "true" || word.text == "false" || word.text == "nil") {
      ++at_;
      return constant(word.text == "nil" ? Value() : Value::of(word.text == "true"));
    }
    const bool call = tokens_[at_ + 1].kind == Token::Kind::kSymbol && tokens_[at_ + 1].text == "(";
    if (call) return converter();
    if (word.text.starts_with("SEVERITY_NUMBER_")) {
      const auto number = find_enum(word.text);
      if (!number) return error_at(text_, word.at, fmt::format("there is no '{}'", word.text));
      ++at_;
      return constant(Value::of(*number));
    }
    return path();
  }

  Result<NodePtr> path() {
    auto made = node(Kind::kPath);
    const auto at = now().at;
    made->text = now().text;
    ++at_;
    while (take(".")) {
      if (now().kind != Token::Kind::kName) return unexpected_token();
      made->text += "." + now().text;
      ++at_;
    }
    made->read = find_path(made->text, context_);
    if (!made->read) {
      auto error = error_at(text_, at, fmt::format("'{}' is not a path that is known here", made->text)).error();
      error.next_step = nearest_hint(made->text, path_names());
      return std::unexpected(std::move(error));
    }
    return index(std::move(made));
  }

  Result<NodePtr> converter() {
    auto made = node(Kind::kCall);
    const auto at = now().at;
    made->text = now().text;
    at_ += 2;
    made->converter = find_converter(made->text);
    if (!made->converter) {
      auto error = error_at(text_, at, fmt::format("there is no converter '{}'", made->text)).error();
      error.next_step = nearest_hint(made->text, converter_names());
      return std::unexpected(std::move(error));
    }
    while (!take(")")) {
      if (!made->args.empty()) OC_TRY(expect(","));
      OC_TRY_ASSIGN(NodePtr argument, a_value());
      made->args.push_back(std::move(argument));
    }
    const auto count = made->args.size();
    if (count < made->converter->least_arguments || count > made->converter->most_arguments)
      return error_at(
          text_, at, fmt::format("{} takes {} arguments, not {}", made->text, made->converter->least_arguments, count));
    OC_TRY(compile_pattern(*made, at));
    return index(std::move(made));
  }

  Status compile_pattern(Node& call, std::size_t at) const {
    if (call.text != "IsMatch" || call.args[1]->kind != Kind::kConstant || !call.args[1]->constant.is_string())
      return {};
    auto regex = compile_regex(call.args[1]->constant.text());
    if (!regex) return error_at(text_, at, "IsMatch: " + regex.error().message);
    call.regex = std::move(*regex);
    return {};
  }

  Result<NodePtr> index(NodePtr holder) {
    if (!is("[")) return holder;
    auto made = node(Kind::kIndex);
    made->args.push_back(std::move(holder));
    while (take("[")) {
      OC_TRY_ASSIGN(NodePtr key, a_value());
      made->args.push_back(std::move(key));
      OC_TRY(expect("]"));
    }
    return made;
  }

  const std::string_view text_;
  const std::vector<Token> tokens_;
  const OttlContext context_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<NodePtr> parse(std::string_view text, OttlContext context) {
  OC_TRY_ASSIGN(auto tokens, expr::tokenize(text));
  return Parser(text, std::move(tokens), context).run();
}

}  // namespace oc::collector::ottl
