// Who wants to see rows as they are acknowledged.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "query/logql/log_reader.h"

namespace oc::stores {

// Thread-safe. A callback must not end its own subscription. Subscriptions may outlive this object.
class TailSubscriptions {
 public:
  using OnRow = std::function<void(const query::Stream&, const query::Row&)>;
  // Null where a matcher or filter does not compile; whoever parsed the query has said so by then.
  std::unique_ptr<query::TailSubscription> add(std::span<const query::Matcher> matchers,
                                               std::span<const query::LineFilter> filters, OnRow on_row);
  bool empty() const;
  // A row block of the stream, whose arrivals count from `first_arrival`. Called in order of arrival, by the committing
  // thread.
  void publish(const query::Stream& stream, std::string_view block, std::uint64_t first_arrival);

 private:
  struct Subscriber;
  struct Subscribers;
  class Subscription;
  std::shared_ptr<Subscribers> subscribers_;

 public:
  TailSubscriptions();
  ~TailSubscriptions();
};

}  // namespace oc::stores
