// MariaDB through the mysqlclient API (libmariadb): pooled connections, prepared statements only, transactions.
//
//   TRY(auto session, pool.Acquire());
//   TRY(auto rows, session->Query("SELECT id, name FROM nodes WHERE parent_id = ?", {parent}));
//   for (const db::Row& row : rows) use(row.Int(0), row.Text(1));
//
// A Pool is thread-safe; a Session belongs to the thread that leased it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::db {

struct Options {
  std::string socket;                  // a unix socket; or, when empty, the hosts below
  std::vector<std::string> hosts;      // "host:port", tried in turn
  std::string user = "yundisk";
  std::string password;                // from the environment variable YUNDISK_DATABASE_PASSWORD
  std::string name = "yundisk";
  std::size_t pool_size = 8;
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds acquire_timeout{1000};
  std::chrono::seconds statement_timeout{10};
};

// A parameter. Views are borrowed for the call. Text and bytes differ only in how they read here.
using Value = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string_view, ByteView>;

class Row {
 public:
  using Cell = std::optional<std::string>;  // integers in decimal, bytes raw
  explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}

  bool IsNull(std::size_t column) const { return !cells_.at(column).has_value(); }
  // A CHECK when the column is NULL or not of that type: the statement is ours.
  std::int64_t Int(std::size_t column) const;
  std::uint64_t Unsigned(std::size_t column) const;
  const std::string& Text(std::size_t column) const;

 private:
  std::vector<Cell> cells_;
};

// kExists: a unique key was violated. kUnavailable: the server cannot be reached, is shutting down, read-only, or
// the lock wait or the deadline passed; the connection is replaced. kInternal: anything else (the statement is named).
class Session {
 public:
  virtual ~Session() = default;
  virtual Result<std::vector<Row>> Query(std::string_view sql, const std::vector<Value>& values = {}) = 0;
  // Rows changed (for UPDATE: rows matched, CLIENT_FOUND_ROWS).
  virtual Result<std::uint64_t> Execute(std::string_view sql, const std::vector<Value>& values = {}) = 0;
  // True after a deadlock victim or a lost connection: the whole transaction may be run again.
  virtual bool LastErrorWasTransient() const = 0;
};

// Rolls back when destroyed before Commit.
class Transaction {
 public:
  static Result<Transaction> Begin(Session& session);
  Transaction(Transaction&&) noexcept;
  ~Transaction();
  Result<void> Commit();

 private:
  explicit Transaction(Session& session) : session_(&session) {}
  Session* session_;  // null once ended
};

class Pool {
 public:
  explicit Pool(Options options);
  ~Pool();
  // Returns the connection to the pool when the pointer dies.
  using Lease = std::unique_ptr<Session, std::function<void(Session*)>>;
  Result<Lease> Acquire();
  // Runs `work` in a transaction, again up to 5 times when it was a deadlock victim.
  template <typename Work>
  auto InTransaction(Work&& work) -> decltype(work(std::declval<Session&>()));

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yundisk::db
