// The answer to GET /onecollector/v1/watermarks.
#include "contracts/delivery/ranges.h"
#include "model/json_fields.h"

namespace oc::contracts {

namespace {

// Far above what one store holds; only there so that a broken peer cannot ask for all memory.
constexpr std::size_t kMaxWatermarks = 10'000'000;
constexpr std::size_t kMaxRangesPerFile = 1'000'000;

Json to_json(const RangeSet& set) {
  Json ranges = Json::array();
  for (const auto& range : set.ranges()) ranges.push_back(Json::array({range.start, range.end}));
  return ranges;
}

Result<ByteRange> range_from_json(const Json& json) {
  const bool pair = json.is_array() && json.size() == 2 && json[0].is_number_unsigned() && json[1].is_number_unsigned();
  if (!pair) return permanent("expected [start, end]");
  const ByteRange range{json[0].get<std::uint64_t>(), json[1].get<std::uint64_t>()};
  if (range.start >= range.end) return permanent("expected start < end");
  return range;
}

Result<Watermark> watermark_from_json(const Json& json) {
  Watermark mark;
  std::vector<ByteRange> ranges, left_out;
  model::JsonFields fields(json, "");
  fields.read("source_id", mark.source_id);
  fields.require(is_delivery_id(mark.source_id), "source_id", "1 to 128 of A-Z a-z 0-9 _ . : -");
  fields.read("file_id", mark.file_id);
  fields.require(is_delivery_id(mark.file_id), "file_id", "1 to 128 of A-Z a-z 0-9 _ . : -");
  fields.read_list("ranges", ranges, kMaxRangesPerFile, range_from_json);
  fields.read("records", mark.records);
  if (json.contains("left_out")) fields.read_list("left_out", left_out, kMaxRangesPerFile, range_from_json);
  OC_TRY(fields.status());
  for (const auto& range : ranges) mark.held.add(range);
  for (const auto& range : left_out) mark.left_out.add(range);
  return mark;
}

}  // namespace

RangeSet Watermark::settled() const {
  RangeSet all = held;
  all.add(left_out);
  return all;
}

Json to_json(const std::vector<Watermark>& watermarks) {
  Json list = Json::array();
  for (const auto& mark : watermarks) {
    list.push_back({{"source_id", mark.source_id},
                    {"file_id", mark.file_id},
                    {"ranges", to_json(mark.held)},
                    {"records", mark.records}});
    if (!mark.left_out.ranges().empty()) list.back()["left_out"] = to_json(mark.left_out);
  }
  return {{"watermarks", std::move(list)}};
}

Result<std::vector<Watermark>> watermarks_from_json(const Json& json) {
  std::vector<Watermark> watermarks;
  model::JsonFields fields(json, "");
  fields.read_list("watermarks", watermarks, kMaxWatermarks, watermark_from_json);
  OC_TRY(fields.status());
  return watermarks;
}

}  // namespace oc::contracts
