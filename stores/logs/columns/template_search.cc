#include "stores/logs/columns/template_search.h"

#include <algorithm>

namespace oc::stores::columns {

namespace {

// A long piece over columns of free text can lie in very many ways; making the lines is cheaper then.
constexpr std::size_t kMaxSteps = 1'000;

class Search {
 public:
  Search(const std::vector<TemplateElement>& elements, std::string_view piece) : elements_(elements), piece_(piece) {}

  std::optional<std::vector<Occurrence>> run() {
    for (std::size_t i = 0; i < elements_.size(); ++i) elements_[i].column ? begin_in_column(i) : begin_in_shared(i);
    if (steps_ > kMaxSteps) return {};
    return std::move(found_);
  }

 private:
  void begin_in_shared(std::size_t i) {
    const std::string_view shared = elements_[i].shared;
    if (shared.find(piece_) != shared.npos) found_.emplace_back();
    const std::size_t longest = std::min(shared.size(), piece_.size() - 1);
    for (std::size_t length = 1; length <= longest; ++length)
      if (shared.ends_with(piece_.substr(0, length))) go_on(i + 1, piece_.substr(length));
  }
  void begin_in_column(std::size_t i) {
    Column& column = *elements_[i].column;
    if (column.may_hold(piece_, Place::kInside)) found_.push_back({{&column, piece_, Place::kInside}});
    for (std::size_t length = 1; length < piece_.size(); ++length)
      with(Demand{&column, piece_.substr(0, length), Place::kEnd}, i + 1, piece_.substr(length));
  }
  // The rest begins where the element begins.
  void go_on(std::size_t i, std::string_view rest) {
    if (i == elements_.size() || ++steps_ > kMaxSteps) return;
    if (elements_[i].column) return go_on_in_column(i, rest);
    const std::string_view shared = elements_[i].shared;
    if (shared.starts_with(rest))
      found_.push_back(demands_);
    else if (rest.starts_with(shared))
      go_on(i + 1, rest.substr(shared.size()));
  }
  void go_on_in_column(std::size_t i, std::string_view rest) {
    Column& column = *elements_[i].column;
    if (column.may_hold(rest, Place::kBegin)) {
      found_.push_back(demands_);
      found_.back().push_back({&column, rest, Place::kBegin});
    }
    // Values may be empty; that a value is the whole rest was found above.
    for (std::size_t length = 0; length < rest.size(); ++length)
      with(Demand{&column, rest.substr(0, length), Place::kWhole}, i + 1, rest.substr(length));
  }
  void with(const Demand& demand, std::size_t next, std::string_view rest) {
    if (!may_follow(next, rest) || !demand.column->may_hold(demand.piece, demand.place)) return;
    demands_.push_back(demand);
    go_on(next, rest);
    demands_.pop_back();
  }
  // A quick no for most.
  bool may_follow(std::size_t i, std::string_view rest) const {
    return i < elements_.size() && (elements_[i].column || elements_[i].shared.front() == rest.front());
  }

  const std::vector<TemplateElement>& elements_;
  std::string_view piece_;
  Occurrence demands_;
  std::vector<Occurrence> found_;
  std::size_t steps_ = 0;
};

}  // namespace

std::optional<std::vector<Occurrence>> occurrences(const std::vector<TemplateElement>& elements,
                                                   std::string_view piece) {
  if (piece.empty()) return std::vector<Occurrence>(1);
  return Search(elements, piece).run();
}

}  // namespace oc::stores::columns
