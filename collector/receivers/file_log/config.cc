#include "collector/receivers/file_log/config.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "collector/receivers/file_log/file_search.h"
#include "collector/receivers/file_log/read_quota.h"

namespace oc::collector {

namespace {

// The official limits: a shorter fingerprint would take different files for one.
constexpr std::uint64_t kMinFingerprintBytes = 16;
constexpr std::uint64_t kMaxFingerprintBytes = 64 << 10;  // it is read again at each start

Result<std::vector<Glob>> parse_globs(const std::vector<std::string>& patterns) {
  std::vector<Glob> globs;
  for (const auto& pattern : patterns) {
    OC_TRY_ASSIGN(const auto expanded, expand_braces(pattern));
    for (const auto& each : expanded) {
      OC_TRY_ASSIGN(Glob glob, Glob::parse(each));
      globs.push_back(std::move(glob));
    }
  }
  return globs;
}

void read_patterns(ConfigReader& reader, FileLogConfig& config) {
  for (auto [key, globs] : {std::pair{"include", &config.include}, {"exclude", &config.exclude}}) {
    std::vector<std::string> patterns;
    reader.text_list(key, patterns);
    auto parsed = parse_globs(patterns);
    if (!parsed) {
      reader.fail(key, fmt::format("'{}': {}", key, parsed.error().message), parsed.error().next_step);
    } else {
      *globs = std::move(*parsed);
    }
  }
  if (config.include.empty()) reader.fail("include", "'include' must name at least one file");
}

// Without that operator what is no text would be sent as text.
bool unwraps_frames(const ConfigValue* operators) {
  if (!operators || operators->kind != ConfigValue::Kind::kList || operators->items.empty()) return false;
  const auto& first = operators->items.front();
  const auto* type = first.find("type");
  const auto* format = first.find("format");
  return type && type->scalar == "container" && format && format->scalar == "docker_local" && !first.find("if") &&
         !first.find("parse_from") && !first.find("parse_to");
}

void read_framing(ConfigReader& reader, FileLogConfig& config) {
  std::string framing = "line";
  reader.text("framing", framing);
  if (framing != "line" && framing != "docker_local")
    reader.fail("framing", fmt::format("'framing' must be line or docker_local, not '{}'", framing));
  if (framing != "docker_local") return;
  config.framing = Framing::kDockerLocal;
  if (!unwraps_frames(reader.child("operators")))
    reader.fail("framing",
                "'framing: docker_local' needs 'type: container' with 'format: docker_local' as the first operator",
                "let it be the first, without if, parse_from and parse_to");
}

// A pattern's folders would be walked through links.
void read_place(ConfigReader& reader, FileLogConfig& config) {
  auto& inside = config.inside_container;
  reader.text("inside_container", inside);
  if (inside.empty()) return;
  if (!inside.starts_with('/'))
    reader.fail("inside_container", fmt::format("'inside_container' must be an absolute path, not '{}'", inside));
  const bool one_path =
      config.include.size() == 1 && config.include[0].is_literal() && config.include[0].literal_path().starts_with('/');
  if (!one_path)
    reader.fail("inside_container", "'inside_container' needs one absolute path without wildcards in 'include'");
}

void read_limits(ConfigReader& reader, FileLogConfig& config) {
  reader.duration("poll_interval", config.poll_interval);
  if (config.poll_interval < std::chrono::milliseconds(1))
    reader.fail("poll_interval", "'poll_interval' must be at least 1ms");
  reader.duration("force_flush_period", config.force_flush_period);
  reader.byte_size("fingerprint_size", config.fingerprint_bytes);
  if (config.fingerprint_bytes < kMinFingerprintBytes || config.fingerprint_bytes > kMaxFingerprintBytes)
    reader.fail("fingerprint_size", "'fingerprint_size' must be from 16 to 65536 bytes");
}

void read_quota(ConfigReader& reader, FileLogConfig& config) {
  const auto* value = reader.child("quota");
  if (!value) return;
  ConfigReader inner(*value, reader.owner() + ": quota");
  inner.byte_size("bytes_per_second", config.quota);
  if (config.quota < ReadQuota::kMinBytesPerSecond)
    inner.fail("bytes_per_second", "'quota.bytes_per_second' must be at least 1KiB",
               "leave 'quota' out to read without a limit");
  if (auto finished = inner.finish(); !finished) reader.fail_with(finished.error());
}

// How many files are read side by side, when an entry that was not taken is tried again, how large a buffer begins:
// a file is read on when the pipeline takes more, so all of these come out the same.
void read_needless(ConfigReader& reader) {
  for (const auto* key : {"max_concurrent_files", "max_batches", "initial_buffer_size", "polls_to_archive",
                          "file_cache_advise", "retry_on_failure"})
    (void)reader.child(key);
}

}  // namespace

bool FileLogConfig::excludes(std::string_view path) const {
  return std::ranges::any_of(exclude, [&](const Glob& glob) { return glob.matches(path); });
}

bool FileLogConfig::wants(std::string_view path) const {
  const auto is_path = [&](const Glob& glob) {
    return glob.is_literal() ? glob.literal_path() == path : glob.matches(path);
  };
  return std::ranges::any_of(include, is_path) && !excludes(path);
}

Result<UniqueFd> FileLogConfig::open(const std::string& path) const {
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
  return inside_container.empty() ? open_file(path, kFlags) : open_without_links(path, kFlags);
}

std::optional<FileStatus> FileLogConfig::status(const std::string& path) const {
  return inside_container.empty() ? status_of_path(path) : status_of_entry(path);
}

// A container's root goes with its process: what cannot be seen there is gone.
bool FileLogConfig::hides(const std::string& path) const {
  struct stat info{};
  if (!inside_container.empty() || ::stat(path.c_str(), &info) == 0) return false;
  constexpr int kUnknown[] = {EACCES, EPERM, EIO, ESTALE, ETIMEDOUT, ENOMEM, EHOSTDOWN, ENOTCONN};
  return std::ranges::find(kUnknown, errno) != std::end(kUnknown);
}

// Beside what a link leads to, copies and rotated files would be looked for.
std::string FileLogConfig::real_path(const std::string& path) const {
  return inside_container.empty() ? collector::real_path(path) : path;
}

Result<std::shared_ptr<const ReceiverConfig>> parse_file_log_config(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<FileLogConfig>();
  ConfigReader reader(value, id.text());
  read_patterns(reader, *config);
  read_framing(reader, *config);
  read_place(reader, *config);
  reader.boolean("include_file_path", config->include_file_path);
  reader.boolean("include_file_name", config->include_file_name);
  reader.boolean("include_file_record_offset", config->include_record_offset);
  reader.boolean("include_file_record_number", config->include_record_number);
  reader.boolean("include_file_path_resolved", config->include_real_path);
  reader.boolean("include_file_name_resolved", config->include_real_name);
  reader.boolean("include_file_permissions", config->include_permissions);
  reader.boolean("include_file_owner_name", config->include_owner);
  reader.boolean("include_file_owner_group_name", config->include_group);
  reader.boolean("acquire_fs_lock", config->lock);
  reader.duration("exclude_older_than", config->oldest);
  if (const auto* ordering = reader.child("ordering_criteria"))
    config->ordering = FileOrdering::parse(*ordering, reader);
  read_limits(reader, *config);
  read_quota(reader, *config);
  read_needless(reader);
  read_common_keys(reader, id, *config);
  read_content_keys(reader, *config);
  reader.not_supported({"id", "type", "output", "trim_whitespaces"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
