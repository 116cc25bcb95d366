#include "stores/ingest/media_type.h"

#include <gtest/gtest.h>

namespace oc::stores {
namespace {

TEST(MediaType, IsNamedBeforeTheParameters) {
  for (const auto* header :
       {"application/json", " Application/JSON ", "application/json;", "application/json ; charset=utf-8",
        "application/json;charset=utf-8;charset=utf-8", R"(application/json; a="b\"c;")", R"(application/json; a="")"})
    EXPECT_EQ(media_type(header).value_or("refused"), "application/json") << header;
  EXPECT_EQ(media_type("json").value_or("refused"), "json");
}

TEST(MediaType, WhatIsWrongIsSaidInGosWords) {
  for (const auto& [header, error] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "mime: no media type"},
           {";", "mime: no media type"},
           {"/", "mime: no media type"},
           {"application /json", "mime: expected slash after first token"},
           {"application/", "mime: expected token after slash"},
           {"application/json, text/plain", "mime: unexpected content after media subtype"},
           {"application/json; x", "mime: invalid media parameter"},
           {"application/json; =", "mime: invalid media parameter"},
           {"application/json;;", "mime: invalid media parameter"},
           {"application/json; a=", "mime: invalid media parameter"},
           {"application/json; a=\"", "mime: invalid media parameter"},
           {"application/json; a=b c", "mime: invalid media parameter"},
           {"application/json; a=b; A=c", "mime: duplicate parameter name"},
       }) {
    const auto type = media_type(header);
    ASSERT_FALSE(type) << header;
    EXPECT_EQ(type.error().message, error) << header;
  }
}

}  // namespace
}  // namespace oc::stores
