// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_chancery/terms/{policy}/{version}/{language}
//
// Shows a document to which whoever makes an account has to agree.
#include "api/oauth/terms.hpp"

#include "api/boundary/call.hpp"
#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"
#include "protocol/api_error.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using pages::Html;

namespace {

constexpr boundary::Spec kSpec{"chancery", "v1",
                               "GET /_chancery/terms/{policy}/{version}/{language}"};
constexpr std::string_view kHeading = "# ";

// The lines of `text` as paragraphs: an empty line ends one.
Html paragraphs(std::string_view text) {
  Html html;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) html.element("p", paragraph);
    paragraph.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(kHeading)) {
      end_paragraph();
      html.element("h2", line.substr(kHeading.size()));
    } else if (line.find_first_not_of(" \t") == std::string_view::npos) {
      end_paragraph();
    } else {
      if (!paragraph.empty()) paragraph += '\n';
      paragraph += line;
    }
  }
  end_paragraph();
  return html;
}

runtime::Task<http::Response> show(const accounts::Terms& terms, const Site& site, Call& call) {
  const accounts::TermsDocument* document =
      terms.find(call.path("policy"), call.path("version"), call.path("language"));
  if (document == nullptr) {
    throw protocol::ApiError(protocol::ErrorCode::not_found, "There is no such document here.");
  }
  Html body;
  body.open("article", {{"lang", document->language}});
  body.append(paragraphs(document->text)).close("article");
  body.element("p", {{"class", "hint"}}, "Version " + document->version);
  co_return pages::show_page(site.server_name, {.title = document->name, .body = body});
}

}  // namespace

Html terms_field(const accounts::Terms& terms) {
  Html html;
  if (!terms.are_asked()) return html;
  html.element("p", "Read these first:").open("ul", {{"class", "plain"}});
  for (const accounts::TermsDocument* one : terms.to_be_shown()) {
    const std::string path = one->path();
    html.open("li").element(
        "a", {{"href", path}, {"target", "_blank"}, {"rel", "noreferrer noopener"}}, one->name);
    html.text(" (" + one->version + ")").close("li");
  }
  html.close("ul");
  html.open("label", {{"class", "check"}});
  html.empty("input",
             {{"type", "checkbox"}, {"name", "accepted"}, {"value", "yes"}, {"required", ""}});
  html.text(" I have read them and agree.").close("label");
  return html;
}

void require_accepted(const accounts::Terms& terms, const oauth::Parameters& form) {
  if (!terms.are_asked() || form.get("accepted") == "yes") return;
  throw protocol::ApiError(protocol::ErrorCode::forbidden,
                           "No account is made for who does not agree to the terms");
}

boundary::Route terms_document(const Services& services) {
  const accounts::Terms& terms = services.registration.terms();
  const Site& site = services.site;
  return {.method = http::Method::get,
          .paths = {"/_chancery/terms/{policy}/{version}/{language}"},
          .guard = page_guard(boundary::LimitClass::read),
          .spec = kSpec,
          .endpoint = [&terms, &site](Call& call) { return show(terms, site, call); },
          .show_failure = page_failures(site)};
}

}  // namespace chancery::oauth_api
