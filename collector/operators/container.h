// container: log lines as container runtimes write them, Docker's JSON and the CRI's (containerd, CRI-O): what the
// program wrote becomes the body, its stream, time and tags become fields. Parts of a CRI line are joined, by stream;
// Docker's are not (see recombine). `format: docker_local` is ours: the entries of Docker's driver `local`, as
// file_log's `framing: docker_local` cuts them; their parts are joined.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "collector/operators/parser_keys.h"
#include "collector/operators/time_format.h"

namespace oc::collector {

// Of the path …/NAMESPACE_POD_UID/CONTAINER/RESTARTS.log, or of a rotated one, .log.20240102-030405.
struct PodPath {
  std::string path;  // all of it
  std::string names[5];
};

class Container final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);

  const JoinRules* joins() const override { return &rules_; }
  Result<Placement> place(LogRecord& record, Arena& arena) const override;
  Status finish(LogRecord& record, std::string_view joined, Arena& arena) const override;

 private:
  enum class Format { kDetect, kDocker, kDockerLocal, kCrio, kContainerd };
  Result<Placement> place_docker(std::string_view line, LogRecord& record, Arena& arena) const;
  struct PlainLine {
    std::string_view text, stream, time, tags = {};
    bool has_tags = false;
  };
  std::optional<Placement> place_plain(const PlainLine& line, const TimeFormat& format, LogRecord& record,
                                       Arena& arena) const;
  Result<Placement> place_docker_local(std::string_view entry, LogRecord& record, Arena& arena) const;
  Result<Placement> place_cri(std::string_view line, LogRecord& record, Arena& arena) const;
  Status move_fields(const TimeFormat& format, LogRecord& record, Arena& arena) const;
  Status add_pod(LogRecord& record, Arena& arena) const;
  std::shared_ptr<const PodPath> pod_of(std::string_view path) const;

  Format format_ = Format::kDetect;
  ParserKeys keys_;
  bool adds_pod_ = true;
  JoinRules rules_;
  std::optional<TimeFormat> zulu_, with_offset_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const PodPath> last_pod_;  // the path stays the same for many records
};

}  // namespace oc::collector
