#include "base/sqlite.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <sqlite3.h>

namespace oc {

namespace {

constexpr std::size_t kShownSqlBytes = 80;         // enough to recognise a statement
constexpr std::size_t kMaxCachedStatements = 128;  // we have tens; text built at run time must not grow without end
constexpr int kBusyTimeoutMs = 5'000;

std::string shown(std::string_view sql) {
  std::string text(sql.substr(0, kShownSqlBytes));
  std::ranges::replace(text, '\n', ' ');
  return text;
}

// The low byte is the primary code, the rest says more about it (sqlite.org/rescode.html).
bool may_pass(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_FULL || primary == SQLITE_IOERR ||
         primary == SQLITE_NOMEM;
}

struct ResetOnExit {
  sqlite3_stmt* statement;
  ~ResetOnExit() {
    ::sqlite3_reset(statement);
    ::sqlite3_clear_bindings(statement);
  }
};

int bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return ::sqlite3_bind_int64(statement, index, *integer);
  if (const auto* real = std::get_if<double>(&value)) return ::sqlite3_bind_double(statement, index, *real);
  if (const auto* text = std::get_if<std::string>(&value))
    return ::sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  return ::sqlite3_bind_null(statement, index);
}

}  // namespace

std::int64_t SqlRow::integer(int column) const { return ::sqlite3_column_int64(statement_, column); }
double SqlRow::real(int column) const { return ::sqlite3_column_double(statement_, column); }
bool SqlRow::is_null(int column) const { return ::sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::string SqlRow::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column))};
}

struct Database::Impl {
  explicit Impl(std::filesystem::path at) : path(std::move(at)) {}
  ~Impl() {
    for (const auto& [sql, statement] : statements) ::sqlite3_finalize(statement);
    ::sqlite3_close(handle);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void forget_idle_statements() {  // one that is being stepped has a caller up the stack
    std::erase_if(statements, [](const auto& entry) {
      if (::sqlite3_stmt_busy(entry.second)) return false;
      ::sqlite3_finalize(entry.second);
      return true;
    });
  }
  Result<sqlite3_stmt*> prepare(std::string_view sql);
  std::unexpected<Error> error(int code, std::string_view sql) const;

  const std::filesystem::path path;
  sqlite3* handle = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements;
};

std::unexpected<Error> Database::Impl::error(int code, std::string_view sql) const {
  auto message =
      fmt::format("{}: {}: {}", path.string(), handle ? ::sqlite3_errmsg(handle) : ::sqlite3_errstr(code), shown(sql));
  if ((code & 0xff) == SQLITE_FULL) return retryable(std::move(message), "free disk space; it goes on by itself");
  if (may_pass(code)) return retryable(std::move(message));
  return permanent(std::move(message));
}

Result<sqlite3_stmt*> Database::Impl::prepare(std::string_view sql) {
  if (const auto cached = statements.find(sql); cached != statements.end()) return cached->second;
  if (statements.size() >= kMaxCachedStatements) forget_idle_statements();
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = ::sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, &rest);
  if (code != SQLITE_OK) return error(code, sql);
  if (statement == nullptr) return permanent(fmt::format("{}: no statement in: {}", path.string(), shown(sql)));
  if (std::string_view(rest, sql.data() + sql.size()).find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    ::sqlite3_finalize(statement);
    return permanent(fmt::format("{}: more than one statement in: {}", path.string(), shown(sql)), "use script()");
  }
  statements.emplace(sql, statement);
  return statement;
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& path) {
  auto impl = std::make_unique<Impl>(path);
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (const int code = ::sqlite3_open_v2(path.c_str(), &impl->handle, kFlags, nullptr); code != SQLITE_OK)
    return impl->error(code, "open");
  ::sqlite3_extended_result_codes(impl->handle, 1);
  ::sqlite3_busy_timeout(impl->handle, kBusyTimeoutMs);
  Database database(std::move(impl));
  OC_TRY(database.script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"));
  return database;
}

Status Database::script(std::string_view sql) {
  const std::string terminated(sql);
  const int code = ::sqlite3_exec(impl_->handle, terminated.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return impl_->error(code, sql);
  return {};
}

Status Database::execute(std::string_view sql, const std::vector<SqlValue>& parameters,
                         const std::function<void(const SqlRow&)>& on_row) {
  OC_TRY_ASSIGN(sqlite3_stmt* const statement, impl_->prepare(sql));
  if (const int wanted = ::sqlite3_bind_parameter_count(statement); wanted != static_cast<int>(parameters.size()))
    return permanent(fmt::format("{}: {} parameters for {} places: {}", impl_->path.string(), parameters.size(), wanted,
                                 shown(sql)));
  if (::sqlite3_stmt_busy(statement))
    return permanent(fmt::format("{}: called from its own row: {}", impl_->path.string(), shown(sql)));
  const ResetOnExit reset{statement};
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (const int code = bind(statement, static_cast<int>(i) + 1, parameters[i]); code != SQLITE_OK)
      return impl_->error(code, sql);
  while (true) {
    const int code = ::sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return impl_->error(code, sql);
    if (on_row) on_row(SqlRow(statement));
  }
}

std::int64_t Database::changes() const { return ::sqlite3_changes64(impl_->handle); }

Status Database::transaction(const std::function<Status()>& body) {
  OC_TRY(execute("BEGIN IMMEDIATE"));
  auto result = body();
  if (result) result = execute("COMMIT");
  // A full disk may have rolled it back already; then there is nothing left to roll back.
  if (!result && ::sqlite3_get_autocommit(impl_->handle) == 0) {
    if (const auto undone = execute("ROLLBACK"); !undone) return in_context(result.error(), undone.error().message);
  }
  return result;
}

Status Database::migrate(const std::vector<std::string_view>& migrations) {
  std::int64_t version = 0;
  OC_TRY(execute("PRAGMA user_version", {}, [&](const SqlRow& row) { version = row.integer(0); }));
  if (version > static_cast<std::int64_t>(migrations.size()))
    return permanent(
        fmt::format("{} has version {}, this program knows up to {}", impl_->path.string(), version, migrations.size()),
        "start the newer program that wrote it");
  for (std::size_t next = version; next < migrations.size(); ++next) {
    OC_TRY(transaction([&]() -> Status {
      OC_TRY(script(migrations[next]));
      return script(fmt::format("PRAGMA user_version = {}", next + 1));
    }));
  }
  return {};
}

}  // namespace oc
