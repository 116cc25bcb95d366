#include "collector/receivers/journald/journal_bell.h"

namespace oc::collector {

namespace {

using std::chrono::milliseconds;

// Between two looks at a journal that is being written.
constexpr milliseconds kNewsInterval{10};
// A journal that is not there yet, or fails.
constexpr milliseconds kBellRetry{1'000};
// Where the kernel does tell, this is only in case.
constexpr milliseconds kLook{30'000};
// With more of them everybody is told, which costs less than asking whose each is.
constexpr int kMostEntries = 1'000;

}  // namespace

int JournalBell::descriptor(Time now) const {
  if (!journal_ || now < listen_from_) return -1;
  return journal_->descriptor().value_or(-1);
}

// At its end: what is written from now on is news.
bool JournalBell::open(Time now) {
  auto opened = Journal::open(directory_, files_);
  const bool at_end = opened && opened->descriptor() && opened->seek_last();
  due_ = now + kBellRetry;
  if (at_end) journal_ = *std::move(opened);
  return at_end;
}

void JournalBell::take_news(Time now, const std::function<void(const Journal*)>& on_entry) {
  if (!journal_) {
    if (open(now)) on_entry(nullptr);
    return;
  }
  journal_->take_news();
  int entries = 0;
  auto there = journal_->next();
  for (; there && *there && entries < kMostEntries; there = journal_->next(), ++entries) on_entry(&*journal_);
  if (there && *there) there = journal_->seek_last();
  if (entries == kMostEntries || !there) on_entry(nullptr);
  if (!there) journal_.reset();
  listen_from_ = now + kNewsInterval;
  due_ = now + (there ? journal_->poll_every().value_or(kLook) : kBellRetry);
}

}  // namespace oc::collector
