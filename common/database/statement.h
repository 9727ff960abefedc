// One prepared statement of one connection. Internal to common/database; bound to the thread of its
// connection.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <mysql.h>

#include "common/database/database.h"

namespace yundisk::db {

// What the server or the client library reported: its number and its text.
struct Failure {
  unsigned number;
  std::string text;
};

class Statement {
 public:
  explicit Statement(MYSQL_STMT* statement) : statement_(statement) {}

  // Each returns false on failure; then failure() tells it.
  bool Prepare(std::string_view sql);
  bool Execute(const std::vector<Value>& values);
  // `values`: row after row.
  bool ExecuteRows(const std::vector<Value>& values);
  // After Execute: reads the whole answer, then frees it on the server.
  bool FetchAll(std::vector<Row>& rows);

  std::uint64_t affected_rows() const { return mysql_stmt_affected_rows(statement_.get()); }
  std::size_t parameters() const { return mysql_stmt_param_count(statement_.get()); }
  Failure failure() const;

 private:
  struct Close {
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
  };
  std::unique_ptr<MYSQL_STMT, Close> statement_;
};

}  // namespace yundisk::db
