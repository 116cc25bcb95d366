#include "base/file_system.h"

#include <algorithm>
#include <array>

#include <sys/vfs.h>

namespace oc {
namespace {

struct UnseenFileSystem {
  std::uint32_t magic;
  std::string_view name;
};

// statfs(2) and linux/magic.h; those that linux/magic.h lacks are defined where the kernel's fs/ implements them.
constexpr std::array kUnseen = {
    UnseenFileSystem{0x6969, "nfs"},      UnseenFileSystem{0x517B, "smb"},       UnseenFileSystem{0xFF534D42, "cifs"},
    UnseenFileSystem{0xFE534D42, "smb2"}, UnseenFileSystem{0x65735546, "fuse"},  UnseenFileSystem{0x01021997, "9p"},
    UnseenFileSystem{0x00C36400, "ceph"}, UnseenFileSystem{0x5346414F, "afs"},   UnseenFileSystem{0x6B414653, "kafs"},
    UnseenFileSystem{0x73757245, "coda"}, UnseenFileSystem{0x564C, "ncp"},       UnseenFileSystem{0x0BD00BD0, "lustre"},
    UnseenFileSystem{0x01161970, "gfs2"}, UnseenFileSystem{0x7461636F, "ocfs2"}, UnseenFileSystem{0x786F4256, "vboxsf"},
};

}  // namespace

std::optional<std::string_view> changes_unseen_in(std::uint32_t magic) {
  const auto* found = std::ranges::find(kUnseen, magic, &UnseenFileSystem::magic);
  return found == kUnseen.end() ? std::nullopt : std::optional(found->name);
}

bool changes_unseen_on(std::string_view type) {
  return std::ranges::any_of(kUnseen, [&](const auto& each) { return type.starts_with(each.name); });
}

std::optional<std::string_view> changes_unseen_at(const std::string& path) {
  struct statfs info{};
  if (::statfs(path.c_str(), &info) != 0) return std::nullopt;
  return changes_unseen_in(static_cast<std::uint32_t>(info.f_type));
}

}  // namespace oc
