#include "benchmarks/load/store_requests.h"

#include <csignal>
#include <map>
#include <random>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/arena.h"
#include "benchmarks/load/line_shapes.h"
#include "contracts/otlp/log_writer.h"

namespace oc::benchmarks {

namespace {

using contracts::otlp::LogFields;
using contracts::otlp::Value;

volatile std::sig_atomic_t told_to_end = 0;

constexpr int kAttributes = 3;  // a record, where there are any

// The lines of one service in the request that is being made, and where its file is.
struct Service {
  std::string text;
  std::vector<std::size_t> ends;
  std::vector<std::int64_t> times_ms;
  std::uint64_t offset = 0;
};

class StoreRequests {
 public:
  explicit StoreRequests(const StoreLoad& load)
      : load_(load), lines_(load.shape, load.first_ms, load.seed), random_(load.seed) {}
  bool known() const { return lines_.known(); }

  Made next() {
    Made made{.records = kLines};
    for (std::size_t i = 0; i < kLines; ++i) made.text_bytes += add_line();
    for (const auto& [name, service] : touched_) append(made.body, *name, *service);
    touched_.clear();
    return made;
  }

 private:
  std::string service_of_line() {
    if (load_.streams > 0) return fmt::format("s{:06}", line_++ % load_.streams);
    return std::string(load_.shape == "raw" ? lines_.service() : load_.shape);
  }

  std::size_t add_line() {
    scratch_.clear();
    lines_.append(scratch_);
    auto& [name, service] = *services_.try_emplace(service_of_line()).first;
    if (service.text.empty()) touched_.emplace_back(&name, &service);
    service.text += scratch_;
    service.ends.push_back(service.text.size() - 1);
    service.times_ms.push_back(lines_.time_ms());
    return scratch_.size() - 1;
  }

  Value attributes(Arena& arena) {
    Value map = Value::empty_map(kAttributes, arena);
    for (int i = 0; load_.names > 0 && i < kAttributes; ++i) {
      const auto number = random_();
      map.set(arena.copy(fmt::format("attribute_{}", number % load_.names)),
              Value::of(arena.copy(fmt::format("{:x}", number >> 40))), arena);
    }
    return map;
  }

  void append(std::string& body, const std::string& name, Service& service) {
    Arena arena;
    std::vector<contracts::otlp::LogRecordView> records;
    std::vector<LogFields> fields(service.ends.size());
    for (std::size_t line = 0, at = 0; line < fields.size(); at = service.ends[line++] + 1) {
      records.push_back({{}, service.offset + at});
      fields[line] = {.body = Value::of(std::string_view(service.text).substr(at, service.ends[line] - at)),
                      .attributes = attributes(arena),
                      .time_ns = service.times_ms[line] * 1'000'000};
    }
    const contracts::otlp::LogSlice slice{.records = records, .fields = fields};
    contracts::otlp::append_resource_logs(
        body, {.resource_attributes = resource_of(name), .with_record_offset = true, .slices = std::span(&slice, 1)});
    service.offset += service.text.size();
    service.text.clear();
    service.ends.clear();
    service.times_ms.clear();
  }

  const std::string& resource_of(const std::string& name) {
    resource_.clear();
    contracts::otlp::append_string_attribute(resource_, 1, "service.name", name);
    contracts::otlp::append_string_attribute(resource_, 1, "host.name", "bench");
    contracts::otlp::append_string_attribute(resource_, 1, "log.file.path", fmt::format("/var/log/{}.log", name));
    return resource_;
  }

  const StoreLoad& load_;
  LineShape lines_;
  std::mt19937_64 random_;
  std::uint64_t line_ = 0;
  std::map<std::string, Service, std::less<>> services_;
  std::vector<std::pair<const std::string*, Service*>> touched_;
  std::string scratch_, resource_;
};

}  // namespace

Result<Sent> send_to_store(const std::string& url, const StoreLoad& load) {
  StoreRequests requests(load);
  if (!requests.known()) return permanent("there is no shape " + load.shape, "see line_shapes.h");
  Sender sender(url);
  std::signal(SIGTERM, [](int) { told_to_end = 1; });
  while (sender.sent.text_bytes < load.bytes && told_to_end == 0) OC_TRY(sender.send(requests.next()));
  return sender.sent;
}

}  // namespace oc::benchmarks
