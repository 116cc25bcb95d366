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

Result<const OperatorFactory*> find_factory(const ConfigValue& value, const std::string& owner) {
  const auto* type = value.find("type");
  if (!type || type->scalar.empty())
    return permanent(fmt::format("{}: {}: 'type' is missing", value.place, owner),
                     fmt::format("there are: {}", fmt::join(type_names(), ", ")));
  for (const auto& factory : operator_list())
    if (factory.type == type->scalar) return &factory;
  auto hint = nearest_hint(type->scalar, type_names());
  if (hint.empty()) hint = fmt::format("there are: {}", fmt::join(type_names(), ", "));
  return permanent(fmt::format("{}: {}: operator type '{}' is not known", type->place, owner, type->scalar),
                   std::move(hint));
}

}  // namespace

Result<OperatorChain::Step> OperatorChain::parse_step(const ConfigValue& value, const std::string& owner,
                                                      std::size_t index) {
  const auto name = fmt::format("{}: operators[{}]", owner, index);
  if (!value.is_map()) return permanent(fmt::format("{}: {}: a map with a 'type' is expected", value.place, name));
  OC_TRY_ASSIGN(const auto* factory, find_factory(value, name));
  Step step{.id = std::string(factory->type), .place = value.place, .outputs = {}};
  ConfigReader reader(value, fmt::format("{} ({})", name, factory->type));
  std::string type, on_error = "send";
  reader.text("type", type);
  reader.text("id", step.id);
  reader.text_list("output", step.outputs);
  reader.text("on_error", on_error);
  step.condition = read_condition(reader, "if");
  constexpr std::pair<std::string_view, OnError> kNamed[] = {{"send", OnError::kSend},
                                                             {"send_quiet", OnError::kSendQuietly},
                                                             {"drop", OnError::kDrop},
                                                             {"drop_quiet", OnError::kDropQuietly}};
  const auto known = std::ranges::find(kNamed, on_error, &std::pair<std::string_view, OnError>::first);
  if (known == std::end(kNamed)) {
    reader.fail("on_error", fmt::format("'on_error' must be send, send_quiet, drop or drop_quiet, not '{}'", on_error));
  } else {
    step.on_error = known->second;
  }
  step.what = factory->parse(reader);
  OC_TRY(reader.finish());
  return step;
}

Result<std::shared_ptr<const OperatorChain>> OperatorChain::parse(const ConfigValue& list, const std::string& owner,
                                                                  std::shared_ptr<const Operator> first) {
  if (list.kind != ConfigValue::Kind::kList)
    return permanent(fmt::format("{}: {}: 'operators' must be a list", list.place, owner));
  auto chain = std::make_shared<OperatorChain>();
  chain->owner_ = owner;
  if (first) chain->steps_.push_back({.place = list.place, .what = std::move(first), .reason = owner + " fields"});
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

OperatorChain::Done OperatorChain::run(std::shared_ptr<LogBatch> batch, std::span<const std::uint64_t> ends) const {
  if (flush_after().count() > 0) return JoiningRun(*this, std::move(batch)).run(ends);
  Done done{{}, batch->range.end, batch->records.size()};
  auto arena = std::make_shared<Arena>();
  BatchReader reader(*batch, *arena);
  BatchRewriter rewriter(reader, arena, shared_from_this());
  std::vector<LogRecord> copies;
  for (std::size_t i = 0; i < reader.size(); ++i) {
    LogRecord record = reader.record(i);
    copies.clear();
    const auto verdict = pass(record, 0, *arena, copies);
    for (const auto& copy : copies) rewriter.keep(i, copy);
    if (verdict.fate == Fate::kGoesOn) {
      rewriter.keep(i, record);
    } else if (copies.empty()) {
      rewriter.leave_out(i, verdict.reason());
    }
  }
  if (!rewriter.changed_any()) {
    done.parts = {std::move(batch)};
  } else {
    rewriter.finish(*batch);
    done.parts = resource_parts(std::move(batch), rewriter.origins());
  }
  return done;
}

Duration OperatorChain::flush_after() const {
  Duration longest{0};
  for (const auto& step : steps_)
    if (const auto* rules = step.what->joins()) longest = std::max(longest, rules->flush_after);
  return longest;
}

OperatorChain::Verdict OperatorChain::pass(LogRecord& record, std::size_t at, Arena& arena,
                                           std::vector<LogRecord>& copies) const {
  while (at < steps_.size()) {
    const auto& step = steps_[at];
    const auto taken = apply(step, record, arena);
    if (taken && !*taken) return {Fate::kLeftOut, &step, false};
    if (!taken && step.drops_after(taken.error())) return {Fate::kLeftOut, &step, true};
    const Way& way = taken ? **taken : step.way;
    if (!way.also.empty()) pass_copies(record, way, arena, copies);
    at = way.next;
  }
  return {};
}

void OperatorChain::pass_copies(const LogRecord& record, const Way& way, Arena& arena,
                                std::vector<LogRecord>& copies) const {
  for (const auto at : way.also) {
    LogRecord copy = record.copy(arena);
    if (pass(copy, at, arena, copies).fate == Fate::kGoesOn) copies.push_back(copy);
  }
}

Result<const OperatorChain::Way*> OperatorChain::apply(const Step& step, LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const bool applies, step.applies_to(record, arena));
  if (!applies) return &step.way;
  if (!step.ways.empty()) {
    const auto way = step.what->route(record, arena);
    return way ? &step.ways[*way] : nullptr;
  }
  OC_TRY_ASSIGN(const Fate fate, step.what->process(record, arena));
  return fate == Fate::kLeftOut ? nullptr : &step.way;
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
