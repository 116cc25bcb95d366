#include "formats/docker_json.h"

#include "formats/json_fields.h"

namespace oc::formats {
namespace {

struct Members {
  DockerLine line;
  int known = 0;
  bool others = false;

  void take(std::string_view key, std::string_view value) {
    std::string* target = key == "log"      ? &line.text
                          : key == "stream" ? &line.stream
                          : key == "time"   ? &line.time
                                            : nullptr;
    if (target != nullptr) {
      *target = value;
      ++known;
    } else {
      others |= key != "attrs";
    }
  }
};

}  // namespace

std::optional<DockerLine> parse_docker_line(std::string_view line) {
  if (!line.starts_with('{') || line.find("\"stream\"") == std::string_view::npos) return std::nullopt;
  Members members;
  const auto status =
      for_each_json_member(line, [&](std::string_view key, std::string_view value) { members.take(key, value); });
  constexpr int kMembers = 3;
  if (!status || members.known != kMembers || members.others) return std::nullopt;
  DockerLine& out = members.line;
  if (out.stream != "stdout" && out.stream != "stderr") return std::nullopt;
  out.complete = out.text.ends_with('\n');
  if (out.complete) out.text.pop_back();
  if (out.complete && out.text.ends_with('\r')) out.text.pop_back();
  return std::move(out);
}

}  // namespace oc::formats
