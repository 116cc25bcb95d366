#include "control_plane/registry/label_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "contracts/labels/labels.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kLongHexDigits = 12;    // a short container id; abbreviated commits have fewer
constexpr std::size_t kLongNumberDigits = 5;  // a port, a year, a shard have fewer; ids and epochs have more
constexpr const char* kKeepInRecords = "leave it in the records, where a query finds it without a label";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// The form of `text` with each character replaced by its kind: "h" hex digit, "-" itself, "." anything else.
bool uuid_at(std::string_view text) {
  constexpr std::string_view kForm = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  if (text.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i)
    if (kForm[i] == 'h' ? !is_hex(text[i]) : text[i] != '-') return false;
  return true;
}

bool holds_uuid(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (uuid_at(text.substr(at))) return true;
  return false;
}

// A run of hex digits with a decimal one among them: "deadbeefcafe" may be a word.
bool holds_long_hex(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = begin;
    while (end < text.size() && is_hex(text[end])) ++end;
    const auto run = text.substr(begin, end - begin);
    if (run.size() >= kLongHexDigits && std::ranges::any_of(run, is_digit)) return true;
    begin = end + 1;
  }
  return false;
}

bool is_number(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const auto digits = std::ranges::count_if(text, is_digit);
  const auto points = std::ranges::count(text, '.');
  return static_cast<std::size_t>(digits) >= kLongNumberDigits && points <= 1 &&
         static_cast<std::size_t>(digits + points) == text.size();
}

bool fits(std::string_view text, std::string_view form) {  // "d": a digit, else the character itself
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return false;
  return true;
}

bool is_timestamp(std::string_view text) {
  return fits(text, "dddd-dd-dd") || fits(text, "dddd/dd/dd") || fits(text, "dd:dd:dd");
}

bool is_address_with_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon + 1 == text.size() || !std::ranges::all_of(text.substr(colon + 1), is_digit))
    return false;
  const auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) return true;
  return std::ranges::count(host, '.') == 3 &&
         std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
}

// What a value looks like when it is another one for each record or instance; empty: it does not.
std::string_view unbounded_kind(std::string_view value) {
  if (holds_uuid(value)) return "a UUID";
  if (is_address_with_port(value)) return "an address with a port";
  if (is_timestamp(value)) return "a time";
  if (is_number(value)) return "a number";
  if (holds_long_hex(value)) return "an id in hex digits";
  return {};
}

bool has_name_form(std::string_view name) {
  return !name.empty() && name.size() <= kMaxLabelNameBytes && is_letter(name[0]) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.'; });
}

Status check_name(std::string_view name) {
  if (!has_name_form(name))
    return permanent(
        fmt::format("label name \"{}\" is not usable", to_utf8(name.substr(0, kMaxLabelNameBytes))),
        fmt::format("begin with a letter, then letters, digits, _ and ., at most {} in all", kMaxLabelNameBytes));
  if (contracts::is_unbounded_attribute(name))
    return permanent(fmt::format("label \"{}\" is refused: it has no bounded set of values", name), kKeepInRecords);
  if (contracts::is_platform_attribute(name))
    return permanent(fmt::format("label \"{}\" is set by the platform itself", name), "choose another name");
  return {};
}

}  // namespace

Status check_label(std::string_view name, std::string_view value) {
  OC_TRY(check_name(name));
  if (value.empty())
    return permanent(fmt::format("label \"{}\" has an empty value", name), "give a value, or remove the label");
  if (value.size() > kMaxLabelValueBytes)
    return permanent(fmt::format("the value of label \"{}\" has {} bytes, at most {} are taken", name, value.size(),
                                 kMaxLabelValueBytes),
                     "use a short name of what it stands for");
  if (to_utf8(value) != value || std::ranges::any_of(value, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    return permanent(fmt::format("the value of label \"{}\" holds bytes that are no text", name), "give UTF-8");
  if (const auto kind = unbounded_kind(value); !kind.empty())
    return permanent(fmt::format("label {}={} is refused: it looks like {}, and would have another value for every "
                                 "instance or record",
                                 name, value, kind),
                     kKeepInRecords);
  return {};
}

Result<std::map<std::string, std::string>> changed_labels(std::map<std::string, std::string> labels,
                                                          const LabelChange& change) {
  for (const auto& name : change.remove)
    if (labels.erase(name) == 0)
      return permanent(fmt::format("the source has no label \"{}\" that was set by hand", to_utf8(name)),
                       "labels that come from discovery cannot be removed; setting one replaces it");
  for (const auto& [name, value] : change.set) {
    OC_TRY(check_label(name, value));
    labels[name] = value;
  }
  if (labels.size() > kMaxUserLabels)
    return permanent(fmt::format("{} labels are more than the {} a source may have besides those of discovery",
                                 labels.size(), kMaxUserLabels),
                     "remove one first");
  return labels;
}

Status check_value_count(std::string_view name, std::string_view value, const std::vector<std::string>& known) {
  if (std::ranges::find(known, value) != known.end() || known.size() < kMaxValuesOfALabel) return {};
  return permanent(fmt::format("label \"{}\" has {} values already, all sources together; \"{}\" would be one more",
                               name, known.size(), value),
                   "use one of its values, or coarser ones");
}

}  // namespace oc::control_plane
