// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/sealed_files.hpp"

#include "base/base64.hpp"
#include "domain/media/media_record.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <exception>

namespace chancery::media {

SealedFiles::Sealed SealedFiles::seal(const FreshFile& file, Label label,
                                      const protocol::UserId& user, std::string_view binding) {
  const MediaRecord record{.key = file.key(),
                           .content_hash = file.content_hash(),
                           .content_type = std::move(label.content_type),
                           .file_name = std::move(label.file_name)};
  keys::FreshLock fresh = ports_.keys.lock_for("", user.text(), ports_.clock.now());
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  return {
      .file = {.name = file.name(),
               .size = file.size(),
               .record = storage::seal_record(write_record(record), fresh.lock, binding, nonce)},
      .keys = std::move(fresh.made)};
}

runtime::Task<> SealedFiles::commit(storage::Change change, FreshFile file) {
  std::exception_ptr failure;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageError&) {  // goes on below: the commit may have happened
    failure = std::current_exception();
  }
  if (!failure) {
    file.keep();
    co_return;
  }
  if (co_await may_be_named(file.name())) file.keep();
  std::rethrow_exception(failure);
}

// When the store cannot be asked, the answer is yes: an orphan can be removed later, bytes that
// are gone cannot be brought back.
runtime::Task<bool> SealedFiles::may_be_named(std::string file) {
  try {
    co_return co_await ports_.store.is_file_named(std::move(file));
  } catch (const storage::StorageError&) {  // see above
    co_return true;
  }
}

runtime::Task<Content> SealedFiles::open(storage::MediaFile file, std::string binding) {
  MediaRecord record = read_record(storage::open_record(file.record, ports_.keys, binding));
  Content content;
  content.label = {.content_type = std::move(record.content_type),
                   .file_name = std::move(record.file_name)};
  content.tag = base::encode_hex(std::string_view(file.name).substr(0, 16));
  content.reader = co_await ports_.files.open(file.name, std::move(record.key), file.size);
  co_return content;
}

runtime::Task<std::size_t> SealedFiles::remove_orphans() {
  std::size_t removed = 0;
  for (unsigned first = 0; first <= 0xff; ++first) {
    const auto byte = static_cast<std::uint8_t>(first);
    std::vector<std::string> orphans = co_await ports_.files.list_settled(byte);
    if (orphans.empty()) continue;
    const auto named = co_await ports_.store.load_files(byte);
    const std::set<std::string> is_named(named.begin(), named.end());
    std::erase_if(orphans, [&](const std::string& name) { return is_named.contains(name); });
    removed += orphans.size();
    if (!orphans.empty()) co_await ports_.files.remove(std::move(orphans));
  }
  co_return removed;
}

}  // namespace chancery::media
