#include "collector/expr/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "collector/expr/evaluate.h"
#include "collector/expr/functions.h"
#include "collector/expr/lexer.h"
#include "collector/pipeline/config_reader.h"

namespace oc::collector::expr {

namespace {

using Kind = Node::Kind;

struct BinaryOperator {
  std::string_view text;
  Operator op;
  int precedence;
  StaticType result;
};

// expr-lang's precedences.
constexpr std::array<BinaryOperator, 24> kBinary = {{
    {"or", Operator::kOr, 10, StaticType::kBool},
    {"||", Operator::kOr, 10, StaticType::kBool},
    {"and", Operator::kAnd, 15, StaticType::kBool},
    {"&&", Operator::kAnd, 15, StaticType::kBool},
    {"==", Operator::kEqual, 20, StaticType::kBool},
    {"!=", Operator::kNotEqual, 20, StaticType::kBool},
    {"<", Operator::kLess, 20, StaticType::kBool},
    {"<=", Operator::kLessEqual, 20, StaticType::kBool},
    {">", Operator::kGreater, 20, StaticType::kBool},
    {">=", Operator::kGreaterEqual, 20, StaticType::kBool},
    {"in", Operator::kIn, 20, StaticType::kBool},
    {"matches", Operator::kMatches, 20, StaticType::kBool},
    {"contains", Operator::kContains, 20, StaticType::kBool},
    {"startsWith", Operator::kStartsWith, 20, StaticType::kBool},
    {"endsWith", Operator::kEndsWith, 20, StaticType::kBool},
    {"..", Operator::kRange, 25, StaticType::kList},
    {"+", Operator::kAdd, 30, StaticType::kAny},
    {"-", Operator::kSubtract, 30, StaticType::kAny},
    {"*", Operator::kMultiply, 60, StaticType::kAny},
    {"/", Operator::kDivide, 60, StaticType::kNumber},
    {"%", Operator::kModulo, 60, StaticType::kNumber},
    {"**", Operator::kPower, 100, StaticType::kNumber},
    {"^", Operator::kPower, 100, StaticType::kNumber},
    {"??", Operator::kCoalesce, 500, StaticType::kAny},
}};
constexpr int kNotPrecedence = 50, kSignPrecedence = 90;
constexpr std::size_t kMostVariables = 32;
constexpr int kMostOperators = 1000;  // a long chain of them makes a deep tree

constexpr std::array<std::string_view, 15> kForEach = {"any",           "all",     "none",   "one",       "filter",
                                                       "map",           "count",   "find",   "findIndex", "findLast",
                                                       "findLastIndex", "groupBy", "sortBy", "reduce",    "sum"};

const BinaryOperator* binary_of(const Token& token) {
  if (token.kind != Token::Kind::kSymbol && token.kind != Token::Kind::kName) return nullptr;
  const auto found = std::ranges::find(kBinary, token.text, &BinaryOperator::text);
  return found == kBinary.end() ? nullptr : &*found;
}

bool is_word(const BinaryOperator& op) { return op.text[0] >= 'a' && op.text[0] <= 'z'; }

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  Result<NodePtr> run() {
    OC_TRY_ASSIGN(NodePtr root, expression());
    if (now().kind != Token::Kind::kEnd) return unexpected_token();
    return root;
  }

 private:
  // Counts how deep the parser is, while it lives.
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
                    fmt::format("{} is not expected here",
                                now().kind == Token::Kind::kEnd ? now().text : fmt::format("'{}'", now().text)));
  }
  Status expect(std::string_view text) {
    if (take(text)) return {};
    return error_at(text_, now().at, fmt::format("'{}' is missing", text));
  }

  NodePtr node(Kind kind, StaticType type = StaticType::kAny) const {
    auto made = std::make_unique<Node>();
    made->kind = kind;
    made->at = now().at;
    made->type = type;
    return made;
  }
  NodePtr constant(Value value, StaticType type) const {
    auto made = node(Kind::kConstant, type);
    made->constant = value;
    return made;
  }

  Result<NodePtr> expression() {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return error_at(text_, now().at, "the expression is nested too deeply");
    if (take("let")) return variable();
    if (now().kind == Token::Kind::kName && take("if")) return if_else();
    OC_TRY_ASSIGN(NodePtr condition, binary(0));
    while (is("|")) {
      ++at_;
      OC_TRY_ASSIGN(condition, call(std::move(condition)));
      OC_TRY_ASSIGN(condition, postfix(std::move(condition)));
    }
    if (!is("?") && !is("?:")) return condition;
    auto made = node(Kind::kConditional);
    const bool elvis = take("?:");
    if (!elvis) ++at_;
    made->args.push_back(std::move(condition));
    if (elvis) return error_at(text_, made->at, "'?:' is not supported, write 'a ? a : b'");
    OC_TRY_ASSIGN(NodePtr yes, expression());
    OC_TRY(expect(":"));
    OC_TRY_ASSIGN(NodePtr no, expression());
    if (yes->type == no->type) made->type = yes->type;
    made->args.push_back(std::move(yes));
    made->args.push_back(std::move(no));
    return made;
  }

  // if a { b } else { c }, else if …
  Result<NodePtr> if_else() {
    auto made = node(Kind::kConditional);
    OC_TRY_ASSIGN(NodePtr condition, binary(0));
    made->args.push_back(std::move(condition));
    OC_TRY_ASSIGN(NodePtr yes, block());
    made->args.push_back(std::move(yes));
    OC_TRY(expect("else"));
    const bool again = take("if");
    OC_TRY_ASSIGN(NodePtr no, again ? if_else() : block());
    if (made->args[1]->type == no->type) made->type = no->type;
    made->args.push_back(std::move(no));
    return made;
  }
  Result<NodePtr> block() {
    OC_TRY(expect("{"));
    OC_TRY_ASSIGN(NodePtr inside, expression());
    OC_TRY(expect("}"));
    return inside;
  }

  Result<NodePtr> variable() {
    auto made = node(Kind::kLet);
    const std::string name = now().text;
    if (now().kind != Token::Kind::kName || variables_.size() >= kMostVariables) return unexpected_token();
    ++at_;
    OC_TRY(expect("="));
    OC_TRY_ASSIGN(NodePtr value, expression());
    OC_TRY(expect(";"));
    made->number = variables_.size();
    variables_.push_back(name);
    auto body = expression();
    variables_.pop_back();
    if (!body) return std::unexpected(body.error());
    made->type = (*body)->type;
    made->args.push_back(std::move(value));
    made->args.push_back(std::move(*body));
    return made;
  }

  Result<NodePtr> binary(int least_precedence) {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return error_at(text_, now().at, "the expression is nested too deeply");
    OC_TRY_ASSIGN(NodePtr left, unary());
    while (true) {
      const std::size_t start = at_;
      const bool negated = take("not");
      const auto* op = binary_of(now());
      if (negated && (!op || !is_word(*op) || op->op == Operator::kOr || op->op == Operator::kAnd)) {
        at_ = start;
        return unexpected_token();
      }
      if (!op || op->precedence < least_precedence) {
        at_ = start;
        return left;
      }
      if (++operators_ > kMostOperators) return error_at(text_, now().at, "the expression is too long");
      auto made = node(Kind::kBinary, op->result);
      ++at_;
      made->op = op->op;
      OC_TRY_ASSIGN(NodePtr right, binary(op->op == Operator::kPower ? op->precedence : op->precedence + 1));
      made->args.push_back(std::move(left));
      made->args.push_back(std::move(right));
      OC_TRY(finish_binary(*made));
      made = simplified(std::move(made));
      left = negated ? negate(std::move(made)) : std::move(made);
    }
  }

  // `x and true` is x whatever it is, `x or true` is true even where x cannot be worked out: as expr-lang has it.
  static NodePtr simplified(NodePtr made) {
    if (made->op != Operator::kAnd && made->op != Operator::kOr) return made;
    const bool decides = made->op == Operator::kOr;
    for (const std::size_t side : {0, 1}) {
      const auto& arg = *made->args[side];
      if (arg.kind != Kind::kConstant || arg.constant.type != Value::Type::kBool) continue;
      return std::move(made->args[arg.constant.boolean == decides ? side : 1 - side]);
    }
    return made;
  }

  NodePtr negate(NodePtr operand) const {
    auto made = node(Kind::kUnary, StaticType::kBool);
    made->at = operand->at;
    made->op = Operator::kNot;
    made->args.push_back(std::move(operand));
    return made;
  }

  Status finish_binary(Node& made) const {
    const auto& left = *made.args[0];
    const auto& right = *made.args[1];
    if (made.op == Operator::kMatches && right.kind == Kind::kConstant) {
      if (!right.constant.is_string()) return std::unexpected(error_at(text_, right.at, "a regex is a text").error());
      auto regex = compile_regex(right.constant.text());
      if (!regex) return error_at(text_, made.at, "matches: " + regex.error().message);
      made.regex = *regex;
    }
    if (made.op == Operator::kAdd || made.op == Operator::kSubtract || made.op == Operator::kMultiply)
      if (left.type == right.type && left.type != StaticType::kAny) made.type = left.type;
    if ((made.op == Operator::kAnd || made.op == Operator::kOr))
      for (const auto& side : made.args)
        if (side->type != StaticType::kAny && side->type != StaticType::kBool)
          return error_at(text_, side->at, "'and' and 'or' take true or false");
    return {};
  }

  Result<NodePtr> unary() {
    const Level level(depth_);
    if (depth_ > kMaxDepth) return error_at(text_, now().at, "the expression is nested too deeply");
    if (is("not") || is("!")) {
      const auto at = now().at;
      ++at_;
      OC_TRY_ASSIGN(NodePtr operand, binary(kNotPrecedence));
      operand = negate(std::move(operand));
      operand->at = at;
      return postfix(std::move(operand));
    }
    if (is("-") || is("+")) {
      auto made = node(Kind::kUnary, StaticType::kNumber);
      made->op = is("-") ? Operator::kNegate : Operator::kAdd;
      ++at_;
      OC_TRY_ASSIGN(NodePtr operand, binary(kSignPrecedence));
      made->args.push_back(std::move(operand));
      return made;
    }
    OC_TRY_ASSIGN(NodePtr operand, primary());
    return postfix(std::move(operand));
  }

  Result<NodePtr> primary() {
    if (take("(")) {
      OC_TRY_ASSIGN(NodePtr inner, expression());
      OC_TRY(expect(")"));
      return inner;
    }
    if (is("[")) return list();
    if (is("{")) return map();
    switch (now().kind) {
      case Token::Kind::kNumber:
        return number();
      case Token::Kind::kString: {
        auto made = node(Kind::kConstant, StaticType::kString);
        made->text = now().text;
        made->constant = Value::of(std::string_view(made->text));
        ++at_;
        return made;
      }
      case Token::Kind::kName:
        return name();
      default:
        break;
    }
    if ((is("#") || is(".")) && loops_ > 0) {
      auto made = node(Kind::kElement);
      if (!take("#")) return made;  // .field is #.field
      const bool is_name = now().kind == Token::Kind::kName && now().at == made->at + 1;
      if (is_name && now().text != "index" && now().text != "acc") return unexpected_token();
      if (is_name) made->text = tokens_[at_++].text;
      return made;
    }
    return unexpected_token();
  }

  Result<NodePtr> number() {
    auto made = node(Kind::kConstant, StaticType::kNumber);
    const std::string digits = now().text;
    ++at_;
    const bool prefixed = digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) >= 'a';
    const int base = !prefixed ? 10 : digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2;
    const char* begin = digits.data() + (prefixed ? 2 : 0);
    const char* end = digits.data() + digits.size();
    std::int64_t whole = 0;
    if (const auto [at, error] = std::from_chars(begin, end, whole, base); error == std::errc() && at == end) {
      made->constant = Value::of(whole);
      return made;
    }
    double real = 0;
    const auto [at, error] = std::from_chars(begin, end, real);
    if (error != std::errc() || at != end)
      return error_at(text_, made->at, fmt::format("'{}' is not a number", digits));
    made->constant = Value::of(real);
    return made;
  }

  Result<NodePtr> name() {
    const std::string name = now().text;
    const auto constant_of = [&](Value value, StaticType type) {
      auto made = constant(value, type);
      ++at_;
      return made;
    };
    if (name == "true" || name == "false") return constant_of(Value::of(name == "true"), StaticType::kBool);
    if (name == "nil") return constant_of({}, StaticType::kNil);
    // The official collector does not show them to expressions, and its configs must mean the same here.
    if (name == "severity_text" || name == "severity_number") return constant_of({}, StaticType::kAny);
    if (tokens_[at_ + 1].kind == Token::Kind::kSymbol && tokens_[at_ + 1].text == "(") return call(nullptr);
    if (const auto known = std::ranges::find(variables_, name); known != variables_.end()) {
      auto made = node(Kind::kVariable);
      made->number = static_cast<std::size_t>(known - variables_.begin());
      ++at_;
      return made;
    }
    if (name == "timestamp") return timestamp();
    return root(name);
  }

  Result<NodePtr> root(const std::string& name) {
    auto made = node(Kind::kRoot);
    if (name == "body" || name == "$") {
      made->root = RecordRoot::kBody;
    } else if (name == "attributes" || name == "resource") {
      made->root = name == "resource" ? RecordRoot::kResource : RecordRoot::kAttributes;
      made->type = StaticType::kMap;
    } else {
      auto error = error_at(text_, now().at, fmt::format("'{}' is not known", name)).error();
      error.next_step = nearest_hint(name, {"body", "attributes", "resource", "timestamp"});
      if (error.next_step.empty()) error.next_step = "expressions see body, attributes, resource and timestamp";
      return std::unexpected(std::move(error));
    }
    ++at_;
    return made;
  }

  Result<NodePtr> timestamp() {
    auto made = node(Kind::kTimestamp, StaticType::kNumber);
    ++at_;
    OC_TRY(expect("."));
    made->text = now().text;
    if (!is_time_method(made->text))
      return error_at(text_, now().at,
                      fmt::format("timestamp.{}() is not supported; there are {}", made->text, time_methods()));
    ++at_;
    OC_TRY(expect("("));
    OC_TRY(expect(")"));
    return made;
  }

  // name(…), or `piped | name(…)`.
  Result<NodePtr> call(NodePtr piped) {
    if (now().kind != Token::Kind::kName) return unexpected_token();
    auto made = node(Kind::kCall);
    made->text = now().text;
    ++at_;
    OC_TRY(expect("("));
    if (is_for_each(made->text)) return for_each(std::move(made), std::move(piped));
    made->builtin = find_builtin(made->text);
    if (!made->builtin) {
      auto error = error_at(text_, made->at, fmt::format("there is no function '{}'", made->text)).error();
      error.next_step = nearest_hint(made->text, builtin_names());
      return std::unexpected(std::move(error));
    }
    made->type = made->builtin->result;
    if (piped) made->args.push_back(std::move(piped));
    for (bool first = true; !take(")"); first = false) {
      if (!first) OC_TRY(expect(","));
      OC_TRY_ASSIGN(NodePtr argument, expression());
      made->args.push_back(std::move(argument));
    }
    if (made->args.size() < made->builtin->least_arguments || made->args.size() > made->builtin->most_arguments)
      return error_at(text_, made->at,
                      fmt::format("{}() takes {} to {} arguments, not {}", made->text, made->builtin->least_arguments,
                                  made->builtin->most_arguments, made->args.size()));
    return made;
  }

  Result<NodePtr> for_each(NodePtr made, NodePtr list) {
    made->kind = Kind::kForEach;
    const auto& name = made->text;
    const bool piped = list != nullptr;
    if (!piped) {
      OC_TRY_ASSIGN(list, expression());
    }
    const bool of_elements = is(")") && (name == "count" || name == "sum");
    if (!piped && !of_elements) OC_TRY(expect(","));
    ++loops_;
    const bool braces = !of_elements && take("{");
    auto body = of_elements ? Result<NodePtr>(node(Kind::kElement)) : expression();
    --loops_;
    if (!body) return std::unexpected(body.error());
    if (braces) OC_TRY(expect("}"));
    NodePtr more;  // reduce's initial value, sortBy's order
    if ((name == "reduce" || name == "sortBy") && take(",")) {
      OC_TRY_ASSIGN(more, expression());
    }
    OC_TRY(expect(")"));
    if (name == "any" || name == "all" || name == "none" || name == "one") made->type = StaticType::kBool;
    if (name == "count" || name == "findIndex" || name == "findLastIndex") made->type = StaticType::kNumber;
    if (name == "filter" || name == "map" || name == "sortBy") made->type = StaticType::kList;
    made->args.push_back(std::move(list));
    made->args.push_back(std::move(*body));
    if (more) made->args.push_back(std::move(more));
    return made;
  }

  Result<NodePtr> list() {
    auto made = node(Kind::kList, StaticType::kList);
    ++at_;
    while (!take("]")) {
      if (!made->args.empty()) {
        OC_TRY(expect(","));
        if (take("]")) break;
      }
      OC_TRY_ASSIGN(NodePtr item, expression());
      made->args.push_back(std::move(item));
    }
    return made;
  }

  Result<NodePtr> map() {
    auto made = node(Kind::kMap, StaticType::kMap);
    ++at_;
    while (!take("}")) {
      if (!made->args.empty()) {
        OC_TRY(expect(","));
        if (take("}")) break;
      }
      OC_TRY_ASSIGN(NodePtr key, map_key());
      OC_TRY(expect(":"));
      OC_TRY_ASSIGN(NodePtr value, expression());
      made->args.push_back(std::move(key));
      made->args.push_back(std::move(value));
    }
    return made;
  }

  // A name, a text, a number, or an expression in parentheses.
  Result<NodePtr> map_key() {
    if (is("(")) return primary();
    if (now().kind == Token::Kind::kSymbol || now().kind == Token::Kind::kEnd) return unexpected_token();
    auto key = node(Kind::kConstant, StaticType::kString);
    key->text = now().text;
    key->constant = Value::of(std::string_view(key->text));
    ++at_;
    return key;
  }

  Result<NodePtr> postfix(NodePtr operand) {
    for (int chain = 0; chain < kMaxDepth; ++chain) {
      if (is(".") || is("?.")) {
        OC_TRY_ASSIGN(operand, member(std::move(operand)));
      } else if (is("[")) {
        OC_TRY_ASSIGN(operand, index(std::move(operand)));
      } else {
        return operand;
      }
    }
    return error_at(text_, now().at, "the expression is nested too deeply");
  }

  Result<NodePtr> member(NodePtr operand) {
    auto made = node(Kind::kMember);
    made->optional = is("?.");
    ++at_;
    if (made->optional && is("[")) {
      OC_TRY_ASSIGN(made, index(std::move(operand)));
      made->optional = true;
      return made;
    }
    if (now().kind != Token::Kind::kName) return unexpected_token();
    auto key = node(Kind::kConstant, StaticType::kString);
    key->text = now().text;
    key->constant = Value::of(std::string_view(key->text));
    ++at_;
    if (is("(")) return error_at(text_, key->at, fmt::format("there is no method '{}'", key->text));
    made->args.push_back(std::move(operand));
    made->args.push_back(std::move(key));
    return made;
  }

  Result<NodePtr> index(NodePtr operand) {
    auto made = node(Kind::kMember);
    ++at_;
    NodePtr from = constant({}, StaticType::kNil);
    if (!is(":")) {
      OC_TRY_ASSIGN(from, expression());
    }
    made->args.push_back(std::move(operand));
    made->args.push_back(std::move(from));
    if (take(":")) {
      made->kind = Kind::kSlice;
      NodePtr to = constant({}, StaticType::kNil);
      if (!is("]")) {
        OC_TRY_ASSIGN(to, expression());
      }
      made->args.push_back(std::move(to));
    }
    OC_TRY(expect("]"));
    return made;
  }

  const std::string_view text_;
  const std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0, loops_ = 0, operators_ = 0;
  std::vector<std::string> variables_;
};

}  // namespace

bool is_for_each(std::string_view name) { return std::ranges::find(kForEach, name) != kForEach.end(); }

Result<NodePtr> parse(std::string_view text) {
  OC_TRY_ASSIGN(auto tokens, tokenize(text));
  return Parser(text, std::move(tokens)).run();
}

}  // namespace oc::collector::expr
