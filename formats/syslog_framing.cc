#include "formats/syslog_framing.h"

#include <charconv>

#include <fmt/format.h>

namespace oc::formats {

namespace {

std::unexpected<Error> not_counted(std::string_view why) {
  return permanent(fmt::format("not a syslog message behind its length: {}", why));
}

}  // namespace

Result<SyslogFrame> first_counted_frame(std::string_view bytes, std::size_t most_octets) {
  const auto digits = bytes.substr(0, bytes.find_first_not_of("0123456789"));
  if (digits.empty() || digits[0] == '0') return not_counted("it begins with no number");
  std::size_t size = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), size).ec != std::errc() || size > most_octets)
    return not_counted(fmt::format("{} bytes are more than {}", digits.substr(0, 20), most_octets));
  bytes.remove_prefix(digits.size());
  if (!bytes.starts_with(' ')) return not_counted("no blank follows its length");
  bytes.remove_prefix(1);
  if (bytes.size() < size) return not_counted(fmt::format("{} bytes of {} are there", bytes.size(), size));
  return SyslogFrame{bytes.substr(0, size), bytes.substr(size)};
}

Result<SyslogFrame> first_trailed_frame(std::string_view bytes, char trailer) {
  if (!bytes.starts_with('<')) return permanent("a syslog message that does not begin with <");
  for (auto end = bytes.find(trailer); end != bytes.npos; end = bytes.find(trailer, end + 1)) {
    const auto rest = bytes.substr(end + 1);
    if (rest.empty() || rest[0] == '<') return SyslogFrame{bytes.substr(0, end), rest};
  }
  return permanent("a syslog message without its trailer");
}

}  // namespace oc::formats
