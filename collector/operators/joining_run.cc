#include "collector/operators/joining_run.h"

#include <algorithm>

#include "collector/record/resource_parts.h"

namespace oc::collector {

namespace {

std::string_view joined_text(const std::vector<std::string_view>& texts, std::string_view separator, Arena& arena) {
  if (texts.size() == 1) return texts.front();
  std::string text;
  for (const auto part : texts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return arena.copy(text);
}

}  // namespace

JoiningRun::JoiningRun(const OperatorChain& chain, std::shared_ptr<LogBatch> batch)
    : chain_(chain),
      batch_(std::move(batch)),
      reader_(*batch_, *arena_),
      rewriter_(reader_, arena_, chain_.shared_from_this()),
      next_member_(reader_.size()) {}

OperatorChain::Done JoiningRun::run(std::span<const std::uint64_t> ends) {
  auto end = ends.begin();
  for (Index i = 0; i < reader_.size(); ++i) {
    for (; end != ends.end() && *end <= batch_->records[i].offset; ++end) complete_everything();
    Piece piece{reader_.record(i), i, i, i, i};
    pass_on(piece, &begin_);
    if (groups_.empty()) tell_until(i + 1);
  }
  if (std::ranges::binary_search(ends, batch_->range.end)) complete_everything();
  take_until(first_open());
  return done();
}

// Behind a step with several outputs nothing is joined any more.
void JoiningRun::pass_on(Piece& piece, const Way* way) {
  std::vector<LogRecord> copies;
  while (true) {
    if (!way->also.empty()) chain_.pass_copies(piece.record, *way, *arena_, copies);
    if (way->next >= chain_.steps_.size()) break;
    const auto at = way->next;
    const auto& step = chain_.steps_[at];
    way = &step.way;
    if (step.what->joins()) {
      const auto applies = step.applies_to(piece.record, *arena_);
      if (!applies && step.drops_after(applies.error())) return end_with(piece, {Fate::kLeftOut, &step, true});
      if (applies && *applies && !join(piece, at)) return;
      continue;
    }
    const auto taken = chain_.apply(step, piece.record, *arena_);
    if (taken && !*taken) return end_with(piece, {Fate::kLeftOut, &step, false}, std::move(copies));
    if (!taken && step.drops_after(taken.error()))
      return end_with(piece, {Fate::kLeftOut, &step, true}, std::move(copies));
    if (taken) way = *taken;
  }
  end_with(piece, {}, std::move(copies));
}

// Whether the piece goes on by itself: it is complete, or has no place. What has none interrupts: nothing is joined
// across it.
bool JoiningRun::join(Piece& piece, std::size_t at) {
  const auto& step = chain_.steps_[at];
  const auto& rules = *step.what->joins();
  const auto placed = step.what->place(piece.record, *arena_);
  if (!placed) {
    complete_all(at);
    if (!step.drops_after(placed.error())) return true;
    end_with(piece, {Fate::kLeftOut, &step, true});
    return false;
  }
  auto group = groups_.find({at, placed->group});
  if (group != groups_.end() && placed->begins) {
    complete(group);
    group = groups_.end();
  }
  if (group == groups_.end() && placed->ends) return finish(piece, step, placed->text);
  if (group == groups_.end()) {
    if (groups_.size() >= rules.most_groups) complete_all(at);
    group = groups_.emplace(std::pair(at, placed->group), Group{piece, {}, 0, placed->begins}).first;
  } else {
    add(group, piece, rules.newest_counts);
  }
  auto& found = group->second;
  found.texts.push_back(placed->text);
  found.bytes += placed->text.size() + (found.bytes > 0 ? rules.separator.size() : 0);
  const auto most = found.begun ? rules.most_records : std::min(rules.most_records, rules.most_unbegun_records);
  if (placed->ends || found.texts.size() >= most || (rules.most_bytes > 0 && found.bytes > rules.most_bytes))
    complete(group);
  return false;
}

void JoiningRun::add(Groups::iterator group, Piece& piece, bool newest_counts) {
  auto& whole = group->second.piece;
  next_member_[whole.tail] = piece.head;
  whole.tail = piece.tail;
  whole.lowest = std::min(whole.lowest, piece.lowest);
  whole.highest = std::max(whole.highest, piece.highest);
  if (newest_counts) whole.record = piece.record;
}

// Whether it goes on.
bool JoiningRun::finish(Piece& piece, const Step& step, std::string_view text) {
  const auto finished = step.what->finish(piece.record, text, *arena_);
  if (finished || !step.drops_after(finished.error())) return true;
  end_with(piece, {Fate::kLeftOut, &step, true});
  return false;
}

void JoiningRun::complete(Groups::iterator group) {
  const auto& step = chain_.steps_[group->first.first];
  Group done = std::move(group->second);
  groups_.erase(group);
  if (done.texts.size() > 1) joined_.emplace_back(done.piece.lowest, done.piece.highest);
  const auto text = joined_text(done.texts, step.what->joins()->separator, *arena_);
  if (finish(done.piece, step, text)) pass_on(done.piece, &step.way);
}

// Of this step, the longest open first.
void JoiningRun::complete_all(std::size_t at) {
  std::vector<Groups::iterator> open;
  for (auto group = groups_.lower_bound({at, {}}); group != groups_.end() && group->first.first == at; ++group)
    open.push_back(group);
  std::ranges::sort(open, {}, [](const auto& group) { return group->second.piece.lowest; });
  for (const auto group : open) complete(group);
}

void JoiningRun::complete_everything() {
  for (std::size_t at = 0; at < chain_.steps_.size() && !groups_.empty(); ++at) complete_all(at);
}

void JoiningRun::end_with(const Piece& piece, const OperatorChain::Verdict& verdict, std::vector<LogRecord> copies) {
  LogRecord record = piece.record;
  const bool left_out = verdict.fate == Fate::kLeftOut && copies.empty();
  if (verdict.fate == Fate::kLeftOut && !copies.empty()) {  // the last of the copies stands for it
    record = copies.back();
    copies.pop_back();
  }
  if (!left_out && piece.lowest == told_ && outcomes_.empty() && groups_.empty()) {
    tell(told_++, {Outcome::Kind::kKept, record, {}, std::move(copies)});
  } else if (!left_out) {
    outcome_of(piece.lowest) = {Outcome::Kind::kKept, record, {}, std::move(copies)};
  } else {
    for (Index member = piece.head;; member = next_member_[member]) {
      outcome_of(member) = {Outcome::Kind::kLeftOut, {}, verdict};
      if (member == piece.tail) return;
    }
  }
}

JoiningRun::Outcome& JoiningRun::outcome_of(Index index) {
  if (index - told_ >= outcomes_.size()) outcomes_.resize(index - told_ + 1);
  return outcomes_[index - told_];
}

void JoiningRun::tell(Index index, const Outcome& outcome) {
  for (const auto& copy : outcome.copies) rewriter_.keep(index, copy);
  if (outcome.kind == Outcome::Kind::kKept) rewriter_.keep(index, outcome.record);
  if (outcome.kind == Outcome::Kind::kLeftOut) rewriter_.leave_out(index, outcome.verdict.reason());
  if (outcome.kind != Outcome::Kind::kJoined) ++records_;
}

// What has no outcome was joined with another.
void JoiningRun::tell_until(Index end) {
  for (Index i = 0; i < outcomes_.size() && told_ + i < end; ++i) tell(told_ + i, outcomes_[i]);
  outcomes_.clear();
  joined_.clear();
  told_ = end;
}

// The first record that is not taken: of an open group, or joined with one that is not taken.
JoiningRun::Index JoiningRun::first_open() const {
  auto end = static_cast<Index>(reader_.size());
  for (const auto& [name, group] : groups_) end = std::min(end, group.piece.lowest);
  for (bool moved = true; std::exchange(moved, false);)
    for (const auto& [lowest, highest] : joined_)
      if (lowest < end && highest >= end) {
        end = lowest;
        moved = true;
      }
  return end;
}

void JoiningRun::take_until(Index end) {
  tell_until(end);
  if (end == reader_.size()) return;
  batch_->range.end = end == 0 ? batch_->range.start : batch_->records[end].offset;
  batch_->records.resize(end);
  if (!batch_->fields.empty()) batch_->fields.resize(end);
}

OperatorChain::Done JoiningRun::done() {
  OperatorChain::Done done{{}, batch_->range.end, records_};
  if (batch_->range.end == batch_->range.start) return done;
  rewriter_.finish(*batch_);
  done.parts = resource_parts(batch_, rewriter_.origins());
  return done;
}

}  // namespace oc::collector
