#include "agent/discovery/journal/published_journal.h"

#include "agent/discovery/journal/syslog_daemon.h"

namespace oc::agent {

namespace {

// A daemon is looked for this often: each time costs a look at all processes.
constexpr std::chrono::seconds kLookForDaemon{10};

}  // namespace

PublishedJournal::PublishedJournal(std::optional<JournalOptions> options, const WakeEvent& wake)
    : watch_(options ? std::make_unique<JournalWatch>(*std::move(options), wake) : nullptr) {
  has_news();
}

bool PublishedJournal::has_news() {
  auto news = watch_ ? watch_->take() : std::nullopt;
  if (!news) return false;
  now_ = *std::move(news);
  return true;
}

void PublishedJournal::set_delivered(const std::map<std::string, std::uint64_t>& offsets_by_source) {
  std::map<std::string, std::uint64_t> of_journal;
  for (const auto& [id, offset] : offsets_by_source)
    if (told_.contains(id)) of_journal[id] = offset;
  if (watch_ && !of_journal.empty()) watch_->set_delivered(of_journal);
}

void PublishedJournal::add_to(CatalogUpdate& update, std::vector<contracts::LedgerEntry>& ledger,
                              const std::function<std::optional<std::string>(std::string_view name)>& source_named) {
  if (!watch_) return;
  notes_ = now_.notes;
  const auto now = std::chrono::steady_clock::now();
  if (!now_.sources.empty() && now >= look_for_daemon_at_) {
    copied_ = copied_by_syslog(source_named);
    look_for_daemon_at_ = now + kLookForDaemon;
  }
  if (copied_) notes_.push_back("the journal is left out: " + *copied_);
  const std::map<std::string, model::DiscoveredLogSource> none;
  const auto& sources = copied_ ? none : now_.sources;
  for (const auto& [id, source] : sources) {
    const auto told = told_.find(id);
    if (told == told_.end() || told->second != source) update.upserted.push_back(source);
    const auto& entry = now_.ledger.at(id);
    if (std::exchange(told_ends_[id], entry.last_newline_end) != entry.last_newline_end) ledger.push_back(entry);
  }
  for (const auto& [id, source] : told_)
    if (!sources.contains(id)) {
      update.removed.push_back(id);
      told_ends_.erase(id);
    }
  told_ = sources;
}

}  // namespace oc::agent
