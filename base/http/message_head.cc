#include "base/http/message_head.h"

#include <ctime>
#include <iterator>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace oc::http {

namespace {

std::string one_line(std::string value) {
  for (char& c : value)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  return value;
}

// IMF-fixdate (RFC 9110, section 5.6.7); strftime's names of days and months would follow the locale.
std::string http_date() {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                     utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

void append_fields(std::string& head, const Headers& fields, const Headers& unless = {}) {
  for (const auto& [name, value] : fields.all())
    if (!unless.get(name)) fmt::format_to(std::back_inserter(head), "{}: {}\r\n", one_line(name), one_line(value));
}

bool has_body(const Request& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

std::string status_and_fields(const Response& response) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                 std::string_view(reason.data(), reason.size()), http_date());
  append_fields(head, response.headers);
  return head;
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string response_head(const Response& response, bool keep_alive) {
  auto head = status_and_fields(response);
  if (may_have_body(response.status))
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return head;
}

std::string stream_head(const Response& response, bool chunked) {
  return status_and_fields(response) + (chunked ? "Transfer-Encoding: chunked\r\n" : "") + "Connection: close\r\n\r\n";
}

std::string host_field(const Url& url) {
  const auto host = url.host.contains(':') ? fmt::format("[{}]", url.host) : url.host;
  const int standard = url.scheme == "https" || url.scheme == "wss" ? 443 : 80;
  return url.port == standard ? host : fmt::format("{}:{}", host, url.port);
}

std::string request_head(const Request& request, const Url& url, const Headers& defaults) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", one_line(request.method), one_line(url.target));
  if (!request.headers.get("Host")) fmt::format_to(std::back_inserter(head), "Host: {}\r\n", host_field(url));
  append_fields(head, request.headers);
  append_fields(head, defaults, request.headers);
  if (has_body(request)) fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", request.body.size());
  return head + "\r\n";
}

}  // namespace oc::http
