#include "query/logql/label_replace.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "query/logql/capture_regex.h"
#include "query/logql/limits.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

namespace {

Result<CaptureRegex> compile(const LabelReplaceExpr& expr) {
  auto regex = CaptureRegex::compile("^(?:" + expr.regex + ")$");
  if (!regex) return parse_error("invalid regex in label_replace: " + regex.error().message);
  return regex;
}

bool is_word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The name behind a `$`, with or without braces, taken off `rest`; nullopt: none is there.
std::optional<std::string_view> take_group_name(std::string_view& rest) {
  const bool braced = rest.starts_with('{');
  const auto begin = rest.begin() + (braced ? 1 : 0);
  const auto end = std::find_if_not(begin, rest.end(), is_word_byte);
  const std::string_view name(begin, end);
  if (name.empty() || (braced && (end == rest.end() || *end != '}'))) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()) + (braced ? 1 : 0));
  return name;
}

std::string_view group(const CaptureRegex& regex, const std::vector<std::string_view>& captures,
                       std::string_view name) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) {
    return number < captures.size() ? captures[number] : std::string_view();
  }
  for (std::size_t i = regex.names().size(); i-- > 0;) {
    if (regex.names()[i] == name) return captures[i + 1];
  }
  return {};
}

// Go's Regexp.Expand: $1, $name, ${name}; $$ is a dollar.
std::string expanded(std::string_view replacement, const CaptureRegex& regex,
                     const std::vector<std::string_view>& captures) {
  std::string text;
  while (!replacement.empty()) {
    const auto dollar = std::min(replacement.find('$'), replacement.size());
    text.append(replacement.substr(0, dollar));
    replacement.remove_prefix(dollar);
    if (replacement.empty()) break;
    replacement.remove_prefix(1);
    if (replacement.starts_with('$')) {
      replacement.remove_prefix(1);
      text.push_back('$');
    } else if (const auto name = take_group_name(replacement)) {
      text.append(group(regex, captures, *name));
    } else {
      text.push_back('$');
    }
  }
  return text;
}

}  // namespace

Status check_label_replace(const LabelReplaceExpr& expr) {
  OC_TRY(compile(expr));
  return {};
}

Result<SeriesSet> apply_label_replace(const LabelReplaceExpr& expr, SeriesSet set) {
  OC_TRY_ASSIGN(const auto regex, compile(expr));
  std::vector<std::string_view> captures;
  std::size_t bytes = 0;
  for (auto& series : set) {
    const auto source = std::ranges::find(series.labels, expr.source, &Label::first);
    const std::string text = source != series.labels.end() ? source->second : "";
    if (!regex.match(text, captures)) continue;
    auto value = expanded(expr.replacement, regex, captures);
    if ((bytes += value.size()) > kMaxSeriesLabelBytes) {
      return permanent(fmt::format("label_replace makes labels of more than {} MiB", kMaxSeriesLabelBytes >> 20),
                       "shorten its replacement");
    }
    series.labels = without_empty(std::move(series.labels));
    std::erase_if(series.labels, [&](const Label& label) { return label.first == expr.destination; });
    if (!value.empty()) series.labels.emplace_back(expr.destination, std::move(value));
    std::ranges::sort(series.labels);
  }
  return set;
}

}  // namespace oc::query
