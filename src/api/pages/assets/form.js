// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// What all pages have in common: one form, one message, one answer.
"use strict";

const byId = (id) => document.getElementById(id);
const title = document.title;

function say(text) {
  const message = byId("message");
  message.className = "message bad";
  message.textContent = text;
  document.title = `Error: ${title}`;
}

function complainAbout(field, text) {
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-errormessage", "message");
  say(text);
  field.focus();
}

function clearComplaints() {
  byId("message").textContent = "";
  document.title = title;
  for (const field of document.querySelectorAll("input[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-errormessage");
  }
}

// The answer's body; throws an Error whose text is for the person, with the code of the server's.
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
    throw new Error(`Too many attempts. Wait ${seconds} seconds, then try again.`);
  }
  const reason = answer.error ?? `The server refused (${response.status})`;
  const text = reason.endsWith(".") ? reason : `${reason}.`;
  throw Object.assign(new Error(text), { code: answer.errcode });
}

// Says why a link does not work; where it may still, the form stays.
function sayOfLink(error) {
  byId("form").hidden = error.code === "M_FORBIDDEN";
  say(error.message);
}

function showDone(heading, answer) {
  byId("form").hidden = true;
  byId("title").textContent = document.title = heading;
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
