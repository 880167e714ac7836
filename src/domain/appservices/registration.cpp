// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/registration.hpp"

#include "base/digest.hpp"
#include "domain/appservices/detail/yaml_document.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

namespace chancery::appservices {
namespace {

using detail::YamlNode;

constexpr std::size_t kMostIdBytes = 255;
constexpr std::size_t kMostTokenBytes = 1'024;
constexpr std::size_t kMostUrlBytes = 2'048;
constexpr std::size_t kMostNamespaces = 1'000;  // of one kind

bool is_token(std::string_view text) {
  // RFC 6750, b64token, and what generators in use add to it: no space, nothing that ends a field.
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

class FileReader {
 public:
  FileReader(const RegistrationFile& file, const protocol::ServerName& server,
             std::vector<std::string>& mistakes)
      : file_(file), server_(server), mistakes_(mistakes) {}

  // Absent when anything is wrong, which is noted.
  std::optional<Registration> read();

 private:
  void note(std::size_t line, const std::string& text) {
    mistakes_.push_back(fmt::format("{}:{}: {}", file_.path, line, text));
  }
  // The text of a member that must be there.
  std::string get_text(const YamlNode& map, std::string_view key, std::size_t most);
  std::string get_token(const YamlNode& map, std::string_view key);
  std::string get_url(const YamlNode& map);
  std::optional<protocol::UserId> get_sender(const YamlNode& map);
  void read_namespaces(const YamlNode& map, Registration& registration);
  std::vector<Namespace> read_kind(const YamlNode& namespaces, std::string_view kind);
  std::optional<Namespace> read_namespace(const YamlNode& node);
  std::vector<std::string> read_protocols(const YamlNode& map);
  bool read_flag(const YamlNode& map, std::initializer_list<std::string_view> names, bool missing);

  const RegistrationFile& file_;
  const protocol::ServerName& server_;
  std::vector<std::string>& mistakes_;
};

std::string FileReader::get_text(const YamlNode& map, std::string_view key, std::size_t most) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) {
    note(map.line, fmt::format("\"{}\" is missing", key));
    return {};
  }
  if (node->kind != YamlNode::Kind::scalar || node->is_null()) {
    note(node->line, fmt::format("\"{}\" must be a text", key));
  } else if (node->text.empty() || node->text.size() > most) {
    note(node->line, fmt::format("\"{}\" must have 1 to {} bytes", key, most));
  } else {
    return node->text;
  }
  return {};
}

std::string FileReader::get_token(const YamlNode& map, std::string_view key) {
  std::string token = get_text(map, key, kMostTokenBytes);
  // The token itself stays out of what is printed.
  if (!is_token(token)) {
    note(map.find(key)->line, fmt::format("\"{}\" has a character that no token may have", key));
  }
  return token;
}

std::string FileReader::get_url(const YamlNode& map) {
  const YamlNode* node = map.find("url");
  if (node != nullptr &&
      (node->is_null() || (node->kind == YamlNode::Kind::scalar && node->text.empty()))) {
    return {};
  }
  std::string url = get_text(map, "url", kMostUrlBytes);
  if (url.empty()) return url;
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  const std::string_view rest = std::string_view(url).substr(scheme);
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (scheme == 0) {
    note(node->line, "\"url\" must begin with http:// or https://, or be null");
  } else if (host.empty() || host.find('@') != std::string_view::npos || !is_token(url) ||
             rest.find_first_of("?#") != std::string_view::npos) {
    note(node->line, "\"url\" must be a host, with a port and a path if need be, and no more");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::optional<protocol::UserId> FileReader::get_sender(const YamlNode& map) {
  const std::string localpart = get_text(map, "sender_localpart", kMostIdBytes);
  if (localpart.empty()) return std::nullopt;
  auto user = protocol::UserId::parse_strict("@" + localpart + ":" + server_.text());
  if (!user || user->localpart() != localpart) {
    note(
        map.find("sender_localpart")->line,
        "\"sender_localpart\" is no localpart of a user id: small letters, digits and . _ = - / +");
    return std::nullopt;
  }
  return *std::move(user);
}

std::optional<Namespace> FileReader::read_namespace(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::map) {
    note(node.line, "a namespace must have \"regex\" and \"exclusive\"");
    return std::nullopt;
  }
  const std::string regex = get_text(node, "regex", Pattern::kMostBytes);
  if (regex.empty()) return std::nullopt;
  auto pattern = Pattern::compile(regex);
  if (!pattern) {
    note(node.find("regex")->line, "\"regex\" " + pattern.error());
    return std::nullopt;
  }
  const bool is_exclusive = read_flag(node, {"exclusive"}, false);
  return Namespace{
      .pattern = *std::move(pattern),
      .exclusive = is_exclusive ? Namespace::Exclusive::yes : Namespace::Exclusive::no};
}

std::vector<Namespace> FileReader::read_kind(const YamlNode& namespaces, std::string_view kind) {
  std::vector<Namespace> read;
  const YamlNode* list = namespaces.find(kind);
  if (list == nullptr || list->is_null()) return read;
  if (list->kind != YamlNode::Kind::list || list->items.size() > kMostNamespaces) {
    note(list->line,
         fmt::format("\"{}\" must be a list of at most {} namespaces", kind, kMostNamespaces));
    return read;
  }
  for (const YamlNode& item : list->items) {
    if (auto one = read_namespace(item)) read.push_back(*std::move(one));
  }
  return read;
}

void FileReader::read_namespaces(const YamlNode& map, Registration& registration) {
  const YamlNode* namespaces = map.find("namespaces");
  if (namespaces == nullptr) return note(map.line, "\"namespaces\" is missing");
  if (namespaces->is_null()) return;
  if (namespaces->kind != YamlNode::Kind::map) {
    return note(namespaces->line, "\"namespaces\" must have users, aliases and rooms");
  }
  for (const auto& [name, value] : namespaces->members) {
    if (name != "users" && name != "aliases" && name != "rooms") {
      note(value.line, fmt::format("there is no kind \"{}\" of namespaces", name));
    }
  }
  registration.users = read_kind(*namespaces, "users");
  registration.aliases = read_kind(*namespaces, "aliases");
  registration.rooms = read_kind(*namespaces, "rooms");
}

std::vector<std::string> FileReader::read_protocols(const YamlNode& map) {
  std::vector<std::string> protocols;
  const YamlNode* list = map.find("protocols");
  if (list == nullptr || list->is_null()) return protocols;
  const bool is_list = list->kind == YamlNode::Kind::list &&
                       std::ranges::all_of(list->items, [](const YamlNode& item) {
                         return item.kind == YamlNode::Kind::scalar && !item.text.empty() &&
                                item.text.size() <= kMostIdBytes;
                       });
  if (!is_list) {
    note(list->line, "\"protocols\" must be a list of names");
    return protocols;
  }
  for (const YamlNode& item : list->items) {
    if (std::ranges::find(protocols, item.text) == protocols.end()) protocols.push_back(item.text);
  }
  return protocols;
}

// Under the first of its names that is there.
bool FileReader::read_flag(const YamlNode& map, std::initializer_list<std::string_view> names,
                           bool missing) {
  for (const std::string_view name : names) {
    const YamlNode* node = map.find(name);
    if (node == nullptr) continue;
    const std::optional<bool> flag = node->as_bool();
    if (!flag) note(node->line, fmt::format("\"{}\" must be true or false", name));
    return flag.value_or(missing);
  }
  return missing;
}

std::optional<Registration> FileReader::read() {
  const std::size_t before = mistakes_.size();
  const auto document = detail::parse_yaml(file_.text);
  if (!document) {
    note(document.error().line, document.error().text);
    return std::nullopt;
  }
  if (document->kind != YamlNode::Kind::map) {
    note(document->line, "a registration has keys and values");
    return std::nullopt;
  }
  Registration read;
  read.id = get_text(*document, "id", kMostIdBytes);
  read.url = get_url(*document);
  read.as_token = get_token(*document, "as_token");
  read.hs_token = get_token(*document, "hs_token");
  auto sender = get_sender(*document);
  read_namespaces(*document, read);
  read.protocols = read_protocols(*document);
  read.rate_limited = read_flag(*document, {"rate_limited"}, true);
  read.receive_ephemeral = read_flag(
      *document, {"receive_ephemeral", "de.sorunome.msc2409.push_ephemeral", "push_ephemeral"},
      false);
  read.receive_encryption = read_flag(*document, {"org.matrix.msc3202"}, false);
  read.device_management = read_flag(*document, {"device_management", "io.element.msc4190"}, false);
  if (mistakes_.size() != before) return std::nullopt;
  read.sender = *std::move(sender);
  return read;
}

// What each service must have for itself; of secrets the hash.
class Uniqueness {
 public:
  explicit Uniqueness(std::vector<std::string>& mistakes) : mistakes_(mistakes) {}

  void check(const Registration& registration, const std::string& path) {
    check_one("id", registration.id, path);
    check_one("as_token", base::sha256(registration.as_token), path);
    check_one("hs_token", base::sha256(registration.hs_token), path);
    check_one("sender_localpart", registration.sender.text(), path);
  }

 private:
  void check_one(const std::string& key, const std::string& value, const std::string& path) {
    const auto [known, is_new] = owners_.try_emplace({key, value}, path);
    if (is_new) return;
    mistakes_.push_back(fmt::format("{}: its \"{}\" is that of {} too", path, key, known->second));
  }

  std::vector<std::string>& mistakes_;
  std::map<std::pair<std::string, std::string>, std::string> owners_;
};

}  // namespace

ReadRegistrations read_registrations(const std::vector<RegistrationFile>& files,
                                     const protocol::ServerName& server) {
  ReadRegistrations read;
  Uniqueness uniqueness(read.mistakes);
  for (const RegistrationFile& file : files) {
    auto registration = FileReader(file, server, read.mistakes).read();
    if (!registration) continue;
    uniqueness.check(*registration, file.path);
    read.registrations.push_back(*std::move(registration));
  }
  return read;
}

}  // namespace chancery::appservices
