// Where a syslog daemon writes the journal's entries to files that are collected, the files are enough.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace oc::agent {

// "rsyslogd writes it to /var/log/syslog": rsyslogd or syslog-ng runs, and the file that such a daemon writes
// everything to is collected. nullopt: one or the other is not so. `source_named`: the path of a collected file of that
// name. Which files a daemon holds open is nobody's business but root's, so it is not asked. Looks through `proc`, some
// milliseconds.
std::optional<std::string> copied_by_syslog(
    const std::function<std::optional<std::string>(std::string_view name)>& source_named,
    const std::string& proc = "/proc");

}  // namespace oc::agent
