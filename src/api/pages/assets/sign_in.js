// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The sign-in page that a client shows when it cannot sign in by itself.
// Spec: client-server, "Login Fallback": the answer of /login goes to window.matrixLogin.onLogin.
"use strict";

const kLogin = "/_matrix/client/v3/login";
const parameters = new URLSearchParams(location.search);

async function finish(body) {
  for (const name of ["device_id", "initial_device_display_name"]) {
    if (parameters.has(name)) body[name] = parameters.get(name);
  }
  const answer = await post(kLogin, body);
  showDone("You are signed in", answer);
  if (typeof window.matrixLogin?.onLogin === "function") {
    window.matrixLogin.onLogin(answer);
  } else if (typeof window.onLogin === "function") {
    window.onLogin(answer);
  }
}

// Where apps may not ask for passwords, another page of the server does, and comes back with a
// token in the address, from which it is taken at once.
async function signInElsewhere() {
  const token = parameters.get("loginToken");
  if (token) {
    parameters.delete("loginToken");
    history.replaceState(null, "", `${location.pathname}?${parameters}`);
    byId("form").hidden = true;
    return finish({ type: "m.login.token", token });
  }
  const answer = await (await fetch(kLogin, { credentials: "omit", cache: "no-store" })).json();
  if (answer.flows.some((flow) => flow.type === "m.login.password")) return;
  const back = encodeURIComponent(location.origin + location.pathname + location.search);
  location.replace(`${kLogin}/sso/redirect?redirectUrl=${back}`);
}

// A name has no '@' but at its beginning; an address has one further on.
function identify(name) {
  return name.indexOf("@") > 0
    ? { type: "m.id.thirdparty", medium: "email", address: name }
    : { type: "m.id.user", user: name };
}

signInElsewhere().catch((error) => say(error.message));

onSubmit(async () => {
  const username = byId("username");
  const password = byId("password");
  if (!username.value.trim()) return complainAbout(username, "Enter your username.");
  if (!password.value) return complainAbout(password, "Enter your password.");
  await finish({
    type: "m.login.password",
    identifier: identify(username.value.trim()),
    password: password.value,
  });
  password.value = "";
});
