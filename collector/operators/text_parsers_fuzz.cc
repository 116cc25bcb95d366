// A line through each parser of texts: whatever it is, it is taken apart or left as it is.
#include <array>
#include <cstdint>

#include "base/log.h"
#include "collector/operators/operator_chain.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::collector;
  static const auto chain = *OperatorChain::parse(
      *parse_config_text(
          "[{type: key_value_parser, on_error: send_quiet}, {type: uri_parser, on_error: send_quiet}, {type: "
          "csv_parser, header: 'a,b', on_error: send_quiet}, {type: csv_parser, header: 'a,b', lazy_quotes: true, "
          "on_error: send_quiet},"
          " {type: json_array_parser, parse_to: attributes.l, on_error: send_quiet},"
          " {type: syslog_parser, protocol: rfc3164, location: Europe/Berlin, on_error: send_quiet},"
          " {type: syslog_parser, protocol: rfc5424, parse_to: resource, enable_octet_counting: true, on_error: "
          "send_quiet},"
          " {type: time_parser, parse_from: body, layout: '%a %b %e %H:%M:%S.%f %Z %Y', on_error: send_quiet},"
          " {type: time_parser, parse_from: body, layout_type: gotime, layout: 'Jan _2 15:4:05.000 -07:00:00 PM', "
          "on_error: "
          "send_quiet},"
          " {type: time_parser, parse_from: body, layout_type: epoch, layout: s.ns, on_error: send_quiet},"
          " {type: json_parser, on_error: send_quiet},"
          " {type: regex_parser, regex: '^(?P<a>\\S+) (?P<b>[^\\]]*)\\] ?(?P<c>x|y+z)?', on_error: send_quiet},"
          " {type: regex_replace, field: body, regex: '(\\d*)x', replace_with: '${1}$', on_error: send_quiet},"
          " {type: unquote, field: body, on_error: send_quiet}]",
          "fuzz"),
      "file_log");
  auto batch = std::make_shared<LogBatch>();
  batch->stream = std::make_shared<LogStream>();
  batch->valid_utf8 = false;
  batch->records.push_back({std::string_view(reinterpret_cast<const char*>(data), size), 0});
  batch->range.end = size + 1;
  (void)chain->run(batch, {});
  return 0;
}
