// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pages: HTML documents in one frame, with the fields that keep a browser to this server.
//
// A page needs no JavaScript and nothing from another host; it is stored nowhere and framed by
// nobody. Forms lead to this server, and to the one other address that the page says.

#include "api/pages/html.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace chancery::pages {

struct Page {
  unsigned status = 200;  // from 400 on the title says that there is an error
  std::string title;
  Html body;
  // Where a form of the page may lead beyond this server, as a source of a content security policy
  // ("https://app.example.org", "org.example.app:"); "" for nowhere.
  std::string leads_to = {};
  std::string_view script = {};  // a file under /_chancery/pages/; "" for none
  std::string language = "en";   // of title and body
};

// The page as it is sent by the server of that name.
[[nodiscard]] http::Response show_page(std::string_view server_name, const Page& page);

// The fields of every page and file. `policy` is a content security policy.
void add_page_fields(http::Response& response, std::string_view policy);

}  // namespace chancery::pages
