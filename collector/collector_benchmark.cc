// How much of a core the way of a raw line takes: from the page cache to the request's bytes (without the network), and
// to a sink over loopback. Both report CPU time of the whole process: bytes_per_second is bytes a core.
#include <filesystem>
#include <fstream>
#include <thread>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"
#include "base/ids.h"
#include "collector/component_list.h"
#include "collector/exporters/otlp_http/request.h"
#include "collector/pipeline/service.h"
#include "collector/receivers/file_log/tailed_file.h"

namespace oc::collector {
namespace {

constexpr std::size_t kFileBytes = 500 << 20;

const std::string& input_file() {
  struct Input {
    std::string path = std::filesystem::temp_directory_path() / ("collector_benchmark." + random_hex(8));
    Input() {
      std::ofstream out(path, std::ios::binary);
      std::string text;
      for (std::size_t written = 0, i = 0; written < kFileBytes; written += text.size(), ++i) {
        text = fmt::format(
            "2025-11-22T08:26:40.000Z INFO [inventory] Connection to db-{}.internal:5432 established pool=9/32 "
            "trace_id={:032x}\n",
            i % 10, i * 0x9E3779B97F4A7C15u);
        out << text;
      }
    }
    ~Input() { std::filesystem::remove(path); }
  };
  static const Input input;
  return input.path;
}

void read_and_encode(benchmark::State& state) {
  const auto& path = input_file();
  for (auto _ : state) {
    BlockPool pool;
    ReadBuffer buffer(pool);
    TailedFile file(status_of_path(path)->key, path);
    file.begin("0123456789abcdef");
    file.stream = std::make_shared<LogStream>();
    file.fd = *open_file(path, O_RDONLY);
    RequestParts parts;
    while (true) {
      auto read = file.read(buffer, {});
      if (read.batch) parts.push_back(BatchPart::whole(std::move(read.batch)));
      if (parts.size() == 4 || read.outcome != ReadOutcome::kMore) {
        benchmark::DoNotOptimize(encode_request(parts, true).body.data());
        parts.clear();
      }
      if (read.outcome != ReadOutcome::kMore) break;
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * std::filesystem::file_size(path)));
}
BENCHMARK(read_and_encode)->Unit(benchmark::kMillisecond);

// Answers every request with 200 as cheaply as possible, in a process of its own so that it is not counted.
class CountingSink {
 public:
  CountingSink() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 16) != 0) std::abort();
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    pid_ = ::fork();
    if (pid_ != 0) {
      ::close(listener);
      return;
    }
    std::vector<std::thread> threads;
    while (true) threads.emplace_back([fd = ::accept(listener, nullptr, nullptr)] { serve(fd); });
  }
  ~CountingSink() { ::kill(pid_, SIGKILL); }
  int port() const { return port_; }

 private:
  static void serve(int fd) {
    std::vector<char> waste(1 << 20);
    std::string head;
    while (true) {
      auto end = head.find("\r\n\r\n");
      while (end == std::string::npos) {
        const auto count = ::read(fd, waste.data(), 64 << 10);
        if (count <= 0) return;
        head.append(waste.data(), static_cast<std::size_t>(count));
        end = head.find("\r\n\r\n");
      }
      const auto length_at = head.find("Content-Length: ");
      auto left = std::stoll(head.substr(length_at + 16)) - static_cast<long long>(head.size() - end - 4);
      while (left > 0) {
        const auto count =
            ::recv(fd, waste.data(), std::min<std::size_t>(waste.size(), static_cast<std::size_t>(left)), MSG_TRUNC);
        if (count <= 0) return;
        left -= count;
      }
      head.clear();
      constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
      if (::write(fd, kAnswer.data(), kAnswer.size()) < 0) return;
    }
  }
  int port_ = 0;
  pid_t pid_ = 0;
};

void file_to_sink(benchmark::State& state) {
  CountingSink sink;
  const auto size = std::filesystem::file_size(input_file());
  const auto components = *component_list();
  for (auto _ : state) {
    const auto text = fmt::format(
        "receivers: {{file_log: {{include: [{}], start_at: beginning, include_file_name: false, "
        "include_file_record_offset: true}}}}\n"
        "exporters: {{otlp_http: {{endpoint: 'http://127.0.0.1:{}', compression: none}}}}\n"
        "service: {{telemetry: {{metrics: {{level: none}}}}, pipelines: {{logs: {{receivers: [file_log], exporters: "
        "[otlp_http]}}}}}}\n",
        input_file(), sink.port());
    LoadedConfig loaded{.root = *parse_config_text(text, "benchmark"), .hash = {}};
    Service service(components, system_clock());
    if (auto started = service.start(*read_service_config(loaded, components)); !started)
      state.SkipWithError(started.error().text().c_str());
    const auto acknowledged =
        service.metrics().gauge("onecollector_source_acknowledged_offset_bytes", "", {{"source_id", "file_log"}});
    while (acknowledged->value() < static_cast<double>(size)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    service.stop();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}
BENCHMARK(file_to_sink)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace oc::collector
