// The templates of a column of lines, and which line has which.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "stores/logs/columns/column.h"
#include "stores/logs/columns/integers.h"
#include "stores/logs/columns/template_search.h"

namespace oc::stores::columns {

struct Template {
  std::vector<TemplateElement> elements;
  std::size_t lines = 0;
  std::span<const std::uint32_t> rows;  // which lines of the column have it; known when the allotment is loaded
  std::unique_ptr<ValueTimes> times;
};

// Templates must not be moved any more once their rows are loaded.
class Allotment {
 public:
  Allotment(Integers which, std::size_t size, StretchReader& in) : which_(which), size_(size), in_(in) {}
  // Before anything else but templates() is asked for.
  Status load();
  std::uint32_t template_of(std::size_t row) const { return template_of_[row]; }
  std::span<const std::uint32_t> template_of() const { return {template_of_.get(), size_}; }
  std::uint32_t line_of(std::size_t row) const { return line_of_[row]; }  // which of its template's lines it is
  // Of some of a template's lines.
  RowSet rows_of(const Template& of, const RowSet& lines) const;
  std::vector<std::unique_ptr<Template>>& templates() { return templates_; }

 private:
  // Where in rows_ a template's rows lie, and where the next one that is found is put.
  struct Known {
    std::uint32_t begin, end, next;
  };
  // False: not as many lines of each template as it says.
  bool add(std::size_t first, std::span<const std::uint64_t> which, std::span<Known> known);

  std::vector<std::unique_ptr<Template>> templates_;
  Integers which_;
  std::size_t size_;
  StretchReader& in_;
  // By row; and the rows of the first template, of the second …
  std::unique_ptr<std::uint32_t[]> template_of_, line_of_, rows_;
  bool loaded_ = false;
};

}  // namespace oc::stores::columns
