// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_keys.hpp"

#include "server/config_checks.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace chancery::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kMiB = 1024 * 1024;
constexpr std::int64_t kTiB = kMiB * kMiB;

// The member of a section, whatever its type: member<&Config::http, &Config::Http::threads>.
template <auto SectionMember, auto FieldMember>
auto& member(Config& config) {
  return config.*SectionMember.*FieldMember;
}

template <auto SectionMember, auto FieldMember>
constexpr ChoiceField choice(std::span<const std::string_view> names) {
  return {.get =
              [](const Config& config) {
                return static_cast<std::size_t>(config.*SectionMember.*FieldMember);
              },
          .set =
              [](Config& config, std::size_t index) {
                auto& field = config.*SectionMember.*FieldMember;
                field = static_cast<std::remove_reference_t<decltype(field)>>(index);
              },
          .names = names};
}

// In the order of the enumerators.
constexpr std::array<std::string_view, 3> kRegistrationModes{"closed", "token", "open"};
constexpr std::array<std::string_view, 2> kDirectoryChoices{"rooms", "everyone"};
constexpr std::array<std::string_view, 3> kMailSecurities{"tls", "starttls", "none"};
constexpr std::array<std::string_view, 4> kLogLevels{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kLogFormats{"people", "json"};

constexpr std::array kSections{
    Section{"server", "Who this server is."},
    Section{"data", "Where the database and the media are kept."},
    Section{"keys", "Where the keys are kept that encrypt them."},
    Section{"storage", "The database."},
    Section{"http", "Connections. Addresses are set by [[listener]] tables at the end."},
    Section{"registration", "How accounts come to be. The set-up link works in every mode."},
    Section{"password", "What a password has to be."},
    Section{"accounts", "Sessions."},
    Section{"limits",
            "How fast one account, or one address without an account, may ask. Each kind "
            "has a rate and a burst: what may be saved up."},
    Section{"rooms", "Rooms."},
    Section{"turn", "A relay for calls between two, such as coturn with use-auth-secret."},
    Section{"rtc", "Calls of many."},
    Section{"discovery", "What /.well-known/matrix/client and support say besides the address."},
    Section{"media", "Files that people send."},
    Section{"outbound",
            "Requests that this server sends to others: push gateways, identity servers, links to "
            "preview. An entry of a list is a network (10.0.0.0/8), an address, a host "
            "(push.example.org) or its subdomains (*.example.org)."},
    Section{"policy_server",
            "Servers that rooms name to look at every event before it is sent (m.room.policy)."},
    Section{"server_notices", "What the server's owners tell each person in a room of its own."},
    Section{"appservices", "Bridges and bots that own a part of the names."},
    Section{"presence", "Who is online."},
    Section{"push", "What push gateways are told."},
    Section{"mail", "The mail server by which this server writes to people."},
    Section{"identity", "Identity servers."},
    Section{"log", "The log, on standard error."},
};

#define FIELD(section, Struct, name) (&member<&Config::section, &Config::Struct::name>)

constexpr Key rate(std::string_view name, double& (*of)(Config&), std::string_view text) {
  return {.name = name, .field = NumberField{of, 0.001, 1'000'000}, .text = text};
}
constexpr Key burst(std::string_view name, std::int64_t& (*of)(Config&)) {
  return {.name = name, .field = IntegerField{of, 1, 1'000'000}, .text = "The same, saved up."};
}

constexpr std::array kKeys{
    Key{.name = "server.name",
        .field = TextField{FIELD(server, Server, name)},
        .text = "The name that ends every user id: @alice:example.org. It cannot be changed once "
                "there are accounts.",
        .check = check_server_name},
    Key{.name = "server.public_url",
        .field = TextField{FIELD(server, Server, public_url)},
        .text = "Where clients reach this server, given out in /.well-known/matrix/client. Empty: "
                "the address of the first listener.",
        .check = check_url},
    Key{.name = "data.path",
        .field = TextField{FIELD(data, Folder, path), TextKind::path},
        .text = "The folder of everything that is kept; made with mode 0700 if it is not there. As "
                "a service: an absolute path, such as /var/lib/chancery/data.",
        .check = check_not_empty},
    Key{.name = "keys.file",
        .field = TextField{FIELD(keys, Keys, file), TextKind::path},
        .text = "The key file, mode 0600. Keep a copy elsewhere: without it nothing can be read. "
                "Never inside the data folder. Empty: the data folder's name with .keys at its "
                "end."},
    Key{.name = "storage.url",
        .field = TextField{FIELD(storage, Storage, url)},
        .text = "\"sqlite\" keeps the database in the data folder; "
                "postgresql://user:password@host/name uses PostgreSQL 15 or later.",
        .secrecy = Secrecy::secret,
        .check = check_storage_url},
    Key{.name = "storage.cache_mb",
        .field = IntegerField{FIELD(storage, Storage, cache_mb), 8, 1'048'576},
        .text = "Memory for what was read from the database, in MiB."},
    Key{.name = "http.threads",
        .field = IntegerField{FIELD(http, Http, threads), 0, 256},
        .text = "Threads that serve connections. 0: one for each processor."},
    Key{.name = "http.max_connections",
        .field = IntegerField{FIELD(http, Http, max_connections), 1, 1'000'000},
        .text = "Connections at once; beyond, new ones are refused."},
    Key{.name = "http.max_header_bytes",
        .field = IntegerField{FIELD(http, Http, max_header_bytes), 1024, kMiB, Unit::bytes},
        .text = "The largest request line and header fields together."},
    Key{.name = "http.max_unread_bytes",
        .field = IntegerField{FIELD(http, Http, max_unread_bytes), kMiB, kTiB, Unit::bytes},
        .text = "Memory of long answers that clients have not read yet, all together. Beyond, "
                "connections are broken off: large answers first, and those of clients that read "
                "nothing."},
    Key{.name = "http.header_timeout",
        .field = DurationField{FIELD(http, Http, header_timeout), seconds(1), minutes(10)},
        .text = "How long a client may take to send its header."},
    Key{.name = "http.idle_timeout",
        .field = DurationField{FIELD(http, Http, idle_timeout), seconds(1), hours(1)},
        .text = "How long a connection may stay open between requests."},
    Key{.name = "http.stop_patience",
        .field = DurationField{FIELD(http, Http, stop_patience), milliseconds(0), minutes(10)},
        .text = "How long open requests may go on when the server is told to stop."},
    Key{.name = "http.trusted_proxies",
        .field = ListField{FIELD(http, Http, trusted_proxies)},
        .text = "Addresses, or networks (10.0.0.0/8), of proxies whose X-Forwarded-For is "
                "believed, so that limits and the log see the client. Empty: none is.",
        .check = check_network},
    Key{.name = "registration.mode",
        .field = choice<&Config::registration, &Config::Registration::mode>(kRegistrationModes),
        .text = "closed: nobody registers; accounts are made by an administrator. token: whoever "
                "has a registration token. open: everybody who passes the other checks."},
    Key{.name = "registration.require_email",
        .field = BoolField{FIELD(registration, Registration, require_email)},
        .text = "true: who registers must prove a mail address as well. Needs mail.server."},
    Key{.name = "registration.terms",
        .field = TextField{FIELD(registration, Registration, terms), TextKind::path},
        .text =
            "A folder of documents to which whoever registers has to agree: text files named "
            "<policy>.<version>.<language>.txt, whose first line is the document's name. Empty: "
            "none."},
    Key{.name = "registration.shared_secret",
        .field = TextField{FIELD(registration, Registration, shared_secret)},
        .text = "Lets programs that know it make accounts by /_synapse/admin/v1/register. Empty: "
                "that endpoint is off.",
        .secrecy = Secrecy::secret,
        .check = check_shared_secret},
    Key{.name = "registration.allow_dummy",
        .field = BoolField{FIELD(registration, Registration, allow_dummy)},
        .text = "With mode open: registration needs nothing at all (m.login.dummy). For tests and "
                "closed networks."},
    Key{.name = "registration.allow_guests",
        .field = BoolField{FIELD(registration, Registration, allow_guests)},
        .text = "Lets anyone in as a guest, without a password and whatever the mode is. Guests "
                "read and speak in rooms that let guests in, and no more."},
    Key{.name = "password.min_length",
        .field = IntegerField{FIELD(password, Password, min_length), 6, 128},
        .text = "Characters that a password must have. Less than 15 only where a second factor "
                "stands beside it, less than 8 only on a server for tests."},
    Key{.name = "accounts.access_token_lifetime",
        .field = DurationField{FIELD(accounts, Accounts, access_token_lifetime), minutes(1),
                               hours(24 * 366)},
        .text = "How long an access token lives where the client can refresh it."},
    Key{.name = "accounts.legacy_login",
        .field = BoolField{FIELD(accounts, Accounts, legacy_login)},
        .text = "false: no app may ask for a password or make an account; both are done on the "
                "pages of this server alone, by OAuth 2.0 or single sign-on."},
    Key{.name = "accounts.directory",
        .field = choice<&Config::accounts, &Config::Accounts::directory>(kDirectoryChoices),
        .text =
            "Whom a search for people finds. rooms: those who share a room with whoever "
            "searches, or are in a room that anyone may join. everyone: all who have an account "
            "here."},
    Key{.name = "accounts.account_data_items",
        .field = IntegerField{FIELD(accounts, Accounts, account_data_items), 100, 1'000'000},
        .text = "How many items of account data (settings, tags of rooms and the like) one "
                "person's apps may keep on the server."},
    Key{.name = "accounts.account_data_bytes",
        .field = IntegerField{FIELD(accounts, Accounts, account_data_bytes), 64 * 1024, 1024 * kMiB,
                              Unit::bytes},
        .text = "What these may take together. All of it is sent to each app that signs in."},
    Key{.name = "limits.enabled",
        .field = BoolField{FIELD(limits, Limits, enabled)},
        .text = "false lets everybody ask as fast as they like. For measurements only."},
    rate("limits.read_per_second", FIELD(limits, Limits, read_per_second), "Requests that read."),
    burst("limits.read_burst", FIELD(limits, Limits, read_burst)),
    rate("limits.write_per_second", FIELD(limits, Limits, write_per_second),
         "Requests that change something but send no message."),
    burst("limits.write_burst", FIELD(limits, Limits, write_burst)),
    rate("limits.message_per_second", FIELD(limits, Limits, message_per_second),
         "Messages sent into rooms."),
    burst("limits.message_burst", FIELD(limits, Limits, message_burst)),
    rate("limits.sign_in_per_second", FIELD(limits, Limits, sign_in_per_second),
         "Attempts to sign in, and whatever asks for a password."),
    burst("limits.sign_in_burst", FIELD(limits, Limits, sign_in_burst)),
    rate("limits.registration_per_second", FIELD(limits, Limits, registration_per_second),
         "Attempts to register."),
    burst("limits.registration_burst", FIELD(limits, Limits, registration_burst)),
    rate("limits.media_per_second", FIELD(limits, Limits, media_per_second),
         "Uploads, downloads and thumbnails."),
    burst("limits.media_burst", FIELD(limits, Limits, media_burst)),
    Key{.name = "rooms.default_version",
        .field = TextField{FIELD(rooms, Rooms, default_version)},
        .text = "The version of rooms whose creator names none.",
        .check = check_room_version},
    Key{.name = "rooms.delayed_events_longest",
        .field =
            DurationField{FIELD(rooms, Rooms, delayed_events_longest), seconds(1), hours(24 * 366)},
        .text = "How far ahead an event may be given to the server to be sent later."},
    Key{.name = "rooms.delayed_events_per_user",
        .field = IntegerField{FIELD(rooms, Rooms, delayed_events_per_user), 0, 10'000},
        .text = "How many such events one person may have waiting. 0: nobody may."},
    Key{.name = "rooms.forget_on_leave",
        .field = BoolField{FIELD(rooms, Rooms, forget_on_leave)},
        .text = "true: a room that someone leaves, or is put out of, is gone from their lists with "
                "its history at once, as if they had said so."},
    Key{.name = "turn.uris",
        .field = ListField{FIELD(turn, Turn, uris)},
        .text = "Where the relay is: turn: and turns: URIs. Empty: there is none."},
    Key{.name = "turn.secret",
        .field = TextField{FIELD(turn, Turn, secret)},
        .text = "The secret that the relay shares with this server; names and passwords for it are "
                "made of it.",
        .secrecy = Secrecy::secret,
        .check = check_shared_secret},
    Key{.name = "turn.lifetime",
        .field = DurationField{FIELD(turn, Turn, lifetime), minutes(1), hours(24 * 31)},
        .text = "How long such a name is good."},
    Key{.name = "turn.guests",
        .field = BoolField{FIELD(turn, Turn, guests)},
        .text = "Whether guests get one."},
    Key{.name = "rtc.livekit_urls",
        .field = ListField{FIELD(rtc, Rtc, livekit_urls)},
        .text = "Services that let people of this server into rooms of a LiveKit server "
                "(lk-jwt-service), as Element Call wants them: https:// URLs.",
        .check = check_secure_url},
    Key{.name = "discovery.identity_server",
        .field = TextField{FIELD(discovery, Discovery, identity_server)},
        .text = "The identity server that clients should use. Empty: none is named.",
        .check = check_url},
    Key{.name = "discovery.client_extra",
        .field = TextField{FIELD(discovery, Discovery, client_extra)},
        .text = "More members of /.well-known/matrix/client, as a JSON object. What this server "
                "says itself wins.",
        .check = check_json_object},
    Key{.name = "discovery.support_page",
        .field = TextField{FIELD(discovery, Discovery, support_page)},
        .text = "Where people find help, given out in /.well-known/matrix/support.",
        .check = check_url},
    Key{.name = "discovery.admin_email",
        .field = TextField{FIELD(discovery, Discovery, admin_email)},
        .text = "Whom to write to about this server; public.",
        .check = check_email},
    Key{.name = "discovery.security_email",
        .field = TextField{FIELD(discovery, Discovery, security_email)},
        .text = "Whom to write to about weaknesses; public.",
        .check = check_email},
    Key{.name = "media.legacy_unauthenticated",
        .field = BoolField{FIELD(media, Media, legacy_unauthenticated)},
        .text = "Lets whoever knows a file's address fetch it without signing in, by the old "
                "paths. For clients that know no other."},
    Key{.name = "media.max_upload_bytes",
        .field = IntegerField{FIELD(media, Media, max_upload_bytes), 1024, kTiB, Unit::bytes},
        .text = "The largest file that may be sent."},
    Key{.name = "media.quota_bytes_per_user",
        .field = IntegerField{FIELD(media, Media, quota_bytes_per_user), 0, kTiB, Unit::bytes},
        .text = "What one person's files may take together. 0: no limit."},
    Key{.name = "media.quota_info_url",
        .field = TextField{FIELD(media, Media, quota_info_url)},
        .text = "The page that tells people more when their files are too many; clients lead them "
                "there. Empty: none.",
        .check = check_url},
    Key{.name = "media.worker",
        .field = TextField{FIELD(media, Media, worker), TextKind::path},
        .text = "The program that makes thumbnails. Empty: chancery-media-worker beside this "
                "program."},
    Key{.name = "media.url_previews",
        .field = BoolField{FIELD(media, Media, url_previews)},
        .text = "Lets people see what a link leads to, for which this server fetches the page. "
                "false: it asks no page for anything."},
    Key{.name = "media.url_preview_deny",
        .field = ListField{FIELD(media, Media, url_preview_deny)},
        .text = "Hosts of which there are no previews: a.example, or *.a.example for its "
                "subdomains. [outbound] says which networks are closed.",
        .check = check_destination},
    Key{.name = "media.url_preview_oembed",
        .field = ListField{FIELD(media, Media, url_preview_oembed)},
        .text = "Sites that say what their pages are in JSON (oEmbed) and not in the pages: a host "
                "and, behind a blank, the address to ask. \"*.video.example "
                "https://video.example/oembed\". Pages that name such an address need no entry.",
        .check = check_provider},
    Key{.name = "outbound.enabled",
        .field = BoolField{FIELD(outbound, Outbound, enabled)},
        .text = "false: of what others name, only what outbound.allow lists is connected to. What "
                "this configuration names is reached in either case."},
    Key{.name = "outbound.allow",
        .field = ListField{FIELD(outbound, Outbound, allow)},
        .text = "What may be connected to although it is not public. Everything that is not on the "
                "public internet is refused otherwise, so that nobody can make this server ask its "
                "own network.",
        .check = check_destination},
    Key{.name = "outbound.deny",
        .field = ListField{FIELD(outbound, Outbound, deny)},
        .text = "What may not, although it is public or allowed.",
        .check = check_destination},
    Key{.name = "outbound.certificates",
        .field = TextField{FIELD(outbound, Outbound, certificates), TextKind::path},
        .text = "The certificates of the authorities to trust, in PEM. Empty: the system's."},
    Key{.name = "policy_server.patience",
        .field =
            DurationField{FIELD(policy_server, PolicyServer, patience), seconds(1), minutes(1)},
        .text = "How long a room's policy server may take over one event. Others who write into "
                "the room wait meanwhile."},
    Key{.name = "policy_server.public_key",
        .field = TextField{FIELD(policy_server, PolicyServer, public_key)},
        .text = "The Ed25519 key, in base64, of a policy server that is run under this server's "
                "name behind the same proxy (/_matrix/policy/); given out in "
                "/.well-known/matrix/policy_server. Empty: there is none.",
        .check = check_ed25519_key},
    Key{.name = "server_notices.localpart",
        .field = TextField{FIELD(server_notices, ServerNotices, localpart)},
        .text = "Who says it: the account of this name, which nobody can sign in to. Empty: "
                "server notices are off.",
        .check = check_localpart},
    Key{.name = "server_notices.display_name",
        .field = TextField{FIELD(server_notices, ServerNotices, display_name)},
        .text = "What that account is called."},
    Key{.name = "server_notices.avatar",
        .field = TextField{FIELD(server_notices, ServerNotices, avatar)},
        .text = "Its picture, an mxc:// address. Empty: none.",
        .check = check_media_uri},
    Key{.name = "server_notices.room_name",
        .field = TextField{FIELD(server_notices, ServerNotices, room_name)},
        .text = "What the room is called."},
    Key{.name = "appservices.files",
        .field = ListField{FIELD(appservices, Appservices, files), TextKind::path},
        .text = "Registration files of application services, or folders of such files (*.yaml). "
                "They are read at start; whoever reads them can act as the service."},
    Key{.name = "presence.enabled",
        .field = BoolField{FIELD(presence, Presence, enabled)},
        .text = "false: nobody sees who is online."},
    Key{.name = "push.include_content",
        .field = BoolField{FIELD(push, Push, include_content)},
        .text = "true: gateways are told text, sender and room of a message if the client asked "
                "for it. false: ids and counts alone, whatever the client asked for."},
    Key{.name = "mail.server",
        .field = TextField{FIELD(mail, Mail, server)},
        .text = "Its host name. Empty: no mail is sent, and nobody can add an address.",
        .check = check_host},
    Key{.name = "mail.port",
        .field = IntegerField{FIELD(mail, Mail, port), 1, 65'535},
        .text = "Most often 465 with tls, 587 with starttls, 25 with none."},
    Key{.name = "mail.security",
        .field = choice<&Config::mail, &Config::Mail::security>(kMailSecurities),
        .text = "tls: from the first byte. starttls: the server must offer it. none: in clear, for "
                "a server on this machine."},
    Key{.name = "mail.user",
        .field = TextField{FIELD(mail, Mail, user)},
        .text = "The name to sign in with. Empty: the server wants none."},
    Key{.name = "mail.password",
        .field = TextField{FIELD(mail, Mail, password)},
        .text = "Its password.",
        .secrecy = Secrecy::secret},
    Key{.name = "mail.from",
        .field = TextField{FIELD(mail, Mail, from)},
        .text = "The address that mail comes from.",
        .check = check_mail_address},
    Key{.name = "identity.servers",
        .field = ListField{FIELD(identity, Identity, servers)},
        .text = "Host names of the identity servers that this server talks to when its people ask "
                "for it. Empty: none.",
        .check = check_server_host},
    Key{.name = "log.level",
        .field = choice<&Config::log, &Config::Log::level>(kLogLevels),
        .text = "The least that is logged."},
    Key{.name = "log.format",
        .field = choice<&Config::log, &Config::Log::format>(kLogFormats),
        .text = "people: one readable line an event. json: the same for machines."},
};
#undef FIELD

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, change});
    }
  }
  return row.back();
}

}  // namespace

std::span<const Section> config_sections() { return kSections; }
std::span<const Key> config_keys() { return kKeys; }

const Key* find_key(std::string_view name) {
  const auto key = std::ranges::find(kKeys, name, &Key::name);
  return key == kKeys.end() ? nullptr : &*key;
}

std::optional<std::string_view> find_similar(std::string_view name,
                                             std::span<const std::string_view> known) {
  if (name.size() > 64) return std::nullopt;
  std::optional<std::string_view> nearest;
  // At least one letter in two has to be right: "-V" is not like "db".
  std::size_t least = std::min(std::max<std::size_t>(2, name.size() / 4), name.size() / 2) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  if (nearest) return nearest;
  // "min_length" for "password.min_length", or the right key in the wrong section.
  const std::string_view last = name.substr(name.rfind('.') + 1);
  for (const std::string_view candidate : known) {
    if (candidate.substr(candidate.rfind('.') + 1) == last) return candidate;
  }
  return std::nullopt;
}

const std::vector<std::string_view>& names_of_keys() {
  static const std::vector<std::string> kFileNames = [] {
    std::vector<std::string> names;
    for (const Key& key : kKeys) {
      if (key.secrecy == Secrecy::secret) names.push_back(std::string(key.name) + "_file");
    }
    return names;
  }();
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names(kFileNames.begin(), kFileNames.end());
    for (const Key& key : kKeys) names.push_back(key.name);
    return names;
  }();
  return kNames;
}

std::string environment_name(std::string_view key) {
  std::string name = "CHANCERY_";
  for (const char letter : key) {
    if (letter == '.') {
      name += "__";
    } else {
      name += static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
    }
  }
  return name;
}

std::string Config::keys_file() const {
  if (!keys.file.empty()) return keys.file;
  std::string path = data.path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path + ".keys";
}

std::string Config::public_url() const {
  if (!server.public_url.empty()) return server.public_url;
  const ListenerConfig first = listeners.empty() ? ListenerConfig{} : listeners.front();
  if (first.port == 0) return "";
  const bool any = first.address == "0.0.0.0" || first.address == "::";
  const bool v6 = first.address.find(':') != std::string::npos;
  const std::string host = any ? server.name : v6 ? "[" + first.address + "]" : first.address;
  const bool usual = first.port == (first.tls ? 443 : 80);
  return (first.tls ? "https://" : "http://") + host +
         (usual ? "" : ":" + std::to_string(first.port));
}

}  // namespace chancery::server
