// Where everything lies below the data directory. Nothing outside it is written.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::contracts {

class DataDirectory {
 public:
  explicit DataDirectory(std::filesystem::path root) : root_(std::move(root)) {}
  // /var/lib/onecollector as root, else $XDG_STATE_HOME/onecollector, else ~/.local/state/onecollector.
  static std::filesystem::path default_root();

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path lock() const { return root_ / "lock"; }
  std::filesystem::path token() const { return root_ / "token"; }    // mode 0600
  std::filesystem::path state() const { return root_ / "up.json"; }  // what `up` runs: pids, endpoints
  std::filesystem::path own_log(const std::string& role) const { return root_ / "own-logs" / (role + ".log"); }
  std::filesystem::path control_plane() const { return root_ / "control-plane"; }
  std::filesystem::path backend() const { return root_ / "backend"; }
  std::filesystem::path agent() const { return root_ / "agent"; }
  std::filesystem::path probe_file() const { return agent() / "probe.log"; }
  std::filesystem::path process_logs() const { return agent() / "processes"; }
  std::filesystem::path collector() const { return agent() / "collector"; }
  std::filesystem::path collector_config() const { return collector() / "config.yaml"; }
  // Each kind has a folder of its own: they do not read each other's checkpoints.
  std::filesystem::path collector_storage(std::string_view kind = "native") const {
    return collector() / (kind == "official" ? "storage-official" : "storage");
  }

  // Reads the token, making it (32 random bytes as hex, mode 0600) if it is missing.
  Result<std::string> read_or_create_token() const;

 private:
  std::filesystem::path root_;
};

}  // namespace oc::contracts
