#include "agent/supervisor/dry_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include "agent/supervisor/collector_log.h"
#include "base/files.h"
#include "base/ids.h"
#include "base/process.h"
#include "base/utf8.h"

namespace oc::agent {

namespace {

// The collector ends by itself at its limit; beyond this it hangs.
constexpr std::chrono::milliseconds kMargin{2'000};

class CandidateFile {
 public:
  explicit CandidateFile(const std::filesystem::path& folder)
      : path_(folder / fmt::format("dry-run-{}.yaml", random_uuid())) {}
  ~CandidateFile() { ::unlink(path_.c_str()); }
  CandidateFile(const CandidateFile&) = delete;
  CandidateFile& operator=(const CandidateFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

// Its own log lines may stand before the report: the report is the one object that begins a line.
Result<Json> report_in(const std::string& output) {
  const auto begin = output.starts_with('{') ? 0 : output.find("\n{");
  if (begin == std::string::npos) return permanent("the collector printed no report");
  const auto start = output.find('{', begin);
  const auto end = output.rfind('}');
  return parse_json(std::string_view(output).substr(start, end == std::string::npos ? 0 : end - start + 1));
}

Result<Json> validate(const DryRun& options, const std::filesystem::path& candidate) {
  SpawnOptions spawned{.arguments = options.command, .leave_groups = true};
  spawned.arguments.insert(spawned.arguments.end(), {"validate", "--config", candidate.string()});
  auto result = run(spawned, options.timeout + kMargin);
  if (!result) return in_context(std::move(result).error(), "the official collector's validate");
  Json errors = Json::array();
  if (result->exit_code != 0)
    errors.push_back({{"component", ""}, {"place", ""}, {"message", to_utf8(last_words_of(result->output))}});
  return Json{{"ok", result->exit_code == 0},
              {"errors", std::move(errors)},
              {"sources", Json::array()},
              {"seconds", 0.0},
              {"validated_only", true}};
}

}  // namespace

Result<Json> dry_run(const DryRun& options, const std::string& yaml) {
  const CandidateFile candidate(options.folder);
  OC_TRY(write_file_atomic(candidate.path(), yaml, 0600));
  if (options.official) return validate(options, candidate.path());
  SpawnOptions spawned{.arguments = options.command, .leave_groups = true};
  spawned.arguments.insert(spawned.arguments.end(), {"dry-run", "--config", candidate.path().string(), "--records",
                                                     std::to_string(options.max_records), "--timeout",
                                                     fmt::format("{}ms", options.timeout.count()), "--output", "json"});
  for (const auto& id : options.receivers) spawned.arguments.insert(spawned.arguments.end(), {"--receiver", id});
  auto result = run(spawned, options.timeout + kMargin);
  if (!result) return in_context(std::move(result).error(), "the dry run");
  auto report = report_in(result->output);
  if (report && report->is_object() && report->contains("ok")) return report;
  const auto words = last_words_of(result->output);
  return permanent(
      fmt::format("the dry run ended with exit code {}{}{}", result->exit_code, words.empty() ? "" : ": ", words));
}

}  // namespace oc::agent
