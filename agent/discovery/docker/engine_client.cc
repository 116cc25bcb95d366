#include "agent/discovery/docker/engine_client.h"

#include <cerrno>
#include <cstring>

#include <curl/curl.h>
#include <fmt/format.h>

namespace oc::agent {

namespace {

constexpr long kConnectTimeoutMs = 5'000;
constexpr long kRequestTimeoutMs = 30'000;
constexpr std::size_t kMaxAnswerBytes = 64 << 20;  // a list of 10,000 containers takes some 20 MB

// What an answer or a stream is read into.
struct Reading {
  std::string text;
  bool by_lines = false;
  std::function<void(std::string_view line)> on_line = {};
  std::function<bool()> goes_on = {};
  bool stopped = false;
  bool too_large = false;
};

std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& reading = *static_cast<Reading*>(to);
  reading.text.append(bytes, count);
  if (reading.by_lines) {
    std::size_t from = 0;
    for (auto end = reading.text.find('\n'); end != std::string::npos; end = reading.text.find('\n', from)) {
      reading.on_line(std::string_view(reading.text).substr(from, end - from));
      from = end + 1;
    }
    reading.text.erase(0, from);
  }
  reading.too_large = reading.text.size() > kMaxAnswerBytes;
  return reading.too_large ? 0 : count;
}

// Called about once a second, also while nothing comes.
int on_progress(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& reading = *static_cast<Reading*>(of);
  reading.stopped = reading.stopped || !reading.goes_on();
  return reading.stopped ? 1 : 0;
}

}  // namespace

struct EngineClient::Impl {
  std::string socket;
  std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)> curl{::curl_easy_init(), &::curl_easy_cleanup};

  // The status, 0: it was stopped.
  Result<long> perform(const std::string& path, Reading& reading, long timeout_ms) {
    CURL* handle = curl.get();
    ::curl_easy_reset(handle);
    const std::string url = "http://docker" + path;
    ::curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
    ::curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    ::curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms);
    ::curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_bytes);
    ::curl_easy_setopt(handle, CURLOPT_WRITEDATA, &reading);
    ::curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    ::curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    ::curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &reading);
    const auto code = ::curl_easy_perform(handle);
    if (reading.stopped) return 0;
    if (reading.too_large)
      return permanent(fmt::format("the answer to {} is larger than {} bytes", path, kMaxAnswerBytes));
    if (code != CURLE_OK) return failure(code);
    long status = 0;
    ::curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  std::unexpected<Error> failure(CURLcode code) {
    long cause = 0;
    ::curl_easy_getinfo(curl.get(), CURLINFO_OS_ERRNO, &cause);
    if (code == CURLE_COULDNT_CONNECT && cause == EACCES)
      return retryable(fmt::format("{} may not be opened", socket),
                       "let our user into the group of the socket, or start as root");
    if (code == CURLE_COULDNT_CONNECT && cause != 0)
      return retryable(fmt::format("{}: {}", socket, std::strerror(static_cast<int>(cause))), "is the engine running?");
    return retryable(fmt::format("{}: {}", socket, ::curl_easy_strerror(code)));
  }
};

EngineClient::EngineClient(std::string socket) : impl_(std::make_unique<Impl>()) { impl_->socket = std::move(socket); }
EngineClient::~EngineClient() = default;

Result<Json> EngineClient::get(const std::string& path, const std::stop_token& stop) {
  Reading reading;
  reading.goes_on = [&] { return !stop.stop_requested(); };
  OC_TRY_ASSIGN(const long status, impl_->perform(path, reading, kRequestTimeoutMs));
  if (status == 0) return retryable("stopped");
  if (status != 200) return permanent(fmt::format("{} answered {} with {}", impl_->socket, path, status));
  return parse_json(reading.text);
}

Status EngineClient::stream(const std::string& path, const std::function<void(const Json&)>& on_object,
                            const std::function<bool()>& goes_on) {
  Reading reading;
  reading.by_lines = true;
  reading.goes_on = goes_on;
  reading.on_line = [&](std::string_view line) {
    if (const auto object = parse_json(line)) on_object(*object);
  };
  OC_TRY_ASSIGN(const long status, impl_->perform(path, reading, 0));
  if (status == 0) return {};
  if (status != 200) return permanent(fmt::format("{} answered {} with {}", impl_->socket, path, status));
  return retryable("the engine ended its stream of events");
}

std::string text_at(const Json& answer, std::initializer_list<const char*> path) {
  const Json* at = &answer;
  for (const char* key : path) {
    if (!at->is_object()) return {};
    const auto found = at->find(key);
    if (found == at->end()) return {};
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace oc::agent
