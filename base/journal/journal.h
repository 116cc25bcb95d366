// A systemd journal, read entry by entry through libsystemd. Used by one thread at a time.
//
// An entry has a place that never changes: its sequence number within a sequence (sd_journal_get_cursor(3): `i` and
// `s`). The journal of one machine is one sequence until it is deleted; files that came from elsewhere have their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct sd_journal;

namespace oc {

struct JournalPlace {
  std::string sequence;  // 32 hex digits
  std::uint64_t number = 0;
  // Of a cursor; nullopt: it says neither.
  static std::optional<JournalPlace> of_cursor(std::string_view cursor);
  std::string cursor() const;
  bool operator==(const JournalPlace&) const = default;
};

class Journal {
 public:
  // `directory` empty and no files: this machine's, persistent and volatile. Errors: it may not be read, is no journal.
  static Result<Journal> open(const std::string& directory, const std::vector<std::string>& files = {});

  // Which entries are seen, see sd_journal_add_match(3): matches of one field are alternatives, of several fields all
  // must hold; `or_else` begins another set of which one must hold, `and_also` another group of which all must. All
  // before the first move.
  Status match(const std::string& field_and_value);
  Status or_else();
  Status and_also();
  void clear_matches();

  // Moves; false: there is no such entry (now). An error: a file of the journal cannot be read.
  Result<bool> next();
  Result<bool> previous();
  Status seek_head();
  Status seek_tail();
  // To the last entry, so that the next next() gives the first that is written from now on; false: there is none yet.
  Result<bool> seek_last();
  // The next next() gives the entry of the cursor or, where that is gone, the one after it.
  Status seek(const std::string& cursor);
  Status seek_time(Nanos wall_ns);

  // Of the present entry.
  Result<std::string> cursor() const;
  Nanos realtime_ns() const;
  std::uint64_t monotonic_us() const;  // 0: not known
  std::string boot_id() const;
  // Names come as they are, values as bytes; both are good until the next move or field. Longer values than
  // kMaxFieldBytes are cut.
  void for_each_field(const std::function<void(std::string_view name, std::string_view value)>& visit) const;
  std::string field(const char* name) const;  // empty: none
  bool has(const char* name) const;

  // All values of a field, in whatever entry, matches aside.
  Result<std::vector<std::string>> values_of(const char* field) const;

  // Readable when something was written. Then take_news(), and look for next().
  Result<int> descriptor() const;
  void take_news() const;
  // Where the kernel tells nothing of the files (network file systems), news are to be looked for this often; nullopt:
  // it does.
  std::optional<std::chrono::milliseconds> poll_every() const;

  static constexpr std::size_t kMaxFieldBytes = 1 << 20;  // a core dump in a field is no log line

 private:
  explicit Journal(sd_journal* journal) : journal_(journal, &close) {}
  static void close(sd_journal* journal);

  std::unique_ptr<sd_journal, void (*)(sd_journal*)> journal_;
};

}  // namespace oc
