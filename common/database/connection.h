// One connection to MariaDB with its prepared statements. Internal to common/database; bound to the
// thread that leased it.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <mysql.h>

#include "common/database/database.h"
#include "common/database/statement.h"

namespace yundisk::db {

// Statements kept prepared a connection; the least recently used one makes room. The server's limit
// (max_prepared_stmt_count, 16,382) is shared by all connections.
inline constexpr std::size_t kPreparedStatementsMax = 128;

class Connection final : public Session {
 public:
  // Tries the socket, or each host in turn; kUnavailable with the last reason.
  static Result<std::unique_ptr<Connection>> Open(const Options& options);

  Result<std::vector<Row>> Query(std::string_view sql, const std::vector<Value>& values) override;
  Result<std::uint64_t> Execute(std::string_view sql, const std::vector<Value>& values) override;
  Result<std::uint64_t> ExecuteRows(std::string_view sql,
                                    const std::vector<Value>& values) override;
  bool LastErrorWasTransient() const override { return transient_; }
  unsigned LastErrorNumber() const override { return error_number_; }

  // False after an error that leaves the connection in an unknown state.
  bool usable() const { return usable_; }
  // True when the server said something, such as good-bye, while the connection was idle.
  bool WentStale() const;

 private:
  struct Close {
    void operator()(MYSQL* mysql) const { mysql_close(mysql); }
  };
  using Handle = std::unique_ptr<MYSQL, Close>;
  struct Prepared {
    std::string sql;
    Statement statement;
  };

  explicit Connection(Handle mysql) : mysql_(std::move(mysql)) {}
  static Handle Configure(const Options& options);

  Result<void> Begin() override;
  Result<void> Commit() override;
  void Rollback() override;

  void ClearError();
  Result<void> Control(const char* sql);
  Result<Statement*> Prepare(std::string_view sql);
  // Prepares and executes.
  Result<Statement*> Run(std::string_view sql, const std::vector<Value>& values);
  Error Fail(const Failure& failure, std::string_view sql);

  Handle mysql_;                // outlives the statements below
  std::list<Prepared> recent_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Prepared>::iterator> by_sql_;
  bool usable_ = true;
  bool transient_ = false;
  unsigned error_number_ = 0;
  bool in_transaction_ = false;
};

}  // namespace yundisk::db
