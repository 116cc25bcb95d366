#include "stores/logs/tail_subscriptions.h"

#include "stores/logs/row_block.h"

namespace oc::stores {

struct TailSubscriptions::Subscriber {
  query::CompiledMatchers matchers;
  query::CompiledLineFilters filters;
  OnRow on_row;
};

struct TailSubscriptions::Subscribers {
  std::mutex mutex;  // held during callbacks: once a subscription is gone, no call is under way
  std::list<Subscriber> list;
};

class TailSubscriptions::Subscription final : public query::TailSubscription {
 public:
  Subscription(std::shared_ptr<Subscribers> all, std::list<Subscriber>::iterator mine) : all_(all), mine_(mine) {}
  ~Subscription() override {
    std::lock_guard lock(all_->mutex);
    all_->list.erase(mine_);
  }

 private:
  std::shared_ptr<Subscribers> all_;
  std::list<Subscriber>::iterator mine_;
};

TailSubscriptions::TailSubscriptions() : subscribers_(std::make_shared<Subscribers>()) {}
TailSubscriptions::~TailSubscriptions() = default;

std::unique_ptr<query::TailSubscription> TailSubscriptions::add(std::span<const query::Matcher> matchers,
                                                                std::span<const query::LineFilter> filters,
                                                                OnRow on_row) {
  auto compiled_matchers = query::CompiledMatchers::compile(matchers);
  auto compiled_filters = query::CompiledLineFilters::compile(filters);
  if (!compiled_matchers || !compiled_filters) return nullptr;
  std::lock_guard lock(subscribers_->mutex);
  const auto mine = subscribers_->list.insert(
      subscribers_->list.end(), {std::move(*compiled_matchers), std::move(*compiled_filters), std::move(on_row)});
  return std::make_unique<Subscription>(subscribers_, mine);
}

bool TailSubscriptions::empty() const {
  std::lock_guard lock(subscribers_->mutex);
  return subscribers_->list.empty();
}

void TailSubscriptions::publish(const query::Stream& stream, std::string_view block, std::uint64_t first_arrival) {
  auto reader = RowBlockReader::open(block, first_arrival);
  if (!reader) return;
  std::lock_guard lock(subscribers_->mutex);
  std::vector<Subscriber*> interested;
  for (Subscriber& subscriber : subscribers_->list)
    if (subscriber.matchers.matches(stream.labels)) interested.push_back(&subscriber);
  if (interested.empty()) return;
  std::vector<query::LabelView> metadata;
  for (StoredRow row; reader->next(row);) {
    metadata.clear();
    if (!reader->metadata(row, metadata)) return;
    for (Subscriber* subscriber : interested)
      if (subscriber->filters.matches(row.line))
        subscriber->on_row(stream, {row.time_ns, row.arrival, row.line, metadata});
  }
}

}  // namespace oc::stores
