// Which streams a query wants, each looked at once: a stream of the head is in most of the parts as well.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "query/logql/log_reader.h"

namespace oc::stores {

// Used by one thread. The matchers must outlive it.
class StreamSelection {
 public:
  explicit StreamSelection(const query::CompiledMatchers& matchers) : matchers_(matchers) {}
  bool matches(const query::Stream& stream) {
    std::uint8_t& known = known_of(stream.id);
    if (known == kUnknown) known = matchers_.matches(stream.labels) ? kMatches : kOther;
    return known != kOther;
  }
  // Whether this is the first time that it is asked for.
  bool is_new(const query::Stream& stream) { return std::exchange(known_of(stream.id), kSeen) != kSeen; }

 private:
  static constexpr std::uint8_t kUnknown = 0, kOther = 1, kMatches = 2, kSeen = 3;
  // Ids are given out in order and never again, so those in use lie together.
  static constexpr std::size_t kPage = 4096;
  using Page = std::array<std::uint8_t, kPage>;

  std::uint8_t& known_of(std::uint64_t id) {
    if (pages_.size() <= id / kPage) pages_.resize(id / kPage + 1);
    auto& page = pages_[id / kPage];
    if (!page) page = std::make_unique<Page>();
    return (*page)[id % kPage];
  }

  const query::CompiledMatchers& matchers_;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace oc::stores
