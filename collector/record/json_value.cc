#include "collector/record/json_value.h"

#include <charconv>
#include <unordered_map>

#include <simdjson.h>

#include "contracts/otlp/any_value.h"
#include "formats/json_string.h"

namespace oc::collector {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

class JsonReader {
 public:
  JsonReader(const JsonRules& rules, Arena& arena) : rules_(rules), arena_(arena) {}

  template <typename Any>
  error_code read(Any&& from, Value& out, int depth) {
    ondemand::json_type type{};
    if (auto error = from.type().get(type)) return error;
    if (depth > contracts::otlp::kMaxValueDepth) return simdjson::DEPTH_ERROR;
    if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (auto error = from.get_object().get(object)) return error;
      return read_object(object, out, depth);
    }
    if (type == ondemand::json_type::array) {
      ondemand::array array;
      if (auto error = from.get_array().get(array)) return error;
      return read_array(array, out, depth);
    }
    std::string_view token;
    if (auto error = simdjson::simdjson_result<std::string_view>(from.raw_json_token()).get(token)) return error;
    return read_scalar(trimmed(token), out);
  }

  error_code read_scalar(std::string_view token, Value& out) {
    if (token.size() >= 2 && token.front() == '"' && token.back() == '"') {
      std::string_view text;
      if (auto error = text_of(token.substr(1, token.size() - 2), text)) return error;
      out = Value::of(text);
    } else if (token == "true" || token == "false") {
      out = Value::of(token == "true");
    } else if (token != "null") {
      return read_number(token, out);
    }
    return simdjson::SUCCESS;
  }

 private:
  // Few keys are looked through, many are looked up.
  static constexpr std::uint32_t kFewKeys = 32;

  error_code read_object(ondemand::object object, Value& out, int depth) {
    out = Value::empty_map();
    std::unordered_map<std::string_view, std::uint32_t> places;  // of the keys, once there are many
    for (auto maybe_field : object) {
      ondemand::field field;
      if (auto error = std::move(maybe_field).get(field)) return error;
      const char* raw = field.key().raw();
      std::string_view key;
      if (auto error = text_of({raw, inside_length(raw)}, key)) return error;
      Value value;
      if (auto error = read(field.value(), value, depth + 1)) return error;
      add(out, key, value, places);
    }
    return simdjson::SUCCESS;
  }

  void add(Value& map, std::string_view key, const Value& value,
           std::unordered_map<std::string_view, std::uint32_t>& places) {
    if (map.size < kFewKeys) {
      map.set(key, value, arena_);
      return;
    }
    if (places.empty())
      for (std::uint32_t i = 0; i < map.size; ++i) places.emplace(map.map[i].key, i);
    const auto [place, fresh] = places.emplace(key, map.size);
    if (fresh) {
      map.append(key, value, arena_);
    } else {
      map.map[place->second].value = value;
    }
  }

  error_code read_array(ondemand::array array, Value& out, int depth) {
    out = Value::empty_list();
    for (auto maybe_item : array) {
      ondemand::value item;
      if (auto error = std::move(maybe_item).get(item)) return error;
      Value value;
      if (auto error = read(item, value, depth + 1)) return error;
      out.push_back(value, arena_);
    }
    return simdjson::SUCCESS;
  }

  // Of a key, up to its closing quote: simdjson has seen that there is one.
  static std::size_t inside_length(const char* raw) {
    std::size_t length = 0;
    while (raw[length] != '"') length += raw[length] == '\\' ? 2 : 1;
    return length;
  }

  error_code text_of(std::string_view inside, std::string_view& text) {
    text = inside;
    if (inside.find('\\') == std::string_view::npos) return simdjson::SUCCESS;
    unescaped_.clear();
    if (!formats::append_unescaped_json(inside, unescaped_)) return simdjson::STRING_ERROR;
    text = arena_.copy(unescaped_);
    return simdjson::SUCCESS;
  }

  error_code read_number(std::string_view token, Value& out) const {
    const auto* end = token.data() + token.size();
    const auto digits = token.starts_with('-') ? token.substr(1) : token;
    if (digits.empty() || digits[0] < '0' || digits[0] > '9') return simdjson::NUMBER_ERROR;
    if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return simdjson::NUMBER_ERROR;
    std::int64_t whole = 0;
    if (rules_.parse_ints)
      if (const auto [at, error] = std::from_chars(token.data(), end, whole); error == std::errc() && at == end) {
        out = Value::of(whole);
        return simdjson::SUCCESS;
      }
    double number = 0;
    const auto [at, error] = std::from_chars(token.data(), end, number);
    if (error != std::errc() || at != end || token.ends_with('.')) return simdjson::NUMBER_ERROR;
    out = Value::of(number == 0 ? 0.0 : number);  // as Go's decoder does with -0
    return simdjson::SUCCESS;
  }

  const JsonRules& rules_;
  Arena& arena_;
  std::string unescaped_;
};

}  // namespace

Result<Value> parse_json_value(std::string_view text, const JsonRules& rules, Arena& arena) {
  const auto inside = trimmed(text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size())));
  if (!inside.starts_with('{') && !inside.starts_with('[')) {
    Value scalar;
    if (JsonReader(rules, arena).read_scalar(inside, scalar)) return permanent("not JSON");
    return scalar;
  }
  static thread_local ondemand::parser parser;  // nothing is read from it after this call
  char* padded = arena.array<char>(text.size() + simdjson::SIMDJSON_PADDING);
  text.copy(padded, text.size());
  ondemand::document document;
  Value value;
  auto error = parser.iterate(padded, text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document);
  if (!error) error = JsonReader(rules, arena).read(document, value, 0);
  // There is a location as long as something follows.
  if (!error && !document.current_location().error()) error = simdjson::TRAILING_CONTENT;
  if (error) return permanent(std::string("not JSON: ") + simdjson::error_message(error));
  return value;
}

}  // namespace oc::collector
