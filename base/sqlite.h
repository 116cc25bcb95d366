// SQLite behind RAII and Result. A Database is used by one thread at a time (its owner locks). WAL, synchronous=FULL,
// foreign keys on, busy timeout 5 s.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace oc {

using SqlValue = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

class SqlRow {
 public:
  explicit SqlRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  // empty for NULL
  bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  static Result<Database> open(const std::filesystem::path& path);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Several statements, no parameters.
  Status script(std::string_view sql);
  // One statement; prepared statements are cached by their text. `on_row` is called for each row.
  Status execute(std::string_view sql, const std::vector<SqlValue>& parameters = {},
                 const std::function<void(const SqlRow&)>& on_row = {});
  std::int64_t changes() const;  // rows changed by the last statement
  // BEGIN IMMEDIATE … COMMIT; rolled back when `body` returns an error.
  Status transaction(const std::function<Status()>& body);
  // Runs the migrations whose number is above PRAGMA user_version, each in a transaction. A database newer than the
  // last migration is refused: an older binary must not write it.
  Status migrate(const std::vector<std::string_view>& migrations);

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace oc
