// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The page of the set-up link: makes the first owner. The token stands behind the '#', so that no
// proxy sees it, and leaves the address bar at once.
"use strict";

const token = new URLSearchParams(location.hash.slice(1)).get("token")
  ?? new URLSearchParams(location.search).get("token") ?? "";
history.replaceState(null, "", location.pathname);

if (!token) {
  byId("form").hidden = true;
  say("This address has no set-up token. Open the whole link that the server printed. " +
    "Make a new one by: chancery user setup-link");
} else {
  // Told at once, not after a name and a password were thought up.
  post("/_chancery/setup/check", { token }).catch(sayOfLink);
}

onSubmit(async () => {
  const username = byId("username");
  const password = byId("password");
  const again = byId("again");
  const least = Number(password.dataset.least);
  const name = username.value.trim().toLowerCase();
  if (!/^[a-z0-9._=\/+-]+$/.test(name)) {
    return complainAbout(username, "Choose a username of letters, digits and . _ = - / + only.");
  }
  if ([...password.value].length < least) {
    return complainAbout(password, `The password needs at least ${least} characters.`);
  }
  if (password.value !== again.value) {
    return complainAbout(again, "The two passwords are not the same.");
  }
  const answer = await post("/_chancery/setup",
    { token, username: name, password: password.value });
  password.value = again.value = "";
  byId("address").textContent = location.origin;
  showDone("You are the owner", answer);
});
