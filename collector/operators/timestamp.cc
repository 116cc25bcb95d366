#include "collector/operators/timestamp.h"

#include <fmt/format.h>

#include "collector/operators/epoch_time.h"
#include "collector/operators/parser_keys.h"
#include "contracts/otlp/value.h"

namespace oc::collector {

namespace {

void read_zones(ConfigReader& reader, TimeFormat& format) {
  std::string location;
  std::map<std::string, std::string> zones;
  reader.text("location", location);
  reader.text_map("time_zone_locations", zones);
  if (location == "Local" || (location.empty() && !format.ends_in_z())) format.use_local_zone();
  if (location != "Local" && location != "UTC" && !location.empty())
    if (auto known = format.use_location(location); !known)
      reader.fail("location", "'location': " + known.error().message, known.error().next_step);
  for (const auto& [abbreviation, place] : zones)
    if (auto known = format.name_zone(abbreviation, place); !known)
      reader.fail("time_zone_locations", "'time_zone_locations': " + known.error().message, known.error().next_step);
}

}  // namespace

std::optional<TimestampParser> TimestampParser::parse(ConfigReader& reader) {
  std::string layout, layout_type = "strptime";
  const auto from = read_field(reader, "parse_from");
  reader.text("layout", layout);
  reader.text("layout_type", layout_type);
  for (const auto* key : {"location", "time_zone_locations"}) (void)reader.child(key);
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
  if (layout_type != "strptime" && layout_type != "gotime" && !layout_type.empty()) {
    reader.fail("layout_type", fmt::format("'layout_type' must be strptime, gotime or epoch, not '{}'", layout_type));
    return std::nullopt;
  }
  auto format = layout_type == "gotime" ? TimeFormat::gotime(layout) : TimeFormat::strptime(layout);
  if (!format) {
    reader.fail("layout", "'layout': " + format.error().message, format.error().next_step);
    return std::nullopt;
  }
  read_zones(reader, *format);
  made.format_ = std::move(*format);
  return made;
}

Status TimestampParser::apply(LogRecord& record) const {
  const Value* value = from_.get(record);
  if (!value) return permanent("the timestamp's parse_from is not there");
  if (format_ && !value->is_string()) return permanent("the timestamp's parse_from is not a text");
  const auto time = format_ ? format_->parse(value->text(), record.observed_ns()) : epoch_of(*value, layout_);
  if (!time)
    return permanent(
        fmt::format("'{}' is not a time of the layout '{}'", contracts::otlp::to_text(*value).substr(0, 64), layout_));
  record.set_time(*time);
  return {};
}

}  // namespace oc::collector
