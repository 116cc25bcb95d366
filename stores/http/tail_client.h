// One tail: its queue of rows between the appending thread and the sending one.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/http/websocket.h"
#include "query/logql/ast.h"
#include "query/logql/log_query.h"
#include "query/logql/pipeline.h"
#include "stores/http/encoding_flags.h"

namespace oc::stores {

class TailService;

struct TailRequest {
  query::ExprPtr query;
  Nanos start_ns = 0;
  std::size_t limit = 0;
  std::chrono::milliseconds delay{0};  // live rows wait so long for earlier ones that are late
  EncodingFlags flags;
};

// offer() comes from the appending thread, the rest from the service's.
class TailClient {
 public:
  TailClient(TailService& service, TailRequest request, std::shared_ptr<http::WebSocketPeer> peer);

  // Subscribes, then sends what is stored. An error ends the tail.
  Status start();
  // Sends what is due; does nothing while the client does not read.
  void send_due();
  void fail(std::string_view reason) { peer_->fail(reason); }
  bool started() const { return started_; }

 private:
  struct Waiting {
    query::Stream stream;
    Nanos time_ns = 0;
    std::uint64_t arrival = 0;
    std::string line;
    query::Labels metadata;
    std::chrono::steady_clock::time_point received;
    std::size_t bytes() const;
  };
  struct Dropped {
    Nanos time_ns = 0;
    query::Labels labels;
  };

  const query::LogExpr& log() const { return std::get<query::LogExpr>(request_.query->node); }
  void offer(const query::Stream& stream, const query::Row& row);
  Status send_stored();
  std::vector<Waiting> take_due(std::vector<Dropped>& dropped);
  std::vector<query::LogEntry> through_pipeline(std::vector<Waiting> rows);
  void send(const std::vector<query::LogEntry>& entries, const std::vector<Dropped>& dropped);

  TailService& service_;
  TailRequest request_;
  std::shared_ptr<http::WebSocketPeer> peer_;
  bool started_ = false;
  std::unique_ptr<query::Pipeline> pipeline_;
  // Rows found in the store which the subscription may have brought, too: stream and arrival.
  std::set<std::pair<std::uint64_t, std::uint64_t>> sent_from_store_;

  std::mutex mutex_;
  std::deque<Waiting> queue_;
  std::size_t queued_bytes_ = 0;
  std::vector<Dropped> dropped_;

  std::unique_ptr<query::TailSubscription> subscription_;  // last: ends before what its callback uses
};

}  // namespace oc::stores
