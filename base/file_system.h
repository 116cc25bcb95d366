// Which file systems the kernel sees change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oc {

// The name of the file system at `path` ("nfs", "fuse") if its files can change without inotify or fanotify reporting
// it: they change on other machines, or in a process behind the mount. What lies there has to be polled. Nothing for
// the others (overlayfs, which reports, is one of them), and for a path that is not there.
std::optional<std::string_view> changes_unseen_at(const std::string& path);

// The same for a file system's type as /proc/self/mountinfo has it ("nfs4", "fuse.sshfs"): asks nothing of the file
// system, which may be one that does not answer.
bool changes_unseen_on(std::string_view type);

// The same for a file system's magic number: f_type of statfs(2).
std::optional<std::string_view> changes_unseen_in(std::uint32_t magic);

}  // namespace oc
