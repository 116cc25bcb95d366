// How rotation names files: "app.log" becomes "app.log.1", "app.log-20261123", "app.log.2026-11-23",
// "app-2026-11-22.log", "app.1.log", "app.log.old".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oc::agent {

// The names `path` would be a rotated form of, the likeliest first; empty if it has the form of no rotated name.
// Whether it is one depends on whether such a name is, or was, a live log: a program may well write to
// "app-2026-11-23.log".
std::vector<std::string> live_names_of(std::string_view path);

}  // namespace oc::agent
