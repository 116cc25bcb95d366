#include "agent/log_format/json_record.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "formats/json_fields.h"
#include "formats/time_key.h"

namespace oc::agent {
namespace {

using formats::Severity;

constexpr std::size_t kMostNames = 200;  // of fields that a report lists

// The strongest first: "level" beside "severity" is the program's own word.
constexpr std::array<std::string_view, 17> kSeverityKeys = {
    "level",        "log.level",     "severity",       "lvl", "levelname", "loglevel", "log_level",
    "severityText", "severity_text", "severityNumber", "@l",  "LEVEL",     "Level",    "s",
    "priority",     "PRIORITY",      "severity_number"};

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// OpenTelemetry's ranges of four: 1 trace, 5 debug, 9 info, 13 warn, 17 error, 21 fatal.
std::optional<Severity> severity_of_otel(int number) {
  constexpr Severity kRanges[] = {Severity::kTrace, Severity::kDebug, Severity::kInfo,
                                  Severity::kWarn,  Severity::kError, Severity::kFatal};
  if (number < 1 || number > 24) return std::nullopt;
  return kRanges[(number - 1) / 4];
}

// {"$date":"…"}: one object deeper.
std::string_view inner_date(std::string_view value, std::string& storage) {
  storage.clear();
  const auto status = formats::for_each_json_member(value, [&](std::string_view key, std::string_view inner) {
    if (key == "$date") storage = inner;
  });
  return status ? std::string_view(storage) : std::string_view();
}

bool is_date_object(std::string_view value) {
  return value.starts_with('{') && value.substr(0, 16).find("\"$date\"") != std::string_view::npos;
}

std::optional<formats::FoundTimestamp> time_of_member(std::string_view value) {
  if (!is_date_object(value)) return formats::timestamp_value(value);
  std::string storage;
  return formats::timestamp_value(inner_date(value, storage));
}

struct Tally {
  std::map<std::string, std::size_t, std::less<>> count;
  std::vector<std::string> order;

  void add(std::string_view key) {
    auto [entry, inserted] = count.try_emplace(std::string(key), 0);
    if (inserted) order.emplace_back(key);
    ++entry->second;
  }
};

// The best rank wins, then the most frequent; earlier members win ties.
template <typename Rank>
std::string best_key(const Tally& tally, Rank rank) {
  std::string best;
  std::pair<int, std::size_t> best_score{0, 0};
  for (const auto& key : tally.order) {
    const std::pair<int, std::size_t> score{rank(key), tally.count.find(key)->second};
    if (score <= best_score) continue;
    best = key;
    best_score = score;
  }
  return best;
}

int severity_key_rank(std::string_view key) {
  const auto* found = std::ranges::find(kSeverityKeys, key);
  return static_cast<int>(std::end(kSeverityKeys) - found);
}

}  // namespace

std::optional<Severity> severity_of_member(std::string_view key, std::string_view value) {
  if (const auto number = whole_number(value)) {
    if (key == "severityNumber" || key == "severity_number") return severity_of_otel(*number);
    return *number >= 10  ? formats::severity_of_bunyan(*number)
           : *number <= 7 ? formats::severity_of_syslog(*number)
                          : std::nullopt;
  }
  if (value.size() == 1) return formats::severity_of_letter(static_cast<char>(value[0] & ~0x20));
  if (value.size() == 2 && value[0] == 'D' && value[1] >= '1' && value[1] <= '5') return Severity::kDebug;  // MongoDB
  return formats::severity_of(value);
}

JsonMembers read_json_members(std::string_view object, const JsonKeys& keys) {
  JsonMembers out;
  const std::string_view time_key =
      std::string_view(keys.time).substr(0, keys.time.ends_with(".$date") ? keys.time.size() - 6 : keys.time.size());
  const auto status = formats::for_each_json_member(object, [&](std::string_view key, std::string_view value) {
    if (!out.time && !time_key.empty() && key == time_key) out.time = time_of_member(value);
    if (!out.severity && !keys.severity.empty() && key == keys.severity) out.severity = severity_of_member(key, value);
  });
  out.valid = status.has_value();
  return out;
}

JsonKeys find_json_keys(const std::vector<std::string_view>& objects) {
  Tally times;
  Tally severities;
  for (const auto object : objects) {
    (void)formats::for_each_json_member(object, [&](std::string_view key, std::string_view value) {
      if (formats::time_key_rank(key) > 0 && time_of_member(value))
        times.add(is_date_object(value) ? std::string(key) + ".$date" : std::string(key));
      if (severity_key_rank(key) > 0 && severity_of_member(key, value)) severities.add(key);
    });
  }
  const auto time_rank = [](std::string_view key) { return key.ends_with(".$date") ? 2 : formats::time_key_rank(key); };
  return {best_key(times, time_rank), best_key(severities, severity_key_rank)};
}

std::vector<std::string> member_names(const std::vector<std::string_view>& objects) {
  std::vector<std::string> names;
  for (const auto object : objects) {
    (void)formats::for_each_json_member(object, [&](std::string_view key, std::string_view) {
      if (names.size() < kMostNames && std::ranges::find(names, key) == names.end()) names.emplace_back(key);
    });
  }
  return names;
}

std::string json_dialect(const std::vector<std::string>& names) {
  const auto has = [&](std::initializer_list<std::string_view> wanted) {
    return std::ranges::all_of(wanted,
                               [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); });
  };
  if (has({"@timestamp", "ecs.version"})) return "ecs";
  if (has({"t", "s", "c", "ctx", "msg"})) return "mongodb";
  if (has({"level", "time", "pid", "hostname", "msg", "v"})) return "bunyan";
  if (has({"level", "time", "pid", "hostname"})) return "pino";
  if (has({"version", "host", "short_message"})) return "gelf";
  if (has({"level", "ts", "msg"})) return "zap";
  if (has({"@timestamp", "@version", "message"})) return "logstash";
  if (has({"@t"})) return "serilog-compact";
  if (has({"timeUnixNano", "body"})) return "otlp";
  return {};
}

}  // namespace oc::agent
