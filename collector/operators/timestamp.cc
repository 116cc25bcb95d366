#include "collector/operators/timestamp.h"

#include <fmt/format.h>

#include "collector/expr/functions.h"
#include "collector/operators/parser_keys.h"

namespace oc::collector {

std::optional<TimestampParser> TimestampParser::parse(ConfigReader& reader) {
  std::string layout, layout_type = "strptime", location = "Local";
  const auto from = read_field(reader, "parse_from");
  reader.text("layout", layout);
  reader.text("layout_type", layout_type);
  reader.text("location", location);
  std::map<std::string, std::string> zones;
  reader.text_map("time_zone_locations", zones);
  if (!from) reader.fail("parse_from", "'parse_from' is missing");
  if (layout.empty()) reader.fail("layout", "'layout' is missing");
  if (!from) return std::nullopt;
  TimestampParser made(*from, layout);
  if (layout_type == "epoch") {
    if (!is_epoch_layout(layout))
      reader.fail("layout",
                  fmt::format("'layout' of epoch must be s, ms, us, ns, s.ms, s.us or s.ns, not '{}'", layout));
    return made;
  }
  if (layout_type != "strptime" && layout_type != "gotime") {
    reader.fail("layout_type", fmt::format("'layout_type' must be strptime, gotime or epoch, not '{}'", layout_type));
    return std::nullopt;
  }
  auto format = layout_type == "gotime" ? TimeFormat::gotime(layout) : TimeFormat::strptime(layout);
  if (!format) {
    reader.fail("layout", "'layout': " + format.error().message, format.error().next_step);
    return std::nullopt;
  }
  if (location == "Local") format->use_local_zone();
  if (location != "Local" && location != "UTC" && !location.empty())
    if (auto known = format->use_location(location); !known)
      reader.fail("location", "'location': " + known.error().message, known.error().next_step);
  for (const auto& [abbreviation, place] : zones)
    if (auto known = format->name_zone(abbreviation, place); !known)
      reader.fail("time_zone_locations", "'time_zone_locations': " + known.error().message, known.error().next_step);
  made.format_ = std::move(*format);
  return made;
}

Status TimestampParser::apply(LogRecord& record) const {
  const Value* value = from_.get(record);
  if (!value) return permanent("the timestamp's parse_from is not there");
  const bool number = value->is_number() && !format_;
  if (!value->is_string() && !number) return permanent("the timestamp's parse_from is not a text");
  const std::string digits = number ? expr::go_text(*value) : std::string();
  const auto text = number ? std::string_view(digits) : value->text();
  const auto time = format_ ? format_->parse(text, record.observed_ns()) : parse_epoch(text, layout_);
  if (!time) return permanent(fmt::format("'{}' is not a time of the layout '{}'", text.substr(0, 64), layout_));
  record.set_time(*time);
  return {};
}

}  // namespace oc::collector
