// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The page behind the link of a digest: ends those mails, by a button, for mail scanners open links.
"use strict";

const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
history.replaceState(null, "", location.pathname);

if (!token) {
  byId("form").hidden = true;
  say("This address is not whole. Open the link in the mail again.");
}

onSubmit(async () => {
  await post("/_chancery/unsubscribe", { token });
  byId("form").hidden = true;
  byId("done").hidden = false;
  byId("done").focus();
});
