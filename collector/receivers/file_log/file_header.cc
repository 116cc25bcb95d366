#include "collector/receivers/file_log/file_header.h"

#include <algorithm>

#include <fmt/format.h>

#include "collector/receivers/file_log/text_decoder.h"
#include "collector/record/batch_reader.h"
#include "collector/record/regex.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {

namespace {

namespace otlp = contracts::otlp;

// What an operator leaves out says nothing about the rest.
bool may_be_lost(const ConfigValue& operators) {
  return std::ranges::any_of(operators.items, [](const ConfigValue& step) {
    const auto* type = step.find("type");
    return type && type->scalar == "filter";
  });
}

std::string_view without_line_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  while (line.starts_with('\n') || line.starts_with('\r')) line.remove_prefix(1);
  return line;
}

}  // namespace

std::shared_ptr<const FileHeader> FileHeader::parse(const ConfigValue& value, const LineRules& lines,
                                                    const std::string& encoding, ConfigReader& outer) {
  auto made = std::make_shared<FileHeader>();
  ConfigReader reader(value, outer.owner() + ": header");
  std::string pattern;
  reader.text("pattern", pattern);
  auto regex = compile_regex(pattern);
  if (regex)
    made->pattern_ = *std::move(regex);
  else
    reader.fail("pattern", fmt::format("'pattern': {}", regex.error().message));
  const auto* operators = reader.child("metadata_operators");
  if (!operators || operators->items.empty()) {
    reader.fail("metadata_operators", "at least one operator must be specified for 'metadata_operators'");
  } else if (may_be_lost(*operators)) {
    reader.fail("metadata_operators", "an operator of type filter is not allowed in 'metadata_operators'");
  } else if (auto chain = OperatorChain::parse(*operators, outer.owner() + " header"); chain) {
    made->operators_ = std::move(*chain);
  } else {
    reader.fail_with(chain.error());
  }
  made->lines_ = {.max_line_bytes = kMostBytes, .keeps_front = true, .keeps_back = true, .keeps_empty = true};
  made->lines_.line_end = lines.line_end;
  made->encoding_ = encoding;
  if (auto finished = reader.finish(); !finished) outer.fail_with(finished.error());
  return made;
}

std::optional<FileHeader::Found> FileHeader::read(std::string_view bytes) const {
  std::vector<otlp::LogRecordView> lines;
  const auto whole = split_lines(bytes, 0, lines_, {}, lines);
  Arena text;
  auto decoder = encoding_.empty() ? std::nullopt : std::optional(TextDecoder::open(encoding_));
  for (auto& line : lines) {
    if (decoder && *decoder) line.body = (*decoder)->decode(line.body, text);
    line.body = without_line_end(line.body);
  }
  const auto end = std::ranges::find_if(
      lines, [&](const auto& line) { return !re2::RE2::PartialMatch(piece(line.body), *pattern_); });
  if (end == lines.end() && bytes.size() < kMostBytes) return std::nullopt;
  const auto end_at = end == lines.end() ? whole : end->offset;
  lines.erase(end, lines.end());
  const auto count = lines.size();
  return Found{end_at, count, attributes_of(std::move(lines))};
}

// Each line passes the operators by itself; a later one says more than one before.
std::string FileHeader::attributes_of(std::vector<otlp::LogRecordView> lines) const {
  Arena arena;
  Value all = Value::empty_map();
  std::vector<OperatorChain::Done> kept;  // what the attributes view
  for (const auto& line : lines) {
    auto batch = std::make_shared<LogBatch>();
    batch->stream = std::make_shared<LogStream>();
    batch->valid_utf8 = false;
    batch->range = {line.offset, line.offset + line.body.size() + 1};
    batch->records = {line};
    for (const auto& part : kept.emplace_back(operators_->run(std::move(batch), {})).parts) {
      const BatchReader reader(*part, arena);
      for (std::size_t i = 0; i < reader.size(); ++i)
        for (const auto& field : reader.record(i).attributes().fields())
          all.set(field.key, otlp::clone(field.value, arena), arena);
    }
  }
  std::string encoded;
  for (const auto& field : all.fields())
    otlp::append_attribute(encoded, static_cast<std::uint32_t>(otlp::LogRecord::attributes), field.key, field.value);
  return encoded;
}

}  // namespace oc::collector
