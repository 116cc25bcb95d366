// The `operators` of a receiver, in the order a record passes them.
#pragma once

#include <memory>
#include <optional>
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
  static Result<std::shared_ptr<const OperatorChain>> parse(const ConfigValue& list, const std::string& owner);

  // Takes a batch that nobody else has yet through the operators. What comes out, in order: it, or, where operators
  // gave records different resources, its parts. Records that were left out are named in it. Thread-safe.
  std::vector<LogBatchPtr> run(std::shared_ptr<LogBatch> batch) const;

 private:
  enum class OnError { kSend, kSendQuietly, kDrop, kDropQuietly };
  struct Step {
    std::string id, output, place;
    std::shared_ptr<const Operator> what;
    std::optional<Expression> condition;
    OnError on_error = OnError::kSend;
    std::size_t next = 0;  // the step after it; the number of steps: none
    std::string reason;    // of what it leaves out
    std::unique_ptr<LogRateLimit> log_limit = std::make_unique<LogRateLimit>();
  };
  struct Verdict {
    Fate fate = Fate::kGoesOn;
    const Step* by = nullptr;
    bool failed = false;
  };

  static Result<Step> parse_step(const ConfigValue& value, const std::string& owner, std::size_t index);
  Status link();
  Verdict pass(LogRecord& record, Arena& arena) const;
  Result<Fate> apply(const Step& step, LogRecord& record, Arena& arena) const;
  static void say(const Step& step, const Error& error);

  std::string owner_;
  std::vector<Step> steps_;
};

}  // namespace oc::collector
