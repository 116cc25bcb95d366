// The keys of `file_log` that say what a file's bytes mean.
#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "collector/pipeline/feature_gates.h"
#include "collector/receivers/file_log/config.h"
#include "collector/receivers/file_log/text_decoder.h"
#include "collector/record/regex.h"

namespace oc::collector {

namespace {

constexpr std::uint64_t kMaxLineBytes = 16 << 20;  // a line is held in memory whole

void read_size(ConfigReader& reader, LineRules& lines) {
  reader.byte_size("max_log_size", lines.max_line_bytes);
  if (lines.max_line_bytes < 1 || lines.max_line_bytes > kMaxLineBytes)
    reader.fail("max_log_size", "'max_log_size' must be from 1 byte to 16MiB");
  std::string behavior = "split";
  reader.text("max_log_size_behavior", behavior);
  if (behavior != "split" && behavior != "truncate")
    reader.fail("max_log_size_behavior",
                fmt::format("'max_log_size_behavior' must be split or truncate, not '{}'", behavior));
  if (behavior == "truncate") lines.kept_bytes = std::exchange(lines.max_line_bytes, kMaxLineBytes);
}

// "(?m)": ^ and $ mean lines, as in the official receiver.
void read_pattern(ConfigReader& reader, std::string_view key, const std::string& text, Multiline& multiline) {
  auto pattern = compile_regex("(?m)" + text);
  if (!pattern) return reader.fail(key, fmt::format("'{}': {}", key, pattern.error().message));
  multiline.pattern = *std::move(pattern);
  multiline.at_start = key == "line_start_pattern";
}

void read_multiline(ConfigReader& reader, LineRules& lines) {
  const auto* value = reader.child("multiline");
  if (!value) return;
  ConfigReader inner(*value, reader.owner() + ": multiline");
  std::string starts, ends;
  inner.text("line_start_pattern", starts);
  inner.text("line_end_pattern", ends);
  inner.boolean("omit_pattern", lines.multiline.omits_pattern);
  if (!starts.empty() && !ends.empty())
    inner.fail("line_start_pattern", "only one of 'line_start_pattern' and 'line_end_pattern' can be given");
  if (!starts.empty()) read_pattern(inner, "line_start_pattern", starts, lines.multiline);
  if (!ends.empty()) read_pattern(inner, "line_end_pattern", ends, lines.multiline);
  if (starts.empty() && ends.empty() && !value->fields.empty())
    inner.fail("line_start_pattern", "one of 'line_start_pattern' and 'line_end_pattern' must be given");
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
}

// What is there at a time is one record, of bytes.
void read_bytes(ConfigReader& reader, FileLogConfig& config) {
  if (config.lines.multiline.pattern)
    return reader.fail("encoding", "'multiline' should not be set when using 'encoding: nop'");
  config.bodies_are_bytes = config.lines.takes_all = true;
  config.lines.keeps_front = config.lines.keeps_back = true;
}

void read_encoding(ConfigReader& reader, FileLogConfig& config) {
  std::string encoding = "utf-8";
  reader.text("encoding", encoding);
  std::ranges::transform(encoding, encoding.begin(), [](unsigned char c) { return std::tolower(c); });
  if (encoding.empty() || encoding == "utf-8" || encoding == "utf8" || encoding == "utf-8-raw") return;
  if (encoding == "nop") return read_bytes(reader, config);
  if (encoding == "utf16le" || encoding == "utf-16le") config.lines.line_end = LineEnd::kUtf16le;
  if (encoding == "utf16be" || encoding == "utf-16be") config.lines.line_end = LineEnd::kUtf16be;
  if (auto decoder = TextDecoder::open(encoding); !decoder)
    return reader.fail("encoding", "'encoding': " + decoder.error().message, decoder.error().next_step);
  if (config.lines.line_end != LineEnd::kByte && config.lines.multiline.pattern)
    return reader.fail("encoding", "'multiline' of a file in UTF-16 is not supported yet");
  config.encoding = std::move(encoding);
}

void read_lines(ConfigReader& reader, FileLogConfig& config) {
  read_size(reader, config.lines);
  reader.boolean("preserve_leading_whitespaces", config.lines.keeps_front);
  reader.boolean("preserve_trailing_whitespaces", config.lines.keeps_back);
  read_multiline(reader, config.lines);
  read_encoding(reader, config);
  const bool plain = config.encoding.empty() && !config.lines.multiline.pattern;
  if (config.framing != Framing::kLine && !plain)
    reader.fail("framing", "'framing: docker_local' has neither an 'encoding' nor 'multiline'");
}

// Of a file that became shorter and still begins as it did. Where its beginning changed it is a new file.
void read_truncation(ConfigReader& reader, FileLogConfig& config) {
  using OnTruncate = FileLogConfig::OnTruncate;
  constexpr std::pair<std::string_view, OnTruncate> kNamed[] = {{"read_whole_file", OnTruncate::kReadWholeFile},
                                                                {"read_new", OnTruncate::kReadNew},
                                                                {"ignore", OnTruncate::kIgnore}};
  std::string on_truncate = "read_whole_file";
  reader.text("on_truncate", on_truncate);
  const auto known = std::ranges::find(kNamed, on_truncate, &std::pair<std::string_view, OnTruncate>::first);
  if (known == std::end(kNamed))
    return reader.fail("on_truncate",
                       fmt::format("'on_truncate' must be read_whole_file, ignore or read_new, not '{}'", on_truncate));
  config.on_truncate = known->second;
}

void read_compression(ConfigReader& reader, FileLogConfig& config) {
  std::string compression;
  reader.text("compression", compression);
  if (compression == "gzip")
    config.compression = FileLogConfig::Compression::kGzip;
  else if (compression == "auto")
    config.compression = FileLogConfig::Compression::kAuto;
  else if (!compression.empty() && compression != "none")
    reader.fail("compression", fmt::format("'compression' must be gzip, auto or none, not '{}'", compression));
}

void read_header(ConfigReader& reader, FileLogConfig& config) {
  const auto* header = reader.child("header");
  if (!header) return;
  if (!config.start_at_beginning) reader.fail("header", "'header' cannot be specified with 'start_at: end'");
  config.header_reason = reader.owner() + " header";
  config.header = FileHeader::parse(*header, config.lines, config.encoding, reader);
}

void read_deletion(ConfigReader& reader, FileLogConfig& config) {
  reader.boolean("delete_after_read", config.delete_after_read);
  if (!config.delete_after_read) return;
  if (!has_feature(kFileDeletionGate))
    reader.fail("delete_after_read", fmt::format("'delete_after_read' requires the feature gate {}", kFileDeletionGate),
                fmt::format("start the collector with --feature-gates={}", kFileDeletionGate));
  if (!config.start_at_beginning)
    reader.fail("delete_after_read", "'delete_after_read' cannot be used with 'start_at: end'");
}

}  // namespace

void read_content_keys(ConfigReader& reader, FileLogConfig& config) {
  read_lines(reader, config);
  read_truncation(reader, config);
  read_compression(reader, config);
  read_header(reader, config);
  read_deletion(reader, config);
  config.lines.keeps_empty = config.include_record_number;
}

}  // namespace oc::collector
