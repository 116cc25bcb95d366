#include "agent/log_format/infer_lines.h"

#include "agent/log_format/block_shape.h"
#include "agent/log_format/container_shape.h"
#include "agent/log_format/delimited_shape.h"
#include "agent/log_format/json_shape.h"
#include "agent/log_format/mixed_shape.h"
#include "agent/log_format/text_shape.h"

namespace oc::agent {
namespace {

// The most particular first: each knows its own marks, text takes what is left.
constexpr Recogniser kContainers[] = {recognise_docker_json, recognise_cri};
constexpr Recogniser kPrograms[] = {recognise_journal_export, recognise_w3c, recognise_zeek,  recognise_ndjson,
                                    recognise_json_multiline, recognise_xml, recognise_mixed, recognise_csv};

std::optional<InferenceReport> first_of(std::span<const Recogniser> recognisers, Lines lines) {
  for (const Recogniser recognise : recognisers) {
    if (auto report = recognise(lines)) return report;
  }
  return std::nullopt;
}

}  // namespace

InferenceReport infer_lines(Lines lines) {
  if (auto report = first_of(kContainers, lines)) return *report;
  return infer_program_lines(lines);
}

InferenceReport infer_program_lines(Lines lines) {
  if (auto report = first_of(kPrograms, lines)) return *report;
  return recognise_text(lines);
}

}  // namespace oc::agent
