#include "agent/discovery/journal/journal_watch.h"

#include <array>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/log.h"

namespace oc::agent {

namespace {

using namespace std::chrono_literals;

constexpr auto kRetry = 10s;        // a journal that cannot be read
constexpr auto kNewsEvery = 200ms;  // a burst of entries is one look
constexpr const char* kPersistent = "/var/log/journal";
constexpr const char* kVolatile = "/run/log/journal";

JournalOrigin origin_of(const Journal& journal) {
  return {journal.field("_SYSTEMD_UNIT"), journal.field("_SYSTEMD_SLICE"), journal.field("_TRANSPORT")};
}

Result<std::optional<JournalPlace>> place_of(const Journal& journal) {
  OC_TRY_ASSIGN(const auto cursor, journal.cursor());
  return JournalPlace::of_cursor(cursor);
}

}  // namespace

JournalWatch::JournalWatch(JournalOptions options, const WakeEvent& wake)
    : options_(std::move(options)),
      wake_(wake),
      own_{"_SYSTEMD_UNIT", service_of_cgroup(read_file("/proc/self/cgroup").value_or(""))} {
  auto kept = load_journal_inventory(options_.inventory_file);
  first_run_ = !kept;
  known_ = std::move(kept).value_or(JournalSources());
  if (auto begun = begin(); !begun) trouble_ = begun.error().text();
  publish();
  thread_ = std::thread([this] { run(); });
}

JournalWatch::~JournalWatch() {
  stop_.set();
  thread_.join();
}

std::optional<JournalNews> JournalWatch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, std::nullopt);
}

// What is written while units are looked up comes after the tail that is followed from.
Status JournalWatch::begin() {
  OC_TRY_ASSIGN(journal_, Journal::open(options_.directory));
  OC_TRY(journal_->descriptor());
  OC_TRY(journal_->seek_last());
  OC_TRY_ASSIGN(auto lookup, Journal::open(options_.directory));
  OC_TRY(look_up(lookup));
  trouble_.clear();
  first_run_ = false;
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
    if (const auto key = there ? journal_key(origin_of(journal)) : std::nullopt) keys.insert(*key);
  }
  sources_.clear();
  keys.erase(own_);
  for (const auto& key : keys) OC_TRY(look_at(journal, key));
  return {};
}

Status JournalWatch::look_at(Journal& journal, const JournalKey& key) {
  journal.clear_matches();
  OC_TRY(journal.match(key.field + "=" + key.value));
  OC_TRY_ASSIGN(const bool there, journal.seek_last());
  if (!there) return {};
  OC_TRY_ASSIGN(const auto place, place_of(journal));
  if (!place) return {};
  too_many_ = sources_.size() >= kMaxJournalSources;
  if (too_many_) return {};
  const auto known = known_.find(key);
  auto source =
      known == known_.end() ? KnownJournalSource{place->sequence, 0, system_clock().wall_ns()} : known->second;
  source.end = place->number + 1;
  if (known == known_.end() && first_run_) {
    OC_TRY_ASSIGN(source.start, start_of(journal, source.end));
  }
  if (source.sequence != place->sequence) source = {place->sequence, 0, source.discovered_at_ns, source.end};
  sources_[key] = std::move(source);
  return {};
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

void JournalWatch::run() {
  for (;;) {
    const int descriptor = journal_ ? journal_->descriptor().value_or(-1) : -1;
    auto timeout = journal_ ? journal_->poll_every().value_or(-1ms) : std::chrono::milliseconds(kRetry);
    std::array<pollfd, 2> fds{{{stop_.fd(), POLLIN, 0}, {descriptor, POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), static_cast<int>(timeout.count()));
    if (fds[0].revents != 0) return;
    auto outcome = journal_ ? follow() : begin();
    const auto trouble = outcome ? std::string() : outcome.error().text();
    if (!outcome) journal_.reset();
    if (trouble != std::exchange(trouble_, trouble) || outcome) publish();
    pollfd stop{stop_.fd(), POLLIN, 0};
    ::poll(&stop, 1, static_cast<int>(std::chrono::milliseconds(kNewsEvery).count()));
  }
}

Status JournalWatch::follow() {
  journal_->take_news();
  bool fresh = false;
  for (;;) {
    OC_TRY_ASSIGN(const bool there, journal_->next());
    if (!there) break;
    fresh |= take_entry(*journal_);
  }
  if (fresh) keep();
  return {};
}

// Whether there is a new source by it.
bool JournalWatch::take_entry(const Journal& journal) {
  const auto key = journal_key(origin_of(journal));
  const auto place = place_of(journal);
  if (!key || *key == own_ || !place || !*place) return false;
  auto found = sources_.find(*key);
  const bool fresh = found == sources_.end();
  too_many_ |= fresh && sources_.size() >= kMaxJournalSources;
  if (fresh && sources_.size() >= kMaxJournalSources) return false;
  if (fresh) found = sources_.emplace(*key, KnownJournalSource{(*place)->sequence, 0, system_clock().wall_ns()}).first;
  auto& source = found->second;
  if (source.sequence != (*place)->sequence) source = {(*place)->sequence, 0, source.discovered_at_ns};
  source.end = std::max(source.end, (*place)->number + 1);
  return fresh;
}

void JournalWatch::keep() {
  known_ = sources_;
  if (const auto kept = write_file_atomic(options_.inventory_file, encode_journal_inventory(known_), 0600); !kept)
    log::error("what is known of the journal cannot be kept: {}", kept.error().text());
}

void JournalWatch::publish() {
  JournalNews news;
  for (const auto& [key, source] : sources_) {
    const auto id = id_of(key);
    news.sources[id] = discovered(key, source);
    news.ledger[id] = {id, source.end, source.start, source.end, system_clock().wall_ns()};
  }
  news.notes = notes();
  {
    const std::lock_guard lock(mutex_);
    news_ = std::move(news);
  }
  wake_.set();
}

std::vector<std::string> JournalWatch::notes() const {
  std::vector<std::string> notes;
  if (!trouble_.empty()) notes.push_back("the journal cannot be read: " + trouble_);
  if (too_many_)
    notes.push_back(
        fmt::format("more than {} units write to the journal: the others are left out", kMaxJournalSources));
  if (!options_.directory.empty()) return notes;
  const bool persistent = ::access(kPersistent, F_OK) == 0;
  if (!persistent && ::access(kVolatile, F_OK) == 0)
    notes.push_back(
        fmt::format("the journal is lost at each start of the machine: {0} does not exist (mkdir -p {0} && "
                    "systemctl restart systemd-journald)",
                    kPersistent));
  const char* folder = persistent ? kPersistent : kVolatile;
  if (::access(folder, F_OK) == 0 && ::access(folder, R_OK | X_OK) != 0)
    notes.push_back(
        fmt::format("the journal may not be read: {} is closed to this user (add it to the group "
                    "systemd-journal)",
                    folder));
  return notes;
}

std::string JournalWatch::id_of(const JournalKey& key) const {
  return stable_hash(fmt::format("{}\njournald\n{}={}", options_.agent_id, key.field, key.value));
}

model::DiscoveredLogSource JournalWatch::discovered(const JournalKey& key, const KnownJournalSource& source) const {
  model::DiscoveredLogSource out;
  out.source_id = id_of(key);
  out.source_type = model::SourceType::kJournald;
  out.log_path = std::string(model::kJournalPath) + key.value;
  out.metadata = {{"service_name", service_of(key)}, {"journal.field", key.field}, {"journal.value", key.value}};
  if (!options_.directory.empty()) out.metadata["journal.directory"] = options_.directory;
  out.discovered_at_ns = source.discovered_at_ns;
  out.start_offset = source.start;
  out.shape = {.shape = "journal",
               .timestamp_layout = {},
               .record_start = {},
               .confidence = 1,
               .reason = "an entry of the journal is a record"};
  return out;
}

}  // namespace oc::agent
