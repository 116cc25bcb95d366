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

}  // namespace

JournalWatch::JournalWatch(JournalOptions options, const WakeEvent& wake)
    : options_(std::move(options)),
      wake_(wake),
      own_{"_SYSTEMD_UNIT", service_of_cgroup(read_file("/proc/self/cgroup").value_or(""))},
      containers_(options_.tells_delivered, system_clock()) {
  auto kept = load_journal_inventory(options_.inventory_file);
  first_run_ = !kept;
  known_ = std::move(kept).value_or(JournalInventory());
  if (known_.followed_until_ns) containers_.set_followed_until(*known_.followed_until_ns);
  if (auto begun = begin(); !begun) trouble_ = begun.error().text();
  judge();
  publish();
  thread_ = std::thread([this] { run(); });
}

JournalWatch::~JournalWatch() {
  stop_.set();
  thread_.join();
  if (journal_) keep();  // until when it was followed
}

std::optional<JournalNews> JournalWatch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, std::nullopt);
}

void JournalWatch::set_containers(std::map<std::string, Container> containers) {
  {
    const std::lock_guard lock(mutex_);
    told_containers_ = std::move(containers);
  }
  told_.set();
}

// Nobody is woken: whoever waits for a delivery looks again by itself.
void JournalWatch::set_delivered(const std::map<std::string, std::uint64_t>& offsets_by_source) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, offset] : offsets_by_source) told_delivered_[id] = offset;
}

void JournalWatch::run() {
  for (;;) {
    if (!wait()) return;
    auto outcome = journal_ ? follow() : begin();
    if (outcome) outcome = take_told();
    const auto trouble = outcome ? std::string() : outcome.error().text();
    if (!outcome) journal_.reset();
    judge();
    if (trouble != std::exchange(trouble_, trouble) || outcome) publish();
    pollfd stop{stop_.fd(), POLLIN, 0};
    ::poll(&stop, 1, static_cast<int>(std::chrono::milliseconds(kNewsEvery).count()));
  }
}

// False: to stop.
bool JournalWatch::wait() {
  const int descriptor = journal_ ? journal_->descriptor().value_or(-1) : -1;
  auto timeout = journal_ ? journal_->poll_every() : std::chrono::milliseconds(kRetry);
  if (look_again_) timeout = std::min(timeout.value_or(*look_again_), *look_again_);
  std::array<pollfd, 3> fds{{{stop_.fd(), POLLIN, 0}, {descriptor, POLLIN, 0}, {told_.fd(), POLLIN, 0}}};
  ::poll(fds.data(), fds.size(), static_cast<int>(timeout.value_or(-1ms).count()));
  if (fds[2].revents != 0) told_.clear();
  return fds[0].revents == 0;
}

Status JournalWatch::follow() {
  known_.followed_until_ns = system_clock().wall_ns();
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
  if (is_container(*key)) containers_.saw(key->value, journal.field("CONTAINER_NAME"), journal.realtime_ns());
  auto found = sources_.find(*key);
  const bool fresh = found == sources_.end();
  const bool full = fresh && (is_container(*key) ? sources_.size() >= kMaxJournalContainers : is_full());
  too_many_ |= full;
  if (full) return false;
  const auto& sequence = (*place)->sequence;
  if (fresh) found = sources_.emplace(*key, KnownJournalSource{sequence, 0, system_clock().wall_ns()}).first;
  auto& source = found->second;
  if (fresh && is_container(*key)) {
    source.start = container_start(sequence);
    source.collected = false;  // until it is judged
  }
  if (std::exchange(source.sequence, sequence) != sequence) source.start = source.end = 0;
  source.end = std::max(source.end, (*place)->number + 1);
  return fresh;
}

void JournalWatch::judge() {
  bool changed = false;
  too_many_containers_ = false;
  for (auto at = sources_.begin(); at != sources_.end();) {
    const auto before = at->second;
    const auto standing = is_container(at->first) ? judge(at->first.value, at->second) : ContainerStanding::kSource;
    const bool forgotten = standing == ContainerStanding::kForgotten;
    changed |= forgotten || at->second.said != before.said || at->second.opted_out != before.opted_out;
    at = forgotten ? sources_.erase(at) : std::next(at);
  }
  look_again_ = containers_.look_again();
  if (changed) keep();
}

ContainerStanding JournalWatch::judge(const std::string& container, KnownJournalSource& source) {
  const auto id = id_of({model::kJournalContainer, container});
  const auto told = delivered_.find(id);
  const auto delivered = std::max(source.start, told == delivered_.end() ? 0 : told->second);
  const auto standing = containers_.judge(container, delivered >= source.end, source);
  if (standing == ContainerStanding::kForgotten) delivered_.erase(id);
  const bool full = standing == ContainerStanding::kSource && !source.collected && is_full();
  too_many_containers_ |= full;
  source.collected = standing == ContainerStanding::kSource && !full;
  return standing;
}

void JournalWatch::keep() {
  known_.sources = sources_;
  if (const auto kept = write_file_atomic(options_.inventory_file, encode_journal_inventory(known_), 0600); !kept)
    log::error("what is known of the journal cannot be kept: {}", kept.error().text());
}

void JournalWatch::publish() {
  JournalNews news;
  for (const auto& [key, source] : sources_) {
    if (!source.collected) continue;
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
  if (too_many_ || too_many_containers_)
    notes.push_back(fmt::format("more than {} units and containers write to the journal: the others are left out",
                                kMaxJournalSources));
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
  out.metadata =
      is_container(key) ? source.said : std::map<std::string, std::string>{{"service_name", service_of(key)}};
  out.metadata["journal.field"] = key.field;
  out.metadata["journal.value"] = key.value;
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
