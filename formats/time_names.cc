#include "formats/time_names.h"

#include <algorithm>
#include <array>

namespace oc::formats {
namespace {

struct NamedMonth {
  std::string_view name;  // lower case; what is longer comes first where one begins with another
  int month;
  bool full;
};

constexpr NamedMonth kMonths[] = {
    {"january", 1, true},   {"januari", 1, true},    {"januar", 1, true},     {"janvier", 1, true},
    {"janv.", 1, false},    {"janeiro", 1, true},    {"janv", 1, false},      {"jan", 1, false},
    {"enero", 1, true},     {"ene", 1, false},       {"gennaio", 1, true},    {"gen", 1, false},
    {"february", 2, true},  {"februari", 2, true},   {"februar", 2, true},    {"febrero", 2, true},
    {"febbraio", 2, true},  {"fevereiro", 2, true},  {"feb", 2, false},       {"fev", 2, false},
    {"février", 2, true},   {"févr.", 2, false},     {"févr", 2, false},      {"march", 3, true},
    {"märz", 3, true},      {"maart", 3, true},      {"marzo", 3, true},      {"março", 3, true},
    {"mars", 3, true},      {"mär", 3, false},       {"mrz", 3, false},       {"mrt", 3, false},
    {"mar", 3, false},      {"april", 4, true},      {"aprile", 4, true},     {"avril", 4, true},
    {"abril", 4, true},     {"avr.", 4, false},      {"avr", 4, false},       {"abr", 4, false},
    {"apr", 4, false},      {"maggio", 5, true},     {"mayo", 5, true},       {"maio", 5, true},
    {"may", 5, false},      {"mai", 5, false},       {"mei", 5, false},       {"mag", 5, false},
    {"giugno", 6, true},    {"giu", 6, false},       {"june", 6, true},       {"juni", 6, true},
    {"juin", 6, true},      {"junio", 6, true},      {"junho", 6, true},      {"jun", 6, false},
    {"july", 7, true},      {"juli", 7, true},       {"juillet", 7, true},    {"juil.", 7, false},
    {"juil", 7, false},     {"julio", 7, true},      {"julho", 7, true},      {"jul", 7, false},
    {"luglio", 7, true},    {"lug", 7, false},       {"august", 8, true},     {"augustus", 8, true},
    {"août", 8, true},      {"agosto", 8, true},     {"aug", 8, false},       {"ago", 8, false},
    {"september", 9, true}, {"septembre", 9, true},  {"septiembre", 9, true}, {"settembre", 9, true},
    {"setembro", 9, true},  {"sept.", 9, false},     {"sept", 9, false},      {"sep", 9, false},
    {"set", 9, false},      {"october", 10, true},   {"oktober", 10, true},   {"octobre", 10, true},
    {"octubre", 10, true},  {"ottobre", 10, true},   {"outubro", 10, true},   {"oct", 10, false},
    {"okt", 10, false},     {"ott", 10, false},      {"out", 10, false},      {"november", 11, true},
    {"novembre", 11, true}, {"noviembre", 11, true}, {"novembro", 11, true},  {"nov", 11, false},
    {"december", 12, true}, {"dezember", 12, true},  {"décembre", 12, true},  {"diciembre", 12, true},
    {"dicembre", 12, true}, {"dezembro", 12, true},  {"dec", 12, false},      {"dez", 12, false},
    {"déc.", 12, false},    {"déc", 12, false},      {"dic", 12, false},
};

constexpr std::array<std::string_view, 7> kWeekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                       "friday", "saturday", "sunday"};

struct NamedZone {
  std::string_view name;
  int minutes;
  bool ambiguous;
};

// Abbreviations of the IANA zones and RFC 5322 that logs show. Where a name stands for several, the most widespread.
constexpr NamedZone kZones[] = {
    {"UTC", 0, false},     {"GMT", 0, false},     {"WET", 0, false},    {"WEST", 60, false},  {"BST", 60, false},
    {"CET", 60, false},    {"CEST", 120, false},  {"MEZ", 60, false},   {"MESZ", 120, false}, {"EET", 120, false},
    {"EEST", 180, false},  {"MSK", 180, false},   {"SAST", 120, false}, {"IST", 330, true},   {"PKT", 300, false},
    {"NPT", 345, false},   {"ICT", 420, false},   {"WIB", 420, false},  {"HKT", 480, false},  {"SGT", 480, false},
    {"AWST", 480, false},  {"JST", 540, false},   {"KST", 540, false},  {"ACST", 570, false}, {"AEST", 600, false},
    {"AEDT", 660, false},  {"NZST", 720, false},  {"NZDT", 780, false}, {"NST", -210, false}, {"NDT", -150, false},
    {"AST", -240, true},   {"ADT", -180, false},  {"EST", -300, false}, {"EDT", -240, false}, {"CST", -360, true},
    {"CDT", -300, false},  {"MST", -420, false},  {"MDT", -360, false}, {"PST", -480, false}, {"PDT", -420, false},
    {"AKST", -540, false}, {"AKDT", -480, false}, {"HST", -600, false}, {"BRT", -180, false}, {"ART", -180, false},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_name(std::string_view text, std::string_view lower_name) {
  return text.size() >= lower_name.size() &&
         std::equal(lower_name.begin(), lower_name.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

bool ends_at(std::string_view text, std::size_t length) { return length >= text.size() || !is_word(text[length]); }

// An area of the IANA database, a slash, a place.
std::optional<ZoneName> region_zone_at(std::string_view text) {
  constexpr std::string_view kAreas[] = {"Africa/",    "America/", "Antarctica/", "Arctic/",  "Asia/", "Atlantic/",
                                         "Australia/", "Europe/",  "Indian/",     "Pacific/", "Etc/"};
  for (const std::string_view area : kAreas) {
    if (!text.starts_with(area)) continue;
    std::size_t length = area.size();
    while (length < text.size() && (is_word(text[length]) || text[length] == '/' || text[length] == '-')) ++length;
    if (length > area.size()) return ZoneName{length, std::nullopt, false};
  }
  return std::nullopt;
}

}  // namespace

std::optional<MonthName> month_at(std::string_view text) {
  std::optional<MonthName> best;
  for (const auto& [name, month, full] : kMonths) {
    if (!starts_with_name(text, name) || (best && best->length >= name.size())) continue;
    if (ends_at(text, name.size()) || !is_word(text[name.size() - 1])) best = MonthName{month, name.size(), full};
  }
  return best;
}

std::optional<WeekdayName> weekday_at(std::string_view text) {
  for (const std::string_view name : kWeekdays) {
    if (starts_with_name(text, name) && ends_at(text, name.size())) return WeekdayName{name.size(), true};
    if (starts_with_name(text, name.substr(0, 3)) && ends_at(text, 3)) return WeekdayName{3, false};
  }
  return std::nullopt;
}

std::optional<ZoneName> zone_at(std::string_view text) {
  for (const auto& [name, minutes, ambiguous] : kZones) {
    if (text.starts_with(name) && ends_at(text, name.size())) return ZoneName{name.size(), minutes, ambiguous};
  }
  return region_zone_at(text);
}

}  // namespace oc::formats
