// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/media_record.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "storage/errors.hpp"

namespace chancery::media {
namespace {

std::string get_text(const base::JsonObject& object, std::string_view name) {
  const auto text = base::find_string(object, name);
  if (!text) throw storage::StorageCorrupt(fmt::format("a media record has no {}", name));
  return std::string(*text);
}

std::string get_bytes(const base::JsonObject& object, std::string_view name) {
  auto bytes = base::decode_base64(get_text(object, name));
  if (!bytes) throw storage::StorageCorrupt(fmt::format("a media record's {} is no bytes", name));
  return *std::move(bytes);
}

}  // namespace

std::string write_record(const MediaRecord& record) {
  base::JsonObject object{{"hash", base::encode_base64(record.content_hash)},
                          {"key", base::encode_base64(record.key)}};
  if (record.file_name) object["name"] = *record.file_name;
  object["type"] = record.content_type;
  return base::to_text(object);
}

MediaRecord read_record(std::string_view text) {
  const auto parsed = base::parse_json(text);
  if (!parsed || !parsed->is_object()) throw storage::StorageCorrupt("a media record is no object");
  const base::JsonObject& object = parsed->get_object();
  MediaRecord record{.key = get_bytes(object, "key"),
                     .content_hash = get_bytes(object, "hash"),
                     .content_type = get_text(object, "type"),
                     .file_name = {}};
  if (const auto name = base::find_string(object, "name")) record.file_name = std::string(*name);
  return record;
}

std::string binding_of(const storage::ThumbnailKey& key) {
  return fmt::format("{}|{}x{}|{}", key.media_id, key.width, key.height, key.form);
}

}  // namespace chancery::media
