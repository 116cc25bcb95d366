#include "agent/log_format/container_shape.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "agent/log_format/infer_lines.h"
#include "contracts/otlp/log_writer.h"
#include "formats/cri.h"
#include "formats/docker_json.h"
#include "formats/docker_local.h"
#include "formats/find_timestamp.h"

namespace oc::agent {
namespace {

constexpr double kWrappedShare = 0.9;

struct WrappedLine {
  std::string text;
  std::string time;
  bool is_stderr = false;
  bool complete = true;
};

using Unwrap = std::optional<WrappedLine> (*)(std::string_view line);

std::optional<WrappedLine> unwrap_docker(std::string_view line) {
  auto docker = formats::parse_docker_line(line);
  if (!docker) return std::nullopt;
  return WrappedLine{std::move(docker->text), std::move(docker->time), docker->stream == "stderr", docker->complete};
}

std::optional<WrappedLine> unwrap_cri(std::string_view line) {
  const auto cri = formats::parse_cri_line(line);
  if (!cri) return std::nullopt;
  return WrappedLine{std::string(cri->text), std::string(cri->time), cri->stream == "stderr", cri->complete};
}

std::optional<WrappedLine> unwrap_docker_local(std::string_view bytes) {
  const auto entry = formats::parse_docker_entry(bytes);
  if (!entry) return std::nullopt;
  return WrappedLine{contracts::otlp::to_valid_utf8(entry->text), {}, entry->stream == "stderr", entry->complete};
}

// A line as the program wrote it, and the physical lines it lies in.
struct ProgramLine {
  std::string text;
  std::string time;  // of its first part
  bool is_stderr = false;
  std::vector<std::size_t> physical;
};

// In the order of their first parts. A physical line that is no container line joins the line before it.
std::vector<ProgramLine> join_parts(Lines lines, Unwrap unwrap) {
  std::vector<ProgramLine> out;
  std::array<std::optional<std::size_t>, 2> open;  // by stream: the line whose end has not come
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto wrapped = unwrap(lines[i]);
    if (!wrapped) {
      if (out.empty()) out.push_back({});
      out.back().physical.push_back(i);
      continue;
    }
    auto& unfinished = open[wrapped->is_stderr];
    if (!unfinished) {
      unfinished = out.size();
      out.push_back({{}, std::move(wrapped->time), wrapped->is_stderr, {}});
    }
    out[*unfinished].text += wrapped->text;
    out[*unfinished].physical.push_back(i);
    if (wrapped->complete) unfinished.reset();
  }
  return out;
}

std::vector<std::string_view> texts_of(const std::vector<ProgramLine>& lines) {
  std::vector<std::string_view> texts;
  for (const auto& line : lines) texts.push_back(line.text);
  return texts;
}

class ContainerReader final : public RecordReader {
 public:
  ContainerReader(Unwrap unwrap, std::shared_ptr<const RecordReader> inner)
      : unwrap_(unwrap), inner_(std::move(inner)) {}

  LineFacts read(Lines lines) const override {
    LineFacts facts = empty_facts(lines.size());
    const auto program = join_parts(lines, unwrap_);
    for (const bool is_stderr : {false, true}) read_stream(program, is_stderr, facts);
    std::ranges::sort(facts.records);
    return facts;
  }

  std::optional<formats::TimeParts> time_of(std::string_view line) const override {
    const auto wrapped = unwrap_(line);
    const auto stamp = wrapped ? formats::timestamp_value(wrapped->time) : std::nullopt;
    if (!stamp) return std::nullopt;
    return stamp->time;
  }

 private:
  void read_stream(const std::vector<ProgramLine>& program, bool is_stderr, LineFacts& facts) const {
    std::vector<const ProgramLine*> stream;
    std::vector<std::string_view> texts;
    for (const auto& line : program) {
      if (line.is_stderr != is_stderr) continue;
      stream.push_back(&line);
      texts.push_back(line.text);
    }
    const LineFacts inner = inner_->read(texts);
    for (std::size_t i = 0; i < stream.size(); ++i) {
      const std::size_t first = stream[i]->physical[0];
      if (inner.record_start[i] || i == 0) {
        facts.record_start[first] = true;
        facts.records.emplace_back();
        facts.time[first] = inner.time[i];
        if (const auto outer = formats::timestamp_value(stream[i]->time); outer && !inner.time[i])
          facts.time[first] = outer->time;
        facts.severity[first] = inner.severity[i];
      }
      auto& record = facts.records.back();
      record.insert(record.end(), stream[i]->physical.begin(), stream[i]->physical.end());
    }
  }

  Unwrap unwrap_;
  std::shared_ptr<const RecordReader> inner_;
};

std::optional<InferenceReport> recognise(Lines lines, Unwrap unwrap, std::string shape) {
  const auto wrapped =
      static_cast<std::size_t>(std::ranges::count_if(lines, [&](auto line) { return unwrap(line).has_value(); }));
  if (lines.empty() || static_cast<double>(wrapped) < kWrappedShare * static_cast<double>(lines.size()))
    return std::nullopt;
  const auto program = join_parts(lines, unwrap);
  const InferenceReport inner = infer_program_lines(texts_of(program));
  InferenceReport report;
  report.shape = std::move(shape);
  report.dialect = inner.shape;
  report.reader = std::make_shared<ContainerReader>(unwrap, inner.reader);
  const LineFacts facts = report.reader->read(lines);
  report.multiline = facts.records.size() < lines.size();
  report.record_start = inner.record_start;
  report.severity_place = inner.severity_place;
  report.confidence = confidence_of(wrapped, lines.size());
  report.reason = fmt::format("{} of {} lines are {} entries; inside: {}, {}", wrapped, lines.size(), report.shape,
                              inner.shape, inner.reason);
  for (const auto& line : program) {
    if (const auto stamp = formats::timestamp_value(line.time)) {
      report.timestamp_layout = stamp->layout;
      break;
    }
  }
  return report;
}

}  // namespace

std::optional<InferenceReport> recognise_docker_json(Lines lines) {
  auto report = recognise(lines, unwrap_docker, "docker-json");
  if (!report) return std::nullopt;
  report->fields = {"log", "stream", "time"};
  report->timestamp_place = "field:time";
  return report;
}

std::optional<InferenceReport> recognise_docker_local(Lines entries) {
  return recognise(entries, unwrap_docker_local, "docker-local");
}

std::optional<InferenceReport> recognise_cri(Lines lines) {
  auto report = recognise(lines, unwrap_cri, "cri");
  if (report) report->timestamp_place = "prefix";
  return report;
}

}  // namespace oc::agent
