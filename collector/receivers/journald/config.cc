#include "collector/receivers/journald/config.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace oc::collector {

namespace {

constexpr unsigned kDebug = 7;
constexpr std::array<std::string_view, kDebug + 1> kPriorities = {"emerg",   "alert",  "crit", "err",
                                                                  "warning", "notice", "info", "debug"};
// journald's own for a core dump; systemd's journal-fields(7).
constexpr const char* kCoredump = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1";

std::optional<unsigned> priority_of(std::string_view text) {
  for (unsigned number = 0; number < kPriorities.size(); ++number)
    if (text == kPriorities[number] || text == std::to_string(number)) return number;
  return std::nullopt;
}

// "warning": that and what is more urgent; "emerg..err": a range, whichever way around.
void read_priority(ConfigReader& reader, JournaldConfig& config) {
  std::string text = "info";
  reader.text("priority", text);
  const auto dots = text.find("..");
  const auto from = dots == std::string::npos ? std::optional(0u) : priority_of(std::string_view(text).substr(0, dots));
  const auto to = priority_of(dots == std::string::npos ? text : std::string_view(text).substr(dots + 2));
  if (!from || !to)
    return reader.fail("priority", fmt::format("'priority' must be a priority or a range of them, not '{}'", text),
                       "emerg, alert, crit, err, warning, notice, info, debug, or 0 to 7; a range is emerg..err");
  config.most_urgent = std::min(*from, *to);
  config.least_urgent = std::max(*from, *to);
}

void read_matches(ConfigReader& reader, JournaldConfig& config) {
  const auto* list = reader.child("matches");
  if (list == nullptr) return;
  const auto is_match = [](const ConfigValue& item) {
    return item.is_map() && !item.fields.empty() && std::ranges::all_of(item.fields, [](const auto& field) {
             return field.value.kind == ConfigValue::Kind::kScalar && !field.key.empty();
           });
  };
  if (list->kind != ConfigValue::Kind::kList || !std::ranges::all_of(list->items, is_match))
    return reader.fail("matches", "'matches' must be a list of maps from a field of the journal to its value");
  for (const auto& item : list->items)
    for (auto& match = config.matches.emplace_back(); const auto& field : item.fields)
      match[field.key] = field.value.scalar;
}

void read_units(ConfigReader& reader, JournaldConfig& config) {
  reader.text_list("units", config.units);
  for (auto& unit : config.units) {
    if (unit.find_first_of("*?[") != std::string::npos)
      reader.fail("units", fmt::format("'units': patterns as '{}' are not supported yet", unit), "name each unit");
    if (unit.find('.') == std::string::npos) unit += ".service";
  }
}

void refuse_joining(ConfigReader& reader, const JournaldConfig& config) {
  if (config.operators && config.operators->flush_after().count() > 0)
    reader.fail("operators", "'operators' of journald cannot join records: an entry of a journal is whole",
                "leave recombine out");
}

Status match_unit(Journal& journal, const std::string& unit) {
  // What the unit says; then what others say of it, as journalctl -u shows: its core dumps, the manager, coredumpd.
  const std::vector<std::vector<std::string>> ways = {{"_SYSTEMD_UNIT=" + unit},
                                                      {kCoredump, "_UID=0", "COREDUMP_UNIT=" + unit},
                                                      {"_PID=1", "UNIT=" + unit},
                                                      {"_UID=0", "OBJECT_SYSTEMD_UNIT=" + unit}};
  for (const auto& way : ways) {
    for (const auto& field : way) OC_TRY(journal.match(field));
    OC_TRY(journal.or_else());
  }
  return {};
}

}  // namespace

Result<Journal> JournaldConfig::open() const {
  OC_TRY_ASSIGN(auto journal, Journal::open(directory, files));
  for (const auto& unit : units) OC_TRY(match_unit(journal, unit));
  OC_TRY(journal.and_also());
  for (const auto& identifier : identifiers) OC_TRY(journal.match("SYSLOG_IDENTIFIER=" + identifier));
  OC_TRY(journal.and_also());
  if (dmesg) OC_TRY(journal.match("_TRANSPORT=kernel"));
  // All of them: also entries that have none.
  const bool all = most_urgent == 0 && least_urgent == kDebug;
  for (unsigned priority = most_urgent; !all && priority <= least_urgent; ++priority)
    OC_TRY(journal.match(fmt::format("PRIORITY={}", priority)));
  OC_TRY(journal.and_also());
  for (const auto& match : matches) {
    for (const auto& [field, value] : match) OC_TRY(journal.match(field + "=" + value));
    OC_TRY(journal.or_else());
  }
  return journal;
}

bool JournaldConfig::leaves_out(const Journal& present) const {
  return std::ranges::any_of(without, [&](const std::string& field) { return present.has(field.c_str()); });
}

Result<std::shared_ptr<const ReceiverConfig>> parse_journald_config(const ComponentId& id, const ConfigValue& value) {
  auto config = std::make_shared<JournaldConfig>();
  ConfigReader reader(value, id.text());
  reader.text("directory", config->directory);
  reader.text_list("files", config->files);
  if (!config->directory.empty() && !config->files.empty())
    reader.fail("files", "'files' and 'directory' cannot both be given");
  read_units(reader, *config);
  reader.text_list("identifiers", config->identifiers);
  read_matches(reader, *config);
  reader.text_list("without", config->without);
  read_priority(reader, *config);
  bool shown_in_full = true;
  reader.boolean("all", shown_in_full);  // what journalctl would leave out without it is always read
  reader.boolean("dmesg", config->dmesg);
  reader.boolean("convert_message_bytes", config->convert_message_bytes);
  read_common_keys(reader, id, *config);
  refuse_joining(reader, *config);
  reader.not_supported(
      {"grep", "namespace", "merge", "root_path", "journalctl_path", "retry_on_failure", "id", "type", "output"});
  OC_TRY(reader.finish());
  return config;
}

}  // namespace oc::collector
