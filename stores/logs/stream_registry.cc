#include "stores/logs/stream_registry.h"

#include "stores/logs/append_record.h"

namespace oc::stores {

StreamPtr StreamRegistry::intern(const query::Labels& labels) {
  std::string key;
  encode(labels, key);
  std::lock_guard lock(mutex_);
  auto& slot = by_labels_[std::move(key)];
  if (StreamPtr known = slot.lock()) return known;
  auto stream = std::make_shared<const query::Stream>(query::Stream{next_id_++, labels});
  slot = stream;
  return stream;
}

std::size_t StreamRegistry::size() const {
  std::lock_guard lock(mutex_);
  return by_labels_.size();
}

void StreamRegistry::drop_unused() {
  std::lock_guard lock(mutex_);
  std::erase_if(by_labels_, [](const auto& entry) { return entry.second.expired(); });
}

}  // namespace oc::stores
