// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/page.hpp"

#include <fmt/core.h>

namespace chancery::pages {

void add_page_fields(http::Response& response, std::string_view policy) {
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

http::Response show_page(std::string_view server_name, const Page& page) {
  std::string policy = "default-src 'none'; style-src 'self'; img-src 'self'; ";
  if (!page.script.empty()) policy += "script-src 'self'; ";
  policy += "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
  // Browsers hold the redirect that answers a form against it, too.
  if (!page.leads_to.empty()) policy += " " + page.leads_to;

  Html html;
  html.open("html", {{"lang", page.language}}).open("head");
  html.empty("meta", {{"charset", "utf-8"}});
  html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  const std::string_view mark = page.status >= 400 ? "Error: " : "";
  html.element("title", fmt::format("{}{} \xC2\xB7 {}", mark, page.title, server_name));
  html.empty("link",
             {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", "/_chancery/pages/icon.svg"}});
  html.empty("link", {{"rel", "stylesheet"}, {"href", "/_chancery/pages/page.css"}});
  if (!page.script.empty()) {
    html.open("script", {{"src", "/_chancery/pages/" + std::string(page.script)}, {"defer", ""}});
    html.close("script");
  }
  html.close("head").open("body").open("main");
  html.element("h1", page.title);
  html.element("p", {{"class", "server"}}, server_name);
  html.append(page.body);
  html.close("main").close("body").close("html");

  http::Response response;
  response.status = page.status;
  add_page_fields(response, policy);
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  response.body = "<!doctype html>\n" + html.bytes();
  return response;
}

}  // namespace chancery::pages
