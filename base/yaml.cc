#include "base/yaml.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

namespace oc::yaml {

namespace {

// A document of a few lines can name itself a billion times ("billion laughs"), or contain itself. Without aliases
// there are never more nodes than bytes, so a long document may have as many.
constexpr std::size_t kMaxNodes = 100'000;
constexpr int kMaxDepth = 100;  // no config is nested deeper; readers recurse

std::string at(const YAML::Mark& mark, const std::string& file) {
  if (mark.is_null()) return file;
  return fmt::format("{}:{}:{}", file, mark.line + 1, mark.column + 1);
}

class Checker {
 public:
  Checker(const std::string& file, std::size_t bytes) : file_(file), max_nodes_(std::max(kMaxNodes, bytes)) {}

  Status check(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth)
      return permanent(fmt::format("{}: nested deeper than {} levels", place(node, file_), kMaxDepth));
    if (++nodes_ > max_nodes_) return permanent(fmt::format("{}: more than {} nodes", place(node, file_), max_nodes_));
    if (node.IsMap()) return check_map(node, depth);
    if (!node.IsSequence()) return {};
    for (const auto& child : node) OC_TRY(check(child, depth + 1));
    return {};
  }

 private:
  Status check_map(const YAML::Node& map, int depth) {
    std::set<std::string> keys;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar() && !entry.first.IsNull())
        return permanent(fmt::format("{}: a key must be plain text", place(entry.first, file_)));
      if (!keys.insert(entry.first.Scalar()).second)
        return permanent(fmt::format("{}: the key \"{}\" stands here a second time", place(entry.first, file_),
                                     entry.first.Scalar()),
                         "remove one of the two");
      OC_TRY(check(entry.second, depth + 1));
    }
    return {};
  }

  const std::string& file_;
  const std::size_t max_nodes_;
  std::size_t nodes_ = 0;
};

// Hears of a document and keeps nothing but the place where it began.
class DocumentStart final : public YAML::EventHandler {
 public:
  YAML::Mark mark;

  void OnDocumentStart(const YAML::Mark& at) override { mark = at; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Asks for two documents and no more: YAML::LoadAll never returns for some broken texts, such as "&&,".
Status check_single_document(const std::string& text, const std::string& file) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return {};
  return permanent(fmt::format("{}: a second document begins here", at(start.mark, file)), "keep one, without \"---\"");
}

}  // namespace

std::string place(const YAML::Node& node, const std::string& file) { return at(node.Mark(), file); }

Result<YAML::Node> parse(std::string_view text, const std::string& file) {
  try {
    const std::string owned(text);
    OC_TRY(check_single_document(owned, file));
    auto node = YAML::Load(owned);
    OC_TRY(Checker(file, owned.size()).check(node, 0));
    return node;
  } catch (const YAML::Exception& error) {
    return permanent(fmt::format("{}: {}", at(error.mark, file), error.msg));
  } catch (const std::exception& error) {
    return permanent(fmt::format("{}: {}", file, error.what()));
  }
}

}  // namespace oc::yaml
