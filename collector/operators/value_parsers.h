// time_parser and severity_parser: the blocks of the parsers as operators of their own.
#pragma once

#include "collector/operators/operator.h"

namespace oc::collector {

std::shared_ptr<const Operator> parse_time_parser(ConfigReader& reader);
std::shared_ptr<const Operator> parse_severity_parser(ConfigReader& reader);

}  // namespace oc::collector
