#include "query/logql/stages/json_path.h"

#include <cstring>

#include <simdjson.h>

#include "base/utf8.h"
#include "formats/json_string.h"

namespace oc::query {

namespace ondemand = simdjson::ondemand;

namespace {

std::string_view trimmed(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

simdjson::error_code step_into(ondemand::value& value, const FieldStep& step) {
  if (step.is_index) return value.get_array().at(step.index).get(value);
  return value.get_object().find_field_unordered(step.name).get(value);
}

template <typename Nested>
std::optional<std::string_view> nested_text(ondemand::value& value) {
  Nested nested;
  std::string_view text;
  if (value.get(nested) != simdjson::SUCCESS || nested.raw_json().get(text) != simdjson::SUCCESS) return std::nullopt;
  return trimmed(text);
}

}  // namespace

struct JsonPathFinder::Impl {
  ondemand::parser parser;
  std::vector<char> padded;  // simdjson reads whole vectors beyond the end
  std::string unescaped;

  std::optional<std::string_view> text_of(ondemand::value& value) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return std::nullopt;
    if (type == ondemand::json_type::object) return nested_text<ondemand::object>(value);
    if (type == ondemand::json_type::array) return nested_text<ondemand::array>(value);
    return scalar_text(trimmed(value.raw_json_token()));
  }

  std::optional<std::string_view> scalar_text(std::string_view token) {
    if (token == "null") return std::string_view();
    if (token.size() < 2 || token.front() != '"') return token;
    token = token.substr(1, token.size() - 2);
    if (token.find('\\') == std::string_view::npos) return token;
    unescaped.clear();
    if (!formats::append_unescaped_json(token, unescaped)) return std::nullopt;
    return unescaped;
  }

  simdjson::error_code open(std::string_view line, ondemand::document& document) {
    padded.resize(line.size() + simdjson::SIMDJSON_PADDING);
    line.copy(padded.data(), line.size());
    return parser.iterate(padded.data(), line.size(), padded.size()).get(document);
  }
};

JsonPathFinder::JsonPathFinder() : impl_(std::make_unique<Impl>()) {}
JsonPathFinder::~JsonPathFinder() = default;
JsonPathFinder::JsonPathFinder(JsonPathFinder&&) noexcept = default;
JsonPathFinder& JsonPathFinder::operator=(JsonPathFinder&&) noexcept = default;

std::optional<std::string_view> JsonPathFinder::find(std::string_view line, const std::vector<FieldStep>& path) {
  ondemand::document document;
  auto error = impl_->open(line, document);
  if (error == simdjson::UTF8_ERROR) error = impl_->open(without_invalid_utf8(line), document);
  ondemand::value value;
  if (error != simdjson::SUCCESS || document.get_value().get(value) != simdjson::SUCCESS) return std::nullopt;
  for (const auto& step : path) {
    if (step_into(value, step) != simdjson::SUCCESS) return std::nullopt;
  }
  return impl_->text_of(value);
}

}  // namespace oc::query
