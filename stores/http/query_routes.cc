#include "stores/http/query_routes.h"

#include "base/json.h"
#include "query/logql/parser.h"
#include "query/logql/printer.h"
#include "stores/http/loki_parameters.h"
#include "stores/http/query_string_check.h"

namespace oc::stores {

namespace {

// Scans take turns.
class TakingTurns final : public query::LogReader {
 public:
  TakingTurns(const query::LogReader& reader, query::Turn& turn) : reader_(reader), turn_(turn) {}

  Status scan(const query::ScanRequest& request, query::RowSink& sink) const override {
    auto in_turn = request;
    in_turn.interruption.turn = &turn_;
    return reader_.scan(in_turn, sink);
  }
  Result<std::vector<query::StreamPtr>> streams(std::span<const query::Matcher> matchers, Nanos start_ns,
                                                Nanos end_ns) const override {
    return reader_.streams(matchers, start_ns, end_ns);
  }
  std::unique_ptr<query::TailSubscription> tail(std::vector<query::Matcher>, std::vector<query::LineFilter>,
                                                std::function<void(const query::Stream&, const query::Row&)>) override {
    return nullptr;  // tails are no queries
  }

 private:
  const query::LogReader& reader_;
  query::Turn& turn_;
};

std::shared_ptr<Counter> counter_of(MetricRegistry& metrics, const std::string& result) {
  return metrics.counter("onecollector_loki_queries_total", "Requests to the log query API by their outcome.",
                         {{"result", result}});
}

}  // namespace

QueryRoutes::QueryRoutes(const query::LogReader& reader, const Clock& clock, const LongQueries::Options& long_queries,
                         MetricRegistry& metrics)
    : reader_(reader),
      clock_(clock),
      long_queries_(long_queries, metrics.counter("onecollector_loki_long_queries_waited_total",
                                                  "Queries that waited for one of the places for long ones.")),
      succeeded_(counter_of(metrics, "success")),
      refused_(counter_of(metrics, "refused")),
      cancelled_(counter_of(metrics, "cancelled")),
      timed_out_(counter_of(metrics, "timed_out")) {}

http::Response QueryRoutes::answer(const http::Request& request, Ask ask) {
  if (const auto checked = check_query_string(request); !checked) return refusal(request, checked.error());
  LongQueries::Turn turn(long_queries_);
  auto body = ask(TakingTurns(reader_, turn), request, clock_.wall_ns());
  if (!body) return refusal(request, body.error());
  succeeded_->add();
  return http::Response::text(std::move(*body), 200, "application/json; charset=UTF-8");
}

// Loki answers errors as plain text.
http::Response QueryRoutes::refusal(const http::Request& request, const Error& error) {
  const bool timed_out = error.retryable() && interruption_of(request).too_late();
  (timed_out ? timed_out_ : error.retryable() ? cancelled_ : refused_)->add();
  auto response = http::Response::text(error.message + "\n", timed_out ? 504 : error.retryable() ? 503 : 400);
  response.headers.set("X-Content-Type-Options", "nosniff");  // the text may be the query's
  return response;
}

// The one endpoint that says what is wrong in JSON.
http::Response QueryRoutes::format_query(const http::Request& request) {
  const auto parsed = query::parse_query(request.parameter("query").value_or(""));
  (parsed ? succeeded_ : refused_)->add();
  const Json body = parsed ? Json{{"status", "success"}, {"data", query::to_pretty_text(**parsed)}}
                           : Json{{"status", "invalid-query"}, {"error", parsed.error().message}};
  return http::Response::json(body, parsed ? 200 : 400);
}

}  // namespace oc::stores
