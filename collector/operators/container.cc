#include "collector/operators/container.h"

#include <array>

#include <fmt/format.h>
#include <simdjson.h>

#include "collector/operators/docker_line.h"
#include "collector/operators/parser_keys.h"
#include "collector/record/json_value.h"
#include "collector/record/regex.h"
#include "contracts/otlp/log_writer.h"
#include "formats/docker_local.h"

namespace oc::collector {

namespace {

constexpr std::string_view kTimeLayout = "2006-01-02T15:04:05.999999999Z07:00";
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

const Value* text_in(const Value& map, std::string_view key) {
  const Value* found = map.find(key);
  return found && found->is_string() ? found : nullptr;
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
  if (auto from = read_field(reader, "parse_from")) made->from_ = std::move(*from);
  if (auto to = read_field(reader, "parse_to")) {
    made->spreads_ = to->is_root() && to->root() == RecordRoot::kAttributes;
    made->to_ = std::move(*to);
  }
  reader.boolean("add_metadata_from_filepath", made->adds_pod_);
  std::uint64_t most_bytes = 0;
  reader.byte_size("max_log_size", most_bytes);
  made->rules_.most_bytes = most_bytes;
  made->rules_.most_unbegun_records = made->rules_.most_records;
  made->time_format_ = *TimeFormat::gotime(kTimeLayout);
  return made;
}

Result<Nanos> Container::time_of(std::string_view text) const {
  if (const auto time = time_format_->parse(text, 0)) return *time;
  return permanent(fmt::format("'{}' is not a time", text));
}

Result<Placement> Container::place(LogRecord& record, Arena& arena) const {
  const Value* source = from_.get(record);
  if (!source || !source->is_string()) return permanent("parse_from is not a text");
  const auto line = source->text();
  if (format_ == Format::kDocker || (format_ == Format::kDetect && line.starts_with('{')))
    return place_docker(line, record, arena);
  if (format_ == Format::kDockerLocal) return place_docker_local(line, record, arena);
  return place_cri(line, record, arena);
}

Result<Placement> Container::place_docker(std::string_view line, LogRecord& record, Arena& arena) const {
  if (const auto plain = spreads_ ? docker_line(line, arena) : std::nullopt) {
    OC_TRY_ASSIGN(const Nanos time_ns, time_of(plain->time));
    Value fields = Value::empty_map(1, arena);
    fields.append(kStream, Value::of(everyones(plain->stream)), arena);
    to_.merge(record, fields, arena);
    record.set_time(time_ns);
    return Placement{.text = plain->text, .ends = true};
  }
  auto parsed = parse_json_value(line, {}, arena);
  if (!parsed || !parsed->is_map()) return not_of_the_format("Docker's json-file log");
  if (!spreads_) {
    to_.set(record, *parsed, arena);
    return Placement{.ends = true};
  }
  const Value* text = text_in(*parsed, "log");
  const Value* time = text_in(*parsed, "time");
  if (!text || !time) return not_of_the_format("Docker's json-file log");
  OC_TRY_ASSIGN(const Nanos time_ns, time_of(time->text()));
  const Placement placement{.text = text->text(), .ends = true};
  if (const Value* stream = text_in(*parsed, "stream")) {
    const Value named = *stream;
    parsed->erase("stream");
    parsed->set(kStream, named, arena);
  }
  parsed->erase("log");
  parsed->erase("time");
  to_.set(record, *parsed, arena);
  record.set_time(time_ns);
  return placement;
}

// What is no entry stays, as far as it is text.
Placement Container::place_docker_local(std::string_view bytes, LogRecord& record, Arena& arena) const {
  const auto valid = [&](std::string_view text) {
    return simdjson::validate_utf8(text) ? text : arena.copy(contracts::otlp::to_valid_utf8(text));
  };
  const auto entry = formats::parse_docker_entry(bytes);
  if (!entry) return {.text = valid(bytes), .ends = true};
  Value fields = Value::empty_map();
  fields.append(kStream, Value::of(entry->stream), arena);
  to_.set(record, fields, arena);
  record.set_time(entry->time_ns);
  return {.text = valid(entry->text), .group = entry->stream, .ends = entry->complete};
}

Result<Placement> Container::place_cri(std::string_view line, LogRecord& record, Arena& arena) const {
  const auto cri = cri_line(line);
  const bool is_utc = cri && cri->time.ends_with('Z');
  if (!cri || cri->time.find('Z') < cri->time.size() - (is_utc ? 1 : 0)) return not_of_the_format("a container");
  if (format_ != Format::kDetect && is_utc != (format_ == Format::kContainerd))
    return not_of_the_format(is_utc ? "CRI-O: its time ends in Z" : "containerd: its time does not end in Z");
  OC_TRY_ASSIGN(const Nanos time_ns, time_of(cri->time));
  Value fields = Value::empty_map(spreads_ ? 2 : 4, arena);
  if (!spreads_) {
    fields.append("time", Value::of(cri->time), arena);
    fields.append("log", Value::of(cri->text), arena);
  }
  fields.append(spreads_ ? kStream : "stream", Value::of(everyones(cri->stream)), arena);
  fields.append("logtag", Value::of(everyones(cri->tags)), arena);
  to_.merge(record, fields, arena);
  if (spreads_) record.set_time(time_ns);
  return Placement{.text = cri->text, .group = cri->stream, .ends = cri->tags == "F"};
}

Status Container::finish(LogRecord& record, std::string_view joined, Arena& arena) const {
  if (!spreads_) return {};
  record.replace(RecordRoot::kBody, Value::of(joined));
  return adds_pod_ ? add_pod(record, arena) : Status();
}

Status Container::add_pod(LogRecord& record, Arena& arena) const {
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
  static const re2::RE2 kPattern(R"((?s)^.*[/\\]([^_]+)_([^_]+)_([a-f0-9\-]+)[/\\]([^._]+)[/\\](\d+)\.log$)");
  auto pod = std::make_shared<PodPath>();
  pod->path = path;
  auto& [space, name, uid, container, restarts] = pod->names;
  if (!re2::RE2::FullMatch(piece(path), kPattern, &space, &name, &uid, &container, &restarts)) return nullptr;
  last_pod_ = std::move(pod);
  return last_pod_;
}

}  // namespace oc::collector
