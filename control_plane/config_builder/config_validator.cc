#include "control_plane/config_builder/config_validator.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/process.h"
#include "control_plane/config_builder/official_problems.h"
#include "model/json_fields.h"

namespace oc::control_plane {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kAnswer = "{\"problems\":";  // log lines may stand around it
constexpr std::size_t kShownOutput = 300;               // of a program that answers something else

// What a person calls a file that nobody wrote.
constexpr const char* kRendered = "rendered";

// A file that only we can read, gone at the end of the scope.
class PrivateFile {
 public:
  static Result<PrivateFile> write(const fs::path& path, std::string_view content) {
    OC_TRY_ASSIGN(const UniqueFd fd, open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    PrivateFile file(path);
    OC_TRY(write_all(fd.get(), content, path));
    return file;
  }
  PrivateFile(PrivateFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~PrivateFile() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit PrivateFile(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

Result<ConfigProblem> problem_from(const Json& json) {
  ConfigProblem problem;
  std::int64_t line = 0, column = 0;
  model::JsonFields fields(json, "problems");
  fields.read("component", problem.component);
  fields.read("line", line);
  fields.read("column", column);
  fields.read("message", problem.message);
  fields.read("next_step", problem.next_step);
  OC_TRY(fields.status());
  problem.file = kRendered;
  problem.line = static_cast<int>(line);
  problem.column = static_cast<int>(column);
  return problem;
}

std::string_view answer_line(std::string_view output) {
  for (std::size_t begin = 0; begin < output.size();) {
    const auto end = std::min(output.find('\n', begin), output.size());
    const auto line = output.substr(begin, end - begin);
    if (line.starts_with(kAnswer)) return line;
    begin = end + 1;
  }
  return {};
}

}  // namespace

Result<ConfigValidator> ConfigValidator::create(Options options) {
  std::error_code ignored;
  fs::remove_all(options.folder, ignored);
  OC_TRY(ensure_directory(options.folder, 0700));
  return ConfigValidator(std::move(options));
}

Result<std::vector<ConfigProblem>> ConfigValidator::validate(const std::string& yaml,
                                                             const CollectorSettings& collector) const {
  const bool official = collector.kind == "official";
  const bool here = options_.official && options_.official->version == collector.version;
  if (official && !here) return std::vector<ConfigProblem>();
  OC_TRY_ASSIGN(const auto file, PrivateFile::write(options_.folder / (random_hex(8) + ".yaml"), yaml));
  return official ? ask_official(file.path()) : ask_native(file.path());
}

Result<std::vector<ConfigProblem>> ConfigValidator::ask_official(const fs::path& file) const {
  SpawnOptions command;
  command.arguments = {options_.official->executable, "validate", "--config", file.string()};
  OC_TRY_ASSIGN(const auto ran, run(command, options_.timeout));
  if (ran.exit_code == 0) return std::vector<ConfigProblem>();
  return official_problems(ran.output);
}

Result<std::vector<ConfigProblem>> ConfigValidator::ask_native(const fs::path& file) const {
  SpawnOptions command;
  command.arguments = {
      options_.executable.string(), "collector", "validate", "--config", file.string(), "--output", "json"};
  OC_TRY_ASSIGN(const auto ran, run(command, options_.timeout));
  auto problems = parse_validation(ran.output);
  if (!problems)
    return permanent(fmt::format("{} collector validate ended with {}: {}", options_.executable.string(), ran.exit_code,
                                 ran.output.substr(0, kShownOutput)),
                     problems.error().message);
  return problems;
}

Result<std::vector<ConfigProblem>> parse_validation(std::string_view output) {
  const auto line = answer_line(output);
  if (line.empty()) return permanent("a line with {\"problems\": …} is expected");
  OC_TRY_ASSIGN(const Json answer, parse_json(line));
  const auto& list = answer.at("problems");
  if (!list.is_array()) return permanent("'problems' must be a list");
  std::vector<ConfigProblem> problems;
  for (const auto& json : list) {
    OC_TRY_ASSIGN(auto problem, problem_from(json));
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace oc::control_plane
