#include "control_plane/config_builder/source_blocks.h"

#include <algorithm>
#include <map>

namespace oc::control_plane {

namespace {

struct Parts {
  std::map<std::string_view, std::string_view> blocks;  // receiver → its lines
  std::vector<std::string_view> others;                 // all other lines but the pipelines' lists of receivers
};

constexpr std::string_view kReceivers = "receivers:";

std::size_t indentation(std::string_view line) {
  const auto at = line.find_first_not_of(' ');
  return at == std::string_view::npos ? line.size() : at;
}

// "id:" or "id: {…}".
std::string_view key_of(std::string_view text) { return text.substr(0, std::min(text.find(": "), text.find(":\n"))); }

// Takes a config apart line by line.
class Splitter {
 public:
  explicit Splitter(std::string_view yaml) {
    for (std::size_t at = 0; at < yaml.size();) {
      const auto end = std::min(yaml.find('\n', at), yaml.size() - 1) + 1;
      take(yaml.substr(at, end - at));
      at = end;
    }
  }
  Parts parts;

 private:
  void take(std::string_view line) {
    const auto depth = indentation(line);
    const auto text = line.substr(depth);
    if (depth == 0) section_ = text;
    if (section_.starts_with(kReceivers)) return take_of_receivers(line, depth);
    if (in_list_ && (depth > list_depth_ || (depth == list_depth_ && text.starts_with("- ")))) return;
    in_list_ = section_.starts_with("service:") && text.starts_with(kReceivers);
    list_depth_ = depth;
    if (!in_list_) parts.others.push_back(line);
  }

  void take_of_receivers(std::string_view line, std::size_t depth) {
    if (depth == 0) return;
    if (depth <= 2) block_ = &(parts.blocks[key_of(line.substr(depth))] = line);
    if (depth > 2 && block_) *block_ = {block_->data(), block_->size() + line.size()};
  }

  std::string_view section_;
  std::string_view* block_ = nullptr;
  bool in_list_ = false;
  std::size_t list_depth_ = 0;
};

}  // namespace

std::optional<std::vector<std::string>> brought_receivers(std::string_view before, std::string_view after) {
  const Splitter old_one(before), new_one(after);
  if (old_one.parts.others != new_one.parts.others) return std::nullopt;
  std::vector<std::string> brought;
  for (const auto& [id, block] : new_one.parts.blocks) {
    const auto known = old_one.parts.blocks.find(id);
    if (known == old_one.parts.blocks.end() || known->second != block) brought.emplace_back(id);
  }
  return brought;
}

}  // namespace oc::control_plane
