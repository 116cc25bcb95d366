#include "control_plane/verification/log_store_client.h"

#include <charconv>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

using http::percent_encode;

constexpr std::size_t kShownErrorBytes = 200;  // of a store's answer; it goes into one line of a table

bool lacks_api(int status) { return status == 404 || status == 405 || status == 501; }

http::Client::Options options(const std::string& token) {
  http::Client::Options options;
  options.connect_timeout = std::chrono::milliseconds(1'000);
  options.request_timeout = std::chrono::milliseconds(5'000);
  if (!token.empty()) options.headers.set("Authorization", "Bearer " + token);
  return options;
}

// {"data":{"result":[…]}}; an empty array if there is none.
Json results_of(const Json& answer) {
  const auto data = answer.find("data");
  if (!answer.is_object() || data == answer.end() || !data->is_object()) return Json::array();
  const auto result = data->find("result");
  return result != data->end() && result->is_array() ? *result : Json::array();
}

std::map<std::string, std::string> string_fields(const Json& object) {
  std::map<std::string, std::string> fields;
  if (!object.is_object()) return fields;
  for (const auto& [name, value] : object.items())
    if (value.is_string()) fields[name] = value.get<std::string>();
  return fields;
}

// An instant vector's sample: {"metric":{"source_id":"…"},"value":[TIME,"17"]}
void add_sample(const Json& sample, std::map<std::string, std::uint64_t>& counts) {
  if (!sample.is_object() || !sample.contains("metric") || !sample.contains("value")) return;
  const auto labels = string_fields(sample["metric"]);
  const auto source = labels.find("source_id");
  const auto& value = sample["value"];
  if (source == labels.end() || !value.is_array() || value.size() != 2 || !value[1].is_string()) return;
  const auto text = value[1].get<std::string>();
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  counts[source->second] += number;
}

std::string alternatives(const std::set<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : "|") + logql_regex_literal(value);
  return text;
}

}  // namespace

LogStoreClient::LogStoreClient(std::string base_url, const std::string& token)
    : base_url_(std::move(base_url)), client_(options(token)) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
}

std::unexpected<Error> LogStoreClient::refusal(const http::Response& response) const {
  if (lacks_api(response.status)) return permanent(base_url_ + " has no query API");
  return retryable(fmt::format("{} answers {}: {}", base_url_, response.status,
                               std::string_view(response.body).substr(0, kShownErrorBytes)));
}

Result<Json> LogStoreClient::get(const std::string& path_and_query) {
  OC_TRY_ASSIGN(const http::Response response, client_.get(base_url_ + path_and_query));
  if (response.status / 100 != 2) return refusal(response);
  auto answer = parse_json(response.body);
  if (!answer) return in_context(std::move(answer).error(), "answer of " + base_url_);
  return answer;
}

Result<std::optional<std::map<std::string, std::string>>> LogStoreClient::find_probe(const std::string& test_id,
                                                                                     Nanos start_ns, Nanos end_ns) {
  const auto query = fmt::format("{{service_name=\"onecollector-probe\"}} |= {}", logql_string(test_id));
  OC_TRY_ASSIGN(const Json answer, get(fmt::format("/loki/api/v1/query_range?query={}&start={}&end={}&limit=1",
                                                   percent_encode(query), start_ns, end_ns)));
  for (const auto& stream : results_of(answer))
    if (stream.is_object() && stream.contains("stream")) return string_fields(stream["stream"]);
  return std::nullopt;
}

Result<std::vector<contracts::Watermark>> LogStoreClient::watermarks(const std::vector<std::string>& source_ids) {
  std::string query;
  if (source_ids.size() <= kMaxSourcesInQuery)
    for (const auto& id : source_ids) query += (query.empty() ? "?source_id=" : "&source_id=") + percent_encode(id);
  OC_TRY_ASSIGN(const Json answer, get(std::string(contracts::kWatermarksPath) + query));
  return contracts::watermarks_from_json(answer);
}

Result<std::map<std::string, std::uint64_t>> LogStoreClient::count(
    const std::map<std::string, std::string>& service_by_source, std::chrono::seconds window) {
  std::map<std::string, std::uint64_t> counts;
  std::map<std::string, std::string> some;
  for (const auto& entry : service_by_source) {
    some.insert(entry);
    if (some.size() < kMaxSourcesInQuery) continue;
    OC_TRY(count_some(some, window, counts));
    some.clear();
  }
  if (!some.empty()) OC_TRY(count_some(some, window, counts));
  return counts;
}

Status LogStoreClient::count_some(const std::map<std::string, std::string>& service_by_source,
                                  std::chrono::seconds window, std::map<std::string, std::uint64_t>& counts) {
  std::set<std::string> ids, services;
  for (const auto& [id, service] : service_by_source) {
    ids.insert(id);
    services.insert(service);
  }
  const auto query = fmt::format("sum by (source_id) (count_over_time({{service_name=~{}}} | source_id=~{} [{}s]))",
                                 logql_string(alternatives(services)), logql_string(alternatives(ids)), window.count());
  // A form, because ids and names together are longer than an address may be.
  OC_TRY_ASSIGN(const http::Response response,
                client_.post(base_url_ + "/loki/api/v1/query", "query=" + percent_encode(query),
                             "application/x-www-form-urlencoded"));
  if (response.status != 200) return refusal(response);
  OC_TRY_ASSIGN(const Json answer, parse_json(response.body));
  for (const auto& sample : results_of(answer)) add_sample(sample, counts);
  return {};
}

Status LogStoreClient::ready() {
  OC_TRY_ASSIGN(const http::Response response, client_.get(base_url_ + "/ready"));
  if (response.status / 100 == 2 || lacks_api(response.status)) return {};
  return retryable(fmt::format("{}/ready answers {}", base_url_, response.status));
}

std::string logql_string(std::string_view value) {
  std::string quoted = "\"";
  for (const char letter : value) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    if (letter == '\n')
      quoted += "\\n";
    else
      quoted += letter;
  }
  return quoted + "\"";
}

std::string logql_regex_literal(std::string_view value) {
  std::string literal;
  for (const char letter : value) {
    if (std::string_view("\\.+*?()|[]{}^$").find(letter) != std::string_view::npos) literal += '\\';
    literal += letter;
  }
  return literal;
}

}  // namespace oc::control_plane
