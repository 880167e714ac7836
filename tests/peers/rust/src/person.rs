// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

//! Somebody with a device of matrix-rust-sdk: its client, its sliding sync, its timelines.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use futures_util::StreamExt;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::authentication::oauth::ClientRegistrationData;
use matrix_sdk::authentication::oauth::registration::{
    ApplicationType, ClientMetadata, Localized, OAuthGrantType,
};
use matrix_sdk::encryption::{BackupDownloadStrategy, EncryptionSettings};
use matrix_sdk::ruma::api::client::account::register;
use matrix_sdk::ruma::api::client::room::create_room;
use matrix_sdk::ruma::api::client::uiaa::{AuthData, Dummy};
use matrix_sdk::ruma::events::InitialStateEvent;
use matrix_sdk::ruma::events::room::encryption::RoomEncryptionEventContent;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, RoomId};
use matrix_sdk::utils::UrlOrQuery;
use matrix_sdk::{Client, Room, RoomState};
use matrix_sdk_ui::room_list_service::RoomListLoadingState;
use matrix_sdk_ui::sync_service::{State, SyncService};
use matrix_sdk_ui::timeline::{RoomExt, Timeline};

use url::Url;

use crate::browser::Browser;
use crate::checks::until;

const REDIRECT: &str = "example.chancery:/callback";
pub const PASSWORD: &str = "a long enough pass phrase 7";

pub struct Person {
    pub client: Client,
    sync: Arc<SyncService>,
}

/// A client whose stores lie in `folder`, not signed in.
pub async fn open_client(base: &str, folder: &Path) -> Result<Client> {
    std::fs::create_dir_all(folder)?;
    Ok(Client::builder()
        .homeserver_url(base)
        .sqlite_store(folder, None)
        .with_encryption_settings(EncryptionSettings {
            auto_enable_cross_signing: true,
            backup_download_strategy: BackupDownloadStrategy::AfterDecryptionFailure,
            auto_enable_backups: false,
        })
        .handle_refresh_tokens()
        .build()
        .await?)
}

pub async fn register(client: &Client, localpart: &str) -> Result<()> {
    let mut request = register::v3::Request::new();
    request.username = Some(localpart.to_owned());
    request.password = Some(PASSWORD.to_owned());
    request.auth = Some(AuthData::Dummy(Dummy::new()));
    request.initial_device_display_name = Some("rust".to_owned());
    client.matrix_auth().register(request).await?;
    Ok(())
}

pub async fn log_in(client: &Client, user: &str) -> Result<()> {
    let auth = client.matrix_auth();
    auth.login_username(user, PASSWORD).initial_device_display_name("rust").send().await?;
    Ok(())
}

/// Signs in by OAuth 2.0 as an app on this machine does: registers itself, sends the person to the
/// browser, and takes the code from the address to which the browser is sent.
pub async fn authorize(client: &Client, localpart: &str) -> Result<()> {
    let redirect = Url::parse(REDIRECT)?;
    let grants = vec![OAuthGrantType::AuthorizationCode { redirect_uris: vec![redirect.clone()] }];
    let home = Localized::new(Url::parse("https://chancery.example/")?, []);
    let mut metadata = ClientMetadata::new(ApplicationType::Native, grants, home);
    metadata.client_name = Some(Localized::new("A peer".to_owned(), []));
    let registration = ClientRegistrationData::new(Raw::new(&metadata)?);
    let oauth = client.oauth();
    let wanted = oauth.login(redirect, None, Some(registration), None).build().await?;
    let given = [("username", localpart), ("password", PASSWORD), ("answer", "allow")];
    let sent_to = Browser::new()?.let_in(wanted.url, REDIRECT, &given).await?;
    Ok(oauth.finish_login(UrlOrQuery::Url(sent_to)).await?)
}

pub fn session(client: &Client) -> Result<MatrixSession> {
    client.matrix_auth().session().ok_or_else(|| anyhow!("there is no session"))
}

/// A sync that failed ends, and the app begins another: after a kill the server has forgotten the
/// connection of before, and says so.
async fn begin_again(sync: Arc<SyncService>) {
    let mut states = sync.state();
    while let Some(state) = states.next().await {
        if matches!(state, State::Error(_)) {
            sync.start().await;
        }
    }
}

impl Person {
    /// Starts the sliding sync of a client that is signed in, and waits for the list of rooms.
    pub async fn start(client: Client) -> Result<Person> {
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        let sync = Arc::new(SyncService::builder(client.clone()).build().await?);
        sync.start().await;
        tokio::spawn(begin_again(sync.clone()));
        let person = Person { client, sync };
        let list = person.sync.room_list_service().all_rooms().await?;
        let state = person.sync.state();
        until("the list of rooms is loaded", || async {
            let loaded = matches!(list.loading_state().get(), RoomListLoadingState::Loaded { .. });
            (loaded && matches!(state.get(), State::Running)).then_some(())
        })
        .await?;
        Ok(person)
    }

    pub async fn stop(&self) {
        self.sync.stop().await;
    }

    pub fn user(&self) -> Result<OwnedUserId> {
        Ok(self.client.user_id().ok_or_else(|| anyhow!("nobody is signed in"))?.to_owned())
    }

    pub async fn create_encrypted_room(&self, guest: OwnedUserId) -> Result<OwnedRoomId> {
        let mut request = create_room::v3::Request::new();
        request.preset = Some(create_room::v3::RoomPreset::PrivateChat);
        request.name = Some("By sliding sync".to_owned());
        request.invite = vec![guest];
        let encryption = RoomEncryptionEventContent::with_recommended_defaults();
        request.initial_state =
            vec![InitialStateEvent::with_empty_state_key(encryption).to_raw_any()];
        Ok(self.client.create_room(request).await?.room_id().to_owned())
    }

    /// The room as the sliding sync has told it, in that state.
    pub async fn sees(&self, room: &RoomId, state: RoomState) -> Result<Room> {
        until(&format!("{room} is {state:?}"), || async {
            self.client.get_room(room).filter(|known| known.state() == state)
        })
        .await
    }

    pub async fn open_timeline(&self, room: &RoomId) -> Result<Timeline> {
        self.sync.room_list_service().subscribe_to_rooms(&[room]).await;
        let known = self.client.get_room(room).ok_or_else(|| anyhow!("{room} is not there"))?;
        Ok(known.timeline().await?)
    }
}

pub async fn say(timeline: &Timeline, body: &str) -> Result<()> {
    timeline.send(RoomMessageEventContent::text_plain(body).into()).await?;
    Ok(())
}

/// Waits until the timeline shows `body`, decrypted and acknowledged; asks for older events if
/// they are `hidden` behind the first page.
pub async fn reads(timeline: &Timeline, body: &str) -> Result<()> {
    let found = until(&format!("\"{body}\" is read"), || async {
        for item in timeline.items().await {
            let Some(event) = item.as_event() else { continue };
            let is_it = event.content().as_message().is_some_and(|text| text.body() == body);
            if is_it && event.event_id().is_some() {
                return Some(event.encryption_info().is_some() || event.is_own());
            }
        }
        let _ = timeline.paginate_backwards(20).await;
        None
    })
    .await?;
    if !found {
        bail!("\"{body}\" was not encrypted");
    }
    Ok(())
}
