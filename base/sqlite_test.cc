#include "base/sqlite.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "base/temporary_directory.h"

namespace oc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SqliteTest : public testing::Test {
 protected:
  Database open() {
    auto database = Database::open(directory_ / "test.db");
    EXPECT_TRUE(database) << database.error().text();
    return std::move(*database);
  }
  static std::vector<std::string> names(Database& database) {
    std::vector<std::string> found;
    EXPECT_TRUE(database.execute("SELECT name FROM t ORDER BY name", {},
                                 [&](const SqlRow& row) { found.push_back(row.text(0)); }));
    return found;
  }
  TemporaryDirectory directory_;
};

constexpr std::string_view kCreate = "CREATE TABLE t (name TEXT UNIQUE, size INTEGER, share REAL)";

TEST_F(SqliteTest, KeepsEveryKindOfValue) {
  auto database = open();
  ASSERT_TRUE(database.script(kCreate));
  const std::string with_zero("a\0b", 3);
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (?, ?, ?)", {with_zero, std::int64_t{1} << 60, 0.5}));
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (?, ?, ?)", {"second", nullptr, nullptr}));
  int rows = 0;
  ASSERT_TRUE(database.execute("SELECT name, size, share FROM t ORDER BY name", {}, [&](const SqlRow& row) {
    const bool first = rows++ == 0;
    EXPECT_EQ(row.text(0), first ? with_zero : "second");
    EXPECT_EQ(row.is_null(1), !first);
    EXPECT_EQ(row.integer(1), first ? std::int64_t{1} << 60 : 0);
    EXPECT_EQ(row.text(1).empty(), !first);
    EXPECT_EQ(row.real(2), first ? 0.5 : 0);
  }));
  EXPECT_EQ(rows, 2);
}

TEST_F(SqliteTest, ParametersAreNeverReadAsSql) {
  auto database = open();
  ASSERT_TRUE(database.script(kCreate));
  const std::string hostile = "x'); DROP TABLE t; --";
  ASSERT_TRUE(database.execute("INSERT INTO t (name) VALUES (?)", {hostile}));
  EXPECT_THAT(names(database), ElementsAre(hostile));
}

TEST_F(SqliteTest, AnErrorShowsTheStatement) {
  auto database = open();
  const auto status = database.execute("SELECT size FROM nowhere");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message,
              testing::AllOf(HasSubstr("no such table"), HasSubstr("SELECT size FROM nowhere")));
  EXPECT_FALSE(status.error().retryable());
  const auto missing = database.execute("SELECT ?", {});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("0 parameters for 1 places"));
  EXPECT_FALSE(database.execute("SELECT 1; SELECT 2"));
}

TEST_F(SqliteTest, AStatementWorksAgainAfterItFailed) {
  auto database = open();
  ASSERT_TRUE(database.script(kCreate));
  constexpr std::string_view kInsert = "INSERT INTO t (name) VALUES (?)";
  ASSERT_TRUE(database.execute(kInsert, {"a"}));
  ASSERT_FALSE(database.execute(kInsert, {"a"}));
  ASSERT_TRUE(database.execute(kInsert, {"b"}));
  EXPECT_EQ(database.changes(), 1);
  EXPECT_THAT(names(database), ElementsAre("a", "b"));
}

TEST_F(SqliteTest, ARowMayRunOtherStatementsBeyondTheCache) {
  auto database = open();
  int inner = 0;
  ASSERT_TRUE(database.execute("SELECT 1 UNION SELECT 2", {}, [&](const SqlRow&) {
    for (int i = 0; i < 300; ++i)
      ASSERT_TRUE(database.execute("SELECT " + std::to_string(i), {}, [&](const SqlRow&) { ++inner; }));
  }));
  EXPECT_EQ(inner, 600);
}

TEST_F(SqliteTest, ATransactionIsRolledBackWhenItsBodyFails) {
  auto database = open();
  ASSERT_TRUE(database.script(kCreate));
  const auto status = database.transaction([&]() -> Status {
    OC_TRY(database.execute("INSERT INTO t (name) VALUES ('lost')"));
    return permanent("changed my mind");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "changed my mind");
  ASSERT_TRUE(database.transaction([&] { return database.execute("INSERT INTO t (name) VALUES ('kept')"); }));
  EXPECT_THAT(names(database), ElementsAre("kept"));
}

TEST_F(SqliteTest, ALockedDatabaseIsARetryableError) {
  auto writer = open();
  auto other = open();
  ASSERT_TRUE(writer.script(kCreate));
  ASSERT_TRUE(other.script("PRAGMA busy_timeout = 1"));
  ASSERT_TRUE(writer.transaction([&]() -> Status {
    const auto blocked = other.execute("INSERT INTO t (name) VALUES ('x')");
    EXPECT_FALSE(blocked);
    EXPECT_TRUE(blocked.error().retryable());
    return {};
  }));
}

TEST_F(SqliteTest, MigrationsRunOnceAndInOrder) {
  const std::vector<std::string_view> first = {kCreate};
  const std::vector<std::string_view> both = {kCreate,
                                              "ALTER TABLE t ADD COLUMN extra; INSERT INTO t (name) VALUES ('m')"};
  {
    auto database = open();
    ASSERT_TRUE(database.migrate(first));
    ASSERT_TRUE(database.migrate(first));
  }
  auto database = open();
  ASSERT_TRUE(database.migrate(both));
  ASSERT_TRUE(database.migrate(both));
  EXPECT_THAT(names(database), ElementsAre("m"));
}

TEST_F(SqliteTest, AFailedMigrationLeavesTheVersionBeforeIt) {
  auto database = open();
  const std::vector<std::string_view> broken = {kCreate, "INSERT INTO t (name) VALUES ('half'); SELECT * FROM nowhere"};
  ASSERT_FALSE(database.migrate(broken));
  EXPECT_THAT(names(database), testing::IsEmpty());
  const std::vector<std::string_view> repaired = {kCreate, "INSERT INTO t (name) VALUES ('whole')"};
  ASSERT_TRUE(database.migrate(repaired));
  EXPECT_THAT(names(database), ElementsAre("whole"));
}

TEST_F(SqliteTest, ANewerDatabaseIsRefused) {
  auto database = open();
  ASSERT_TRUE(database.script("PRAGMA user_version = 9"));
  const auto status = database.migrate({kCreate});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("has version 9, this program knows up to 1"));
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsAnError) {
  ASSERT_TRUE(write_file_atomic(directory_ / "test.db", std::string(4096, 'x')));
  EXPECT_FALSE(Database::open(directory_ / "test.db"));
  EXPECT_FALSE(Database::open(directory_ / "no/such/folder.db"));
}

}  // namespace
}  // namespace oc
