// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_document.hpp"
#include "server/config_keys.hpp"
#include "server/config_load.hpp"
#include "server/config_values.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace chancery::server {
namespace {

// A folder of its own, gone with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chancery-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string write(const std::string& name, std::string_view text) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

LoadedConfig load_file(std::string_view text) {
  const Folder folder;
  return load_config({.file = folder.write("chancery.toml", text)});
}

// The lines of the mistakes, from the file's name on.
std::string mistakes(std::string_view text) {
  const Folder folder;
  try {
    static_cast<void>(load_config({.file = folder.write("chancery.toml", text)}));
  } catch (const ConfigError& error) {
    std::string lines = error.what();
    const std::string prefix = folder.path() + "/";
    for (std::size_t at = 0; (at = lines.find(prefix)) != std::string::npos;) {
      lines.erase(at, prefix.size());
    }
    return lines;
  }
  return "";
}

LoadedConfig load_set(std::vector<std::pair<std::string, std::string>> overrides) {
  return load_config({.overrides = std::move(overrides)});
}

}  // namespace

TEST_CASE("without any source everything is at a default that is safe") {
  const Config config = load_config({}).values;

  CHECK(config.registration.mode == RegistrationMode::closed);
  CHECK(config.registration.shared_secret.empty());
  CHECK(config.limits.enabled);
  CHECK(config.listeners.size() == 1);
  CHECK(config.listeners.front().address == "127.0.0.1");
  CHECK(config.keys_file() == "data.keys");
  CHECK_FALSE(config.media.legacy_unauthenticated);
  CHECK(config.rooms.default_version == "12");
}

TEST_CASE("a file sets values of every kind") {
  const Config config = load_file(R"(
[server]
name = "example.org"
[http]
threads = 3
idle_timeout = "2m"
max_header_bytes = "32KiB"
trusted_proxies = ["10.0.0.1", "10.0.0.2"]
[registration]
mode = "token"
[limits]
enabled = false
read_per_second = 7
write_per_second = 0.5
[[listener]]
address = "::1"
port = 9000
)")
                            .values;

  CHECK(config.server.name == "example.org");
  CHECK(config.http.threads == 3);
  CHECK(config.http.idle_timeout == std::chrono::minutes(2));
  CHECK(config.http.max_header_bytes == 32 * 1024);
  CHECK(config.http.trusted_proxies.size() == 2);
  CHECK(config.registration.mode == RegistrationMode::token);
  CHECK_FALSE(config.limits.enabled);
  CHECK(config.limits.read_per_second == 7);
  CHECK(config.limits.write_per_second == 0.5);
  CHECK(config.public_url() == "http://[::1]:9000");
}

TEST_CASE("clients are told the server's name for every address, and no port that is not known") {
  Config config;
  config.server.name = "example.org";
  config.listeners = {{.address = "0.0.0.0", .port = 8008}};
  CHECK(config.public_url() == "http://example.org:8008");
  config.listeners = {{.address = "127.0.0.1", .port = 0}};
  CHECK(config.public_url().empty());
}

TEST_CASE("an unknown key is an error with file and line, and the key that was meant") {
  CHECK(mistakes("[http]\nthread = 3\n") ==
        "chancery.toml:2: unknown key \"http.thread\" (did you mean \"http.threads\"?)");
  CHECK(mistakes("\n\n[sever]\nname = 'a'\n") ==
        "chancery.toml:4: unknown key \"sever.name\" (did you mean \"server.name\"?)");
  CHECK(mistakes("min_length = 20") ==
        "chancery.toml:1: unknown key \"min_length\" (did you mean \"password.min_length\"?)");
  CHECK(mistakes("[qqqqqqqqqqqqqqq]\n") == "chancery.toml:1: unknown key \"qqqqqqqqqqqqqqq\"");
}

TEST_CASE("a value of a wrong type or out of range is an error with file and line") {
  CHECK(mistakes("[http]\nthreads = 'many'") ==
        "chancery.toml:2: http.threads must be a whole number from 0 to 256");
  CHECK(mistakes("[password]\nmin_length = 4") ==
        "chancery.toml:2: password.min_length must be a whole number from 6 to 128");
  CHECK(mistakes("[registration]\nmode = 'all'") ==
        "chancery.toml:2: registration.mode must be closed, token or open");
  CHECK(mistakes("[http]\nidle_timeout = 30") ==
        "chancery.toml:2: http.idle_timeout must be a time from 1s to 1h, as 500ms, 30s, 15m, 2h "
        "or 7d");
  CHECK(mistakes("[limits]\nenabled = 1") ==
        "chancery.toml:2: limits.enabled must be true or false");
  CHECK(mistakes("[limits]\nread_per_second = nan") != "");
  CHECK(mistakes("[rooms]\ndefault_version = '13'") != "");
  CHECK(mistakes("[server]\nname = 'not a name'") != "");
  CHECK(mistakes("[server]\nname = 1979-05-27") == "chancery.toml:2: server.name must be a text");
  CHECK(mistakes("[media]\nmax_upload_bytes = '99999999999999TiB'") != "");
  CHECK(mistakes("[outbound]\nallow = ['10.0.0.0/8', '10.0.0.1/8']") ==
        "chancery.toml:2: outbound.allow \"10.0.0.1/8\" is neither a network (10.0.0.0/8), nor an "
        "address, nor a host (a.example, *.a.example)");
}

TEST_CASE("every mistake of a file is told at once") {
  const std::string text = mistakes("[http]\nthread = 1\nthreads = -1\n");

  CHECK(std::ranges::count(text, '\n') == 1);
}

TEST_CASE("a file that is no TOML is an error with its line") {
  CHECK(mistakes("[http]\nthreads = \n").starts_with("chancery.toml:2: "));
  CHECK(mistakes("[http]\nthreads = 1\nthreads = 2\n").starts_with("chancery.toml:3: "));
}

TEST_CASE("a file that cannot be read is an error") {
  CHECK_THROWS_AS(static_cast<void>(load_config({.file = "/nowhere/chancery.toml"})), ConfigError);
  CHECK_THROWS_AS(static_cast<void>(load_config({.file = "/"})), ConfigError);
}

TEST_CASE("the environment wins over the file, and the command line over both") {
  const Folder folder;
  const std::string file = folder.write("c.toml",
                                        "[http]\nthreads = 1\nmax_connections = 1\n"
                                        "[log]\nlevel = 'warn'\n");

  const LoadedConfig loaded = load_config(
      {.file = file,
       .environment = {{"CHANCERY_HTTP__THREADS", "2"}, {"CHANCERY_HTTP__MAX_CONNECTIONS", "2"}},
       .overrides = {{"http.threads", "3"}}});

  CHECK(loaded.values.http.threads == 3);
  CHECK(loaded.values.http.max_connections == 2);
  CHECK(loaded.values.log.level == LogLevelChoice::warn);
  CHECK(loaded.origins.at("http.threads") == "--set http.threads");
  CHECK(loaded.origins.at("http.max_connections") == "environment CHANCERY_HTTP__MAX_CONNECTIONS");
  CHECK(loaded.origins.at("log.level") == file + ":5");
}

TEST_CASE("an unknown variable or override is an error, one of somebody else is not") {
  CHECK_THROWS_AS(static_cast<void>(load_config({.environment = {{"CHANCERY_HTTP__THREAD", "1"}}})),
                  ConfigError);
  CHECK_THROWS_AS(load_set({{"http.thread", "1"}}), ConfigError);
  CHECK_NOTHROW(static_cast<void>(load_config({.environment = {{"CHANCERY_HOME", "/x"}}})));
}

TEST_CASE("a secret comes from a file of its own, without the newline at its end") {
  const Folder folder;
  folder.write("secret", "0123456789abcdef\n");
  const std::string file =
      folder.write("c.toml", "[registration]\nshared_secret_file = \"secret\"\n");

  CHECK(load_config({.file = file}).values.registration.shared_secret == "0123456789abcdef");
  CHECK(load_config({.environment = {{"CHANCERY_REGISTRATION__SHARED_SECRET_FILE",
                                      folder.path() + "/secret"}}})
            .values.registration.shared_secret == "0123456789abcdef");
  CHECK(mistakes("[registration]\nshared_secret_file = '/nowhere'")
            .starts_with("chancery.toml:2: registration.shared_secret_file: cannot read"));
  CHECK(mistakes("[http]\nthreads_file = 'x'") != "");
}

TEST_CASE("what is shown of the configuration has no secret in it") {
  const LoadedConfig loaded = load_set({{"registration.shared_secret", "0123456789abcdef"},
                                        {"storage.url", "postgresql://u:hush@h/db"}});

  const std::string shown = describe_config(loaded) + base::to_text(describe_config_json(loaded));

  CHECK(shown.find("0123456789abcdef") == std::string::npos);
  CHECK(shown.find("hush") == std::string::npos);
  CHECK(shown.find("********") != std::string::npos);
  CHECK(shown.find("--set storage.url") != std::string::npos);
}

TEST_CASE("what is shown of the configuration can be read again") {
  const LoadedConfig loaded = load_set({{"http.threads", "5"}, {"media.max_upload_bytes", "3MiB"}});

  const Config again = load_file(describe_config(loaded)).values;

  CHECK(again.http.threads == 5);
  CHECK(again.media.max_upload_bytes == 3 * 1024 * 1024);
  CHECK(again.http.stop_patience == Config{}.http.stop_patience);
}

TEST_CASE("keys inside the data folder are refused") {
  CHECK_THROWS_AS(load_set({{"data.path", "/srv/c"}, {"keys.file", "/srv/c/keys"}}), ConfigError);
  CHECK_THROWS_AS(load_set({{"data.path", "d"}, {"keys.file", "./d/../d/k"}}), ConfigError);
  CHECK_NOTHROW(load_set({{"data.path", "/srv/c"}, {"keys.file", "/srv/c.keys"}}));
}

TEST_CASE("writing the default of the data folder into the file moves nothing") {
  const Folder folder;
  const std::string silent = folder.write("silent.toml", "");
  const std::string written = folder.write("written.toml", "[data]\npath = \"data\"\n");

  CHECK(load_config({.file = silent}).values.data.path == folder.path() + "/data");
  CHECK(load_config({.file = written}).values.data.path == folder.path() + "/data");
  CHECK(load_config({.file = silent}).values.keys_file() == folder.path() + "/data.keys");
  CHECK(load_config({.file = silent, .overrides = {{"data.path", "d"}}}).values.data.path == "d");
  CHECK(load_config({.file = silent, .environment = {{"CHANCERY_DATA__PATH", "e"}}})
            .values.data.path == "e");
}

TEST_CASE("a mistake in how keys go together is told with the line of one of them") {
  CHECK(mistakes("[mail]\nserver = 'mail.example.org'") ==
        "chancery.toml:2: mail.from is needed with mail.server");
  CHECK(mistakes("[registration]\n\nrequire_email = true") ==
        "chancery.toml:3: registration.require_email needs mail.server");
  CHECK(mistakes("[keys]\nfile = 'data/keys'")
            .starts_with("chancery.toml:2: keys.file: data/keys is inside the data folder"));
  CHECK(mistakes("[registration]\nallow_dummy = true") ==
        "chancery.toml:2: registration.allow_dummy needs registration.mode = \"open\"");
  CHECK(mistakes("[turn]\nuris = ['turn:a.example']") ==
        "chancery.toml:2: turn.secret is needed where turn.uris names a relay");
  CHECK(mistakes("[turn]\nuris = ['https://a.example']\nsecret = '0123456789abcdef'") ==
        "chancery.toml:2: turn.uris: \"https://a.example\" is no turn: or turns: URI");
}

TEST_CASE("proxies are addresses or networks, and nothing else passes in silence") {
  for (const char* bad : {"zz", "10.0.0.0/33", "10.0.0.1/8", "proxy.example.org", "", "10.0.0"}) {
    CAPTURE(bad);
    CHECK(mistakes(fmt::format("[http]\ntrusted_proxies = ['{}']", bad))
              .starts_with("chancery.toml:2: http.trusted_proxies"));
  }
  CHECK(mistakes("[http]\ntrusted_proxies = ['127.0.0.0/8', '10.0.0.1', '::1', 'fd00::/8']") == "");
}

TEST_CASE("what would never work is told: identity servers by URL, calls in clear") {
  for (const char* bad : {"https://vector.im", "vector.im/", "a b", ""}) {
    CAPTURE(bad);
    CHECK(mistakes(fmt::format("[identity]\nservers = ['{}']", bad))
              .starts_with("chancery.toml:2: identity.servers"));
  }
  CHECK(mistakes("[identity]\nservers = ['vector.im', 'id.example.org:8090']") == "");
  for (const char* bad : {"http://x", "wss://x", "https://", ""}) {
    CAPTURE(bad);
    CHECK(mistakes(fmt::format("[rtc]\nlivekit_urls = ['{}']", bad))
              .starts_with("chancery.toml:2: rtc.livekit_urls"));
  }
  CHECK(mistakes("[rtc]\nlivekit_urls = ['https://calls.example.org/livekit/jwt']") == "");
}

TEST_CASE("a mistake is told once") {
  CHECK(mistakes("[mail]\nserver = 'mail.example.org'\nfrom = 'zz'") ==
        "chancery.toml:3: mail.from is no mail address that this server can write from");
}

TEST_CASE("registration without any check needs to be asked for twice") {
  CHECK_THROWS_AS(load_set({{"registration.allow_dummy", "true"}}), ConfigError);
  CHECK_NOTHROW(load_set({{"registration.allow_dummy", "true"}, {"registration.mode", "open"}}));
}

TEST_CASE("a listener with TLS needs its files") {
  CHECK(mistakes("[[listener]]\nport = 1\ntls = true") ==
        "chancery.toml:1: a listener with tls = true needs certificate and private_key");
  CHECK(mistakes("[[listener]]\nport = 70000") ==
        "chancery.toml:2: port must be a whole number from 0 to 65535");
  CHECK(mistakes("[[listener]]\nadress = 'x'") ==
        "chancery.toml:2: unknown key \"adress\" (did you mean \"address\"?)");
}

TEST_CASE("an address to listen on is a host and a port") {
  CHECK(parse_listen_address("127.0.0.1:8008")->port == 8008);
  CHECK(parse_listen_address("[::1]:80")->address == "::1");
  CHECK(parse_listen_address(":80")->address == "0.0.0.0");
  for (const std::string_view bad :
       {"", "8008", "1.2.3.4", "::1:80", "[::1:80", "a:b", "a:65536", "[1.2.3.4]:80"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_listen_address(bad));
  }
}

TEST_CASE("every key has a default that it would accept, a section and a text") {
  const Config standard;
  for (const Key& key : config_keys()) {
    CAPTURE(key.name);
    CHECK(key.text.ends_with('.'));
    CHECK(std::ranges::find(config_sections(), key.name.substr(0, key.name.find('.')),
                            &Section::name) != config_sections().end());
    std::string line = value_text(standard, key, Masking::shown);
    CHECK(mistakes(std::string(key.name) + " = " + line) == "");
  }
}

TEST_CASE("a section is explained by its keys, and what is none by nothing") {
  for (const Section& section : config_sections()) {
    CAPTURE(section.name);
    CHECK(explain_section(section.name).find(fmt::format("  {}.", section.name)) !=
          std::string::npos);
  }
  CHECK(explain_section("listener").find("[[listener]]") != std::string::npos);
  CHECK(explain_section("listeners").empty());
  CHECK(explain_section("").empty());
}

TEST_CASE("the example file is what the program generates") {
  std::ifstream file(CHANCERY_SOURCE_DIR "/deploy/chancery.example.toml", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();

  // If this fails: build/dev/chancery config example > deploy/chancery.example.toml
  CHECK(text.str() == example_config());
  CHECK(mistakes(text.str()) == "");
}

}  // namespace chancery::server
