// Kind kTemplates, read.
#include <algorithm>
#include <deque>
#include <string>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/find_in_text.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/template_search.h"

namespace oc::stores::columns {

namespace {

struct Template {
  std::vector<TemplateElement> elements;
  std::size_t lines = 0;
  std::vector<std::uint32_t> rows;  // which lines of the column have it; filled when first wanted
  std::unique_ptr<ValueTimes> times;
};

// Which template each line has. Templates must not be moved any more once their rows are loaded.
class Allotment {
 public:
  Allotment(Integers which, std::size_t size, StretchReader& in) : which_(which), size_(size), in_(in) {}
  Status load();
  std::uint32_t template_of(std::size_t row) const { return template_of_[row]; }
  std::uint32_t line_of(std::size_t row) const { return line_of_[row]; }  // which of its template's lines it is
  std::vector<std::unique_ptr<Template>>& templates() { return templates_; }

 private:
  std::vector<std::unique_ptr<Template>> templates_;
  Integers which_;
  std::size_t size_;
  StretchReader& in_;
  std::vector<std::uint32_t> template_of_, line_of_;
  bool loaded_ = false;
};

Status Allotment::load() {
  if (loaded_) return {};
  OC_TRY_ASSIGN(const auto which, which_.load(in_));
  OC_TRY(in_.charge(size_ * 3 * sizeof(std::uint32_t)));
  for (const auto& of : templates_) of->rows.reserve(of->lines);
  template_of_.reserve(size_);
  line_of_.reserve(size_);
  for (std::uint32_t row = 0; row < which.size(); ++row) {
    if (which[row] >= templates_.size()) return permanent("malformed column block: a line of an unknown template");
    Template& of = *templates_[which[row]];
    if (of.rows.size() == of.lines) return permanent("malformed column block: more lines of a template than it has");
    template_of_.push_back(static_cast<std::uint32_t>(which[row]));
    line_of_.push_back(static_cast<std::uint32_t>(of.rows.size()));
    of.rows.push_back(row);
  }
  loaded_ = true;
  return {};
}

class TemplateColumn final : public Column {
 public:
  TemplateColumn(std::unique_ptr<Allotment> allotment, std::deque<std::string> shared, std::size_t size,
                 StretchReader& reader)
      : Column(size, reader), allotment_(std::move(allotment)), shared_(std::move(shared)) {}

  // Telling takes what finding takes.
  bool may_hold(std::string_view, Place) const override { return true; }
  Result<RowSet> find(std::string_view piece, Place place) override;
  Result<std::vector<query::RowTemplate>> templates() override;

 private:
  Result<TextColumn> make(const RowSet* rows) override;
  Status find_in(Template& of, std::string_view piece, RowSet& found);
  Result<RowSet> find_in_lines(Template& of, std::string_view piece);
  Result<RowSet> meeting(const Template& of, Occurrence demands) const;

  std::unique_ptr<Allotment> allotment_;
  std::deque<std::string> shared_;  // what elements look at
};

// Every byte that may occur in some value.
formats::ByteSet::Bits bytes_of(const Column& column) {
  formats::ByteSet::Bits bytes;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    const char piece = static_cast<char>(byte);
    bytes[byte] = column.may_hold({&piece, 1}, Place::kInside);
  }
  return bytes;
}

Result<formats::TemplatePiece> piece_of(const TemplateElement& element) {
  formats::TemplatePiece piece{.text = element.shared};
  if (!element.column) return piece;
  OC_TRY_ASSIGN(const Lengths lengths, element.column->lengths());
  piece.bytes = bytes_of(*element.column);
  piece.least = lengths.least;
  piece.most = lengths.most;
  return piece;
}

Result<std::vector<query::RowTemplate>> TemplateColumn::templates() {
  OC_TRY(allotment_->load());
  std::vector<query::RowTemplate> templates;
  for (const auto& of : allotment_->templates()) {
    query::RowTemplate& made = templates.emplace_back();
    made.rows = of->rows;
    for (const TemplateElement& element : of->elements) {
      OC_TRY_ASSIGN(made.pieces.emplace_back(), piece_of(element));
    }
  }
  return templates;
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

// By making the lines.
Result<RowSet> TemplateColumn::find_in_lines(Template& of, std::string_view piece) {
  OC_TRY(allotment_->load());
  RowSet all(size());
  for (const std::uint32_t row : of.rows) all.add(row);
  OC_TRY_ASSIGN(const TextColumn lines, pick(all));
  return find_inside(lines, piece);
}

Status TemplateColumn::find_in(Template& of, std::string_view piece, RowSet& found) {
  const auto ways = occurrences(of.elements, piece);
  RowSet lines(of.lines);
  if (!ways) {
    OC_TRY_ASSIGN(lines, find_in_lines(of, piece));
  } else {
    for (const Occurrence& way : *ways) {
      OC_TRY_ASSIGN(const RowSet met, meeting(of, way));
      lines.add(met);
    }
  }
  if (lines.empty()) return {};
  OC_TRY(allotment_->load());
  lines.for_each([&](std::size_t line) { found.add(of.rows[line]); });
  return {};
}

Result<RowSet> TemplateColumn::find(std::string_view piece, Place place) {
  RowSet found(size());
  for (const auto& of : allotment_->templates()) OC_TRY(find_in(*of, piece, found));
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
  OC_TRY(allotment_->load());
  std::deque<LinesOfTemplate> templates;
  for (const auto& of : allotment_->templates()) templates.emplace_back(*of);
  for_each_row(rows, size(),
               [&](std::size_t row) { templates[allotment_->template_of(row)].want(allotment_->line_of(row)); });
  std::uint64_t bytes = 0;
  for (LinesOfTemplate& of : templates) {
    OC_TRY(of.load());
    bytes += of.bytes();
  }
  TextColumn lines;
  OC_TRY(reserve(lines, count(rows), bytes));
  for_each_row(rows, size(),
               [&](std::size_t row) { lines.close(templates[allotment_->template_of(row)].write_next(lines.end())); });
  return lines;
}

// Text of the directory, with room behind it for copy_with_slack.
std::string_view keep_with_slack(std::string text, std::deque<std::string>& kept) {
  const std::size_t size = text.size();
  text.append(TextColumn::kSlack, '\0');
  return std::string_view(kept.emplace_back(std::move(text))).substr(0, size);
}

bool read_template(StretchReader& in, Template& of, unsigned depth, std::deque<std::string>& kept) {
  const std::uint64_t parts = in.directory().count(2);
  std::string shared;
  const auto end_shared = [&] {
    if (!shared.empty()) of.elements.push_back({keep_with_slack(std::move(shared), kept), nullptr});
    shared.clear();
  };
  for (std::uint64_t i = 0; i < parts && in.directory().ok(); ++i) {
    if (const auto text = constant_ahead(in)) {
      shared += *text;
      continue;
    }
    end_shared();
    ColumnPtr column = read_column(in, of.lines, *of.times, depth + 1);
    if (!column) return false;
    of.elements.push_back({{}, std::move(column)});
  }
  end_shared();
  return true;
}

}  // namespace

ColumnPtr read_templates(StretchReader& in, std::size_t size, const ValueTimes& times, unsigned depth) {
  const std::uint64_t count = in.directory().count(2);
  auto allotment = std::make_unique<Allotment>(Integers::read(in, size), size, in);
  std::deque<std::string> kept;
  std::size_t left = size;
  for (std::uint64_t i = 0; i < count && in.directory().ok(); ++i) {
    Template& of = *allotment->templates().emplace_back(std::make_unique<Template>());
    of.lines = in.directory().varint();
    if (of.lines > left) return nullptr;
    left -= of.lines;
    of.times = std::make_unique<ValueTimes>([&times, &of, &lines = *allotment]() -> Result<std::vector<Nanos>> {
      OC_TRY(lines.load());
      return times.of_rows(of.rows);
    });
    if (!read_template(in, of, depth, kept)) return nullptr;
  }
  if (left != 0) return nullptr;
  return std::make_unique<TemplateColumn>(std::move(allotment), std::move(kept), size, in);
}

}  // namespace oc::stores::columns
