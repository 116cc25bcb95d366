#include "agent/opamp_client/probe_file.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/ids.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

class ProbeFileTest : public testing::Test {
 protected:
  TemporaryDirectory dir_;
  std::filesystem::path path_ = dir_.path() / "probe.log";
  ManualClock clock_{1'000'000'000};
  ProbeFile probe_ = *ProbeFile::open(path_, "agent-1", clock_);
};

TEST_F(ProbeFileTest, IsThereEmptyFromTheStartAndASourceOfItsOwnKind) {
  EXPECT_EQ(std::filesystem::file_size(path_), 0u);
  EXPECT_EQ(probe_.source().source_type, model::SourceType::kProbe);
  EXPECT_EQ(probe_.source().log_path, path_.string());
  EXPECT_EQ(probe_.source().metadata.at("service_name"), "onecollector-probe");
}

TEST_F(ProbeFileTest, AppendsOneWholeLineWithTheId) {
  const auto id = random_uuid();
  ASSERT_TRUE(probe_.write(random_uuid()));
  ASSERT_TRUE(probe_.write(id));
  const auto text = *read_file(path_);
  EXPECT_NE(text.find(id), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_EQ(probe_.ledger()->last_newline_end, text.size());
}

TEST_F(ProbeFileTest, ABigFileIsRotatedBeforeTheNextLine) {
  ASSERT_TRUE(write_file_atomic(path_, std::string(kMaxProbeBytes + 1, 'x')));
  ASSERT_TRUE(probe_.write(random_uuid()));
  EXPECT_LT(std::filesystem::file_size(path_), 1000u);
  EXPECT_EQ(std::filesystem::file_size(path_.string() + ".1"), kMaxProbeBytes + 1);
}

TEST_F(ProbeFileTest, WhatIsNoUuidIsNeverWritten) {
  EXPECT_FALSE(probe_.write("a\nb"));
  EXPECT_EQ(std::filesystem::file_size(path_), 0u);
}

}  // namespace
}  // namespace oc::agent
