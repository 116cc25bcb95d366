#include "stores/http/loki_delete.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "query/logql/go_text.h"
#include "query/logql/parser.h"
#include "stores/http/rfc3339.h"

namespace oc::stores {

namespace {

constexpr Nanos kNanosASecond = 1'000'000'000;
constexpr std::string_view kPath = "/loki/api/v1/delete";

http::Response delete_error(int status, const std::string& text) { return http::Response::text(text + "\n", status); }

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

// Seconds of ten digits, or RFC 3339; nothing else, so that nobody deletes by a wrong unit.
Result<Nanos> delete_time(std::string_view text, std::string_view name) {
  if (const auto time = parse_rfc3339(text)) return *time;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::size_t kSecondsDigits = 10;
  if (error == std::errc() && end == text.data() + text.size() && text.size() == kSecondsDigits)
    return seconds * kNanosASecond;
  return permanent("invalid " + std::string(name) + " time: require unix seconds or RFC3339 format");
}

struct DeleteWish {
  std::string query;
  Nanos start_ns = 0, end_ns = 0;
};

bool filters_lines(const query::LogExpr& log) {
  return std::ranges::any_of(
      log.stages, [](const auto& stage) { return stage->predicate() != nullptr || !stage->line_filters().empty(); });
}

// Loki does the work in pieces of this length; here it is only checked.
Status check_max_interval(std::string_view text, Nanos deleted) {
  constexpr Nanos kMost = 24 * 3600 * kNanosASecond;
  if (text.empty()) return {};
  const auto interval = query::go_parse_duration(text);
  if (!interval || *interval < kNanosASecond)
    return permanent("invalid max_interval: valid time units are 's', 'm', 'h'");
  if (*interval > kMost) return permanent("max_interval can't be greater than " + query::go_format_duration(kMost));
  if (*interval > deleted) {
    return permanent("max_interval can't be greater than the interval to be deleted (" +
                     query::go_format_duration(deleted) + ")");
  }
  return {};
}

Status read_period(const http::Request& request, Nanos now_ns, DeleteWish& wish) {
  const auto start = request.parameter("start").value_or(""), end = request.parameter("end").value_or("");
  if (start.empty()) return permanent("start time not set");
  OC_TRY_ASSIGN(wish.start_ns, delete_time(start, "start"));
  wish.end_ns = now_ns;
  if (!end.empty()) {
    OC_TRY_ASSIGN(wish.end_ns, delete_time(end, "end"));
  }
  if (wish.end_ns > now_ns) return permanent("deletes in the future are not allowed");
  if (wish.start_ns >= wish.end_ns) return permanent("start time can't be greater than or equal to end time");
  return {};
}

Result<DeleteWish> read_wish(const http::Request& request, Nanos now_ns) {
  DeleteWish wish{.query = request.parameter("query").value_or("")};
  if (wish.query.empty()) return permanent("query not set");
  const auto log = query::parse_log_query(wish.query);
  if (!log) return permanent("invalid query expression");
  OC_TRY(read_period(request, now_ns, wish));
  if (filters_lines(*log))
    OC_TRY(check_max_interval(request.parameter("max_interval").value_or(""), wish.end_ns - wish.start_ns));
  return wish;
}

http::Response ask_for_delete(const http::Request& request, LogDeletes& deletes, const Clock& clock) {
  auto wish = read_wish(request, clock.wall_ns());
  if (!wish) return delete_error(400, wish.error().message);
  const auto id = deletes.add(std::move(wish->query), wish->start_ns, wish->end_ns);
  if (!id) return delete_error(id.error().retryable() ? 503 : 400, id.error().message);
  auto response = no_content();
  response.headers.set("X-Delete-Request-ID", *id);
  return response;
}

// Those that overlap with start and end, where both are given.
http::Response list_deletes(const http::Request& request, const LogDeletes& deletes) {
  const auto from = request.parameter("start").value_or(""), to = request.parameter("end").value_or("");
  const bool all = from.empty() || to.empty();
  const auto start = all ? Result<Nanos>(0) : delete_time(from, "start");
  const auto end = all ? Result<Nanos>(0) : delete_time(to, "end");
  if (!start || !end) return delete_error(400, (start ? end : start).error().message);
  const auto seconds = [](Nanos time_ns) {
    const Nanos milliseconds = time_ns / 1'000'000;
    return static_cast<double>(milliseconds) / 1000;
  };
  auto list = Json::array();
  for (const auto& listed : deletes.list()) {
    if (!all && (listed.start_ns > *end || listed.end_ns < *start)) continue;
    list.push_back({{"request_id", listed.id},
                    {"start_time", seconds(listed.start_ns)},
                    {"end_time", seconds(listed.end_ns)},
                    {"query", listed.query},
                    {"status", listed.processed ? "processed" : "received"},
                    {"created_at", seconds(listed.created_ns)}});
  }
  return http::Response::json(list);
}

http::Response take_back(const http::Request& request, LogDeletes& deletes) {
  const bool force = request.parameter("force").value_or("") == "true";
  const auto cancelled = deletes.cancel(request.parameter("request_id").value_or(""), force);
  if (!cancelled) return delete_error(503, cancelled.error().message);
  switch (*cancelled) {
    case LogDeletes::Cancelled::kDone:
      return no_content();
    case LogDeletes::Cancelled::kUnknown:
      return delete_error(404, "could not find delete request with given id");
    case LogDeletes::Cancelled::kProcessed:
      return delete_error(400, "deletion of request which is in process or already processed is not allowed");
    case LogDeletes::Cancelled::kTooLate:
      break;
  }
  return delete_error(400,
                      "Cancellation of partially completed delete request or delete request past the deadline of " +
                          query::go_format_duration(kCancelPeriod) +
                          " since its creation is not allowed. To force, use the ?force query parameter");
}

}  // namespace

void add_delete_routes(http::Router& router, LogDeletes& deletes, const Clock& clock) {
  const auto ask = [&deletes, &clock](const http::Request& request) { return ask_for_delete(request, deletes, clock); };
  router.post(std::string(kPath), ask);
  router.put(std::string(kPath), ask);
  router.get(std::string(kPath), [&deletes](const http::Request& request) { return list_deletes(request, deletes); });
  router.del(std::string(kPath), [&deletes](const http::Request& request) { return take_back(request, deletes); });
}

}  // namespace oc::stores
