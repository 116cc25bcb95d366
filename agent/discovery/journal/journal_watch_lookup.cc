// How the watch looks for what is in the journal already: at its start, and when an engine tells of a container.
#include <algorithm>

#include "agent/discovery/journal/journal_watch.h"

namespace oc::agent {

namespace {

// Docker's service rarely says something itself, among the lines of its containers. Some 100 ms; a unit that said
// nothing in so many entries has its end where it begins until it says something.
constexpr int kMaxLookBack = 20'000;

// From the last entry that matches to the last one that is the unit's own. False: none.
Result<bool> back_to_own(Journal& journal) {
  for (int passed = 0; journal.has(model::kJournalContainer); ++passed) {
    OC_TRY_ASSIGN(const bool there, journal.previous());
    if (!there) return false;
    if (passed >= kMaxLookBack) return true;
  }
  return true;
}

}  // namespace

JournalOrigin JournalWatch::origin_of(const Journal& journal) {
  return {journal.field(model::kJournalContainer), journal.field("_SYSTEMD_UNIT"), journal.field("_SYSTEMD_SLICE"),
          journal.field("_TRANSPORT")};
}

Result<std::optional<JournalPlace>> JournalWatch::place_of(const Journal& journal) {
  OC_TRY_ASSIGN(const auto cursor, journal.cursor());
  return JournalPlace::of_cursor(cursor);
}

// What is written while units are looked up comes after the tail that is followed from.
Status JournalWatch::begin() {
  const auto now = system_clock().wall_ns();
  OC_TRY_ASSIGN(journal_, Journal::open(options_.directory));
  OC_TRY(journal_->descriptor());
  OC_TRY(journal_->seek_last());
  OC_TRY_ASSIGN(auto lookup, Journal::open(options_.directory));
  if (!known_.begin) {
    OC_TRY_ASSIGN(known_.begin, begin_of(lookup));
  }
  OC_TRY(look_up(lookup));
  trouble_.clear();
  first_run_ = false;
  known_.followed_until_ns = now;
  keep();
  return {};
}

Status JournalWatch::look_up(Journal& journal) {
  std::set<JournalKey> keys{{"_TRANSPORT", "kernel"}, {"_TRANSPORT", "audit"}};
  OC_TRY_ASSIGN(const auto units, journal.values_of("_SYSTEMD_UNIT"));
  for (const auto& unit : units) {
    journal.clear_matches();
    OC_TRY(journal.match("_SYSTEMD_UNIT=" + unit));
    OC_TRY_ASSIGN(const bool there, journal.seek_last());
    auto origin = there ? origin_of(journal) : JournalOrigin();
    origin.container.clear();  // others of the unit's entries may be its own
    if (const auto key = journal_key(origin)) keys.insert(*key);
  }
  OC_TRY_ASSIGN(const auto containers, journal.values_of(model::kJournalContainer));
  for (const auto& id : containers) keys.insert({model::kJournalContainer, id});
  sources_.clear();
  too_many_ = false;
  keys.erase(own_);
  for (const auto& key : keys) OC_TRY(look_at(journal, key));
  return {};
}

Status JournalWatch::look_at(Journal& journal, const JournalKey& key) {
  journal.clear_matches();
  OC_TRY(journal.match(key.field + "=" + key.value));
  OC_TRY_ASSIGN(bool there, journal.seek_last());
  if (there && !is_container(key)) {
    OC_TRY_ASSIGN(there, back_to_own(journal));
  }
  if (!there) return {};
  OC_TRY_ASSIGN(const auto place, place_of(journal));
  if (!place) return {};
  if (is_container(key) && !note_container(journal, key)) return {};
  const bool full = !is_container(key) && is_full();
  too_many_ |= full;
  if (full) return {};
  OC_TRY_ASSIGN(sources_[key], account_of(journal, key, *place));
  return {};
}

// False: its container is over. A journal remembers them for months.
bool JournalWatch::note_container(const Journal& journal, const JournalKey& key) {
  const auto wrote_ns = journal.realtime_ns();
  if (!known_.sources.contains(key) && containers_.is_stale(key.value, wrote_ns)) return false;
  containers_.saw(key.value, journal.field("CONTAINER_NAME"), wrote_ns);
  return true;
}

Result<KnownJournalSource> JournalWatch::account_of(Journal& journal, const JournalKey& key, const JournalPlace& last) {
  const auto known = known_.sources.find(key);
  const bool is_known = known != known_.sources.end(), of_container = is_container(key);
  const bool own = of_container || !journal.has(model::kJournalContainer);
  auto source = is_known ? known->second : KnownJournalSource{last.sequence, 0, system_clock().wall_ns()};
  if (!is_known && of_container) source.start = container_start(last.sequence);
  if (!is_known && !of_container && first_run_) {
    OC_TRY_ASSIGN(source.start, start_of(journal, last.number + 1));
  }
  if (std::exchange(source.sequence, last.sequence) != last.sequence) source.start = 0;
  source.end = own ? last.number + 1 : source.start;
  source.collected = !of_container;  // until it is judged
  return source;
}

// The first-run policy's age; a journal has limits of its own for its size.
Result<std::uint64_t> JournalWatch::start_of(Journal& journal, std::uint64_t end) const {
  if (options_.backfill == contracts::Backfill::kAll) return 0;
  if (options_.backfill == contracts::Backfill::kNone) return end;
  const auto age = std::chrono::duration_cast<std::chrono::nanoseconds>(options_.backfill_age).count();
  OC_TRY(journal.seek_time(system_clock().wall_ns() - age));
  OC_TRY_ASSIGN(const bool there, journal.next());
  if (!there) return end;
  OC_TRY_ASSIGN(const auto place, place_of(journal));
  return place ? place->number : end;
}

// The same for all containers together: their engines may tell of them later. A place in no sequence: the journal is
// empty, and all that comes is collected.
Result<JournalPlace> JournalWatch::begin_of(Journal& journal) const {
  journal.clear_matches();
  OC_TRY_ASSIGN(const bool there, journal.seek_last());
  if (!there) return JournalPlace();
  OC_TRY_ASSIGN(auto place, place_of(journal));
  if (!place) return JournalPlace();
  OC_TRY_ASSIGN(place->number, start_of(journal, place->number + 1));
  return *place;
}

std::uint64_t JournalWatch::container_start(const std::string& sequence) const {
  return known_.begin && known_.begin->sequence == sequence ? known_.begin->number : 0;
}

// Containers that rest or wait need no receiver.
bool JournalWatch::is_full() const {
  const auto collected = std::ranges::count_if(sources_, [](const auto& entry) { return entry.second.collected; });
  return static_cast<std::size_t>(collected) >= kMaxJournalSources;
}

Status JournalWatch::take_told() {
  std::optional<std::map<std::string, Container>> containers;
  {
    const std::lock_guard lock(mutex_);
    containers = std::exchange(told_containers_, std::nullopt);
    for (const auto& [id, offset] : std::exchange(told_delivered_, {})) delivered_[id] = offset;
  }
  if (containers) containers_.set_engines(*std::move(containers));
  return look_up_containers();
}

Status JournalWatch::look_up_containers() {
  const auto ids = containers_.not_looked_up();
  if (ids.empty()) return {};
  OC_TRY_ASSIGN(auto journal, Journal::open(options_.directory));
  for (const auto& id : ids) {
    const JournalKey key{model::kJournalContainer, id};
    if (!sources_.contains(key)) OC_TRY(look_at(journal, key));
  }
  keep();
  return {};
}

}  // namespace oc::agent
