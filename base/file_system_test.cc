#include "base/file_system.h"

#include <gtest/gtest.h>

namespace oc {
namespace {

TEST(FileSystem, ThoseThatChangeElsewhereAreNamed) {
  EXPECT_EQ(changes_unseen_in(0x6969), "nfs");
  EXPECT_EQ(changes_unseen_in(0xFF534D42), "cifs");
  EXPECT_EQ(changes_unseen_in(0x65735546), "fuse");
  EXPECT_EQ(changes_unseen_in(0x5346414F), "afs");
}

TEST(FileSystem, ThoseThatTheKernelSeesChangeAreNot) {
  EXPECT_FALSE(changes_unseen_in(0x794c7630)) << "overlayfs";
  EXPECT_FALSE(changes_unseen_in(0xEF53)) << "ext4";
  EXPECT_FALSE(changes_unseen_at("/proc"));
  EXPECT_FALSE(changes_unseen_at("/there/is/no/such/folder"));
}

TEST(FileSystem, OfTheseTypesOfMountsTheKernelDoesNotSeeAllChanges) {
  for (const auto* type : {"nfs", "nfs4", "cifs", "smb3", "fuse", "fuse.sshfs", "fuseblk", "9p"})
    EXPECT_TRUE(changes_unseen_on(type)) << type;
  for (const auto* type : {"ext4", "xfs", "btrfs", "tmpfs", "overlay"}) EXPECT_FALSE(changes_unseen_on(type)) << type;
}

}  // namespace
}  // namespace oc
