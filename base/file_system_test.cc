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

}  // namespace
}  // namespace oc
