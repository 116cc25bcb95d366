#include "stores/logs/stream_order.h"

#include <random>

#include <gmock/gmock.h>

#include "stores/logs/encoded_labels.h"

namespace oc::stores {
namespace {

StreamPtr stream_of(query::Labels labels) {
  return std::make_shared<const query::Stream>(query::Stream{1, std::move(labels)});
}

TEST(StreamOrder, IsThatOfTheirLabels) {
  std::mt19937_64 random(7);
  // Few letters, so that many begin alike, some with bytes above 127.
  const auto text = [&](std::size_t longest) {
    std::string out;
    for (std::size_t i = random() % longest + 1; i > 0; --i) out += "ab\xC3"[random() % 3];
    return out;
  };
  for (const std::size_t longest : {1, 3, 40}) {
    std::vector<StreamPtr> streams;
    for (int i = 0; i < 2'000; ++i) {
      query::Labels labels;
      for (std::size_t label = random() % 3; label > 0; --label) labels.emplace_back(text(longest), text(longest));
      streams.push_back(stream_of(std::move(labels)));
    }
    const auto order = in_order_of_labels(streams);
    ASSERT_EQ(std::set(order.begin(), order.end()).size(), streams.size());
    EXPECT_TRUE(
        std::ranges::is_sorted(order, {}, [&](std::uint32_t index) -> const auto& { return streams[index]->labels; }));
  }
  EXPECT_TRUE(in_order_of_labels({}).empty());
}

TEST(StreamRegistry, GivesALabelSetOneObjectUntilNobodyRefersToIt) {
  StreamRegistry registry;
  std::string encoded, other;
  encode_labels(query::Labels{{"app", "a"}, {"host", "b"}}, encoded);
  encode_labels(query::Labels{{"app", "a"}}, other);
  const std::vector<std::string_view> both = {encoded, other};
  const StreamPtr stream = registry.intern(both)[0];
  EXPECT_EQ(stream->labels, (query::Labels{{"app", "a"}, {"host", "b"}}));
  EXPECT_EQ(registry.intern(both)[0], stream);
  const auto other_id = registry.intern(both)[1]->id;
  EXPECT_NE(other_id, stream->id);
  registry.drop_unused();
  EXPECT_EQ(registry.size(), 1u);
  EXPECT_EQ(registry.intern(both)[0], stream);
  EXPECT_NE(registry.intern(both)[1]->id, other_id);  // an id is never used again
}

TEST(StreamRegistry, TellsManyStreamsApart) {
  StreamRegistry registry;
  std::vector<std::string> encoded(5'000);
  for (std::size_t i = 0; i < encoded.size(); ++i)
    encode_labels(query::Labels{{"app", std::to_string(i % 4'000)}}, encoded[i]);
  const auto streams = registry.intern(std::vector<std::string_view>(encoded.begin(), encoded.end()));
  EXPECT_EQ(registry.size(), 4'000u);
  for (std::size_t i = 0; i < encoded.size(); ++i) ASSERT_EQ(streams[i]->labels[0].second, std::to_string(i % 4'000));
}

}  // namespace
}  // namespace oc::stores
