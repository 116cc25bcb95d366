// Kind kTemplates, read.
#include <algorithm>
#include <deque>
#include <string>

#include "stores/logs/columns/allotment.h"
#include "stores/logs/columns/find_in_text.h"
#include "stores/logs/columns/template_lines.h"

namespace oc::stores::columns {

namespace {

class TemplateColumn final : public Column {
 public:
  TemplateColumn(std::unique_ptr<Allotment> allotment, std::deque<std::string> shared, std::size_t size,
                 StretchReader& reader)
      : Column(size, reader), allotment_(std::move(allotment)), shared_(std::move(shared)) {}

  // Telling takes what finding takes.
  bool may_hold(std::string_view, Place) const override { return true; }
  formats::ByteSet::Bits bytes_at(Place place) const override;
  Result<RowSet> find(std::string_view piece, Place place) override;
  Result<std::vector<query::RowTemplate>> templates() override;
  Result<std::span<const std::uint32_t>> template_of() override {
    OC_TRY(allotment_->load());
    return allotment_->template_of();
  }
  Column* gap(std::size_t of, std::size_t piece) override {
    return allotment_->templates()[of]->elements[piece].column.get();
  }

 private:
  Result<TextColumn> make(const RowSet* rows) override;
  Status add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) override;
  Status find_in(Template& of, std::string_view piece, RowSet& found);
  Result<RowSet> find_in_lines(Template& of, std::string_view piece);
  Result<RowSet> meeting(const Template& of, Occurrence demands) const;

  std::unique_ptr<Allotment> allotment_;
  std::deque<std::string> shared_;  // what elements look at
};

// Wherever they stand.
formats::ByteSet::Bits TemplateColumn::bytes_at(Place) const {
  formats::ByteSet::Bits bytes;
  for (const auto& of : allotment_->templates())
    for (const TemplateElement& element : of->elements) {
      if (element.column) bytes |= element.column->bytes_at(Place::kInside);
      for (const char c : element.shared) bytes.set(static_cast<unsigned char>(c));
    }
  return bytes;
}

Result<formats::TemplatePiece> piece_of(const TemplateElement& element) {
  formats::TemplatePiece piece{.text = element.shared};
  if (!element.column) return piece;
  OC_TRY_ASSIGN(const Lengths lengths, element.column->lengths());
  piece.bytes = element.column->bytes_at(Place::kInside);
  piece.first = element.column->bytes_at(Place::kBegin);
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

Result<TextColumn> TemplateColumn::make(const RowSet* rows) {
  OC_TRY(allotment_->load());
  TemplateLines made(*allotment_, rows, size());
  OC_TRY_ASSIGN(const std::uint64_t bytes, made.load());
  TextColumn lines;
  OC_TRY(reserve(lines, count(rows), bytes));
  made.write(lines);
  return lines;
}

Status TemplateColumn::add_different_sizes(const RowSet& rows, std::span<std::uint32_t> sizes) {
  OC_TRY(allotment_->load());
  return TemplateLines(*allotment_, &rows, size()).add_sizes(sizes);
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
    of.times = std::make_unique<ValueTimes>(
        [&times, &of, &all = *allotment](const RowSet* lines) -> Result<std::vector<Nanos>> {
          OC_TRY(all.load());
          return lines == nullptr ? times.at(of.rows) : times.pick(all.rows_of(of, *lines));
        });
    if (!read_template(in, of, depth, kept)) return nullptr;
  }
  if (left != 0) return nullptr;
  return std::make_unique<TemplateColumn>(std::move(allotment), std::move(kept), size, in);
}

}  // namespace oc::stores::columns
