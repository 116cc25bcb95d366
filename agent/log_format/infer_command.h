// `onecollector infer FILE…`: prints what inference finds in files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oc::agent {

enum class InferOutput { kTable, kJson, kJsonLines, kYaml };

struct InferCommandOptions {
  std::vector<std::string> files;  // "-" is standard input
  InferOutput output = InferOutput::kTable;
  bool each_line = false;  // the timestamp of each line by itself, instead of the file's shape
};

// JSON lines (the format that scoring reads) list each line's record, time and severity, and so need the whole file;
// the others read its beginning. A file that cannot be read is an error line on standard error. The exit code: 0, or 1
// when a file could not be read.
int infer_command(const InferCommandOptions& options);

// What JSON lines need in memory at once; larger files are refused with a message that says so.
inline constexpr std::uint64_t kMostInferBytes = 256ULL << 20;

}  // namespace oc::agent
