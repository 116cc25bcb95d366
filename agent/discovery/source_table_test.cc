#include "agent/discovery/source_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oc::agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// Files by their inode and names.
class SourceTableTest : public testing::Test {
 protected:
  void file(std::uint64_t inode, std::set<std::string> names) {
    const FileIdentity id{1, inode, 0};
    groups_[id].stat.id = id;
    groups_[id].reals = groups_[id].paths = std::move(names);
  }
  TableChanges look() { return table_.reconcile(groups_, now_, 0); }
  TableChanges look_with(std::vector<std::pair<std::uint64_t, std::string>> files) {
    groups_.clear();
    for (const auto& [inode, name] : files) file(inode, {name});
    return look();
  }
  const KnownSource* at(const std::string& path) {
    for (const auto& [id, source] : table_.inventory().sources)
      if (source.path == path) return &source;
    return nullptr;
  }

  FileGroups groups_;
  SteadyTime now_{1h};
  SourceTable table_{"agent", {}};
};

TEST_F(SourceTableTest, AFileKeepsItsIdAcrossLooksAndAgents) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  EXPECT_FALSE(look().changed);
  SourceTable other("agent", {});
  other.reconcile(groups_, now_, 0);
  EXPECT_TRUE(other.inventory().sources.contains(id));
}

TEST_F(SourceTableTest, RotationByRenameKeepsTheSource) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  const auto changes = look_with({{1, "/l/a.log.1"}, {2, "/l/a.log"}});
  EXPECT_THAT(changes.replaced, ElementsAre(id));
  EXPECT_THAT(changes.rotated, ElementsAre("/l/a.log.1"));
  EXPECT_EQ(at("/l/a.log")->id, id);
  EXPECT_EQ(table_.inventory().sources.size(), 1u);
}

TEST_F(SourceTableTest, RotationSeenBetweenRenameAndCreateKeepsTheSource) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  look_with({{1, "/l/a.log.1"}});
  look_with({{1, "/l/a.log.1"}, {2, "/l/a.log"}});
  EXPECT_EQ(at("/l/a.log")->id, id);
  EXPECT_EQ(table_.inventory().sources.size(), 1u);
}

TEST_F(SourceTableTest, AFileRotatedToAnyNameIsNeverASecondSource) {
  look_with({{1, "/l/a.log"}});
  look_with({{1, "/l/archive/whatever"}, {2, "/l/a.log"}});
  now_ += 1h;
  look();
  EXPECT_EQ(table_.inventory().sources.size(), 1u);
}

TEST_F(SourceTableTest, RotationIntoAnotherFolderIsNoRenaming) {
  look_with({{1, "/l/a.log"}});
  look_with({{1, "/l/old/a.log.1"}});
  EXPECT_NE(at("/l/a.log"), nullptr);
  EXPECT_EQ(at("/l/old/a.log.1"), nullptr);
}

TEST_F(SourceTableTest, ARenamedFileIsTheSameSource) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  look_with({{1, "/l/b.log"}});
  ASSERT_NE(at("/l/b.log"), nullptr);
  EXPECT_EQ(at("/l/b.log")->id, id);
}

TEST_F(SourceTableTest, AFileRenamedOverAnotherSourceIsTheRenamedOne) {
  look_with({{1, "/l/a.log"}, {2, "/l/b.log"}});
  const auto b = at("/l/b.log")->id;
  look_with({{2, "/l/a.log"}});
  now_ += kGoneGrace;
  look();
  ASSERT_EQ(table_.inventory().sources.size(), 1u);
  EXPECT_EQ(at("/l/a.log")->id, b);
}

TEST_F(SourceTableTest, ADeletedFileIsForgottenAfterAMinuteAndNotBefore) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  EXPECT_THAT(look_with({}).removed, IsEmpty());
  EXPECT_EQ(table_.next_expiry(), now_ + kGoneGrace);
  now_ += kGoneGrace;
  EXPECT_THAT(look().removed, ElementsAre(id));
}

TEST_F(SourceTableTest, DeletedAndMadeAgainIsTheSameSourceReadFromTheStart) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  table_.inventory().sources.at(id).start_offset = 10;
  look_with({});
  look_with({{7, "/l/a.log"}});
  EXPECT_EQ(at("/l/a.log")->id, id);
  EXPECT_EQ(at("/l/a.log")->start_offset, 0u);
}

TEST_F(SourceTableTest, ARotatedFileStaysLeftOutAfterItsSourceIsForgotten) {
  look_with({{1, "/l/a.log"}});
  look_with({{1, "/l/a.log.1"}});
  now_ += kGoneGrace;
  look();
  EXPECT_TRUE(table_.inventory().sources.empty());
  EXPECT_THAT(look().fresh, IsEmpty());
}

TEST_F(SourceTableTest, AForgottenFileMovedBackIsTheOldSource) {
  look_with({{1, "/l/a.log"}});
  const auto id = at("/l/a.log")->id;
  look_with({{1, "/l/a.log.1"}});
  now_ += kGoneGrace;
  look();
  look_with({{1, "/l/a.log"}});
  EXPECT_EQ(at("/l/a.log")->id, id);
}

TEST_F(SourceTableTest, HardLinksAreOneSourceUnderTheFirstName) {
  file(1, {"/l/b.log", "/l/a.log"});
  look();
  ASSERT_NE(at("/l/a.log"), nullptr);
  EXPECT_THAT(at("/l/a.log")->aliases, ElementsAre("/l/b.log"));
  groups_.clear();
  file(1, {"/l/0.log", "/l/a.log", "/l/b.log"});
  look();
  EXPECT_NE(at("/l/a.log"), nullptr);
}

TEST_F(SourceTableTest, ADatedFileWithoutALiveNameIsALiveLog) {
  EXPECT_EQ(look_with({{1, "/l/app-2026-11-22.log"}, {2, "/l/app-2026-11-23.log"}}).fresh.size(), 2u);
  EXPECT_THAT(look_with({{1, "/l/app-2026-11-22.log"}, {2, "/l/app-2026-11-23.log"}, {3, "/l/app.log"}}).rotated,
              IsEmpty());
}

TEST_F(SourceTableTest, RotatedFilesFoundTogetherWithTheirLiveLogAreLeftOut) {
  const auto changes = look_with({{1, "/l/a.log"}, {2, "/l/a.log.1"}, {3, "/l/a-2026-11-22.log"}});
  EXPECT_EQ(changes.fresh.size(), 1u);
  EXPECT_EQ(changes.rotated.size(), 2u);
}

}  // namespace
}  // namespace oc::agent
