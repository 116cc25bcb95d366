#include "agent/log_format/inference.h"

#include <algorithm>

#include "agent/log_format/encoding.h"
#include "agent/log_format/infer_lines.h"
#include "agent/log_format/refusal.h"

namespace oc::agent {
namespace {

// A shape shows within some hundred lines; what a sample of short lines holds beyond is not worth the time.
constexpr std::size_t kSampleLines = 2000;

InferenceReport refused(Refusal&& refusal) {
  InferenceReport report;
  report.refused = true;
  report.shape = std::move(refusal.shape);
  report.confidence = 1;
  report.reason = std::move(refusal.reason);
  report.encoding.clear();
  return report;
}

std::vector<std::string_view> sample_lines(std::string_view text, bool cut) {
  auto lines = split_lines(text);
  if (cut && lines.size() > 1 && !text.ends_with('\n')) lines.pop_back();
  if (lines.size() > kSampleLines) lines.resize(kSampleLines);
  return lines;
}

}  // namespace

InferenceReport infer(std::string_view bytes, const std::string& path) {
  const bool cut = bytes.size() >= kInferenceSampleBytes;
  const auto sample = bytes.substr(0, kInferenceSampleBytes);
  const std::string encoding = detect_encoding(sample);
  const std::string text = to_utf8(sample, encoding);
  auto refusal = find_refusal(sample, text);
  InferenceReport report = refusal ? refused(std::move(*refusal)) : infer_lines(sample_lines(text, cut));
  if (!report.refused) report.encoding = encoding;
  report.confidence = std::clamp(report.confidence, 0.0, 1.0);
  report.path = path;
  return report;
}

model::LogShape to_log_shape(const InferenceReport& report) {
  model::LogShape shape;
  shape.shape = report.shape;
  shape.timestamp_layout = report.timestamp_layout;
  shape.record_start = report.record_start;
  shape.encoding = report.refused ? "utf-8" : report.encoding;
  shape.multiline = report.multiline;
  shape.confidence = report.confidence;
  shape.reason = report.reason;
  return shape;
}

LineFacts read_lines(const InferenceReport& report, std::string_view bytes) {
  if (!report.reader) return {};
  const std::string text = to_utf8(bytes, report.encoding);
  return report.reader->read(split_lines(text));
}

}  // namespace oc::agent
