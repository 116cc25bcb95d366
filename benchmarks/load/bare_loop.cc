#include "benchmarks/load/bare_loop.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"
#include "contracts/otlp/wire_writer.h"

namespace oc::benchmarks {

namespace {

namespace otlp = contracts::otlp;
using namespace otlp::wire;

constexpr std::size_t kRead = 256 << 10, kRequest = 1 << 20;
// Tag and length of ResourceLogs and of ScopeLogs, whose sizes are known afterwards: both with lengths of 4 bytes.
constexpr std::size_t kFront = 10;

char* put_wide_header(char* out, char tag, std::size_t size) {
  *out++ = tag;
  for (int i = 0; i < 3; ++i, size >>= 7) *out++ = static_cast<char>(size | 0x80);
  *out++ = static_cast<char>(size);
  return out;
}

class Requests {
 public:
  explicit Requests(int socket) : socket_(socket), body_(kFront + 2 * kRequest) {}

  void add(std::string_view line, std::uint64_t now_ns) {
    const auto value = field_size(line.size());
    char* out = put_header(body_.data() + size_, otlp::ScopeLogs::log_records, 9 + field_size(value));
    out = put_fixed64(out, otlp::LogRecord::observed_time_unix_nano, now_ns);
    out = put_header(out, otlp::LogRecord::body, value);
    out = put_bytes(put_header(out, otlp::AnyValue::string_value, line.size()), line);
    size_ = static_cast<std::size_t>(out - body_.data());
  }
  bool full() const { return size_ >= kRequest; }
  Status send() {
    if (size_ == kFront) return {};
    char* at =
        put_wide_header(body_.data(), tag(otlp::ExportLogsServiceRequest::resource_logs, kLengthDelimited), size_ - 5);
    put_wide_header(at, tag(otlp::ResourceLogs::scope_logs, kLengthDelimited), size_ - kFront);
    const auto head = fmt::format(
        "POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
        "Content-Length: {}\r\n\r\n",
        size_);
    OC_TRY(write_all(head));
    OC_TRY(write_all({body_.data(), size_}));
    size_ = kFront;
    char answer[4096];  // short, and in one piece
    return ::recv(socket_, answer, sizeof answer, 0) > 0 ? Status() : permanent("the sink closed the connection");
  }

 private:
  Status write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return permanent("the sink takes nothing");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }
  int socket_;
  std::size_t size_ = kFront;
  std::vector<char> body_;
};

Result<UniqueFd> connect_to(std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return permanent(fmt::format("nobody listens on port {}", port));
  return socket;
}

}  // namespace

Status send_bare(const std::string& path, std::uint16_t port) {
  OC_TRY_ASSIGN(const UniqueFd socket, connect_to(port));
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Requests requests(socket.get());
  std::vector<char> block(kRead);
  std::size_t kept = 0;
  std::uint64_t now_ns = 1;
  for (ssize_t count = 0; (count = ::read(file.get(), block.data() + kept, kRead - kept)) > 0;) {
    std::string_view bytes(block.data(), kept + static_cast<std::size_t>(count));
    for (std::size_t end = 0; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1))
      requests.add(bytes.substr(0, end), now_ns++);
    kept = bytes.size();
    std::memmove(block.data(), bytes.data(), kept);
    if (requests.full()) OC_TRY(requests.send());
  }
  return requests.send();
}

}  // namespace oc::benchmarks
