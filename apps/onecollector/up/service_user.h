// Least privilege (DESIGN section 7): started as root, `up` runs its roles as a user of their own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace oc::apps {

struct ServiceUser {
  std::optional<uid_t> uid;                   // nullopt: the roles run as we do
  std::string note;                           // for people, where least privilege could not be had; else empty
  std::vector<std::string> engine_sockets{};  // of the agent: whose groups it joins, to ask for containers
};

// Of the sockets, sorted: root's only where it is open to that; while one is not there, the group of Docker's packages.
std::vector<gid_t> engine_groups(const std::vector<std::string>& sockets);

// As root: the user `onecollector` where it exists, else a uid of its own without an entry in /etc/passwd. Stays root,
// with a note, where that user could not reach the data directory or the program.
ServiceUser choose_service_user(const std::filesystem::path& data_directory, const std::filesystem::path& program);

// Gives the data directory and all in it to the user; a no-op when it is his already.
Status give_to(const ServiceUser& user, const std::filesystem::path& data_directory);

}  // namespace oc::apps
