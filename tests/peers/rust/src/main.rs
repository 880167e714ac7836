// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

//! The engine of Element X (matrix-sdk-ui) as two people: sign-in, the list of rooms by sliding
//! sync, encrypted messages, recovery of the key backup. Phase "again" goes on with the stores of
//! phase "first". The variables of the environment are those of ../js/scenario.mjs.

#![recursion_limit = "256"]

mod browser;
mod checks;
mod person;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use matrix_sdk::RoomState;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::ruma::OwnedRoomId;
use matrix_sdk::store::RoomLoadSettings;
use serde::{Deserialize, Serialize};

use checks::{Checks, until};
use person::{Person, authorize, log_in, open_client, reads, register, say, session};

/// What phase "again" needs of phase "first".
#[derive(Serialize, Deserialize)]
struct Saved {
    erin: MatrixSession,
    frank: MatrixSession,
    room: OwnedRoomId,
}

struct Place {
    base: String,
    folder: PathBuf,
    run: String,
}

impl Place {
    fn store(&self, name: &str) -> PathBuf {
        self.folder.join("rust").join(name)
    }
    fn saved(&self) -> PathBuf {
        self.folder.join("rust.json")
    }
}

async fn newcomer(checks: &mut Checks, place: &Place, name: &str) -> Result<Person> {
    let client = checks
        .check(&format!("{name} registers"), async {
            let client = open_client(&place.base, &place.store(name)).await?;
            register(&client, &format!("{name}-rust-{}", place.run)).await?;
            Ok(client)
        })
        .await?;
    checks
        .check(&format!("{name}'s list of rooms comes by sliding sync"), Person::start(client))
        .await
}

async fn converse(
    checks: &mut Checks,
    erin: &Person,
    frank: &Person,
    room: &OwnedRoomId,
    phase: &str,
) -> Result<()> {
    let hers = erin.open_timeline(room).await?;
    let his = frank.open_timeline(room).await?;
    let (greeting, answer) = (format!("{phase}: from erin"), format!("{phase}: from frank"));
    checks
        .check(&format!("frank decrypts what erin writes ({phase})"), async {
            say(&hers, &greeting).await?;
            reads(&his, &greeting).await
        })
        .await?;
    checks
        .check(&format!("erin decrypts what frank answers ({phase})"), async {
            say(&his, &answer).await?;
            reads(&hers, &answer).await
        })
        .await
}

async fn first(checks: &mut Checks, place: &Place) -> Result<()> {
    let erin = newcomer(checks, place, "erin").await?;
    let frank = newcomer(checks, place, "frank").await?;
    let room = checks
        .check("erin makes an encrypted room, and frank's list shows the invitation", async {
            let room = erin.create_encrypted_room(frank.user()?).await?;
            frank.sees(&room, RoomState::Invited).await?.join().await?;
            Ok(room)
        })
        .await?;
    checks
        .check("both lists show the room as joined, with its name", async {
            for person in [&erin, &frank] {
                let known = person.sees(&room, RoomState::Joined).await?;
                until("the room has its name", || async {
                    let name = known.display_name().await.ok()?.to_string();
                    (name == "By sliding sync").then_some(())
                })
                .await?;
            }
            Ok(())
        })
        .await?;
    converse(checks, &erin, &frank, &room, "first").await?;
    recover(checks, place, &erin, &room).await?;
    let saved = Saved { erin: session(&erin.client)?, frank: session(&frank.client)?, room };
    erin.stop().await;
    frank.stop().await;
    std::fs::write(place.saved(), serde_json::to_vec(&saved)?)?;
    Ok(())
}

/// A second device reads what was written before it was there.
async fn recover(
    checks: &mut Checks,
    place: &Place,
    erin: &Person,
    room: &OwnedRoomId,
) -> Result<()> {
    let key = checks
        .check("erin sets up recovery: secret storage and a key backup", async {
            let recovery = erin.client.encryption().recovery();
            Ok(recovery.enable().wait_for_backups_to_upload().await?)
        })
        .await?;
    let second = checks
        .check("erin signs in on a second device by password", async {
            let client = open_client(&place.base, &place.store("erin2")).await?;
            log_in(&client, erin.user()?.as_str()).await?;
            Person::start(client).await
        })
        .await?;
    checks
        .check("the second device recovers the backup and reads what was written before", async {
            second.client.encryption().recovery().recover(&key).await?;
            second.sees(room, RoomState::Joined).await?;
            reads(&second.open_timeline(room).await?, "first: from frank").await
        })
        .await?;
    second.stop().await;
    let third = checks
        .check("erin signs in on a third device by OAuth 2.0, in the browser", async {
            let client = open_client(&place.base, &place.store("erin3")).await?;
            authorize(&client, erin.user()?.localpart()).await?;
            Person::start(client).await
        })
        .await?;
    checks
        .check("the third device recovers as well, and its token is refreshed", async {
            third.client.encryption().recovery().recover(&key).await?;
            third.client.oauth().refresh_access_token().await?;
            third.sees(room, RoomState::Joined).await?;
            reads(&third.open_timeline(room).await?, "first: from frank").await
        })
        .await?;
    third.stop().await;
    Ok(())
}

async fn resume(place: &Place, name: &str, session: MatrixSession) -> Result<Person> {
    let client = open_client(&place.base, &place.store(name)).await?;
    client.matrix_auth().restore_session(session, RoomLoadSettings::default()).await?;
    Person::start(client).await
}

async fn again(checks: &mut Checks, place: &Place) -> Result<()> {
    let text = std::fs::read(place.saved()).context("phase first did not end")?;
    let Saved { erin, frank, room } = serde_json::from_slice(&text)?;
    let sentence = "both resume with the old session and the stores of the time before the kill";
    let (erin, frank) = checks
        .check(sentence, async {
            Ok((resume(place, "erin", erin).await?, resume(place, "frank", frank).await?))
        })
        .await?;
    converse(checks, &erin, &frank, &room, "again").await?;
    erin.stop().await;
    frank.stop().await;
    Ok(())
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is needed"))
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let place = Place {
        base: variable("PEER_URL")?,
        folder: Path::new(&variable("PEER_STATE")?).to_owned(),
        run: variable("PEER_RUN").unwrap_or_else(|_| "0".to_owned()),
    };
    let phase = variable("PEER_PHASE").unwrap_or_else(|_| "first".to_owned());
    let mut checks = Checks::default();
    let told = match phase.as_str() {
        "again" => again(&mut checks, &place).await,
        _ => first(&mut checks, &place).await,
    };
    let has_passed = checks.finish(&phase);
    if let Err(error) = &told {
        eprintln!("{error:#}");
    }
    Ok(if told.is_ok() && has_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
