#include "control_plane/config_builder/yaml_tree.h"

#include <algorithm>

#include "base/yaml.h"
#include "control_plane/config_builder/yaml_scalar.h"

namespace oc::control_plane {

namespace {

YamlPlace place_of(const YAML::Node& node) {
  const auto mark = node.Mark();
  return mark.is_null() ? YamlPlace{} : YamlPlace{mark.line + 1, mark.column + 1};
}

YamlTree convert(const YAML::Node& node) {
  YamlTree tree;
  tree.place = place_of(node);
  tree.flow = node.Style() == YAML::EmitterStyle::Flow;
  if (node.IsScalar()) {
    tree.kind = YamlTree::Kind::kScalar;
    tree.scalar = node.Scalar();
    tree.quoted = node.Tag() != "?";  // plain ones have "?", quoted ones "!"
  } else if (node.IsSequence()) {
    tree.kind = YamlTree::Kind::kList;
    tree.items.reserve(node.size());
    for (const auto& item : node) tree.items.push_back(convert(item));
  } else if (node.IsMap()) {
    tree.kind = YamlTree::Kind::kMap;
    tree.fields.reserve(node.size());
    for (const auto& field : node)
      tree.fields.push_back({field.first.IsScalar() ? field.first.Scalar() : std::string(), place_of(field.first),
                             convert(field.second)});
  }
  return tree;
}

}  // namespace

YamlTree YamlTree::text(std::string_view text) {
  YamlTree tree;
  tree.kind = Kind::kScalar;
  tree.scalar = escape_expansion(text);
  tree.quoted = true;
  return tree;
}

YamlTree YamlTree::plain(std::string_view word_or_number) {
  YamlTree tree;
  tree.kind = Kind::kScalar;
  tree.scalar = word_or_number;
  return tree;
}

YamlTree YamlTree::map(bool flow) {
  YamlTree tree;
  tree.kind = Kind::kMap;
  tree.flow = flow;
  return tree;
}

YamlTree YamlTree::list(std::vector<YamlTree> items, bool flow) {
  YamlTree tree;
  tree.kind = Kind::kList;
  tree.flow = flow;
  tree.items = std::move(items);
  return tree;
}

const YamlField* YamlTree::field(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &YamlField::key);
  return found == fields.end() ? nullptr : &*found;
}

const YamlTree* YamlTree::find(std::initializer_list<std::string_view> path) const {
  const YamlTree* at = this;
  for (const auto key : path) {
    const auto* next = at->field(key);
    if (next == nullptr) return nullptr;
    at = &next->value;
  }
  return at;
}

YamlTree& YamlTree::add(std::string key, YamlTree value) {
  fields.push_back({std::move(key), {}, std::move(value)});
  return fields.back().value;
}

YamlPlace YamlTree::first_place() const {
  if (place && fields.empty() && items.empty()) return place;
  for (const auto& field : fields) {
    if (field.place) return field.place;
    if (const auto below = field.value.first_place()) return below;
  }
  for (const auto& item : items)
    if (const auto below = item.first_place()) return below;
  return place;
}

bool same_content(const YamlTree& a, const YamlTree& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.fields.size() != b.fields.size()) return false;
  if (a.kind == YamlTree::Kind::kScalar) return a.scalar == b.scalar;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same_content(a.items[i], b.items[i])) return false;
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    const bool same_order = b.fields[i].key == a.fields[i].key;
    const auto* other = same_order ? &b.fields[i] : b.field(a.fields[i].key);
    if (other == nullptr || !same_content(a.fields[i].value, other->value)) return false;
  }
  return true;
}

Result<YamlTree> parse_yaml_tree(std::string_view text, const std::string& file) {
  OC_TRY_ASSIGN(const YAML::Node node, yaml::parse(text, file));
  return convert(node);
}

}  // namespace oc::control_plane
