#include "stores/logs/stream_registry.h"

#include <algorithm>
#include <array>

#include "stores/logs/encoded_labels.h"

namespace oc::stores {

// A hundred thousand streams fit no cache, and each look-up reads one place after another.
void StreamRegistry::bring_near(std::span<const std::uint64_t> hashes) const {
  const auto each_guess = [&](auto&& visit) {
    for (const std::uint64_t hash : hashes)
      if (const std::uint32_t place = index_.guess(hash); place != HashIndex::kNone) visit(streams_[place]);
  };
  for (const std::uint64_t hash : hashes) index_.prefetch(hash);
  each_guess([](const StreamPtr& stream) { __builtin_prefetch(&stream); });
  each_guess([](const StreamPtr& stream) { __builtin_prefetch(stream.get()); });
  each_guess([](const StreamPtr& stream) { __builtin_prefetch(stream->labels.data()); });
}

const StreamPtr& StreamRegistry::find_or_add(std::string_view encoded_labels, std::uint64_t hash) {
  const auto is_it = [&](std::uint32_t known) { return are_labels(encoded_labels, streams_[known]->labels); };
  const std::uint32_t place = index_.find_or_add(hash, is_it);
  if (place == streams_.size())
    streams_.push_back(std::make_shared<const query::Stream>(query::Stream{next_id_++, decode_labels(encoded_labels)}));
  return streams_[place];
}

std::vector<StreamPtr> StreamRegistry::intern(std::span<const std::string_view> encoded_labels) {
  constexpr std::size_t kAtOnce = 16;  // about as many reads a core has under way
  std::vector<StreamPtr> streams;
  streams.reserve(encoded_labels.size());
  std::array<std::uint64_t, kAtOnce> hashes;
  std::lock_guard lock(mutex_);
  for (std::size_t begin = 0; begin < encoded_labels.size(); begin += kAtOnce) {
    const auto some = encoded_labels.subspan(begin, std::min(kAtOnce, encoded_labels.size() - begin));
    std::ranges::transform(some, hashes.begin(), [](std::string_view labels) { return checksum(labels); });
    bring_near(std::span(hashes).first(some.size()));
    for (std::size_t i = 0; i < some.size(); ++i) streams.push_back(find_or_add(some[i], hashes[i]));
  }
  return streams;
}

std::size_t StreamRegistry::size() const {
  std::lock_guard lock(mutex_);
  return streams_.size();
}

// Who has no copy gets one here only, so one that is alone stays alone while the lock is held.
void StreamRegistry::drop_unused() {
  std::lock_guard lock(mutex_);
  if (std::erase_if(streams_, [](const StreamPtr& stream) { return stream.use_count() == 1; }) == 0) return;
  index_ = HashIndex();
  std::string encoded;
  for (const StreamPtr& stream : streams_) {
    encoded.clear();
    encode_labels(stream->labels, encoded);
    index_.find_or_add(checksum(encoded), [](std::uint32_t) { return false; });
  }
}

}  // namespace oc::stores
