#include "common/http/response_fields.h"

#include <gtest/gtest.h>

namespace yundisk::http {
namespace {

TEST(ContentDisposition, NamesInBothForms) {
  EXPECT_EQ(ContentDisposition("inline", "a b.txt"), "inline; filename=\"a b.txt\"");
  EXPECT_EQ(ContentDisposition("attachment", "a\"b.txt"),
            "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt");
  EXPECT_EQ(ContentDisposition("attachment", "中.txt"),
            "attachment; filename=\"___.txt\"; filename*=UTF-8''%E4%B8%AD.txt");
}

TEST(HttpDate, IsTheFixedForm) {
  EXPECT_EQ(HttpDate(1'795'238'844'123), "Sat, 21 Nov 2026 05:27:24 GMT");
}

}  // namespace
}  // namespace yundisk::http
