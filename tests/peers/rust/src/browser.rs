// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

//! What a person does in a browser while an app signs in by OAuth 2.0: opens the page, gives name
//! and password, lets the app in. The forms are filled in as the pages have them.

use anyhow::{Result, anyhow, bail};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use url::Url;

const MOST_STEPS: usize = 10;

pub struct Browser {
    http: reqwest::Client,
}

struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Browser {
    pub fn new() -> Result<Browser> {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none());
        Ok(Browser { http: http.build()? })
    }

    /// Goes on from `start` until the server sends the browser on to `target`; that address.
    pub async fn let_in(&self, start: Url, target: &str, given: &[(&str, &str)]) -> Result<Url> {
        let mut at = start;
        let mut answer = self.http.get(at.clone()).send().await?;
        for _ in 0..MOST_STEPS {
            if let Some(location) = answer.headers().get(LOCATION) {
                at = at.join(location.to_str()?)?;
                if at.as_str().starts_with(target) {
                    return Ok(at);
                }
                answer = self.http.get(at.clone()).send().await?;
                continue;
            }
            let status = answer.status();
            let form = find_form(&answer.text().await?)
                .ok_or_else(|| anyhow!("{} has no form ({status})", at.path()))?;
            let fields = fill_in(form.fields, given);
            at = at.join(&form.action)?;
            answer = self.http.post(at.clone()).form(&fields).send().await?;
        }
        bail!("the pages come to no end")
    }
}

fn fill_in(mut fields: Vec<(String, String)>, given: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in given {
        if let Some(field) = fields.iter_mut().find(|(known, _)| known == name) {
            field.1 = (*value).to_owned();
        }
    }
    fields
}

/// The page's first form: its address, and its fields with what stands in them.
fn find_form(page: &str) -> Option<Form> {
    let start = page.find("<form")?;
    let end = start + page[start..].find("</form>")?;
    let form = &page[start..end];
    let action = attribute(&form[..form.find('>')?], "action").unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for tag in form.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("button")) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else { continue };
        if !fields.iter().any(|(known, _)| *known == name) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    Some(Form { action, fields })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = start + tag[start..].find('"')?;
    let text = tag[start..end].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(text.replace("&#39;", "'").replace("&amp;", "&"))
}
