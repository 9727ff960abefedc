// MariaDB through the mysqlclient API (libmariadb): pooled connections, prepared statements only,
// transactions.
//
//   TRY(auto session, pool.Acquire());
//   TRY(auto rows, session->Query("SELECT id, name FROM nodes WHERE parent_id = ?", {parent}));
//   for (const db::Row& row : rows) Use(row.Int(0), row.Text(1));
//
//   TRY(Node node, pool.InTransaction([&](db::Session& session) -> Result<Node> { ... }));
//
// A Pool is thread-safe; a Session belongs to the thread that leased it. Every call blocks, at most
// for the named timeouts.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/result.h"

namespace yundisk::db {

struct Options {
  std::string socket;              // a unix socket; or, when empty, the hosts below
  std::vector<std::string> hosts;  // "host:port", tried in turn
  std::string user = "yundisk";
  std::string password;          // from the environment variable YUNDISK_DATABASE_PASSWORD
  std::string name = "yundisk";  // empty: no database is selected
  std::size_t pool_size = 8;
  std::chrono::milliseconds connect_timeout{1000};  // whole seconds, rounded up
  std::chrono::milliseconds acquire_timeout{1000};
  std::chrono::seconds statement_timeout{10};
};

// A parameter. Views are borrowed for the call. Text and bytes differ only in how they read here.
using Value = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string_view, ByteView>;

// One row of an answer. Whole-number columns (SUM of them too) are integers; everything else is the
// bytes the server sent.
class Row {
 public:
  using Cell = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string>;
  explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}

  bool IsNull(std::size_t column) const { return cells_.at(column).index() == 0; }
  // A CHECK when the column is NULL, not of that type, or does not fit: the statement is ours.
  std::int64_t Int(std::size_t column) const;
  std::uint64_t Unsigned(std::size_t column) const;
  const std::string& Text(std::size_t column) const;
  // A BINARY(32) column.
  Sha256 Digest(std::size_t column) const;

 private:
  std::vector<Cell> cells_;
};

// kExists: a unique key was violated. kUnavailable: the server cannot be reached, is shutting down,
// read-only, or the lock wait or the deadline passed. kNoSpace: its disk is full. kInternal:
// anything else (the statement is named, its values never are).
class Session {
 public:
  virtual ~Session() = default;
  virtual Result<std::vector<Row>> Query(std::string_view sql,
                                         const std::vector<Value>& values = {}) = 0;
  // Rows changed (for UPDATE: rows matched).
  virtual Result<std::uint64_t> Execute(std::string_view sql,
                                        const std::vector<Value>& values = {}) = 0;
  // Executes the statement for many rows in one round trip (MariaDB's bulk protocol): `values` has
  // the parameters of row after row, and those of one parameter are all of one type or null.
  virtual Result<std::uint64_t> ExecuteRows(std::string_view sql,
                                            const std::vector<Value>& values) = 0;
  // True when the last call was a deadlock's victim, or lost its connection inside a transaction
  // that was not being committed: nothing happened, the whole transaction may be run again. A
  // connection lost during a commit is not transient: the outcome is unknown.
  virtual bool LastErrorWasTransient() const = 0;
  // MariaDB's number of the last call's failure; 0 after a success.
  virtual unsigned LastErrorNumber() const = 0;

 private:
  friend class Transaction;
  virtual Result<void> Begin() = 0;
  virtual Result<void> Commit() = 0;
  virtual void Rollback() = 0;
};

// Rolls back when destroyed before Commit.
class Transaction {
 public:
  static Result<Transaction> Begin(Session& session);
  Transaction(Transaction&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> Commit();

 private:
  explicit Transaction(Session& session) : session_(&session) {}
  Session* session_;  // null once ended
};

class Pool {
 public:
  // Connects on first use. The process's first Pool must be made before threads start.
  explicit Pool(Options options);
  // Every lease must have been returned.
  ~Pool();

  struct State;
  struct Return {
    State* state;
    void operator()(Session* session) const;
  };
  // Gives the connection back when it dies; a broken one is replaced.
  using Lease = std::unique_ptr<Session, Return>;
  // kUnavailable when none comes free within the acquire timeout or the server cannot be reached.
  Result<Lease> Acquire();

  // Runs `work(Session&) -> Result<T>` in a transaction and commits when it succeeds; runs it
  // again, up to kTransactionAttempts times in all, when that is safe (LastErrorWasTransient).
  template <typename Work>
  auto InTransaction(Work&& work) -> decltype(work(std::declval<Session&>()));

 private:
  template <typename Work>
  static auto Attempt(Session& session, Work& work) -> decltype(work(session));

  std::unique_ptr<State> state_;
};

inline constexpr int kTransactionAttempts = 5;
inline constexpr std::chrono::milliseconds kTransactionRetryDelay{2};  // times the attempt

template <typename Work>
auto Pool::Attempt(Session& session, Work& work) -> decltype(work(session)) {
  TRY(Transaction transaction, Transaction::Begin(session));
  auto result = work(session);
  if (!result.ok()) return result;
  TRY_VOID(transaction.Commit());
  return result;
}

template <typename Work>
auto Pool::InTransaction(Work&& work) -> decltype(work(std::declval<Session&>())) {
  for (int attempt = 1;; ++attempt) {
    TRY(Lease session, Acquire());
    auto result = Attempt(*session, work);
    if (result.ok() || !session->LastErrorWasTransient() || attempt == kTransactionAttempts)
      return result;
    session.reset();
    std::this_thread::sleep_for(kTransactionRetryDelay * attempt);
  }
}

}  // namespace yundisk::db
