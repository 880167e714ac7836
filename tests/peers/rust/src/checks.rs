// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

//! Numbered checks with deadlines, one line each: "ok 3 - sentence" or "not ok 3 - sentence".

use std::future::Future;
use std::time::Duration;

use anyhow::{Result, anyhow};
use tokio::time::{Instant, sleep, timeout};

const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Checks {
    number: u32,
    failures: u32,
}

impl Checks {
    /// Awaits `action` and prints its outcome under `sentence`. What it throws ends the story.
    pub async fn check<T>(
        &mut self,
        sentence: &str,
        action: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.number += 1;
        let outcome = match timeout(DEADLINE, action).await {
            Ok(outcome) => outcome,
            Err(_) => Err(anyhow!("not done within {} s", DEADLINE.as_secs())),
        };
        match &outcome {
            Ok(_) => println!("ok {} - {sentence}", self.number),
            Err(error) => {
                self.failures += 1;
                let text = format!("{error:#}").replace('\n', " ");
                println!("not ok {} - {sentence}: {text}", self.number);
            }
        }
        outcome
    }

    /// Prints the last line; true when nothing failed.
    pub fn finish(&self, phase: &str) -> bool {
        let passed = self.number - self.failures;
        println!("{phase}: {passed} passed, {} failed", self.failures);
        self.failures == 0 && self.number > 0
    }
}

/// Asks `question` again and again until it has an answer.
pub async fn until<T, F, Q>(what: &str, mut question: Q) -> Result<T>
where
    F: Future<Output = Option<T>>,
    Q: FnMut() -> F,
{
    let end = Instant::now() + DEADLINE - Duration::from_secs(5);
    loop {
        if let Some(answer) = question().await {
            return Ok(answer);
        }
        if Instant::now() > end {
            return Err(anyhow!("waited in vain until {what}"));
        }
        sleep(Duration::from_millis(25)).await;
    }
}
