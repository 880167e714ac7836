// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/state_node.hpp"

#include "base/digest.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace chancery::storage::detail {
namespace {

constexpr char kLeaf = 0x01;
constexpr char kInner = 0x02;

// Numbers of these never change: they are on disk. New ones are appended.
constexpr std::string_view kFrequentTypes[] = {
    "m.room.member",
    "m.room.create",
    "m.room.power_levels",
    "m.room.join_rules",
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.encryption",
    "m.room.history_visibility",
    "m.room.guest_access",
    "m.room.aliases",
    "m.room.canonical_alias",
    "m.room.pinned_events",
    "m.room.tombstone",
    "m.room.server_acl",
    "m.room.third_party_invite",
    "m.space.child",
    "m.space.parent",
    "m.room.retention",
    "m.bridge",
    "m.widget",
    "im.vector.modular.widgets",
    "org.matrix.msc3401.call.member",
};

[[noreturn]] void refuse(const char* why) {
  throw StorageCorrupt(std::string("state node: ") + why);
}

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>((number & 0x7f) | 0x80);
  out += static_cast<char>(number);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

  std::string_view bytes(std::uint64_t count) {
    if (count > rest_.size()) refuse("cut short");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes(1).front());
      if (shift == 63 && byte > 1) refuse("number too big");
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) refuse("number not in its shortest form");
        return value;
      }
    }
    refuse("number too long");
  }
  std::string_view text() { return bytes(number()); }

 private:
  std::string_view rest_;
};

std::size_t frequent_number(std::string_view type) {
  const auto* found = std::ranges::find(kFrequentTypes, type);
  if (found == std::end(kFrequentTypes)) return 0;
  return static_cast<std::size_t>(found - std::begin(kFrequentTypes)) + 1;
}

std::string read_type(Input& input) {
  const std::uint64_t number = input.number();
  if (number > std::size(kFrequentTypes)) refuse("unknown type number");
  if (number > 0) return std::string(kFrequentTypes[number - 1]);
  const std::string_view text = input.text();
  if (frequent_number(text) != 0) refuse("frequent type written out");
  return std::string(text);
}

LeafNode decode_leaf(Input& input) {
  const std::uint64_t count = input.number();
  if (count == 0 || count > input.left()) refuse("count of entries");
  LeafNode leaf;
  leaf.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string type = read_type(input);
    std::string key(input.text());
    const EventNumber event{input.number()};
    if (event.value == 0) refuse("entry without event");
    leaf.push_back({{std::move(type), std::move(key)}, event});
    if (i > 0 && leaf[i - 1].key >= leaf[i].key) refuse("entries out of order");
  }
  return leaf;
}

InnerNode decode_inner(Input& input) {
  const std::string_view bitmap = input.bytes(2);
  InnerNode inner;
  for (std::size_t digit = 0; digit < kFanOut; ++digit) {
    const auto byte = static_cast<unsigned char>(bitmap[digit / 8]);
    if ((byte >> (digit % 8) & 1) == 0) continue;
    const std::string_view name = input.bytes(inner[digit].name.hash.size());
    std::memcpy(inner[digit].name.hash.data(), name.data(), name.size());
    inner[digit].count = input.number();
    if (inner[digit].count == 0) refuse("child without entries");
  }
  return inner;
}

}  // namespace

std::string encode_node(const LeafNode& leaf) {
  std::string out(1, kLeaf);
  put_number(out, leaf.size());
  for (const StateEntry& entry : leaf) {
    const std::size_t frequent = frequent_number(entry.key.first);
    put_number(out, frequent);
    if (frequent == 0) put_text(out, entry.key.first);
    put_text(out, entry.key.second);
    put_number(out, entry.event.value);
  }
  return out;
}

std::string encode_node(const InnerNode& inner) {
  std::string out(3, '\0');
  out[0] = kInner;
  for (std::size_t digit = 0; digit < kFanOut; ++digit) {
    if (inner[digit].count == 0) continue;
    out[1 + digit / 8] =
        static_cast<char>(static_cast<unsigned char>(out[1 + digit / 8]) | (1U << (digit % 8)));
    out.append(reinterpret_cast<const char*>(inner[digit].name.hash.data()),
               inner[digit].name.hash.size());
    put_number(out, inner[digit].count);
  }
  return out;
}

DecodedNode decode_node(std::string_view bytes) {
  Input input(bytes);
  const char kind = input.bytes(1).front();
  if (kind != kLeaf && kind != kInner) refuse("unknown format");
  DecodedNode node = kind == kLeaf ? DecodedNode(decode_leaf(input)) : decode_inner(input);
  if (!input.at_end()) refuse("bytes after the end");
  return node;
}

KeyPath::KeyPath(const StateKey& key) {
  std::string text;
  text.reserve(key.first.size() + key.second.size() + 2);
  put_text(text, key.first);
  text += key.second;
  hash_ = base::sha256(text);
}

}  // namespace chancery::storage::detail
