#include "control_plane/config_builder/source_blocks.h"

#include <gmock/gmock.h>

#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

// As the builder writes it.
std::string config(const std::string& receivers, const std::string& listed, const std::string& processor = "batch") {
  const auto text = "extensions: {file_storage: {directory: /d}}\nreceivers:\n" + receivers + "processors:\n  " +
                    processor + ": {}\nservice:\n  pipelines:\n    logs:\n      receivers:\n" + listed +
                    "      processors: [" + processor + "]\n      exporters: [otlp_http]\n";
  return write_yaml(*parse_yaml_tree(text, "test")).text;
}

const std::string kOneBlock = "  file_log/a:\n    include: [/a.log]\n    operators:\n      - type: noop\n";
const std::string kOne = config(kOneBlock, "        - file_log/a\n");

TEST(SourceBlocks, NamesTheReceiverThatCame) {
  const auto after =
      config(kOneBlock + "  file_log/b:\n    include: [/b.log]\n", "        - file_log/a\n        - file_log/b\n");
  EXPECT_THAT(brought_receivers(kOne, after), Optional(ElementsAre("file_log/b")));
}

TEST(SourceBlocks, NamesTheReceiverThatChanged) {
  const auto after = config("  file_log/a:\n    include: [/a.log]\n", "        - file_log/a\n");
  EXPECT_THAT(brought_receivers(kOne, after), Optional(ElementsAre("file_log/a")));
}

TEST(SourceBlocks, AReceiverThatWentBringsNothing) {
  const auto after = config("  nop: null\n", "        - nop\n");
  EXPECT_THAT(brought_receivers(after, kOne), Optional(ElementsAre("file_log/a")));
  EXPECT_THAT(brought_receivers(kOne, kOne), Optional(IsEmpty()));
}

TEST(SourceBlocks, IsNotAskedWhereMoreThanReceiversDiffers) {
  EXPECT_EQ(brought_receivers(kOne, config(kOneBlock, "        - file_log/a\n", "memory_limiter")), std::nullopt);
  auto other_sink = kOne;
  other_sink.replace(other_sink.find("otlp_http"), 9, "debug");
  EXPECT_EQ(brought_receivers(kOne, other_sink), std::nullopt);
}

TEST(SourceBlocks, TextsThatAreNoConfigsAreOther) {
  EXPECT_EQ(brought_receivers("", kOne), std::nullopt);
  EXPECT_THAT(brought_receivers("", ""), Optional(IsEmpty()));
  EXPECT_THAT(brought_receivers("receivers:", "receivers:\n  a"), Optional(testing::SizeIs(1)));
}

}  // namespace
}  // namespace oc::control_plane
