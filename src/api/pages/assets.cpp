// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/assets.hpp"

#include <array>

// Defined in assets.S.
#define CHANCERY_ASSET(symbol)                     \
  extern "C" const char chancery_asset_##symbol[]; \
  extern "C" const char chancery_asset_##symbol##_end[]
CHANCERY_ASSET(page_css);
CHANCERY_ASSET(sign_in_html);
CHANCERY_ASSET(sign_in_js);
CHANCERY_ASSET(set_up_html);
CHANCERY_ASSET(set_up_js);
CHANCERY_ASSET(form_js);
CHANCERY_ASSET(auth_done_js);
CHANCERY_ASSET(mail_link_html);
CHANCERY_ASSET(mail_link_js);
CHANCERY_ASSET(icon_svg);
#undef CHANCERY_ASSET

namespace chancery::pages {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kIcon = "image/svg+xml";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";

#define CHANCERY_BYTES(symbol) \
  std::string_view(chancery_asset_##symbol, chancery_asset_##symbol##_end)
const std::array<Asset, 10>& all_assets() {
  static const std::array<Asset, 10> kAssets{
      {{"page.css", kCss, CHANCERY_BYTES(page_css)},
       {"sign_in.html", kHtml, CHANCERY_BYTES(sign_in_html)},
       {"sign_in.js", kScript, CHANCERY_BYTES(sign_in_js)},
       {"set_up.html", kHtml, CHANCERY_BYTES(set_up_html)},
       {"set_up.js", kScript, CHANCERY_BYTES(set_up_js)},
       {"form.js", kScript, CHANCERY_BYTES(form_js)},
       {"auth_done.js", kScript, CHANCERY_BYTES(auth_done_js)},
       {"mail_link.html", kHtml, CHANCERY_BYTES(mail_link_html)},
       {"mail_link.js", kScript, CHANCERY_BYTES(mail_link_js)},
       {"icon.svg", kIcon, CHANCERY_BYTES(icon_svg)}}};
  return kAssets;
}
#undef CHANCERY_BYTES

}  // namespace

const Asset* find_asset(std::string_view name) {
  for (const Asset& asset : all_assets()) {
    if (asset.name == name) return &asset;
  }
  return nullptr;
}

}  // namespace chancery::pages
