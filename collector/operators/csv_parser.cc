#include "collector/operators/csv_parser.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace oc::collector {

namespace {

Value split(std::string_view text, std::string_view delimiter, Arena& arena) {
  Value parts = Value::empty_list();
  while (true) {
    const auto end = text.find(delimiter);
    parts.push_back(Value::of(text.substr(0, end)), arena);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + delimiter.size());
  }
}

class RowReader {
 public:
  RowReader(std::string_view row, const CsvRules& rules, Arena& arena) : rest_(row), rules_(rules), arena_(arena) {}

  Result<Value> read() {
    while (true) {
      while (take_line_end()) {
      }
      if (rest_.empty()) return values_;
      OC_TRY(read_line());
      goes_on_ = true;
    }
  }

 private:
  Status read_line() {
    while (true) {
      std::string_view value;
      OC_TRY(rest_.starts_with('"') ? quoted(value) : plain(value));
      add(value);
      if (rest_.empty() || take_line_end()) return {};
      rest_.remove_prefix(rules_.delimiter.size());
    }
  }

  bool take_line_end() {
    const std::size_t size = rest_.starts_with("\r\n") ? 2 : rest_.starts_with('\n') ? 1 : 0;
    rest_.remove_prefix(size);
    return size > 0;
  }

  void add(std::string_view value) {
    if (!std::exchange(goes_on_, false) || values_.size == 0) return values_.push_back(Value::of(value), arena_);
    auto& last = values_.items().back();
    last = Value::of(arena_.copy(fmt::format("{}\n{}", last.text(), value)));
  }

  Status plain(std::string_view& value) {
    value = rest_.substr(0, std::min(rest_.find('\n'), rest_.size()));
    value = value.substr(0, value.find(rules_.delimiter));
    rest_.remove_prefix(value.size());
    if (rest_.starts_with('\n') && value.ends_with('\r')) value.remove_suffix(1);
    if (!rules_.lazy_quotes && value.find('"') != value.npos)
      return permanent("a quote in a value that has none around it");
    return {};
  }

  // Behind the opening quote; "" inside is one quote.
  Status quoted(std::string_view& value) {
    rest_.remove_prefix(1);
    std::string text;
    while (true) {
      const auto quote = rest_.find('"');
      if (quote == rest_.npos && !rules_.lazy_quotes) return permanent("a quoted value does not end");
      text += rest_.substr(0, quote);
      rest_.remove_prefix(quote == rest_.npos ? rest_.size() : quote + 1);
      const bool ends =
          rest_.empty() || rest_.starts_with(rules_.delimiter) || rest_[0] == '\n' || rest_.starts_with("\r\n");
      if (ends) break;
      if (rest_[0] == '"') {
        rest_.remove_prefix(1);
      } else if (!rules_.lazy_quotes) {
        return permanent("something follows a quoted value");
      }
      text += '"';
    }
    value = arena_.copy(text);
    return {};
  }

  std::string_view rest_;
  const CsvRules& rules_;
  Arena& arena_;
  Value values_ = Value::empty_list();
  bool goes_on_ = false;  // the next value belongs to the last one
};

std::string read_delimiter(ConfigReader& reader, std::string_view key, const std::string& otherwise) {
  std::string text;
  reader.text(key, text);
  if (text.empty()) return otherwise;
  if (utf8_length(text) != text.size())
    reader.fail(key, fmt::format("'{}' must be one character, not '{}'", key, text));
  return text;
}

}  // namespace

Result<Value> csv_values(std::string_view row, const CsvRules& rules, Arena& arena) {
  if (rules.ignore_quotes) return split(row, rules.delimiter, arena);
  return RowReader(row, rules, arena).read();
}

std::shared_ptr<const Operator> CsvParser::parse(ConfigReader& reader) {
  auto made = std::make_shared<CsvParser>();
  made->keys_ = ParserKeys::read(reader);
  made->rules_.delimiter = read_delimiter(reader, "delimiter", ",");
  made->header_delimiter_ = read_delimiter(reader, "header_delimiter", made->rules_.delimiter);
  reader.boolean("lazy_quotes", made->rules_.lazy_quotes);
  reader.boolean("ignore_quotes", made->rules_.ignore_quotes);
  reader.text("header", made->header_);
  reader.text("header_attribute", made->header_attribute_);
  if (made->rules_.lazy_quotes && made->rules_.ignore_quotes)
    reader.fail("ignore_quotes", "only one of 'ignore_quotes' and 'lazy_quotes' can be true");
  if (made->header_.empty() == made->header_attribute_.empty())
    reader.fail("header", "one of 'header' and 'header_attribute' must be given");
  if (!made->header_.empty() && made->header_.find(made->header_delimiter_) == std::string::npos)
    reader.fail("header", fmt::format("'header' is one name only: missing field delimiter '{}' in header",
                                      made->header_delimiter_));
  return made;
}

Result<Value> CsvParser::names_for(const LogRecord& record, Arena& arena) const {
  if (!header_.empty()) return split(header_, header_delimiter_, arena);
  const Value* header = record.attributes().find(header_attribute_);
  if (!header || !header->is_string())
    return permanent(fmt::format("the attribute '{}' is not there, or no text", header_attribute_));
  return split(header->text(), header_delimiter_, arena);
}

Result<Fate> CsvParser::process(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto text, keys_.source(record));
  OC_TRY_ASSIGN(const Value names, names_for(record, arena));
  OC_TRY_ASSIGN(const Value values, csv_values(text, rules_, arena));
  if (values.size != names.size)
    return permanent(fmt::format("{} values, {} names in the header", values.size, names.size));
  Value parsed = Value::empty_map(names.size, arena);
  for (std::size_t i = 0; i < names.size; ++i) parsed.set(names.items()[i].text(), values.items()[i], arena);
  OC_TRY(keys_.put(record, parsed, arena));
  return Fate::kGoesOn;
}

}  // namespace oc::collector
