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

// A policy a line, in each of its languages: nobody agrees to what they cannot read.
Html list_of(const accounts::Terms& terms) {
  Html html;
  html.element("p", "Read these first. Each opens in a new tab.").open("ul", {{"class", "plain"}});
  const accounts::TermsDocument* before = nullptr;
  for (const accounts::TermsDocument& one : terms.documents()) {
    const bool is_same = before != nullptr && before->policy == one.policy;
    if (before != nullptr && !is_same) html.text(" (" + before->version + ")").close("li");
    if (is_same) {
      html.text(" \xC2\xB7 ");
    } else {
      html.open("li");
    }
    html.element("a",
                 {{"href", one.path()},
                  {"lang", one.language},
                  {"hreflang", one.language},
                  {"target", "_blank"},
                  {"rel", "noreferrer noopener"}},
                 one.name);
    before = &one;
  }
  if (before != nullptr) html.text(" (" + before->version + ")").close("li");
  html.close("ul");
  return html;
}

runtime::Task<http::Response> show(const accounts::Terms& terms, const Site& site, Call& call) {
  const accounts::TermsDocument* document =
      terms.find(call.path("policy"), call.path("version"), call.path("language"));
  if (document == nullptr) {
    throw protocol::ApiError(protocol::ErrorCode::not_found, "There is no such document here.");
  }
  Html body;
  body.open("article", {{"dir", "auto"}});
  body.append(paragraphs(document->text)).close("article");
  body.element("p", {{"class", "hint"}, {"lang", "en"}}, "Version " + document->version);
  co_return pages::show_page(
      site.server_name, {.title = document->name, .body = body, .language = document->language});
}

}  // namespace

void add_terms_field(Fields& fields, const accounts::Terms& terms, Accepted accepted) {
  if (!terms.are_asked()) return;
  fields.add(list_of(terms));
  fields.add_check("accepted", "I have read them and agree.",
                   {{"required", ""}, {accepted == Accepted::yes ? "checked" : "", ""}});
}

void require_accepted(const accounts::Terms& terms, const oauth::Parameters& form) {
  if (!terms.are_asked() || form.get("accepted") == "yes") return;
  throw protocol::ApiError(protocol::ErrorCode::forbidden,
                           "Tick the box to agree; without that no account is made.");
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
