#include "collector/operators/value_parsers.h"

#include "collector/operators/severity.h"
#include "collector/operators/timestamp.h"

namespace oc::collector {

namespace {

struct TimeOperator final : Operator {
  std::optional<TimestampParser> block;
  Result<Fate> process(LogRecord& record, Arena&) const override {
    OC_TRY(block->apply(record));
    return Fate::kGoesOn;
  }
};

struct SeverityOperator final : Operator {
  std::optional<SeverityParser> block;
  Result<Fate> process(LogRecord& record, Arena& arena) const override {
    OC_TRY(block->apply(record, arena));
    return Fate::kGoesOn;
  }
};

}  // namespace

std::shared_ptr<const Operator> parse_time_parser(ConfigReader& reader) {
  auto made = std::make_shared<TimeOperator>();
  made->block = TimestampParser::parse(reader);
  return made;
}

std::shared_ptr<const Operator> parse_severity_parser(ConfigReader& reader) {
  auto made = std::make_shared<SeverityOperator>();
  made->block = SeverityParser::parse(reader);
  return made;
}

}  // namespace oc::collector
