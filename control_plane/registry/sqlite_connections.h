// One writing and one reading connection to the registry's database: with WAL a reader goes on while a write syncs.
#pragma once

#include <filesystem>
#include <mutex>

#include "base/sqlite.h"

namespace oc::control_plane {

struct SqliteConnection {
  explicit SqliteConnection(Database opened) : database(std::move(opened)) {}
  std::mutex mutex;  // held by whoever uses `database`
  Database database;
};

struct SqliteConnections {
  SqliteConnections(Database writing, Database reading) : writer(std::move(writing)), reader(std::move(reading)) {}
  SqliteConnection writer;
  SqliteConnection reader;
};

}  // namespace oc::control_plane
