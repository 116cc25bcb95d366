// Kind kTemplates, read.
#include <algorithm>
#include <deque>
#include <string>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/template_search.h"

namespace oc::stores::columns {

namespace {

struct Template {
  std::vector<TemplateElement> elements;
  std::size_t lines = 0;
  std::vector<std::uint32_t> rows;  // which lines of the column have it; filled when first wanted
  ValueTimes times;
  explicit Template(const ValueTimes& outer) : times(outer) {}
};

class TemplateColumn final : public Column {
 public:
  TemplateColumn(std::vector<std::unique_ptr<Template>> templates, Integers which, std::deque<std::string> shared,
                 std::size_t size, StretchReader& reader)
      : Column(size, reader), templates_(std::move(templates)), which_(which), shared_(std::move(shared)) {}

  // Where in the value is not looked at: find() does.
  bool may_hold(std::string_view piece, Place) const override {
    return std::ranges::any_of(templates_, [&](const auto& of) {
      const auto ways = occurrences(of->elements, piece);
      return !ways || !ways->empty();
    });
  }
  Result<RowSet> find(std::string_view piece, Place place) override;

 private:
  Result<TextColumn> make(const RowSet* rows) override;
  Status load_rows();
  Status find_in(Template& of, std::string_view piece, RowSet& found);
  Result<RowSet> meeting(const Template& of, Occurrence demands) const;

  std::vector<std::unique_ptr<Template>> templates_;
  Integers which_;
  std::deque<std::string> shared_;                    // what elements look at
  std::vector<std::uint32_t> template_of_, line_of_;  // per row its template, and which of that one's lines it is
  bool rows_loaded_ = false;
};

Status TemplateColumn::load_rows() {
  if (rows_loaded_) return {};
  OC_TRY_ASSIGN(const auto which, which_.load(in()));
  OC_TRY(in().charge(size() * 3 * sizeof(std::uint32_t)));
  for (const auto& of : templates_) of->rows.reserve(of->lines);
  template_of_.reserve(size());
  line_of_.reserve(size());
  for (std::uint32_t row = 0; row < which.size(); ++row) {
    if (which[row] >= templates_.size() || templates_[which[row]]->rows.size() == templates_[which[row]]->lines)
      return permanent("malformed column block: a line of another template");
    line_of_.push_back(static_cast<std::uint32_t>(templates_[which[row]]->rows.size()));
    templates_[which[row]]->rows.push_back(row);
    template_of_.push_back(static_cast<std::uint32_t>(which[row]));
  }
  for (const auto& of : templates_) of->times.set_rows(of->rows);
  rows_loaded_ = true;
  return {};
}

Result<RowSet> TemplateColumn::meeting(const Template& of, Occurrence demands) const {
  RowSet met(of.lines, true);
  // The longest piece leaves the fewest.
  std::ranges::sort(demands, std::greater(), [](const Demand& demand) { return demand.piece.size(); });
  for (const Demand& demand : demands) {
    OC_TRY_ASSIGN(const RowSet found, demand.column->find(demand.piece, demand.place));
    met.keep(found);
    if (met.empty()) break;
  }
  return met;
}

Status TemplateColumn::find_in(Template& of, std::string_view piece, RowSet& found) {
  const auto ways = occurrences(of.elements, piece);
  if (ways && ways->empty()) return {};
  OC_TRY(load_rows());
  if (!ways) {
    RowSet all(size());
    for (const std::uint32_t row : of.rows) all.add(row);
    OC_TRY_ASSIGN(const TextColumn lines, pick(all));
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (is_at(lines[i], piece, Place::kInside)) found.add(of.rows[i]);
    return {};
  }
  for (const Occurrence& way : *ways) {
    OC_TRY_ASSIGN(const RowSet met, meeting(of, way));
    met.for_each([&](std::size_t i) { found.add(of.rows[i]); });
  }
  return {};
}

Result<RowSet> TemplateColumn::find(std::string_view piece, Place place) {
  RowSet found(size());
  for (const auto& of : templates_) OC_TRY(find_in(*of, piece, found));
  if (place == Place::kInside || found.empty()) return found;
  OC_TRY_ASSIGN(const TextColumn lines, pick(found));
  std::size_t i = 0;
  RowSet at_place(size());
  found.for_each([&](std::size_t row) {
    if (is_at(lines[i++], piece, place)) at_place.add(row);
  });
  return at_place;
}

// The lines of one template that are being made: its columns' values for them, in order.
class LinesOfTemplate {
 public:
  explicit LinesOfTemplate(const Template& of) : of_(of), wanted_(of.lines) {}
  void want(std::size_t line) { wanted_.add(line); }
  Status load() {
    count_ = wanted_.count();
    if (count_ == 0) return {};
    for (const TemplateElement& element : of_.elements) {
      Part& part = parts_.emplace_back(Part{element.shared, {}, nullptr});
      bytes_ += element.column ? 0 : count_ * element.shared.size();
      if (!element.column) continue;
      if (count_ == of_.lines) {
        OC_TRY_ASSIGN(part.values, element.column->text());
      } else {
        OC_TRY_ASSIGN(part.picked, element.column->pick(wanted_));
        part.values = &part.picked;
      }
      bytes_ += part.values->all().size();
    }
    return {};
  }
  std::uint64_t bytes() const { return bytes_; }
  char* write_next(char* to) {
    for (const Part& part : parts_)
      to = copy_with_slack(to, part.values != nullptr ? (*part.values)[next_] : part.shared);
    ++next_;
    return to;
  }

 private:
  struct Part {
    std::string_view shared;
    TextColumn picked;
    const TextColumn* values;
  };
  const Template& of_;
  RowSet wanted_;
  std::size_t count_ = 0, next_ = 0;
  std::uint64_t bytes_ = 0;
  std::deque<Part> parts_;
};

Result<TextColumn> TemplateColumn::make(const RowSet* rows) {
  OC_TRY(load_rows());
  std::deque<LinesOfTemplate> templates;
  for (const auto& of : templates_) templates.emplace_back(*of);
  for_each_row(rows, size(), [&](std::size_t row) { templates[template_of_[row]].want(line_of_[row]); });
  std::uint64_t bytes = 0;
  for (LinesOfTemplate& of : templates) {
    OC_TRY(of.load());
    bytes += of.bytes();
  }
  TextColumn lines;
  OC_TRY(reserve(lines, count(rows), bytes));
  for_each_row(rows, size(),
               [&](std::size_t row) { lines.close(templates[template_of_[row]].write_next(lines.end())); });
  return lines;
}

// Text of the directory, with room behind it for copy_with_slack.
std::string_view keep_with_slack(std::string text, std::deque<std::string>& kept) {
  const std::size_t size = text.size();
  text.append(TextColumn::kSlack, '\0');
  return std::string_view(kept.emplace_back(std::move(text))).substr(0, size);
}

std::unique_ptr<Template> read_template(StretchReader& in, std::size_t most_lines, const ValueTimes& times,
                                        unsigned depth, std::deque<std::string>& kept) {
  auto of = std::make_unique<Template>(times);
  of->lines = in.directory().varint();
  if (of->lines > most_lines) return nullptr;
  const std::uint64_t parts = in.directory().count(2);
  std::string shared;
  const auto end_shared = [&] {
    if (!shared.empty()) of->elements.push_back({keep_with_slack(std::move(shared), kept), nullptr});
    shared.clear();
  };
  for (std::uint64_t i = 0; i < parts && in.directory().ok(); ++i) {
    if (auto text = constant_ahead(in)) {
      shared += *text;
      continue;
    }
    end_shared();
    ColumnPtr column = read_column(in, of->lines, of->times, depth + 1);
    if (!column) return nullptr;
    of->elements.push_back({{}, std::move(column)});
  }
  end_shared();
  return of;
}

}  // namespace

ColumnPtr read_templates(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth) {
  const std::uint64_t count = in.directory().count(2);
  const Integers which = Integers::read(in, size);
  std::vector<std::unique_ptr<Template>> templates;
  std::deque<std::string> kept;
  std::size_t left = size;
  for (std::uint64_t i = 0; i < count && in.directory().ok(); ++i) {
    templates.push_back(read_template(in, left, times, depth, kept));
    if (!templates.back()) return nullptr;
    left -= templates.back()->lines;
  }
  if (left != 0) return nullptr;
  return std::make_unique<TemplateColumn>(std::move(templates), which, std::move(kept), size, in);
}

}  // namespace oc::stores::columns
