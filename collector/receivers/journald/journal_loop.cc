#include "collector/receivers/journald/journal_loop.h"

#include <algorithm>
#include <future>
#include <utility>

#include <fmt/ranges.h>
#include <poll.h>

namespace oc::collector {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kSaveInterval{500};
// Journals kept open for sources that nothing was read of lately: each holds a descriptor for each of its files.
constexpr std::size_t kMaxOpen = 16;

// The same for all that read the same journal.
std::string name_of(const JournaldConfig& config) {
  return fmt::format("{}\n{}", config.directory, fmt::join(config.files, "\n"));
}

}  // namespace

JournalLoop::JournalLoop(const Host& host)
    : host_(host), thread_([this](const std::stop_token& stopping) { run(stopping); }) {}

JournalLoop::~JournalLoop() {
  thread_.request_stop();
  inbox_->post([] {});
  thread_.join();
  for (const auto& [id, entry] : sources_) entry.source->save();
}

void JournalLoop::on_loop(std::function<void()> task) {
  std::promise<void> done;
  inbox_->post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void JournalLoop::on_source(const std::string& source_id, const void* owner,
                            const std::function<void(JournalSource&)>& task) {
  const auto found = sources_.find(source_id);
  if (found == sources_.end() || found->second.source->owner() != owner) return;
  task(*found->second.source);
  found->second.due = steady_clock::now();
}

void JournalLoop::add(const std::string& source_id, JournalSource::Setup setup) {
  inbox_->post([this, source_id, setup = std::move(setup)]() mutable {
    auto& entry = sources_[source_id];
    if (!entry.source) entry.source = std::make_shared<JournalSource>(host_, source_id, inbox_);
    entry.source->set_up(std::move(setup));
    const auto& config = entry.source->config();
    entry.journal = name_of(config);
    bells_.try_emplace(entry.journal, config.directory, config.files);
    entry.due = steady_clock::now();
  });
}

void JournalLoop::remove(const std::string& source_id, const void* owner) {
  on_loop([&] { on_source(source_id, owner, [](auto& source) { source.stop_reading(); }); });
}

void JournalLoop::set_consumer(const std::string& source_id, const void* owner, std::shared_ptr<LogConsumer> consumer) {
  on_loop([&] { on_source(source_id, owner, [&](auto& source) { source.set_consumer(consumer); }); });
}

void JournalLoop::run_under(const std::string& source_id, const void* owner,
                            std::shared_ptr<const RunningConfig> running) {
  inbox_->post([this, source_id, owner, running = std::move(running)] {
    on_source(source_id, owner, [&](auto& source) { source.run_under(running); });
  });
}

void JournalLoop::read_again(const std::string& source_id, const void* owner) {
  inbox_->post([this, source_id, owner] { on_source(source_id, owner, [](auto& source) { source.read_again(); }); });
}

void JournalLoop::run(const std::stop_token& stopping) {
  while (!stopping.stop_requested()) {
    inbox_->run_all();
    take_turns();
    save();
    wait();
  }
  inbox_->run_all();
}

void JournalLoop::take_turns() {
  const auto now = steady_clock::now();
  for (auto& [id, entry] : sources_) {
    if (!entry.due || *entry.due > now) continue;
    entry.due = entry.source->take_turn(now);
    close_some();
  }
}

void JournalLoop::wait() {
  const auto now = steady_clock::now();
  auto until = now + kSaveInterval;
  for (const auto& [id, entry] : sources_)
    if (entry.due) until = std::min(until, *entry.due);
  std::vector<pollfd> fds{{inbox_->descriptor(), POLLIN, 0}};
  std::vector<std::string> journals;
  for (const auto& [journal, bell] : bells_) {
    until = std::min(until, bell.due(now));
    fds.push_back({bell.descriptor(now), POLLIN, 0});
    journals.push_back(journal);
  }
  const auto timeout = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - now));
  ::poll(fds.data(), fds.size(), static_cast<int>(timeout.count()));
  const auto woken = steady_clock::now();
  for (std::size_t i = 0; i < journals.size(); ++i) {
    const auto& bell = bells_.at(journals[i]);
    if (fds[i + 1].revents != 0 || (bell.due(woken) <= woken)) take_news(journals[i], woken);
  }
}

void JournalLoop::take_news(const std::string& journal, Time now) {
  bells_.at(journal).take_news(now, [&](const Journal* present) {
    for (auto& [id, entry] : sources_)
      if (entry.journal == journal && !entry.due && (present == nullptr || entry.source->may_want(*present)))
        entry.due = now;
  });
}

// The longest idle ones: they go on where they were.
void JournalLoop::close_some() {
  std::vector<std::pair<Time, JournalSource*>> open;
  for (const auto& [id, entry] : sources_)
    if (entry.source->is_open()) open.emplace_back(entry.source->last_turn(), entry.source.get());
  if (open.size() <= kMaxOpen) return;
  std::ranges::sort(open);
  for (std::size_t i = 0; i < open.size() - kMaxOpen; ++i) open[i].second->close();
}

void JournalLoop::save() {
  const auto now = steady_clock::now();
  if (now < next_save_) return;
  next_save_ = now + kSaveInterval;
  for (const auto& [id, entry] : sources_) entry.source->save();
  std::erase_if(sources_, [](const auto& entry) { return entry.second.source->finished(); });
  std::erase_if(bells_, [&](const auto& bell) {
    return std::ranges::none_of(sources_, [&](const auto& entry) { return entry.second.journal == bell.first; });
  });
}

}  // namespace oc::collector
