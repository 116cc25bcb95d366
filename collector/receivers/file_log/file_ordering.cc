#include "collector/receivers/file_log/file_ordering.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "collector/operators/whole_number.h"
#include "collector/pipeline/feature_gates.h"
#include "collector/receivers/file_log/file_identity.h"
#include "collector/record/regex.h"

namespace oc::collector {

namespace {

constexpr std::int64_t kMostFiles = 1'000'000;

std::shared_ptr<const re2::RE2> read_regex(ConfigReader& reader, std::string_view key) {
  std::string text;
  reader.text(key, text);
  if (text.empty()) return nullptr;
  auto regex = compile_regex(text);
  if (regex) return *regex;
  reader.fail(key, fmt::format("'{}': {}", key, regex.error().message));
  return nullptr;
}

// The groups of a match, the whole at the front. Empty: there is none.
std::vector<std::string> match(const re2::RE2& regex, const std::string& path) {
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1);
  if (!regex.Match(path, 0, path.size(), re2::RE2::UNANCHORED, found.data(), static_cast<int>(found.size()))) return {};
  std::vector<std::string> groups;
  for (const auto& group : found) groups.emplace_back(view(group));
  return groups;
}

std::shared_ptr<const TimeFormat> read_layout(ConfigReader& reader) {
  std::string layout, location;
  reader.text("layout", layout);
  reader.text("location", location);
  if (layout.empty()) {
    reader.fail("layout", "'layout' must be specified");
    return nullptr;
  }
  auto format = TimeFormat::strptime(layout);
  Status placed = format && !location.empty() ? format->use_location(location) : Status();
  if (!format) reader.fail("layout", "'layout': " + format.error().message, format.error().next_step);
  if (!placed) reader.fail("location", "'location': " + placed.error().message, placed.error().next_step);
  return format && placed ? std::make_shared<const TimeFormat>(std::move(*format)) : nullptr;
}

}  // namespace

std::shared_ptr<const FileOrdering> FileOrdering::parse(const ConfigValue& value, ConfigReader& outer) {
  auto made = std::make_shared<FileOrdering>();
  ConfigReader reader(value, outer.owner() + ": ordering_criteria");
  made->regex_ = read_regex(reader, "regex");
  made->group_by_ = read_regex(reader, "group_by");
  std::int64_t most = 0;
  reader.integer("top_n", most, 0, kMostFiles);
  made->most_ = most > 0 ? static_cast<std::size_t>(most) : 1;
  if (const auto* sorts = reader.child("sort_by")) {
    if (sorts->kind != ConfigValue::Kind::kList) reader.fail("sort_by", "'sort_by' must be a list");
    for (const auto& sort : sorts->items) made->read_sort(sort, reader);
  }
  if (auto finished = reader.finish(); !finished) outer.fail_with(finished.error());
  return made->sorts_.empty() ? nullptr : made;
}

void FileOrdering::read_sort(const ConfigValue& value, ConfigReader& outer) {
  constexpr std::pair<std::string_view, Sort::By> kTypes[] = {{"numeric", Sort::By::kNumeric},
                                                              {"alphabetical", Sort::By::kAlphabetical},
                                                              {"timestamp", Sort::By::kTimestamp},
                                                              {"mtime", Sort::By::kMtime}};
  ConfigReader reader(value, outer.owner() + ": sort_by");
  Sort sort;
  std::string type, key;
  reader.text("sort_type", type);
  reader.text("regex_key", key);
  reader.boolean("ascending", sort.ascending);
  const auto known = std::ranges::find(kTypes, type, &std::pair<std::string_view, Sort::By>::first);
  if (known == std::end(kTypes)) {
    reader.fail("sort_type",
                fmt::format("'sort_type' must be numeric, alphabetical, timestamp or mtime, not '{}'", type));
  } else {
    sort.by = known->second;
  }
  if (sort.by == Sort::By::kMtime && !has_feature(kMtimeSortGate))
    reader.fail("sort_type", fmt::format("'sort_type: mtime' requires the feature gate {}", kMtimeSortGate),
                fmt::format("start the collector with --feature-gates={}", kMtimeSortGate));
  if (sort.by == Sort::By::kTimestamp) {
    sort.layout = read_layout(reader);
  } else {
    (void)reader.child("layout");
    (void)reader.child("location");
  }
  if (sort.by != Sort::By::kMtime) {
    if (!regex_) reader.fail("sort_type", "'regex' must be specified when 'sort_by' is specified");
    if (key.empty()) reader.fail("regex_key", "'regex_key' must be specified");
    if (regex_) {
      const auto& groups = regex_->NamedCapturingGroups();
      sort.group = groups.contains(key) ? groups.at(key) : -1;  // no file has it
    }
  }
  if (auto finished = reader.finish(); !finished) outer.fail_with(finished.error());
  sorts_.push_back(std::move(sort));
}

std::vector<std::string> FileOrdering::first_of(const std::vector<std::string>& paths) const {
  if (!group_by_) return first_of_group(paths);
  std::map<std::string, std::vector<std::string>> groups;
  for (const auto& path : paths)
    if (const auto found = match(*group_by_, path); found.size() > 1) groups[found[1]].push_back(path);
  std::vector<std::string> first;
  for (const auto& [name, members] : groups) {
    auto of_group = first_of_group(members);
    first.insert(first.end(), of_group.begin(), of_group.end());
  }
  return first;
}

std::vector<std::string> FileOrdering::first_of_group(const std::vector<std::string>& paths) const {
  std::vector<Item> items;
  for (const auto& path : paths) {
    Item item{path, regex_ ? match(*regex_, path) : std::vector<std::string>(), {}};
    if (!regex_ || !item.groups.empty()) items.push_back(std::move(item));
  }
  for (const auto& sort : sorts_) {
    std::erase_if(items, [&](Item& item) {
      const auto key = key_of(item, sort);
      if (key) item.key = *key;
      return !key;
    });
    std::ranges::stable_sort(
        items, [&](const Item& a, const Item& b) { return sort.ascending ? a.key < b.key : b.key < a.key; });
  }
  std::vector<std::string> first;
  for (auto& item : items)
    if (first.size() < most_) first.push_back(std::move(item.path));
  return first;
}

std::optional<FileOrdering::Key> FileOrdering::key_of(const Item& item, const Sort& sort) {
  if (sort.by == Sort::By::kMtime) {
    const auto status = status_of_path(item.path);
    return status ? std::optional<Key>(status->modified_ns) : std::nullopt;
  }
  auto text = sort.group > 0 ? item.groups[static_cast<std::size_t>(sort.group)] : std::string();
  if (sort.by == Sort::By::kAlphabetical) return text;
  const auto number = sort.by == Sort::By::kNumeric ? whole_number(text) : sort.layout->parse(text, 0);
  return number ? std::optional<Key>(*number) : std::nullopt;
}

}  // namespace oc::collector
