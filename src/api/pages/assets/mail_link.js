// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The page behind the link of a mail. Opening it does nothing, for mail scanners open links: a person
// presses the button, and the token goes to the page's own path. It stands behind the '#', so that no
// proxy sees it; in the query where a mail's header had it.
"use strict";

const token =
  new URLSearchParams(location.hash.slice(1)).get("token") ??
  new URLSearchParams(location.search).get("token") ??
  "";
history.replaceState(null, "", location.pathname);

// Whose address it is, and what for; or that the link does not work, before anything is pressed.
async function showWhat(path) {
  try {
    const about = await post(path, { token });
    byId("email").textContent = about.address;
    byId("purpose").textContent = about.purpose;
    byId("about").hidden = false;
  } catch (error) {
    sayOfLink(error);
  }
}

if (!token) {
  byId("form").hidden = true;
  say("This address is not whole. Open the link in the mail again.");
} else if (byId("form").dataset.look) {
  showWhat(byId("form").dataset.look);
}

// Where to go on, with the host in sight: the client chose it, not this server.
function showNext(text) {
  let next;
  try {
    next = new URL(text);
  } catch {
    return;
  }
  if (next.protocol !== "https:") return;
  byId("next").href = next.href;
  byId("next").textContent = `Go on at ${next.host}`;
  byId("onward").hidden = false;
}

onSubmit(async () => {
  const answer = await post(location.pathname, { token });
  byId("form").hidden = true;
  byId("title").textContent = document.title = byId("form").dataset.done;
  if (answer.next_link) showNext(answer.next_link);
  byId("done").hidden = false;
  byId("done").focus();
});
