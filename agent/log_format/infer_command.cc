#include "agent/log_format/infer_command.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "agent/log_format/encoding.h"
#include "agent/log_format/infer_output.h"
#include "base/files.h"

namespace oc::agent {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;

// One byte more than `limit` tells the caller that there is more.
Result<std::string> read_up_to(int fd, std::size_t limit, const std::string& path) {
  std::string bytes;
  while (bytes.size() < limit) {
    const std::size_t before = bytes.size();
    bytes.resize(std::min(before + kReadBytes, limit));
    const ssize_t count = ::read(fd, bytes.data() + before, bytes.size() - before);
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && errno != EINTR) return errno_error("read", path, errno);
    if (count == 0) break;
  }
  return bytes;
}

Result<std::string> read_input(const std::string& path, bool whole) {
  UniqueFd file;
  if (path != "-") {
    OC_TRY_ASSIGN(file, open_file(path, O_RDONLY | O_CLOEXEC));
  }
  const int fd = path == "-" ? STDIN_FILENO : file.get();
  OC_TRY_ASSIGN(std::string bytes, read_up_to(fd, whole ? kMostInferBytes + 1 : kInferenceSampleBytes, path));
  if (bytes.size() > kMostInferBytes) {
    return permanent(fmt::format("{}: larger than {} MiB, too much to list every line of", path, kMostInferBytes >> 20),
                     "use --output json, which reads only the beginning, or give a part of the file");
  }
  return bytes;
}

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Prints each file as it is done; tables and lists wait for all of them.
class Command {
 public:
  explicit Command(const InferCommandOptions& options) : options_(options) {}

  int run() {
    for (const auto& path : options_.files) {
      if (auto status = infer_file(path); !status) {
        failed_ = true;
        fmt::print(stderr, "onecollector infer: {}\n", status.error().text());
      }
    }
    print_collected();
    return failed_ ? 1 : 0;
  }

 private:
  Status infer_file(const std::string& path) {
    const bool whole = options_.each_line || options_.output == InferOutput::kJsonLines;
    OC_TRY_ASSIGN(const std::string bytes, read_input(path, whole));
    if (options_.each_line) {
      print_lines(bytes);
      return {};
    }
    InferenceReport report = infer(bytes, path);
    if (options_.output == InferOutput::kJsonLines) {
      fmt::print("{}\n", dumped(to_json_with_lines(report, bytes)));
    } else {
      files_.push_back(std::move(report));
    }
    return {};
  }

  void print_lines(const std::string& bytes) {
    const std::string text = to_utf8(bytes, detect_encoding(bytes));
    std::size_t number = 0;
    for (const auto line : split_lines(text)) {
      Json json = line_timestamp_json(++number, line);
      if (options_.output == InferOutput::kTable) {
        fmt::print("{:>6}  {}\n", number, json["instant"].is_null() ? "-" : json["instant"].get<std::string>());
      } else if (options_.output == InferOutput::kJsonLines) {
        fmt::print("{}\n", dumped(json));
      } else {
        lines_.push_back(std::move(json));
      }
    }
  }

  void print_collected() {
    if (options_.output == InferOutput::kTable && !options_.each_line && !files_.empty())
      fmt::print("{}", to_table(files_));
    if (options_.output != InferOutput::kJson && options_.output != InferOutput::kYaml) return;
    Json list = std::move(lines_);
    for (const auto& report : files_) list.push_back(to_json(report));
    if (options_.output == InferOutput::kJson) {
      fmt::print("{}\n", list.dump(2, ' ', false, Json::error_handler_t::replace));
    } else {
      fmt::print("{}", to_yaml(list));
    }
  }

  const InferCommandOptions& options_;
  std::vector<InferenceReport> files_;
  Json lines_ = Json::array();
  bool failed_ = false;
};

}  // namespace

int infer_command(const InferCommandOptions& options) { return Command(options).run(); }

}  // namespace oc::agent
