#include "stores/ingest/label_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "stores/ingest/label_lexer.h"

namespace oc::stores {

namespace {

using Kind = LabelToken::Kind;

// metric{name="value", …}, {"metric", "name"="value"}: the metric's name is the label __name__.
class LabelTextParser {
 public:
  explicit LabelTextParser(std::string_view text) : text_(text), lexer_(text) { step(); }

  Result<query::Labels> parse() {
    std::string metric;
    if (token_.kind == Kind::kName) metric = take_text();
    if (token_.is("{")) {
      step();
      OC_TRY(parse_labels());
    }
    if (token_.kind != Kind::kEnd) return unexpected("");
    if (!metric.empty()) {
      std::erase_if(labels_, [](const query::Label& label) { return label.first == kMetricName; });
      labels_.emplace_back(kMetricName, std::move(metric));
    }
    std::erase_if(labels_, [](const query::Label& label) { return label.second.empty(); });
    std::ranges::stable_sort(labels_, {}, &query::Label::first);
    return std::move(labels_);
  }

 private:
  static constexpr std::string_view kMetricName = "__name__";

  Status parse_labels() {
    while (!token_.is("}")) {
      OC_TRY(parse_label());
      if (token_.is("}")) break;
      if (!token_.is(",")) return unexpected(R"(in label set, expected "," or "}")");
      step();
    }
    step();
    return {};
  }

  Status parse_label() {
    const bool is_quoted = token_.kind == Kind::kString;
    if (!is_quoted && token_.kind != Kind::kName) return unexpected(R"(in label set, expected identifier or "}")");
    std::string name = take_text();
    if (!token_.is("=")) {
      if (!is_quoted) return unexpected(R"(in label set, expected "=")");
      labels_.emplace_back(kMetricName, std::move(name));
      return {};
    }
    step();
    if (token_.kind != Kind::kString) return unexpected("in label set, expected string");
    labels_.emplace_back(std::move(name), take_text());
    return {};
  }

  void step() { token_ = lexer_.next(); }

  std::string take_text() {
    std::string text = token_.kind == Kind::kString ? std::move(token_.value) : std::string(token_.text);
    step();
    return text;
  }

  std::unexpected<Error> unexpected(std::string_view where) const {
    if (token_.kind == Kind::kError) return fail(token_.value);
    return fail(fmt::format("unexpected {}{}{}", token_.shown(), where.empty() ? "" : " ", where));
  }

  std::unexpected<Error> fail(std::string_view what) const {
    const auto before = text_.substr(0, token_.position);
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto column = token_.position - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return permanent(fmt::format("{}:{}: parse error: {}", line, column, what));
  }

  std::string_view text_;
  LabelLexer lexer_;
  LabelToken token_;
  query::Labels labels_;
};

}  // namespace

Result<query::Labels> parse_label_text(std::string_view text) { return LabelTextParser(text).parse(); }

std::string label_text(const query::Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    if (text.size() > 1) text += ", ";
    text += name + "=" + query::go_quote(value);
  }
  return text + "}";
}

bool is_label_name(std::string_view name) {
  return !name.empty() && begins_label_name(name[0]) && std::ranges::all_of(name, continues_label_name);
}

}  // namespace oc::stores
