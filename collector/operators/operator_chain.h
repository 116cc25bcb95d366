// The `operators` of a receiver, in the order a record passes them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/expr/expression.h"
#include "collector/operators/operator.h"
#include "collector/pipeline/batch.h"
#include "collector/pipeline/log_rate_limit.h"

namespace oc::collector {

class OperatorChain : public std::enable_shared_from_this<OperatorChain> {
 public:
  // `list` is the value of the key `operators`; `owner` the receiver's id, for messages and as the reason of what is
  // left out: "file_log/ab12 noise operator".
  // `first`: a step before those of the list, to which no output leads; or nullptr.
  static Result<std::shared_ptr<const OperatorChain>> parse(const ConfigValue& list, const std::string& owner,
                                                            std::shared_ptr<const Operator> first = nullptr);

  struct Done {
    std::vector<LogBatchPtr> parts;  // in order: the batch, or, where operators gave records different resources, parts
    std::uint64_t taken_until = 0;   // of the file; what lies behind belongs to a group that goes on: give it again
    std::uint64_t records = 0;       // that came out or were left out
  };
  // Takes a batch that nobody else has yet through the operators. Records that were left out are named in it; one that
  // became several is there as often, with the same offset.
  // `ends`: sorted offsets of the file across which nothing is joined. What comes out depends on them and on the bytes,
  // not on how the file was read into batches. Thread-safe.
  Done run(std::shared_ptr<LogBatch> batch, std::span<const std::uint64_t> ends) const;
  // How long a group waits for its end; 0: nothing is joined.
  Duration flush_after() const;

 private:
  friend class JoiningRun;
  enum class OnError { kSend, kSendQuietly, kDrop, kDropQuietly };
  // Where a record goes on: at `next`, copies of it at `also` before. The number of steps: at the chain's end.
  struct Way {
    std::size_t next = 0;
    std::vector<std::size_t> also = {};
  };
  struct Step {
    std::string id, place;
    std::vector<std::string> outputs;
    std::shared_ptr<const Operator> what;
    std::optional<Expression> condition;
    OnError on_error = OnError::kSend;
    Way way;                // from it
    std::vector<Way> ways;  // likewise, of one that routes
    std::string reason;     // of what it leaves out
    std::unique_ptr<LogRateLimit> log_limit = std::make_unique<LogRateLimit>();

    // Says it, if it is to be said. Whether the record is left out.
    bool drops_after(const Error& error) const;
    Result<bool> applies_to(const LogRecord& record, Arena& arena) const;
  };
  struct Verdict {
    Fate fate = Fate::kGoesOn;
    const Step* by = nullptr;
    bool failed = false;
    std::string reason() const { return failed ? by->reason + std::string(kOnError) : by->reason; }
  };

  static Result<Step> parse_step(const ConfigValue& value, const std::string& owner, std::size_t index);
  Status link();
  // From step `at` on. Copies that come to the end are put behind `copies`.
  Verdict pass(LogRecord& record, std::size_t at, Arena& arena, std::vector<LogRecord>& copies) const;
  void pass_copies(const LogRecord& record, const Way& way, Arena& arena, std::vector<LogRecord>& copies) const;
  Result<Way> way_to(const Step& step, const std::vector<std::string>& outputs) const;
  Status refuse_circles() const;
  Status refuse_joins_of_copies() const;
  std::vector<std::size_t> next_of(const Step& step) const;
  // Its way on; nullptr: it was left out.
  Result<const Way*> apply(const Step& step, LogRecord& record, Arena& arena) const;

  std::string owner_;
  std::vector<Step> steps_;
};

}  // namespace oc::collector
