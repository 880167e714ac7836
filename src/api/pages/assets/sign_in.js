// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The sign-in page that a client shows when it cannot sign in by itself.
// Spec: client-server, "Login Fallback": the answer of /login goes to window.matrixLogin.onLogin.
"use strict";

const parameters = new URLSearchParams(location.search);

onSubmit(async () => {
  const username = byId("username");
  const password = byId("password");
  if (!username.value.trim()) return complainAbout(username, "Enter your username.");
  if (!password.value) return complainAbout(password, "Enter your password.");
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: username.value.trim() },
    password: password.value,
  };
  for (const name of ["device_id", "initial_device_display_name"]) {
    if (parameters.has(name)) body[name] = parameters.get(name);
  }
  const answer = await post("/_matrix/client/v3/login", body);
  password.value = "";
  showDone("You are signed in", answer);
  if (typeof window.matrixLogin?.onLogin === "function") {
    window.matrixLogin.onLogin(answer);
  } else if (typeof window.onLogin === "function") {
    window.onLogin(answer);
  }
});
