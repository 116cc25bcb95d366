#include "base/journal/journal.h"

#include <cstdlib>

#include <fmt/format.h>
#include <poll.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "base/files.h"

namespace oc {

namespace {

// What cannot be told by inotify is looked for this often.
constexpr std::chrono::milliseconds kPollEvery{1'000};
constexpr std::size_t kSequenceDigits = SD_ID128_STRING_MAX - 1;

Status status_of(int result, const char* what) {
  if (result >= 0) return {};
  return errno_error(what, "the journal", -result);
}

std::optional<std::uint64_t> hex_number(std::string_view text) {
  if (text.empty() || text.size() > 16 || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  return std::strtoull(std::string(text).c_str(), nullptr, 16);
}

}  // namespace

std::optional<JournalPlace> JournalPlace::of_cursor(std::string_view cursor) {
  JournalPlace place;
  bool numbered = false;
  while (!cursor.empty()) {
    const auto part = cursor.substr(0, cursor.find(';'));
    cursor.remove_prefix(std::min(part.size() + 1, cursor.size()));
    if (part.starts_with("s=")) place.sequence = part.substr(2);
    if (!part.starts_with("i=")) continue;
    const auto number = hex_number(part.substr(2));
    if (!number) return std::nullopt;
    place.number = *number;
    numbered = true;
  }
  const bool is_hex = place.sequence.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!numbered || place.sequence.size() != kSequenceDigits || !is_hex) return std::nullopt;
  return place;
}

std::string JournalPlace::cursor() const { return fmt::format("s={};i={:x}", sequence, number); }

void Journal::close(sd_journal* journal) { sd_journal_close(journal); }

Result<Journal> Journal::open(const std::string& directory, const std::vector<std::string>& files) {
  sd_journal* opened = nullptr;
  int result = 0;
  if (!files.empty()) {
    std::vector<const char*> paths;
    for (const auto& file : files) paths.push_back(file.c_str());
    paths.push_back(nullptr);
    result = sd_journal_open_files(&opened, paths.data(), 0);
  } else if (!directory.empty()) {
    result = sd_journal_open_directory(&opened, directory.c_str(), 0);
  } else {
    result = sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY);
  }
  const auto where = files.empty() ? directory.empty() ? "the system's journal" : directory : files.front();
  if (result < 0) return errno_error("opening the journal", where, -result);
  Journal journal(opened);
  sd_journal_set_data_threshold(opened, kMaxFieldBytes);
  return journal;
}

Status Journal::match(const std::string& field_and_value) {
  return status_of(sd_journal_add_match(journal_.get(), field_and_value.data(), field_and_value.size()),
                   "matching entries of");
}
Status Journal::or_else() { return status_of(sd_journal_add_disjunction(journal_.get()), "matching entries of"); }
Status Journal::and_also() { return status_of(sd_journal_add_conjunction(journal_.get()), "matching entries of"); }

void Journal::clear_matches() { sd_journal_flush_matches(journal_.get()); }

Result<bool> Journal::next() {
  const int moved = sd_journal_next(journal_.get());
  OC_TRY(status_of(moved, "reading"));
  return moved > 0;
}

Result<bool> Journal::previous() {
  const int moved = sd_journal_previous(journal_.get());
  OC_TRY(status_of(moved, "reading"));
  return moved > 0;
}

Status Journal::seek_head() { return status_of(sd_journal_seek_head(journal_.get()), "going to the head of"); }
Status Journal::seek_tail() { return status_of(sd_journal_seek_tail(journal_.get()), "going to the tail of"); }
// From the tail of an empty journal nothing ever comes next.
Result<bool> Journal::seek_last() {
  OC_TRY(seek_tail());
  OC_TRY_ASSIGN(const bool there, previous());
  if (!there) OC_TRY(seek_head());
  return there;
}
Status Journal::seek(const std::string& cursor) {
  return status_of(sd_journal_seek_cursor(journal_.get(), cursor.c_str()), "going to a cursor in");
}
Status Journal::seek_time(Nanos wall_ns) {
  const auto micros = static_cast<std::uint64_t>(std::max<Nanos>(wall_ns, 0) / 1'000);
  return status_of(sd_journal_seek_realtime_usec(journal_.get(), micros), "going to a time in");
}

Result<std::string> Journal::cursor() const {
  char* text = nullptr;
  OC_TRY(status_of(sd_journal_get_cursor(journal_.get(), &text), "asking for the cursor of"));
  const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
  return std::string(text);
}

Nanos Journal::realtime_ns() const {
  std::uint64_t micros = 0;
  sd_journal_get_realtime_usec(journal_.get(), &micros);
  return static_cast<Nanos>(micros) * 1'000;
}

std::uint64_t Journal::monotonic_us() const {
  std::uint64_t micros = 0;
  sd_id128_t boot;
  return sd_journal_get_monotonic_usec(journal_.get(), &micros, &boot) < 0 ? 0 : micros;
}

std::string Journal::boot_id() const {
  std::uint64_t micros = 0;
  sd_id128_t boot;
  if (sd_journal_get_monotonic_usec(journal_.get(), &micros, &boot) < 0) return {};
  char text[SD_ID128_STRING_MAX];
  return sd_id128_to_string(boot, text);
}

void Journal::for_each_field(const std::function<void(std::string_view, std::string_view)>& visit) const {
  sd_journal_restart_data(journal_.get());
  const void* data = nullptr;
  std::size_t size = 0;
  while (sd_journal_enumerate_available_data(journal_.get(), &data, &size) > 0) {
    const std::string_view field(static_cast<const char*>(data), size);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    visit(field.substr(0, equals), field.substr(equals + 1, kMaxFieldBytes));
  }
}

std::string Journal::field(const char* name) const {
  const void* data = nullptr;
  std::size_t size = 0;
  if (sd_journal_get_data(journal_.get(), name, &data, &size) < 0) return {};
  const std::string_view field(static_cast<const char*>(data), size);
  return std::string(field.substr(std::min(field.find('=') + 1, field.size())));
}

bool Journal::has(const char* name) const {
  const void* data = nullptr;
  std::size_t size = 0;
  return sd_journal_get_data(journal_.get(), name, &data, &size) >= 0;
}

Result<std::vector<std::string>> Journal::values_of(const char* field) const {
  OC_TRY(status_of(sd_journal_query_unique(journal_.get(), field), "asking for the values of a field of"));
  std::vector<std::string> values;
  const void* data = nullptr;
  std::size_t size = 0;
  while (sd_journal_enumerate_available_unique(journal_.get(), &data, &size) > 0) {
    const std::string_view text(static_cast<const char*>(data), size);
    values.emplace_back(text.substr(std::min(text.find('=') + 1, text.size())));
  }
  return values;
}

Result<int> Journal::descriptor() const {
  const int descriptor = sd_journal_get_fd(journal_.get());
  OC_TRY(status_of(descriptor, "watching"));
  return descriptor;
}

void Journal::take_news() const { sd_journal_process(journal_.get()); }

std::optional<std::chrono::milliseconds> Journal::poll_every() const {
  if (sd_journal_reliable_fd(journal_.get()) > 0) return std::nullopt;
  return kPollEvery;
}

}  // namespace oc
