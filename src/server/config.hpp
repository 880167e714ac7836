// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The configuration: every value that an operator may set, typed, with its default.
//
// The names, limits and texts of the keys are in config_keys.cpp, from which the reader, the
// example file and `chancery config` are made. A member here without a row there cannot be set.

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace chancery::server {

// The configuration has mistakes; the text has a line for each, with file and line.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class RegistrationMode : std::uint8_t { closed, token, open };
enum class DirectoryChoice : std::uint8_t { rooms, everyone };
enum class MailSecurity : std::uint8_t { tls, starttls, none };
enum class LogLevelChoice : std::uint8_t { debug, info, warn, error };
enum class LogFormatChoice : std::uint8_t { people, json };

// One address to listen on: a [[listener]] table.
struct ListenerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8008;
  bool tls = false;
  std::string certificate;  // path, PEM chain
  std::string private_key;  // path, PEM
};

struct Config {
  struct Server {
    std::string name = "localhost";
    std::string public_url;  // empty: from the first listener
  } server;

  struct Folder {
    std::string path = "data";
  } data;

  struct Keys {
    std::string file;  // empty: beside the data folder, see keys_file()
    // Where systemd put this service's credentials; empty: nowhere. No key: the process knows it.
    std::string credentials_folder;
  } keys;

  struct Http {
    std::int64_t threads = 0;  // 0: one for each processor
    std::int64_t max_connections = 15'000;
    std::int64_t max_header_bytes = 16 * 1024;
    std::int64_t max_unread_bytes = std::int64_t{512} * 1024 * 1024;
    std::chrono::milliseconds header_timeout = std::chrono::seconds(20);
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
    std::chrono::milliseconds stop_patience = std::chrono::seconds(10);
    std::vector<std::string> trusted_proxies;
  } http;

  struct Storage {
    std::string url = "sqlite";  // secret: may hold a password
    std::int64_t cache_mb = 128;
  } storage;

  struct Registration {
    RegistrationMode mode = RegistrationMode::closed;
    std::string shared_secret;  // secret; empty: the endpoint is off
    bool allow_dummy = false;
    bool allow_guests = false;
    bool require_email = false;
    std::string terms;  // path of a folder; empty: none are asked for
  } registration;

  struct Password {
    std::int64_t min_length = 15;
  } password;

  struct Accounts {
    std::chrono::milliseconds access_token_lifetime = std::chrono::hours(1);
    bool legacy_login = true;
    DirectoryChoice directory = DirectoryChoice::rooms;
    std::int64_t account_data_items = 10'000;  // of one person
    std::int64_t account_data_bytes = 16LL * 1024 * 1024;
  } accounts;

  // Tokens a second, and how many may be saved up.
  struct Limits {
    bool enabled = true;
    double read_per_second = 50;
    std::int64_t read_burst = 200;
    double write_per_second = 10;
    std::int64_t write_burst = 60;
    double message_per_second = 5;
    std::int64_t message_burst = 50;
    double sign_in_per_second = 0.2;
    std::int64_t sign_in_burst = 5;
    double registration_per_second = 0.1;
    std::int64_t registration_burst = 5;
    double media_per_second = 5;
    std::int64_t media_burst = 30;
  } limits;

  struct Rooms {
    std::string default_version = "12";
    std::chrono::milliseconds delayed_events_longest = std::chrono::hours(24);
    std::int64_t delayed_events_per_user = 100;  // 0: none may be
    bool forget_on_leave = false;
  } rooms;

  // A relay for calls.
  struct Turn {
    std::vector<std::string> uris;
    std::string secret;  // secret; shared with the relay
    std::chrono::milliseconds lifetime = std::chrono::hours(24);
    bool guests = false;
  } turn;

  // Calls of many, through servers of media.
  struct Rtc {
    std::vector<std::string> livekit_urls;  // of the services that give out tokens for them
  } rtc;

  // What the files under /.well-known/matrix say besides the address.
  struct Discovery {
    std::string identity_server;
    std::string client_extra;  // a JSON object; empty: nothing
    std::string support_page;
    std::string admin_email;
    std::string security_email;
  } discovery;

  struct Media {
    bool legacy_unauthenticated = false;
    std::int64_t max_upload_bytes = 50LL * 1024 * 1024;
    std::int64_t quota_bytes_per_user = 5LL * 1024 * 1024 * 1024;  // 0: none
    std::string quota_info_url;
    std::string worker;  // path; empty: beside the program
    bool url_previews = false;
    std::vector<std::string> url_preview_deny;    // hosts
    std::vector<std::string> url_preview_oembed;  // "host address of its provider"
  } media;

  // Requests that this server sends to others.
  struct Outbound {
    bool enabled = true;
    std::vector<std::string> allow;  // networks and hosts
    std::vector<std::string> deny;
    std::string certificates;  // path, PEM; empty: the system's
  } outbound;

  // What rooms' policy servers are asked, and the one that is run under this server's name.
  struct PolicyServer {
    std::chrono::milliseconds patience = std::chrono::seconds(10);
    std::string public_key;  // unpadded base64; empty: there is none
  } policy_server;

  struct ServerNotices {
    std::string localpart;  // "": none are sent
    std::string display_name = "Server notices";
    std::string avatar;
    std::string room_name = "Server notices";
  } server_notices;

  struct Appservices {
    std::vector<std::string> files;  // paths of registration files, or of folders of them
  } appservices;

  struct Presence {
    bool enabled = true;
  } presence;

  struct Push {
    bool include_content = false;
  } push;

  struct Mail {
    std::string server;  // empty: no mail is sent
    std::int64_t port = 465;
    MailSecurity security = MailSecurity::tls;
    std::string user;
    std::string password;  // secret
    std::string from;
  } mail;

  struct Identity {
    std::vector<std::string> servers;
  } identity;

  struct Log {
    LogLevelChoice level = LogLevelChoice::info;
    LogFormatChoice format = LogFormatChoice::people;
  } log;

  std::vector<ListenerConfig> listeners{ListenerConfig{}};

  // keys.file, or "<data.path>.keys".
  [[nodiscard]] std::string keys_file() const;
  // server.public_url, or the address of the first listener; without a slash at the end. Empty when
  // the system chooses the port.
  [[nodiscard]] std::string public_url() const;
};

}  // namespace chancery::server
