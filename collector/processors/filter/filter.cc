#include "collector/processors/filter/filter.h"

#include "base/log.h"
#include "collector/record/batch_rewriter.h"

namespace oc::collector {

namespace {

LogBatchPtr without_all(const LogBatchPtr& batch, const BatchReader& reader, const std::string& reason) {
  BatchRewriter none(reader, nullptr, nullptr);
  for (std::size_t i = 0; i < reader.size(); ++i) none.leave_out(i, reason);
  auto rest = LogBatch::derive(batch);
  none.finish(*rest);
  return rest;
}

}  // namespace

LogBatchPtr FilterProcessor::process(LogBatchPtr batch) {
  const auto arena = std::make_shared<Arena>();
  const BatchReader reader(*batch, *arena);
  BatchRewriter rewriter(reader, arena, nullptr);
  for (std::size_t i = 0; i < reader.size(); ++i) {
    const LogRecord record = reader.record(i);
    switch (judge(record, *arena)) {
      case Verdict::kKeep:
        rewriter.keep(i, record);
        break;
      case Verdict::kLeaveOut:
        rewriter.leave_out(i, id_);
        break;
      case Verdict::kRefuseBatch:
        return refused(without_all(batch, reader, id_ + std::string(kOnError)));
    }
  }
  if (!rewriter.changed_any()) return batch;
  auto rest = LogBatch::derive(batch);
  rewriter.finish(*rest);
  return rest;
}

// A sink that remembers ranges is told what was left out of a file; of pushed data there is nothing to tell it.
LogBatchPtr FilterProcessor::refused(LogBatchPtr without_records) {
  if (!without_records->stream->pushed) return without_records;
  without_records->settle();
  return nullptr;
}

FilterProcessor::Verdict FilterProcessor::judge(const LogRecord& record, Arena& arena) {
  for (const auto& condition : config_->conditions) {
    const auto holds = condition.test(record, arena);
    if (holds && *holds) return Verdict::kLeaveOut;
    if (holds) continue;
    if (config_->error_mode != FilterConfig::ErrorMode::kSilent) say(condition, holds.error());
    if (config_->error_mode == FilterConfig::ErrorMode::kPropagate) return Verdict::kRefuseBatch;
  }
  const bool left_out = (config_->include && !config_->include->matches(record)) ||
                        (config_->exclude && config_->exclude->matches(record));
  return left_out ? Verdict::kLeaveOut : Verdict::kKeep;
}

void FilterProcessor::say(const Condition& condition, const Error& error) {
  std::uint64_t unsaid = 0;
  if (log_limit_.allow(std::chrono::steady_clock::now(), unsaid))
    log::warn("{}: condition '{}': {}; {} more since the last such line", id_, condition.text(), error.text(), unsaid);
}

ProcessorFactory filter_factory() {
  return {.type = "filter",
          .aliases = {},
          .parse = parse_filter_config,
          .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config,
                     const Host&) -> std::shared_ptr<Processor> {
            return std::make_shared<FilterProcessor>(id, std::static_pointer_cast<const FilterConfig>(config));
          }};
}

}  // namespace oc::collector
