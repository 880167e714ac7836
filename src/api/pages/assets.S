// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
//
// The files of assets/ as read-only bytes, each between two symbols.

.macro asset name, file
  .global chancery_asset_\name
  .global chancery_asset_\name\()_end
  chancery_asset_\name:
  .incbin "\file"
  chancery_asset_\name\()_end:
.endm

.section .rodata
asset page_css, "page.css"
asset sign_in_html, "sign_in.html"
asset sign_in_js, "sign_in.js"
asset set_up_html, "set_up.html"
asset set_up_js, "set_up.js"
asset form_js, "form.js"
asset auth_done_js, "auth_done.js"
asset mail_link_html, "mail_link.html"
asset mail_link_js, "mail_link.js"
asset icon_svg, "icon.svg"

.section .note.GNU-stack, "", %progbits
