// A batch's way through operators of which some join records. Private to OperatorChain.
//
// Records of a group that is still open at the batch's end are not taken, nor is anything behind the first of them: the
// receiver gives it again with what follows. So a joined record is made of one batch, its bytes are delivered with it
// or not at all, and nothing is held between two batches.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "collector/operators/operator_chain.h"
#include "collector/record/batch_reader.h"
#include "collector/record/batch_rewriter.h"

namespace oc::collector {

class JoiningRun {
 public:
  JoiningRun(const OperatorChain& chain, std::shared_ptr<LogBatch> batch);
  OperatorChain::Done run(std::span<const std::uint64_t> ends);

 private:
  using Index = std::uint32_t;
  using Step = OperatorChain::Step;
  using Way = OperatorChain::Way;
  // One record of the batch, or several that were joined: a list by next_member_.
  struct Piece {
    LogRecord record;
    Index head = 0, tail = 0;       // of the list
    Index lowest = 0, highest = 0;  // of its indexes
  };
  struct Group {
    Piece piece;
    std::vector<std::string_view> texts;
    std::size_t bytes = 0;
    bool begun = false;
  };
  // By the number of the step and the group's name.
  using Groups = std::map<std::pair<std::size_t, std::string_view>, Group>;
  struct Outcome {
    enum class Kind { kJoined, kKept, kLeftOut } kind = Kind::kJoined;  // kJoined: it is in another record
    LogRecord record;
    OperatorChain::Verdict verdict;
    std::vector<LogRecord> copies = {};  // that come before it
  };

  void pass_on(Piece& piece, const Way* way);
  bool join(Piece& piece, std::size_t at);
  bool finish(Piece& piece, const Step& step, std::string_view text);
  void add(Groups::iterator group, Piece& piece, bool newest_counts);
  void complete(Groups::iterator group);
  void complete_all(std::size_t at);
  void complete_everything();
  void end_with(const Piece& piece, const OperatorChain::Verdict& verdict, std::vector<LogRecord> copies = {});
  Outcome& outcome_of(Index index);
  void tell(Index index, const Outcome& outcome);
  void tell_until(Index end);
  Index first_open() const;
  void take_until(Index end);
  OperatorChain::Done done();

  const OperatorChain& chain_;
  const Way begin_{};
  const std::shared_ptr<LogBatch> batch_;
  const std::shared_ptr<Arena> arena_ = std::make_shared<Arena>();
  BatchReader reader_;
  Groups groups_;
  BatchRewriter rewriter_;
  std::vector<Index> next_member_;
  // The rewriter is told in order: at once while no group is open, else the outcomes wait here, from told_ on.
  Index told_ = 0;
  std::vector<Outcome> outcomes_;
  std::uint64_t records_ = 0;                    // that came out or were left out
  std::vector<std::pair<Index, Index>> joined_;  // lowest and highest index of what was joined, from told_ on
};

}  // namespace oc::collector
