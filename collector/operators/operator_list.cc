#include "collector/operators/add.h"
#include "collector/operators/container.h"
#include "collector/operators/csv_parser.h"
#include "collector/operators/filter.h"
#include "collector/operators/json_array_parser.h"
#include "collector/operators/json_parser.h"
#include "collector/operators/key_value_parser.h"
#include "collector/operators/map_operators.h"
#include "collector/operators/move.h"
#include "collector/operators/recombine.h"
#include "collector/operators/regex_parser.h"
#include "collector/operators/router.h"
#include "collector/operators/syslog_parser.h"
#include "collector/operators/text_operators.h"
#include "collector/operators/uri_parser.h"
#include "collector/operators/value_parsers.h"

namespace oc::collector {

namespace {

struct Noop final : Operator {
  Result<Fate> process(LogRecord&, Arena&) const override { return Fate::kGoesOn; }
};

constexpr OperatorFactory kOperators[] = {
    {"add", Add::parse},
    {"assign_keys", parse_assign_keys},
    {"container", Container::parse},
    {"copy", parse_copy},
    {"csv_parser", CsvParser::parse},
    {"filter", FilterOperator::parse},
    {"flatten", parse_flatten},
    {"json_array_parser", JsonArrayParser::parse},
    {"json_parser", JsonParser::parse},
    {"key_value_parser", KeyValueParser::parse},
    {"move", parse_move},
    {"noop", [](ConfigReader&) -> std::shared_ptr<const Operator> { return std::make_shared<Noop>(); }},
    {"recombine", Recombine::parse},
    {"regex_parser", RegexParser::parse},
    {"regex_replace", parse_regex_replace},
    {"remove", parse_remove},
    {"retain", parse_retain},
    {"router", Router::parse},
    {"sanitize_utf8", parse_sanitize_utf8},
    {"scope_name_parser", parse_scope_name_parser},
    {"severity_parser", parse_severity_parser},
    {"syslog_parser", SyslogParser::parse},
    {"time_parser", parse_time_parser},
    {"trace_parser", parse_trace_parser},
    {"unquote", parse_unquote},
    {"uri_parser", UriParser::parse},
};

}  // namespace

std::span<const OperatorFactory> operator_list() { return kOperators; }

}  // namespace oc::collector
