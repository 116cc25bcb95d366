#include "formats/json_fields.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "base/utf8.h"
#include "formats/json_string.h"

namespace oc::formats {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kNotJsonNextStep = "send one JSON object a line";

// simdjson reads whole vectors, so a line is copied to where it has room behind it.
struct Scratch {
  ondemand::parser parser;
  std::vector<char> line;
  std::string path;       // of the object being walked
  std::string unescaped;  // the value being handed out
};

// A sink may parse again (a JSON text inside a JSON text), so a thread keeps as many scratches as calls are nested.
class BorrowedScratch {
 public:
  BorrowedScratch() {
    if (spare().empty()) {
      scratch_ = std::make_unique<Scratch>();
    } else {
      scratch_ = std::move(spare().back());
      spare().pop_back();
    }
  }
  ~BorrowedScratch() {
    if (scratch_->line.size() <= kKeepBytes) spare().push_back(std::move(scratch_));
  }
  BorrowedScratch(const BorrowedScratch&) = delete;
  BorrowedScratch& operator=(const BorrowedScratch&) = delete;
  Scratch& operator*() { return *scratch_; }
  Scratch* operator->() { return scratch_.get(); }

 private:
  static constexpr std::size_t kKeepBytes = 1 << 20;  // one giant line must not pin its memory for good
  static std::vector<std::unique_ptr<Scratch>>& spare() {
    thread_local std::vector<std::unique_ptr<Scratch>> scratches;
    return scratches;
  }
  std::unique_ptr<Scratch> scratch_;
};

simdjson::error_code open_object(Scratch& scratch, std::string_view text, ondemand::document& document,
                                 ondemand::object& object) {
  scratch.line.resize(text.size() + simdjson::SIMDJSON_PADDING);
  text.copy(scratch.line.data(), text.size());
  if (auto error = scratch.parser.iterate(scratch.line.data(), text.size(), scratch.line.size()).get(document)) {
    return error;
  }
  // As a value, not as the document: that would refuse text behind the object.
  return document.get_value().get_object().get(object);
}

// simdjson refuses a text with a single byte that is not UTF-8; loggers do write such lines.
simdjson::error_code open_any_object(Scratch& scratch, std::string_view text, ondemand::document& document,
                                     ondemand::object& object) {
  const auto error = open_object(scratch, text, document, object);
  if (error != simdjson::UTF8_ERROR) return error;
  return open_object(scratch, without_invalid_utf8(text), document, object);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void append_sanitized(std::string& out, std::string_view key, bool is_prefix) {
  key = trimmed(key);
  if (key.empty()) return;
  if (is_prefix && key[0] >= '0' && key[0] <= '9') out += '_';
  while (!key.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(key), 1);
    out += length == 1 && is_name_character(key[0]) ? key[0] : '_';
    key.remove_prefix(length);
  }
}

// Strings are unescaped by us: simdjson 3.0 refuses lone surrogates, which loggers do write.
simdjson::error_code string_text(std::string_view token, std::string& unescaped, std::string_view& text) {
  text = token.substr(1, token.size() - 2);
  if (text.find('\\') == std::string_view::npos) return simdjson::SUCCESS;
  unescaped.clear();
  if (!append_unescaped_json(text, unescaped)) return simdjson::STRING_ERROR;
  text = unescaped;
  return simdjson::SUCCESS;
}

bool is_word(std::string_view token) { return token == "true" || token == "false" || token == "null"; }

// A number keeps its digits; null is empty.
simdjson::error_code scalar_text(ondemand::value& value, std::string& unescaped, std::string_view& text) {
  const std::string_view token = trimmed(value.raw_json_token());
  if (token.size() >= 2 && token.front() == '"') return string_text(token, unescaped, text);
  text = token == "null" ? std::string_view() : token;
  if (is_word(token)) return simdjson::SUCCESS;
  if (token.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return simdjson::NUMBER_ERROR;
  double number = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  const bool whole = end == token.data() + token.size() && error != std::errc::invalid_argument;
  return whole ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
}

// `stopped` is set when the sink wants no more.
simdjson::error_code walk(ondemand::object object, Scratch& scratch, FieldSink sink, int depth, bool& stopped) {
  std::string& path = scratch.path;
  if (depth > kMaxJsonDepth) return simdjson::DEPTH_ERROR;
  for (auto maybe_field : object) {
    ondemand::field field;
    if (auto error = std::move(maybe_field).get(field)) return error;
    std::string_view key;
    if (auto error = field.unescaped_key().get(key)) return error;
    const std::size_t path_length = path.size();
    if (path_length > 0) path += '_';
    append_sanitized(path, key, path_length == 0);
    ondemand::value value = field.value();
    ondemand::json_type type{};
    if (auto error = value.type().get(type)) return error;
    if (type == ondemand::json_type::object) {
      ondemand::object inner;
      if (auto error = value.get_object().get(inner)) return error;
      if (auto error = walk(inner, scratch, sink, depth + 1, stopped)) return error;
    } else if (type != ondemand::json_type::array) {
      std::string_view text;
      if (auto error = scalar_text(value, scratch.unescaped, text)) return error;
      if (!path.empty() && !sink(path, text)) stopped = true;
    }
    path.resize(path_length);
    if (stopped) return simdjson::SUCCESS;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code nested_text(ondemand::value& value, ondemand::json_type type, std::string_view& text) {
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return error;
    return object.raw_json().get(text);
  }
  ondemand::array array;
  if (auto error = value.get_array().get(array)) return error;
  return array.raw_json().get(text);
}

simdjson::error_code walk_members(ondemand::object object, std::string& unescaped, FieldSink sink) {
  for (auto maybe_field : object) {
    ondemand::field field;
    if (auto error = std::move(maybe_field).get(field)) return error;
    std::string_view key;
    if (auto error = field.unescaped_key().get(key)) return error;
    ondemand::value value = field.value();
    ondemand::json_type type{};
    if (auto error = value.type().get(type)) return error;
    std::string_view text;
    const bool nested = type == ondemand::json_type::object || type == ondemand::json_type::array;
    if (auto error = nested ? nested_text(value, type, text) : scalar_text(value, unescaped, text)) return error;
    if (!sink(key, text)) return simdjson::SUCCESS;
  }
  return simdjson::SUCCESS;
}

Status as_status(simdjson::error_code error) {
  if (error == simdjson::SUCCESS) return {};
  return permanent(std::string("not a JSON object: ") + simdjson::error_message(error), std::string(kNotJsonNextStep));
}

}  // namespace

Status for_each_json_field(std::string_view line, FieldSink sink) {
  BorrowedScratch scratch;
  ondemand::document document;
  ondemand::object object;
  if (auto error = open_any_object(*scratch, line, document, object)) return as_status(error);
  scratch->path.clear();
  bool stopped = false;
  return as_status(walk(object, *scratch, sink, 1, stopped));
}

Status for_each_json_member(std::string_view line, FieldSink sink) {
  BorrowedScratch scratch;
  ondemand::document document;
  ondemand::object object;
  if (auto error = open_any_object(*scratch, line, document, object)) return as_status(error);
  return as_status(walk_members(object, scratch->unescaped, sink));
}

std::string sanitized_label_name(std::string_view key, bool is_prefix) {
  std::string out;
  append_sanitized(out, key, is_prefix);
  return out;
}

}  // namespace oc::formats
