#include "collector/operators/add.h"
#include "collector/operators/container.h"
#include "collector/operators/filter.h"
#include "collector/operators/json_parser.h"
#include "collector/operators/move.h"
#include "collector/operators/recombine.h"
#include "collector/operators/regex_parser.h"
#include "collector/operators/value_parsers.h"

namespace oc::collector {

namespace {

struct Noop final : Operator {
  Result<Fate> process(LogRecord&, Arena&) const override { return Fate::kGoesOn; }
};

constexpr OperatorFactory kOperators[] = {
    {"add", Add::parse},
    {"container", Container::parse},
    {"copy", parse_copy},
    {"filter", FilterOperator::parse},
    {"json_parser", JsonParser::parse},
    {"move", parse_move},
    {"noop", [](ConfigReader&) -> std::shared_ptr<const Operator> { return std::make_shared<Noop>(); }},
    {"recombine", Recombine::parse},
    {"regex_parser", RegexParser::parse},
    {"remove", parse_remove},
    {"severity_parser", parse_severity_parser},
    {"time_parser", parse_time_parser},
};

}  // namespace

std::span<const OperatorFactory> operator_list() { return kOperators; }

}  // namespace oc::collector
