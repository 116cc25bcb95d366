// Hears of new entries of one journal, whoever they are for: sources need no journal open while there is nothing for
// them. Used from the journal loop's thread only.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/journal/journal.h"

namespace oc::collector {

class JournalBell {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // As Journal::open().
  JournalBell(std::string directory, std::vector<std::string> files)
      : directory_(std::move(directory)), files_(std::move(files)) {}

  // Readable when there is news; -1: it is not to be waited on now.
  int descriptor(Time now) const;
  // When to take news, or to ask for the descriptor again, whatever it tells.
  Time due(Time now) const { return listen_from_ > now ? listen_from_ : due_; }
  // Tells of each new entry, or, where that would take long or cannot be known, of nothing (nullptr): it may be any.
  void take_news(Time now, const std::function<void(const Journal*)>& on_entry);

 private:
  bool open(Time now);

  const std::string directory_;
  const std::vector<std::string> files_;
  std::optional<Journal> journal_;
  Time listen_from_{};  // a busy journal is looked at now and then: each time costs a look at all of its files
  Time due_{};
};

}  // namespace oc::collector
