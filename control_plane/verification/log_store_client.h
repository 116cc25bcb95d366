// The questions that proof asks a log store, over Loki's API and, for the embedded store, its watermarks. Counts, byte
// ranges and labels come back; of text nothing but the probe's own line (CP-10). One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http/client.h"
#include "contracts/delivery/ranges.h"

namespace oc::control_plane {

// More source ids make the query longer than servers take; then everything is asked for.
inline constexpr std::size_t kMaxSourcesInQuery = 100;

// A permanent error of a question: the sink has no query API, and asking again is of no use.
class LogStoreClient {
 public:
  // `token` may be empty: another's store.
  LogStoreClient(std::string base_url, const std::string& token);

  // The labels of the line that contains `test_id`, nullopt while it is not there.
  Result<std::optional<std::map<std::string, std::string>>> find_probe(const std::string& test_id, Nanos start_ns,
                                                                       Nanos end_ns);
  // Of these sources, or of all if they are more than kMaxSourcesInQuery.
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>& source_ids);
  // Records of the last `window` by source_id; `service_by_source` says where to look. Absent: none.
  Result<std::map<std::string, std::uint64_t>> count(const std::map<std::string, std::string>& service_by_source,
                                                     std::chrono::seconds window);
  // A sink that answers, but not this question, is ready, too.
  Status ready();
  // From another thread: ends the request under way.
  void cancel() { client_.cancel(); }

 private:
  std::unexpected<Error> refusal(const http::Response& response) const;
  Result<Json> get(const std::string& path_and_query);
  Status count_some(const std::map<std::string, std::string>& service_by_source, std::chrono::seconds window,
                    std::map<std::string, std::uint64_t>& counts);

  std::string base_url_;
  http::Client client_;
};

// LogQL: `value` between double quotes, and the same as a regular expression that matches only itself.
std::string logql_string(std::string_view value);
std::string logql_regex_literal(std::string_view value);

}  // namespace oc::control_plane
