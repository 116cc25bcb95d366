#include "collector/operators/container.h"

#include <array>

#include <fmt/format.h>
#include <simdjson.h>

#include "collector/operators/docker_line.h"
#include "collector/record/json_value.h"
#include "collector/record/regex.h"
#include "contracts/otlp/log_writer.h"
#include "formats/docker_local.h"

namespace oc::collector {

namespace {

constexpr std::string_view kZuluLayout = "2006-01-02T15:04:05.999Z";
constexpr std::string_view kOffsetLayout = "2006-01-02T15:04:05.999999999Z07:00";
constexpr std::string_view kStream = "log.iostream";
constexpr std::string_view kPath = "log.file.path";
// The resource attributes that PodPath::names are.
constexpr std::array<std::string_view, 5> kPodNames = {"k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid",
                                                       "k8s.container.name", "k8s.container.restart_count"};

struct CriLine {
  std::string_view time, stream, tags, text;
};

// The same word, where every record has it in the cache: its own stands in a line that is long out of it when it is
// sent.
std::string_view everyones(std::string_view word) {
  for (const std::string_view known : {"stdout", "stderr", "F", "P"})
    if (word == known) return known;
  return word;
}

std::string_view take_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  return word;
}

// Tags are any word, also none; white space at both ends of the text is left out.
std::optional<CriLine> cri_line(std::string_view line) {
  CriLine out;
  out.time = take_word(line);
  out.stream = take_word(line);
  if (out.stream != "stdout" && out.stream != "stderr") return std::nullopt;
  if (out.stream.data() + out.stream.size() == line.data()) return std::nullopt;  // nothing behind it
  out.tags = take_word(line);
  out.text = line;
  return out;
}

std::unexpected<Error> not_of_the_format(std::string_view what) {
  return permanent(fmt::format("not a line of {}", what));
}

}  // namespace

std::shared_ptr<const Operator> Container::parse(ConfigReader& reader) {
  auto made = std::make_shared<Container>();
  std::string format;
  reader.text("format", format);
  constexpr std::pair<std::string_view, Format> kFormats[] = {{"", Format::kDetect},
                                                              {"docker", Format::kDocker},
                                                              {"docker_local", Format::kDockerLocal},
                                                              {"crio", Format::kCrio},
                                                              {"containerd", Format::kContainerd}};
  const auto known = std::ranges::find(kFormats, format, &std::pair<std::string_view, Format>::first);
  if (known == std::end(kFormats)) {
    reader.fail("format", fmt::format("'format' must be docker, docker_local, crio or containerd, not '{}'", format));
  } else {
    made->format_ = known->second;
  }
  made->keys_ = ParserKeys::read(reader);
  reader.boolean("add_metadata_from_filepath", made->adds_pod_);
  std::uint64_t most_bytes = 0;
  reader.byte_size("max_log_size", most_bytes);
  made->rules_.most_bytes = most_bytes;
  made->rules_.most_unbegun_records = made->rules_.most_records;
  made->zulu_ = *TimeFormat::gotime(kZuluLayout);
  made->with_offset_ = *TimeFormat::gotime(kOffsetLayout);
  return made;
}

Result<Placement> Container::place(LogRecord& record, Arena& arena) const {
  OC_TRY_ASSIGN(const auto line, keys_.source(record));
  if (format_ == Format::kDocker || (format_ == Format::kDetect && line.starts_with('{')))
    return place_docker(line, record, arena);
  if (format_ == Format::kDockerLocal) return place_docker_local(line, record, arena);
  return place_cri(line, record, arena);
}

// A line as they mostly are: its stream and tags are all there is to put anywhere. Nothing: it is none.
std::optional<Placement> Container::place_plain(const PlainLine& line, const TimeFormat& format, LogRecord& record,
                                                Arena& arena) const {
  if (!keys_.puts_into_attributes() || keys_.has_blocks()) return std::nullopt;
  const auto time = format.parse(line.time, 0);
  if (!time) return std::nullopt;
  Value fields = Value::empty_map(2, arena);
  fields.append(kStream, Value::of(everyones(line.stream)), arena);
  if (line.has_tags) fields.append("logtag", Value::of(everyones(line.tags)), arena);
  FieldPath::of(RecordRoot::kAttributes).merge(record, fields, arena);
  record.set_time(*time);
  record.replace(RecordRoot::kBody, Value::of(line.text));
  return Placement{.text = line.text, .group = {}, .begins = false, .ends = true};
}

Result<Placement> Container::place_docker(std::string_view line, LogRecord& record, Arena& arena) const {
  if (const auto docker = docker_line(line, arena))
    if (auto placed = place_plain({docker->text, docker->stream, docker->time}, *zulu_, record, arena)) {
      OC_TRY(add_pod(record, arena));
      return *std::move(placed);
    }
  auto parsed = parse_json_value(line, {}, arena);
  if (!parsed || !parsed->is_map()) return not_of_the_format("Docker's json-file log");
  OC_TRY(keys_.put(record, *parsed, arena));
  OC_TRY(move_fields(*zulu_, record, arena));
  OC_TRY(add_pod(record, arena));
  return Placement{.text = record.body().is_string() ? record.body().text() : std::string_view(), .ends = true};
}

Result<Placement> Container::place_cri(std::string_view line, LogRecord& record, Arena& arena) const {
  const auto cri = cri_line(line);
  const bool is_utc = cri && cri->time.ends_with('Z');
  if (!cri || cri->time.find('Z') < cri->time.size() - (is_utc ? 1 : 0)) return not_of_the_format("a container");
  if (format_ != Format::kDetect && is_utc != (format_ == Format::kContainerd))
    return not_of_the_format(is_utc ? "CRI-O: its time ends in Z" : "containerd: its time does not end in Z");
  const auto& format = is_utc ? *zulu_ : *with_offset_;
  Placement placement{.text = cri->text, .group = cri->stream, .ends = cri->tags == "F"};
  if (!place_plain({cri->text, cri->stream, cri->time, cri->tags, true}, format, record, arena)) {
    Value fields = Value::empty_map(4, arena);
    fields.append("time", Value::of(cri->time), arena);
    fields.append("stream", Value::of(cri->stream), arena);
    fields.append("logtag", Value::of(cri->tags), arena);
    fields.append("log", Value::of(cri->text), arena);
    OC_TRY(keys_.put(record, fields, arena));
    OC_TRY(move_fields(format, record, arena));
  }
  OC_TRY(add_pod(record, arena));
  return placement;
}

// From the attributes, wherever parse_to has put them, in the official collector's order: what fails leaves what comes
// behind it as it is.
Status Container::move_fields(const TimeFormat& format, LogRecord& record, Arena& arena) const {
  Value& attributes = record.change(RecordRoot::kAttributes, arena);
  const auto take = [&](std::string_view key) {
    const Value* found = attributes.find(key);
    auto taken = found ? std::optional(*found) : std::nullopt;
    attributes.erase(key);
    return taken;
  };
  const Value* time = attributes.find("time");
  const auto time_ns = time && time->is_string() ? format.parse(time->text(), 0) : std::nullopt;
  if (!time) return permanent("there is no attribute 'time'");
  if (!time_ns) return permanent(fmt::format("'{}' is not a time", contracts::otlp::to_text(*time)));
  record.set_time(*time_ns);
  attributes.erase("time");
  const auto text = take("log");
  if (!text) return permanent("there is no attribute 'log'");
  FieldPath::of(RecordRoot::kBody).set(record, *text, arena);
  const auto stream = take("stream");
  if (!stream) return permanent("there is no attribute 'stream'");
  attributes.set(kStream, *stream, arena);
  return {};
}

// What is no entry stays, as far as it is text.
Result<Placement> Container::place_docker_local(std::string_view bytes, LogRecord& record, Arena& arena) const {
  const auto valid = [&](std::string_view text) {
    return simdjson::validate_utf8(text) ? text : arena.copy(contracts::otlp::to_valid_utf8(text));
  };
  const auto entry = formats::parse_docker_entry(bytes);
  const auto text = valid(entry ? entry->text : bytes);
  record.replace(RecordRoot::kBody, Value::of(text));
  if (!entry) return Placement{.text = text, .ends = true};
  Value fields = Value::empty_map();
  fields.append(kStream, Value::of(entry->stream), arena);
  FieldPath::of(RecordRoot::kAttributes).set(record, fields, arena);
  record.set_time(entry->time_ns);
  OC_TRY(add_pod(record, arena));
  return Placement{.text = text, .group = entry->stream, .ends = entry->complete};
}

Status Container::finish(LogRecord& record, std::string_view joined, Arena&) const {
  const Value& body = record.body();
  if (body.is_string() && body.bytes != joined.data()) record.replace(RecordRoot::kBody, Value::of(joined));
  return {};
}

Status Container::add_pod(LogRecord& record, Arena& arena) const {
  if (!adds_pod_) return {};
  const Value* path = record.attributes().find(kPath);
  if (!path || !path->is_string())
    return permanent("there is no attribute log.file.path to find the pod by",
                     "set include_file_path: true, or add_metadata_from_filepath: false");
  const auto pod = pod_of(path->text());
  if (!pod) return permanent("log.file.path is not the path of a pod's log", "add_metadata_from_filepath: false");
  Value& resource = record.change(RecordRoot::kResource, arena);
  for (std::size_t i = 0; i < kPodNames.size(); ++i)
    resource.set(kPodNames[i], Value::of(arena.copy(pod->names[i])), arena);
  return {};
}

// nullptr: none.
std::shared_ptr<const PodPath> Container::pod_of(std::string_view path) const {
  std::lock_guard lock(mutex_);
  if (last_pod_ && last_pod_->path == path) return last_pod_;
  static const re2::RE2 kPattern(
      R"((?s)^.*[/\\]([^_]+)_([^_]+)_([a-f0-9\-]+)[/\\]([^._]+)[/\\](\d+)\.log(?:\.[^/\\]*)?$)");
  auto pod = std::make_shared<PodPath>();
  pod->path = path;
  auto& [space, name, uid, container, restarts] = pod->names;
  if (!re2::RE2::FullMatch(piece(path), kPattern, &space, &name, &uid, &container, &restarts)) return nullptr;
  last_pod_ = std::move(pod);
  return last_pod_;
}

}  // namespace oc::collector
