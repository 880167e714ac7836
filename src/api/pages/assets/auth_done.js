// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Tells whoever opened this page that a stage of interactive authentication is done.
// Spec: client-server, "Fallback".
"use strict";

if (window.onAuthDone) {
  window.onAuthDone();
} else if (window.opener && window.opener.postMessage) {
  window.opener.postMessage("authDone", "*");
}
