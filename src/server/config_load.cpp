// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_load.hpp"

#include "server/config_file.hpp"
#include "server/config_keys.hpp"
#include "server/config_values.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <system_error>

namespace chancery::server {
namespace {

constexpr std::size_t kMaxFileBytes = 4 * 1024 * 1024;
constexpr std::array<std::string_view, 5> kListenerKeys{"address", "port", "tls", "certificate",
                                                        "private_key"};

std::expected<std::string, std::string> read_whole_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::unexpected("is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(std::generic_category().message(errno));
  std::string text;
  char part[4096];
  while (file.read(part, sizeof part) || file.gcount() > 0) {
    text.append(part, static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxFileBytes) return std::unexpected("is too large");
  }
  return text;
}

// Collects the mistakes, so that an operator sees all of them at once.
class Loader {
 public:
  void note_credentials(const std::string& folder) {
    loaded_.values.keys.credentials_folder = folder;
  }
  void read_file(const std::string& path);
  void read_environment(const std::pair<std::string, std::string>& variable);
  void read_override(const std::string& key, const std::string& value);
  void read_listen(const std::vector<std::string>& addresses, const std::string& where);
  LoadedConfig finish();

 private:
  void read_value(const FileValue& value, const std::string& path);
  void read_listener(const FileListener& listener, const std::string& path);
  void settle_data_path();
  void check_calls();
  void check_mail();
  void read_secret_file(const Key& key, const std::string& path, const std::string& where);
  void note(const std::string& where, const std::string& text) {
    problems_ += (problems_.empty() ? "" : "\n") + where + ": " + text;
  }
  // A mistake that no value has alone: told where the first of `keys` that was set was.
  void note_together(std::initializer_list<std::string_view> keys, const std::string& text);
  void note_unknown(const std::string& where, std::string_view name,
                    std::span<const std::string_view> known);
  void note_set(const Key& key, const std::string& where, std::optional<std::string> problem);

  LoadedConfig loaded_;
  std::string file_;  // empty: none was read
  std::string problems_;
  std::set<std::string_view> refused_;  // keys
};

std::vector<std::string_view> names_of_keys_and_sections() {
  std::vector<std::string_view> names = names_of_keys();
  for (const Section& section : config_sections()) names.push_back(section.name);
  return names;
}

// The secret whose file "x.y_file" names; null when it names none.
const Key* find_secret_of_file(std::string_view name) {
  if (!name.ends_with("_file")) return nullptr;
  const Key* key = find_key(name.substr(0, name.size() - 5));
  return key != nullptr && key->secrecy == Secrecy::secret ? key : nullptr;
}

// `path` as seen from the folder of the file that names it.
std::string resolve(const std::string& path, const std::string& config_file) {
  const std::filesystem::path given(path);
  const std::filesystem::path folder = std::filesystem::path(config_file).parent_path();
  if (path.empty() || given.is_absolute() || folder.empty()) return path;
  return (folder / given).string();
}

void Loader::note_together(std::initializer_list<std::string_view> keys, const std::string& text) {
  const auto set = std::ranges::find_if(
      keys, [this](std::string_view key) { return loaded_.origins.contains(key); });
  note(set == keys.end() ? "default" : loaded_.origins.find(*set)->second, text);
}

void Loader::note_unknown(const std::string& where, std::string_view name,
                          std::span<const std::string_view> known) {
  const std::optional similar = find_similar(name, known);
  note(where, fmt::format("unknown key \"{}\"{}", name,
                          similar ? fmt::format(" (did you mean \"{}\"?)", *similar) : ""));
}

void Loader::note_set(const Key& key, const std::string& where,
                      std::optional<std::string> problem) {
  if (problem) {
    refused_.insert(key.name);
    note(where, fmt::format("{} {}", key.name, *problem));
  } else {
    loaded_.origins.insert_or_assign(std::string(key.name), where);
  }
}

void Loader::read_secret_file(const Key& key, const std::string& path, const std::string& where) {
  std::expected text = read_whole_file(path);
  if (!text) {
    note(where, fmt::format("{}_file: cannot read {}: {}", key.name, path, text.error()));
    return;
  }
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  note_set(key, fmt::format("{} ({})", where, path),
           set_value_from_text(loaded_.values, key, *text));
}

void Loader::read_value(const FileValue& value, const std::string& path) {
  const std::string where = fmt::format("{}:{}", path, value.line);
  if (const Key* key = find_key(value.key)) {
    GivenValue given = value.value;
    const auto* field = std::get_if<TextField>(&key->field);
    if (auto* text = std::get_if<std::string>(&given);
        text != nullptr && field != nullptr && field->kind == TextKind::path) {
      *text = resolve(*text, path);
    }
    const auto* list_field = std::get_if<ListField>(&key->field);
    if (auto* list = std::get_if<std::vector<std::string>>(&given);
        list != nullptr && list_field != nullptr && list_field->kind == TextKind::path) {
      for (std::string& entry : *list) entry = resolve(entry, path);
    }
    note_set(*key, where, set_value(loaded_.values, *key, given));
  } else if (const Key* secret = find_secret_of_file(value.key)) {
    if (const auto* file = std::get_if<std::string>(&value.value)) {
      read_secret_file(*secret, resolve(*file, path), where);
    } else {
      note(where, value.key + " must be a path");
    }
  } else if (std::ranges::find(config_sections(), value.key, &Section::name) ==
             config_sections().end()) {
    note_unknown(where, value.key, names_of_keys_and_sections());
  }
}

void Loader::read_listener(const FileListener& from, const std::string& path) {
  ListenerConfig listener;
  for (const FileValue& value : from.values) {
    const std::string where = fmt::format("{}:{}", path, value.line);
    const auto* text = std::get_if<std::string>(&value.value);
    const auto* number = std::get_if<std::int64_t>(&value.value);
    const auto* flag = std::get_if<bool>(&value.value);
    if (value.key == "address" && text != nullptr) {
      listener.address = *text;
    } else if (value.key == "port" && number != nullptr && *number >= 0 && *number <= 65'535) {
      listener.port = static_cast<std::uint16_t>(*number);
    } else if (value.key == "tls" && flag != nullptr) {
      listener.tls = *flag;
    } else if (value.key == "certificate" && text != nullptr) {
      listener.certificate = resolve(*text, path);
    } else if (value.key == "private_key" && text != nullptr) {
      listener.private_key = resolve(*text, path);
    } else if (std::ranges::find(kListenerKeys, value.key) == kListenerKeys.end()) {
      note_unknown(where, value.key, kListenerKeys);
    } else {
      note(where, fmt::format("{} must be {}", value.key,
                              value.key == "port"  ? "a whole number from 0 to 65535"
                              : value.key == "tls" ? "true or false"
                                                   : "a text"));
    }
  }
  if (listener.tls && (listener.certificate.empty() || listener.private_key.empty())) {
    note(fmt::format("{}:{}", path, from.line),
         "a listener with tls = true needs certificate and private_key");
  }
  loaded_.values.listeners.push_back(std::move(listener));
}

void Loader::read_file(const std::string& path) {
  file_ = path;
  const std::expected text = read_whole_file(path);
  if (!text) return note(path, "cannot be read: " + text.error());
  const std::expected content = parse_config_file(*text);
  if (!content)
    return note(path + ":" + content.error().substr(0, content.error().find(':')),
                content.error().substr(content.error().find(' ') + 1));
  for (const FileValue& value : content->values) read_value(value, path);
  if (content->listeners.empty()) return;
  loaded_.values.listeners.clear();
  for (const FileListener& listener : content->listeners) read_listener(listener, path);
  loaded_.origins.insert_or_assign("listener",
                                   fmt::format("{}:{}", path, content->listeners.front().line));
}

void Loader::read_environment(const std::pair<std::string, std::string>& variable) {
  const auto& [name, value] = variable;
  const std::string where = "environment " + name;
  if (name == "CHANCERY_CONFIG") return;
  if (name == "CHANCERY_LISTEN") {
    std::vector<std::string> addresses;
    std::size_t start = 0;
    while (start <= value.size()) {
      const std::size_t comma = std::min(value.find(',', start), value.size());
      addresses.push_back(value.substr(start, comma - start));
      start = comma + 1;
    }
    return read_listen(addresses, where);
  }
  for (const std::string_view known : names_of_keys()) {
    if (environment_name(known) != name) continue;
    if (const Key* key = find_key(known)) {
      return note_set(*key, where, set_value_from_text(loaded_.values, *key, value));
    }
    return read_secret_file(*find_secret_of_file(known), value, where);
  }
  // Variables without a section are for others: wrappers, scripts.
  if (name.find("__") == std::string::npos) return;
  std::string key = name.substr(9);
  for (char& letter : key) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  key.replace(key.find("__"), 2, ".");
  note_unknown(where, key, names_of_keys());
}

void Loader::read_override(const std::string& name, const std::string& value) {
  const std::string where = "--set " + name;
  if (const Key* key = find_key(name)) {
    note_set(*key, where, set_value_from_text(loaded_.values, *key, value));
  } else if (const Key* secret = find_secret_of_file(name)) {
    read_secret_file(*secret, value, where);
  } else {
    note_unknown("--set", name, names_of_keys());
  }
}

void Loader::read_listen(const std::vector<std::string>& addresses, const std::string& where) {
  if (addresses.empty()) return;
  std::vector<ListenerConfig> listeners;
  for (const std::string& address : addresses) {
    if (std::optional listener = parse_listen_address(address)) {
      listeners.push_back(*std::move(listener));
    } else {
      note(where, fmt::format("\"{}\" is not ADDRESS:PORT", address));
    }
  }
  loaded_.values.listeners = std::move(listeners);
  loaded_.origins.insert_or_assign("listener", where);
}

// The default is a path of the file as well, so that writing it down moves nothing.
void Loader::settle_data_path() {
  if (file_.empty() || loaded_.origins.contains("data.path")) return;
  loaded_.values.data.path = resolve(loaded_.values.data.path, file_);
}

void Loader::check_calls() {
  const Config& values = loaded_.values;
  for (const std::string& uri : values.turn.uris) {
    if (uri.starts_with("turn:") || uri.starts_with("turns:")) continue;
    note_together({"turn.uris"}, fmt::format("turn.uris: \"{}\" is no turn: or turns: URI", uri));
  }
  if (!values.turn.uris.empty() && values.turn.secret.empty()) {
    note_together({"turn.secret", "turn.uris"},
                  "turn.secret is needed where turn.uris names a relay");
  }
}

void Loader::check_mail() {
  const Config::Mail& mail = loaded_.values.mail;
  // One that was given and refused has been told of.
  if (!mail.server.empty() && mail.from.empty() && !refused_.contains("mail.from")) {
    note_together({"mail.from", "mail.server"}, "mail.from is needed with mail.server");
  }
  if (mail.security == MailSecurity::none && !mail.user.empty()) {
    note_together({"mail.security", "mail.user"},
                  "mail.security must be tls or starttls with mail.user: a password is not sent in "
                  "clear");
  }
  if (loaded_.values.registration.require_email && mail.server.empty()) {
    note_together({"registration.require_email"}, "registration.require_email needs mail.server");
  }
}

LoadedConfig Loader::finish() {
  settle_data_path();
  const Config& values = loaded_.values;
  const std::string keys = std::filesystem::path(values.keys_file()).lexically_normal().string();
  std::string data = std::filesystem::path(values.data.path).lexically_normal().string();
  while (data.size() > 1 && data.ends_with('/')) data.pop_back();
  if (keys.starts_with(data + "/")) {
    note_together({"keys.file", "data.path"},
                  fmt::format("keys.file: {} is inside the data folder; a copy of the folder would "
                              "hold the keys to it",
                              keys));
  }
  if (values.registration.allow_dummy && values.registration.mode != RegistrationMode::open) {
    note_together({"registration.allow_dummy"},
                  "registration.allow_dummy needs registration.mode = \"open\"");
  }
  check_calls();
  check_mail();
  if (!problems_.empty()) throw ConfigError(problems_);
  return std::move(loaded_);
}

}  // namespace

LoadedConfig load_config(const ConfigSources& sources) {
  Loader loader;
  loader.note_credentials(sources.credentials_folder);
  if (sources.file) loader.read_file(*sources.file);
  for (const auto& variable : sources.environment) loader.read_environment(variable);
  for (const auto& [key, value] : sources.overrides) loader.read_override(key, value);
  loader.read_listen(sources.listen, "--listen");
  return loader.finish();
}

}  // namespace chancery::server
