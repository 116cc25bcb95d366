#include "collector/operators/operator_chain.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "collector/operators/joining_run.h"
#include "collector/operators/parser_keys.h"
#include "collector/record/batch_rewriter.h"
#include "collector/record/resource_parts.h"

namespace oc::collector {

namespace {

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const auto& factory : operator_list()) names.emplace_back(factory.type);
  return names;
}

// Official operators that are not here yet.
constexpr std::string_view kLater[] = {"csv_parser",        "syslog_parser", "trace_parser",
                                       "scope_name_parser", "router",        "sanitize_utf8"};

Result<const OperatorFactory*> find_factory(const ConfigValue& value, const std::string& owner) {
  const auto* type = value.find("type");
  if (!type || type->scalar.empty())
    return permanent(fmt::format("{}: {}: 'type' is missing", value.place, owner),
                     fmt::format("there are: {}", fmt::join(type_names(), ", ")));
  for (const auto& factory : operator_list())
    if (factory.type == type->scalar) return &factory;
  const bool later = std::ranges::find(kLater, type->scalar) != std::end(kLater);
  auto hint = nearest_hint(type->scalar, type_names());
  if (later || hint.empty()) hint = fmt::format("there are: {}", fmt::join(type_names(), ", "));
  return permanent(fmt::format("{}: {}: operator type '{}' is {}", type->place, owner, type->scalar,
                               later ? "not supported yet" : "not known"),
                   std::move(hint));
}

}  // namespace

Result<OperatorChain::Step> OperatorChain::parse_step(const ConfigValue& value, const std::string& owner,
                                                      std::size_t index) {
  const auto name = fmt::format("{}: operators[{}]", owner, index);
  if (!value.is_map()) return permanent(fmt::format("{}: {}: a map with a 'type' is expected", value.place, name));
  OC_TRY_ASSIGN(const auto* factory, find_factory(value, name));
  Step step{.id = std::string(factory->type), .output = {}, .place = value.place};
  ConfigReader reader(value, fmt::format("{} ({})", name, factory->type));
  std::string type, on_error = "send";
  reader.text("type", type);
  reader.text("id", step.id);
  reader.text("output", step.output);
  reader.text("on_error", on_error);
  step.condition = read_condition(reader, "if");
  constexpr std::pair<std::string_view, OnError> kOnError[] = {{"send", OnError::kSend},
                                                               {"send_quiet", OnError::kSendQuietly},
                                                               {"drop", OnError::kDrop},
                                                               {"drop_quiet", OnError::kDropQuietly}};
  const auto known = std::ranges::find(kOnError, on_error, &std::pair<std::string_view, OnError>::first);
  if (known == std::end(kOnError)) {
    reader.fail("on_error", fmt::format("'on_error' must be send, send_quiet, drop or drop_quiet, not '{}'", on_error));
  } else {
    step.on_error = known->second;
  }
  step.what = factory->parse(reader);
  OC_TRY(reader.finish());
  return step;
}

Result<std::shared_ptr<const OperatorChain>> OperatorChain::parse(const ConfigValue& list, const std::string& owner) {
  if (list.kind != ConfigValue::Kind::kList)
    return permanent(fmt::format("{}: {}: 'operators' must be a list", list.place, owner));
  auto chain = std::make_shared<OperatorChain>();
  chain->owner_ = owner;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    OC_TRY_ASSIGN(Step step, parse_step(list.items[i], owner, i));
    // Where two have no id of their own, the second's is its type with a number, as in the official collector.
    const auto same_id = [&](const std::string& id) {
      return std::ranges::find(chain->steps_, id, &Step::id) != chain->steps_.end();
    };
    if (same_id(step.id)) {
      if (list.items[i].find("id"))
        return permanent(
            fmt::format("{}: {}: operators[{}]: the id '{}' is there already", step.place, owner, i, step.id));
      int number = 1;
      while (same_id(fmt::format("{}{}", step.id, number))) ++number;
      step.id += std::to_string(number);
    }
    step.reason = fmt::format("{} {} operator", owner, step.id);
    chain->steps_.push_back(std::move(step));
  }
  OC_TRY(chain->link());
  return chain;
}

// Follows `output`; a way that comes back to where it was never ends.
Status OperatorChain::link() {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    auto& step = steps_[i];
    step.next = i + 1;
    if (step.output.empty()) continue;
    const auto to = std::ranges::find(steps_, step.output, &Step::id);
    if (to == steps_.end())
      return permanent(fmt::format("{}: {}: operator '{}': there is no operator '{}' to be its output", step.place,
                                   owner_, step.id, step.output));
    step.next = static_cast<std::size_t>(to - steps_.begin());
  }
  for (const auto& start : steps_) {
    std::size_t at = start.next, count = 0;
    while (at < steps_.size() && count++ <= steps_.size()) at = steps_[at].next;
    if (at < steps_.size())
      return permanent(fmt::format("{}: {}: the outputs of operator '{}' go in a circle: a circular dependency",
                                   start.place, owner_, start.id));
  }
  return {};
}

OperatorChain::Done OperatorChain::run(std::shared_ptr<LogBatch> batch, std::span<const std::uint64_t> ends) const {
  if (flush_after().count() > 0) return JoiningRun(*this, std::move(batch)).run(ends);
  Done done{{}, batch->range.end, batch->records.size()};
  auto arena = std::make_shared<Arena>();
  BatchReader reader(*batch, *arena);
  BatchRewriter rewriter(reader, arena, shared_from_this());
  for (std::size_t i = 0; i < reader.size(); ++i) {
    LogRecord record = reader.record(i);
    const auto verdict = pass(record, *arena);
    if (verdict.fate == Fate::kGoesOn) {
      rewriter.keep(i, record);
    } else {
      rewriter.leave_out(i, verdict.reason());
    }
  }
  if (!rewriter.changed_any()) {
    done.parts = {std::move(batch)};
  } else {
    rewriter.finish(*batch);
    done.parts = resource_parts(std::move(batch), rewriter.resources());
  }
  return done;
}

Duration OperatorChain::flush_after() const {
  Duration longest{0};
  for (const auto& step : steps_)
    if (const auto* rules = step.what->joins()) longest = std::max(longest, rules->flush_after);
  return longest;
}

OperatorChain::Verdict OperatorChain::pass(LogRecord& record, Arena& arena) const {
  for (std::size_t at = 0; at < steps_.size(); at = steps_[at].next) {
    const auto& step = steps_[at];
    const auto fate = apply(step, record, arena);
    if (fate && *fate == Fate::kLeftOut) return {Fate::kLeftOut, &step, false};
    if (!fate && step.drops_after(fate.error())) return {Fate::kLeftOut, &step, true};
  }
  return {};
}

Result<Fate> OperatorChain::apply(const Step& step, LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const bool applies, step.applies_to(record, arena));
  return applies ? step.what->process(record, arena) : Fate::kGoesOn;
}

Result<bool> OperatorChain::Step::applies_to(const LogRecord& record, Arena& arena) const {
  if (!condition) return true;
  return condition->test(record, arena);
}

bool OperatorChain::Step::drops_after(const Error& error) const {
  const bool quiet = on_error == OnError::kSendQuietly || on_error == OnError::kDropQuietly;
  std::uint64_t unsaid = 0;
  if (!quiet && log_limit->allow(std::chrono::steady_clock::now(), unsaid))
    log::warn("{}: {}; {} more since the last such line", reason, error.text(), unsaid);
  return on_error == OnError::kDrop || on_error == OnError::kDropQuietly;
}

}  // namespace oc::collector
