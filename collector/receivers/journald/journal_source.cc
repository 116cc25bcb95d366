#include "collector/receivers/journald/journal_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/arena.h"
#include "base/log.h"
#include "collector/receivers/file_log/checkpoint.h"
#include "collector/receivers/journald/journal_entry.h"

namespace oc::collector {

namespace {

namespace otlp = contracts::otlp;

constexpr std::size_t kMaxBatchRecords = 1'000;
constexpr std::size_t kMaxBatchBytes = 256 << 10;  // as of a file's block
// Entries of others that are passed over in a turn: some ten milliseconds, then it is the next source's turn.
constexpr std::size_t kMaxPassedOver = 10'000;
// A journal that is not there yet, or fails.
constexpr std::chrono::seconds kRetry{1};
// How often a pipeline that was full is asked again.
constexpr std::chrono::milliseconds kBlockedWait{20};

// What the records of a batch view.
struct BatchMemory {
  Arena arena;
  std::shared_ptr<const JournaldConfig> config;
};

}  // namespace

JournalSource::JournalSource(const Host& host, std::string source_id, std::shared_ptr<TaskInbox> inbox)
    : host_(host), source_id_(std::move(source_id)), inbox_(std::move(inbox)) {}

void JournalSource::set_up(Setup setup) {
  const bool first = config_ == nullptr;
  owner_ = setup.owner;
  config_ = std::move(setup.config);
  consumer_ = std::move(setup.consumer);
  storage_ = std::move(setup.storage);
  running_ = std::move(setup.running);
  stopped_ = false;
  if (!ledger_) ledger_ = std::make_unique<SourceLedger>(host_.metrics, source_id_, setup.receiver);
  if (first) take_up_checkpoint();
  changed_ = true;  // the storage may be another one
  stream_.reset();
  close();  // other entries may be wanted now
  begin_config();
  read_again();
}

void JournalSource::take_up_checkpoint() {
  for (const auto& [key, value] : storage_ ? storage_->read(journal_checkpoint_key(source_id_))
                                           : std::vector<std::pair<std::string, std::string>>()) {
    if (key != journal_checkpoint_key(source_id_)) continue;
    auto checkpoint = decode_journal_checkpoint(value);
    if (checkpoint)
      kept_ = *std::move(checkpoint);
    else
      log::error("{}: {}; reading begins as if there were none", source_id_, checkpoint.error().text());
  }
  read_ = kept_.delivered;
  const auto place = JournalPlace::of_cursor(read_.cursor);
  if (place && read_.ends.contains(place->sequence)) ledger_->acknowledged_offset(read_.ends[place->sequence]);
}

void JournalSource::run_under(std::shared_ptr<const RunningConfig> running) {
  running_ = std::move(running);
  begin_config();
}

// As of a file: what is not delivered yet may have been read under this config.
void JournalSource::begin_config() {
  if (!kept_.floors.empty() && kept_.floors.back().config_hash == running_->hash) return;
  kept_.floors.push_back({running_->hash, kept_.delivered});
  if (kept_.floors.size() > kKeptFloors) kept_.floors.erase(kept_.floors.begin());
  changed_ = true;
}

void JournalSource::read_again() {
  const auto taken_back = [&](const JournalFloor& floor) {
    return std::ranges::find(running_->reread, floor.config_hash) != running_->reread.end();
  };
  const auto lowest = std::ranges::find_if(kept_.floors, taken_back);
  if (lowest == kept_.floors.end()) return;
  read_ = kept_.delivered = lowest->position;
  std::erase_if(kept_.floors, taken_back);
  for (auto& floor : kept_.floors) floor.position = kept_.delivered;
  log::info("journald: {} is read again from {} on", source_id_, read_.cursor.empty() ? "the beginning" : read_.cursor);
  ++epoch_;
  pending_.clear();
  settled_.clear();
  returned_.clear();
  stream_.reset();
  close();
  changed_ = true;
}

Status JournalSource::open() {
  OC_TRY_ASSIGN(journal_, config_->open());
  (void)journal_->descriptor();  // watched before it is read, or what comes in between goes unnoticed
  if (auto gone = go_to_position(); !gone) {
    journal_.reset();
    return gone;
  }
  return {};
}

// So that next() gives the entry after what was read.
Status JournalSource::go_to_position() {
  if (read_.cursor.empty()) return go_to_start();
  if (auto sought = journal_->seek(read_.cursor); !sought) {
    log::warn("journald: {}: its place is no cursor of this journal: read from the beginning", source_id_);
    return journal_->seek_head();
  }
  OC_TRY_ASSIGN(const bool there, journal_->next());
  if (!there) return {};
  OC_TRY_ASSIGN(auto cursor, journal_->cursor());
  if (JournalPlace::of_cursor(cursor) != JournalPlace::of_cursor(read_.cursor)) next_cursor_ = std::move(cursor);
  return {};
}

Status JournalSource::go_to_start() {
  if (std::exchange(started_, true) && !config_->start_at_beginning && config_->start_offset == 0)
    return journal_->seek_head();  // it was empty
  if (!config_->start_at_beginning && config_->start_offset == 0) {
    OC_TRY_ASSIGN(const bool there, journal_->seek_last());
    if (!there) return {};
    OC_TRY_ASSIGN(const auto cursor, journal_->cursor());
    if (const auto place = JournalPlace::of_cursor(cursor)) read_ = {cursor, {{place->sequence, place->number + 1}}};
    kept_.delivered = read_;
    changed_ = true;
    return {};
  }
  OC_TRY(journal_->seek_head());
  if (config_->start_offset == 0) return {};
  OC_TRY_ASSIGN(const bool there, journal_->next());
  if (!there) return journal_->seek_head();
  OC_TRY_ASSIGN(const auto head, journal_->cursor());
  auto place = JournalPlace::of_cursor(head);
  if (!place) return permanent("the journal gives no places");
  place->number = config_->start_offset;
  read_.ends[place->sequence] = place->number;
  return journal_->seek(place->cursor());
}

// To the next entry; its cursor is next_cursor_.
Result<bool> JournalSource::move_on() {
  if (!next_cursor_.empty()) return true;
  OC_TRY_ASSIGN(const bool there, journal_->next());
  if (!there) return false;
  OC_TRY_ASSIGN(next_cursor_, journal_->cursor());
  return true;
}

// nullptr: there is nothing to read.
Result<std::shared_ptr<LogBatch>> JournalSource::read_batch() {
  auto memory = std::make_shared<BatchMemory>(BatchMemory{{}, config_});
  auto attributes = otlp::Value::empty_map();
  for (const auto& [key, value] : config_->attributes)
    attributes.append(key, otlp::Value::of(std::string_view(value)), memory->arena);
  std::shared_ptr<LogBatch> batch;
  std::string sequence;
  std::size_t passed_over = 0;
  while (!batch || (batch->records.size() < kMaxBatchRecords && memory->arena.bytes() < kMaxBatchBytes)) {
    OC_TRY_ASSIGN(const bool there, move_on());
    if (!there) break;
    const auto place = JournalPlace::of_cursor(next_cursor_);
    if (!place) return permanent(fmt::format("the journal's cursor '{}' is not understood", next_cursor_));
    if (config_->leaves_out(*journal_)) {
      pass_over();
      more_ = ++passed_over >= kMaxPassedOver;
      if (more_) break;
      continue;
    }
    if (batch && place->sequence != sequence) break;
    const auto end = read_.ends.contains(place->sequence) ? read_.ends[place->sequence] : 0;
    if (place->number < end) {  // a sequence that does not rise: the entry was read before
      next_cursor_.clear();
      continue;
    }
    if (!batch) {
      sequence = place->sequence;
      connect(sequence);
      batch = std::make_shared<LogBatch>();
      batch->range.start = end;
      batch->observed_ns = host_.clock.wall_ns();
    }
    batch->fields.push_back(
        entry_fields(*journal_, next_cursor_, attributes, config_->convert_message_bytes, memory->arena));
    batch->records.push_back({{}, place->number});
    batch->range.end = read_.ends[sequence] = place->number + 1;
    read_.cursor = std::exchange(next_cursor_, {});
  }
  if (!batch) return batch;
  batch->stream = stream_;
  batch->listener = listener_;
  batch->added_bytes = memory->arena.bytes();
  batch->memory = std::move(memory);
  return batch;
}

// The next look goes on behind it, after a restart, too: the entry may be one of millions.
void JournalSource::pass_over() {
  read_.cursor = std::exchange(next_cursor_, {});
  if (!pending_.empty()) return;
  kept_.delivered = read_;
  changed_ = true;
}

void JournalSource::hand_on(std::shared_ptr<LogBatch> batch) {
  const auto range = batch->range;
  pending_.push_back({batch->stream->file_id, range, read_.cursor});
  ledger_->read(range.end - range.start, batch->records.size());
  if (!config_->operators) return consumer_->consume(std::move(batch));
  const auto memory = batch->memory;
  auto done = config_->operators->run(std::move(batch), {});
  for (auto& part : done.parts) consumer_->consume(std::move(part));
}

bool JournalSource::send_returned() {
  while (!returned_.empty()) {
    if (!consumer_->ready()) return false;
    consumer_->consume(std::move(returned_.front()));
    returned_.pop_front();
  }
  return true;
}

std::optional<JournalSource::Time> JournalSource::take_turn(Time now) {
  if (stopped_) return std::nullopt;
  last_turn_ = now;
  if (!send_returned() || !consumer_->ready()) return now + kBlockedWait;
  if (journal_) {
    journal_->take_news();  // files that are new
  } else if (auto opened = open(); !opened) {
    fail(opened.error());
    return now + kRetry;
  }
  auto batch = read_batch();
  if (!batch) {
    fail(batch.error());
    close();
    return now + kRetry;
  }
  if (!*batch) return std::exchange(more_, false) ? std::optional(now) : std::nullopt;
  hand_on(*std::move(batch));
  return now;
}

bool JournalSource::may_want(const Journal& journal) const {
  const auto holds = [&](const auto& match) {
    return std::ranges::all_of(match,
                               [&](const auto& part) { return journal.field(part.first.c_str()) == part.second; });
  };
  const bool matches = config_->matches.empty() || std::ranges::any_of(config_->matches, holds);
  return matches && !config_->leaves_out(journal);
}

void JournalSource::close() {
  journal_.reset();
  next_cursor_.clear();
}

void JournalSource::fail(const Error& error) { ledger_->last_error(error.message); }

void JournalSource::stop_reading() {
  stopped_ = true;
  close();
  save();
}

void JournalSource::save() {
  if (!std::exchange(changed_, false) || !storage_) return;
  storage_->write({{journal_checkpoint_key(source_id_), encode_checkpoint(kept_)}}, {});
}

}  // namespace oc::collector
