// write_yaml(): block style down to what is marked as flow.
#include <fmt/format.h>

#include "base/utf8.h"
#include "control_plane/config_builder/yaml_scalar.h"
#include "control_plane/config_builder/yaml_tree.h"

namespace oc::control_plane {

namespace {

constexpr std::size_t kIndent = 2;

class Writer {
 public:
  WrittenYaml take() { return std::move(out_); }

  void document(const YamlTree& tree) {
    if (is_block(tree))
      block(tree, 0);
    else
      inline_value(tree);
    end_line();
  }

 private:
  static bool is_block(const YamlTree& tree) { return !tree.flow && (!tree.fields.empty() || !tree.items.empty()); }

  void block(const YamlTree& tree, std::size_t indent) {
    if (tree.is_map())
      block_map(tree, indent);
    else
      block_list(tree, indent);
  }

  // Begins at the right column; the indentation is written before every entry but the first.
  void block_map(const YamlTree& tree, std::size_t indent) {
    bool first = true;
    for (const auto& field : tree.fields) {
      if (!std::exchange(first, false)) next_line(indent);
      mark(field.place);
      key(field.key);
      below(field.value, indent);
    }
  }

  void block_list(const YamlTree& tree, std::size_t indent) {
    bool first = true;
    mark(tree.place);
    for (const auto& item : tree.items) {
      if (!std::exchange(first, false)) next_line(indent);
      out_.text += "- ";
      if (is_block(item))
        block(item, indent + kIndent);
      else
        inline_value(item);
    }
  }

  void below(const YamlTree& value, std::size_t indent) {
    if (is_block(value)) {
      next_line(indent + kIndent);
      block(value, indent + kIndent);
    } else {
      out_.text += ' ';
      inline_value(value);
    }
  }

  void inline_value(const YamlTree& tree) {
    mark(tree.place);
    switch (tree.kind) {
      case YamlTree::Kind::kNull:
        out_.text += "null";
        break;
      case YamlTree::Kind::kScalar:
        append_scalar(out_.text, tree.scalar, tree.quoted);
        break;
      case YamlTree::Kind::kList:
        flow_list(tree);
        break;
      case YamlTree::Kind::kMap:
        flow_map(tree);
        break;
    }
  }

  void flow_list(const YamlTree& tree) {
    const char* separator = "[";
    for (const auto& item : tree.items) {
      out_.text += std::exchange(separator, ", ");
      inline_value(item);
    }
    out_.text += tree.items.empty() ? "[]" : "]";
  }

  void flow_map(const YamlTree& tree) {
    const char* separator = "{";
    for (const auto& field : tree.fields) {
      out_.text += std::exchange(separator, ", ");
      mark(field.place);
      key(field.key);
      out_.text += ' ';
      inline_value(field.value);
    }
    out_.text += tree.fields.empty() ? "{}" : "}";
  }

  void key(const std::string& name) {
    append_scalar(out_.text, name, true);
    out_.text += ':';
  }

  void mark(YamlPlace origin) {
    if (!origin) return;
    const YamlPlace written{line_, static_cast<int>(out_.text.size() - line_start_) + 1};
    // A list and its first item may begin at one place: the outer one was marked.
    if (out_.marks.empty() || out_.marks.back().written < written) out_.marks.push_back({written, origin});
  }

  void end_line() {
    out_.text += '\n';
    ++line_;
    line_start_ = out_.text.size();
  }
  void next_line(std::size_t indent) {
    end_line();
    out_.text.append(indent, ' ');
  }

  WrittenYaml out_;
  int line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace

WrittenYaml write_yaml(const YamlTree& tree) {
  Writer writer;
  writer.document(tree);
  return writer.take();
}

}  // namespace oc::control_plane
