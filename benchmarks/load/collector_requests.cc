#include "benchmarks/load/collector_requests.h"

#include <span>
#include <vector>

#include "benchmarks/load/line_shapes.h"
#include "contracts/otlp/log_writer.h"

namespace oc::benchmarks {

namespace {

std::vector<Made> requests(std::size_t count) {
  LineShape shape("raw");
  std::vector<Made> made;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text, resource, body;
    std::vector<std::size_t> ends;
    for (std::size_t line = 0; line < kLines; ++line) {
      shape.append(text);
      ends.push_back(text.size() - 1);
    }
    std::vector<contracts::otlp::LogRecordView> records;
    for (std::size_t line = 0, at = 0; line < kLines; at = ends[line++] + 1)
      records.push_back({std::string_view(text).substr(at, ends[line] - at), at});
    contracts::otlp::append_string_attribute(resource, 1, "service.name", "load");
    const contracts::otlp::LogSlice slice{.records = records, .observed_ns = 1};
    contracts::otlp::append_resource_logs(body, {.resource_attributes = resource, .slices = std::span(&slice, 1)});
    made.push_back({std::move(body), kLines, text.size() - kLines});
  }
  return made;
}

}  // namespace

Result<Sent> send_to_collector(const std::string& url, std::uint64_t bytes) {
  Sender sender(url);
  const auto made = requests(8);
  for (std::size_t i = 0; sender.sent.bytes < bytes; ++i) OC_TRY(sender.send(made[i % made.size()]));
  return sender.sent;
}

}  // namespace oc::benchmarks
