// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// What all pages have in common: one form, one message, one answer.
"use strict";

const byId = (id) => document.getElementById(id);

function say(text) {
  const message = byId("message");
  message.className = "message bad";
  message.textContent = text;
}

function complainAbout(field, text) {
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", "message");
  say(text);
  field.focus();
}

function clearComplaints() {
  byId("message").textContent = "";
  for (const field of document.querySelectorAll("input[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-errormessage");
  }
}

// The answer's body; throws an Error whose text is for the person.
async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    throw new Error("The server cannot be reached. Try again in a moment.");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (answer.errcode === "M_LIMIT_EXCEEDED") {
    const seconds = Math.max(1, Math.ceil((answer.retry_after_ms ?? 5000) / 1000));
    throw new Error(`Too many attempts. Try again in ${seconds} seconds.`);
  }
  const reason = answer.error ?? `The server refused (${response.status})`;
  throw new Error(reason.endsWith(".") ? reason : `${reason}.`);
}

function showDone(title, answer) {
  byId("form").hidden = true;
  byId("title").textContent = document.title = title;
  byId("user").textContent = answer.user_id;
  byId("done").hidden = false;
  byId("done").focus();
}

// Runs `send` on submit, once at a time; what it throws is told.
function onSubmit(send) {
  const button = byId("submit");
  byId("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    clearComplaints();
    button.setAttribute("aria-disabled", "true");
    try {
      await send();
    } catch (error) {
      say(error.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

byId("show")?.addEventListener("change", (event) => {
  for (const id of ["password", "again"]) {
    const field = byId(id);
    if (field) field.type = event.target.checked ? "text" : "password";
  }
});
