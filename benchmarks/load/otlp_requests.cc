#include "benchmarks/load/otlp_requests.h"

#include <map>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/http/client.h"
#include "contracts/otlp/log_writer.h"

namespace oc::benchmarks {

namespace {

constexpr std::size_t kLines = 5'000;  // a request
constexpr std::uint64_t kMostRefusals = 10'000;

struct Made {
  std::string body;
  std::uint64_t text_bytes = 0;  // of its records
};

class Sender {
 public:
  explicit Sender(std::string url) : url_(std::move(url)) {}

  Status send(const Made& made, std::uint64_t records) {
    while (true) {
      http::Request request;
      request.method = "POST";
      request.body = made.body;
      const auto response = client_.send(url_, std::move(request));
      if (response && response->status / 100 == 2) break;
      if (++sent.refused > kMostRefusals)
        return response ? permanent(fmt::format("answered {}: {}", response->status, response->body))
                        : Status(std::unexpected(response.error()));
    }
    sent.bytes += made.body.size();
    sent.records += records;
    sent.text_bytes += made.text_bytes;
    return {};
  }
  Sent sent;

 private:
  static http::Client::Options options() {
    http::Client::Options options;
    options.headers = {{"Content-Type", "application/x-protobuf"}};
    return options;
  }
  std::string url_;
  http::Client client_{options()};
};

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
    made.push_back({std::move(body), text.size() - kLines});
  }
  return made;
}

// The lines of one service in the request that is being made, and where its file is.
struct Service {
  std::string text;
  std::vector<std::size_t> ends;
  std::vector<std::int64_t> times_ms;
  std::uint64_t offset = 0;
};

void append_service(std::string& body, std::string_view name, Service& service) {
  std::vector<contracts::otlp::LogRecordView> records;
  std::vector<contracts::otlp::LogFields> fields(service.ends.size());
  for (std::size_t line = 0, at = 0; line < fields.size(); at = service.ends[line++] + 1) {
    records.push_back({{}, service.offset + at});
    fields[line].body = contracts::otlp::Value::of(std::string_view(service.text).substr(at, service.ends[line] - at));
    fields[line].time_ns = service.times_ms[line] * 1'000'000;
  }
  std::string resource;
  contracts::otlp::append_string_attribute(resource, 1, "service.name", name);
  contracts::otlp::append_string_attribute(resource, 1, "host.name", "bench");
  contracts::otlp::append_string_attribute(resource, 1, "log.file.path", fmt::format("/var/log/{}.log", name));
  const contracts::otlp::LogSlice slice{.records = records, .fields = fields};
  contracts::otlp::append_resource_logs(
      body, {.resource_attributes = resource, .with_record_offset = true, .slices = std::span(&slice, 1)});
  service = {.offset = service.offset + service.text.size()};
}

}  // namespace

Result<Sent> send_to_collector(const std::string& url, std::uint64_t bytes) {
  Sender sender(url);
  const auto made = requests(8);
  for (std::size_t i = 0; sender.sent.bytes < bytes; ++i) OC_TRY(sender.send(made[i % made.size()], kLines));
  return sender.sent;
}

Result<Sent> send_to_store(const std::string& url, LineShape lines, std::string_view shape, std::uint64_t bytes) {
  Sender sender(url);
  std::map<std::string, Service, std::less<>> services;
  std::string line;
  while (sender.sent.text_bytes < bytes) {
    Made made;
    for (std::size_t i = 0; i < kLines; ++i) {
      line.clear();
      lines.append(line);
      Service& service = services[std::string(shape == "raw" ? lines.service() : shape)];
      service.text += line;
      service.ends.push_back(service.text.size() - 1);
      service.times_ms.push_back(lines.time_ms());
      made.text_bytes += line.size() - 1;
    }
    for (auto& [name, service] : services) append_service(made.body, name, service);
    OC_TRY(sender.send(made, kLines));
  }
  return sender.sent;
}

}  // namespace oc::benchmarks
