// The methods of Go's time.Time that a template can have use for.
#include <algorithm>

#include <fmt/format.h>

#include "query/logql/templates/go_number.h"
#include "query/logql/templates/template_function.h"

namespace oc::query {

namespace {

constexpr std::int64_t kNanosOfASecond = 1'000'000'000;

Result<TemplateValue> formatted_by(const TemplateCall& call, TemplateArguments arguments) {
  return call.memory.string(format_go_time(arguments[0].as_time(), arguments[1].as_string()));
}

Result<TemplateValue> with_layout(const TemplateCall& call, TemplateArguments arguments, std::string_view layout) {
  return call.memory.string(format_go_time(arguments[0].as_time(), layout));
}
Result<TemplateValue> as_text(const TemplateCall& call, TemplateArguments arguments) {
  return with_layout(call, arguments, "2006-01-02 15:04:05.999999999 -0700 MST");
}
Result<TemplateValue> month(const TemplateCall& call, TemplateArguments arguments) {
  return with_layout(call, arguments, "January");
}
Result<TemplateValue> weekday(const TemplateCall& call, TemplateArguments arguments) {
  return with_layout(call, arguments, "Monday");
}

// The number that the layout writes; a sign before it, and blanks, are for the layout to avoid.
Result<TemplateValue> number_by(TemplateArguments arguments, std::string_view layout) {
  return TemplateValue::integer(go_parse_int(format_go_time(arguments[0].as_time(), layout), 10).value_or(0));
}
Result<TemplateValue> year(const TemplateCall&, TemplateArguments arguments) { return number_by(arguments, "2006"); }
Result<TemplateValue> day(const TemplateCall&, TemplateArguments arguments) { return number_by(arguments, "2"); }
Result<TemplateValue> year_day(const TemplateCall&, TemplateArguments arguments) { return number_by(arguments, "002"); }
Result<TemplateValue> hour(const TemplateCall&, TemplateArguments arguments) { return number_by(arguments, "15"); }
Result<TemplateValue> minute(const TemplateCall&, TemplateArguments arguments) { return number_by(arguments, "4"); }
Result<TemplateValue> second(const TemplateCall&, TemplateArguments arguments) { return number_by(arguments, "5"); }
Result<TemplateValue> nanosecond(const TemplateCall&, TemplateArguments arguments) {
  return TemplateValue::integer(arguments[0].as_time().nanos);
}

template <std::int64_t of_second>
Result<TemplateValue> since_epoch(const TemplateCall&, TemplateArguments arguments) {
  const auto& time = arguments[0].as_time();
  const auto whole = static_cast<std::uint64_t>(time.seconds) * static_cast<std::uint64_t>(of_second);
  const auto part = static_cast<std::uint64_t>(time.nanos / (kNanosOfASecond / of_second));
  return TemplateValue::integer(static_cast<std::int64_t>(whole + part), TemplateValue::Type::kInt64);
}

Result<TemplateValue> in_utc(const TemplateCall&, TemplateArguments arguments) {
  auto time = arguments[0].as_time();
  time.place = nullptr;
  time.offset_seconds = 0;
  return TemplateValue::time(time);
}

Result<TemplateValue> is_zero(const TemplateCall&, TemplateArguments arguments) {
  const auto& time = arguments[0].as_time();
  return TemplateValue::boolean(time.seconds == GoTime::kZeroSeconds && time.nanos == 0);
}

constexpr TemplateFunction kTimeMethods[] = {{"Format", "s", formatted_by},
                                             {"String", "", as_text},
                                             {"Unix", "", since_epoch<1>},
                                             {"UnixMilli", "", since_epoch<1'000>},
                                             {"UnixMicro", "", since_epoch<1'000'000>},
                                             {"UnixNano", "", since_epoch<kNanosOfASecond>},
                                             {"Year", "", year},
                                             {"Month", "", month},
                                             {"Day", "", day},
                                             {"YearDay", "", year_day},
                                             {"Weekday", "", weekday},
                                             {"Hour", "", hour},
                                             {"Minute", "", minute},
                                             {"Second", "", second},
                                             {"Nanosecond", "", nanosecond},
                                             {"UTC", "", in_utc},
                                             {"Local", "", in_utc},
                                             {"IsZero", "", is_zero}};

}  // namespace

const TemplateFunction* find_time_method(std::string_view name) {
  const auto* found = std::ranges::find(kTimeMethods, name, &TemplateFunction::name);
  return found == std::end(kTimeMethods) ? nullptr : found;
}

}  // namespace oc::query
