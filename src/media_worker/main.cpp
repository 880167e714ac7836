// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// The media worker: reads one job from its input, writes one reply, ends.
//
// It is started by the server and of no use to people. Exit codes: 0 replied, 1 no job, and
// those of media_worker/wire/messages.hpp.
#include "media_worker/sandbox.hpp"
#include "media_worker/thumbnail.hpp"
#include "media_worker/wire/messages.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace chancery::media_worker {
namespace {

constexpr int kInput = 0;
constexpr int kOutput = 1;

// Absent when the input ends before.
std::optional<std::string> read_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got = ::read(kInput, bytes.data() + have, count - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

bool write_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(kOutput, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool do_job() {
  const auto text = read_bytes(media_wire::kJobHeadBytes);
  const auto head = text ? media_wire::read_job_head(*text) : std::nullopt;
  if (!head) return false;
  media_wire::Reply reply{.status = media_wire::Status::too_large};
  if (head->image_bytes <= kMostImageBytes) {
    const auto image = read_bytes(head->image_bytes);
    if (!image) return false;
    reply = make_thumbnail(*head, *image);
  }
  return write_bytes(media_wire::write_reply_head(reply)) && write_bytes(reply.thumbnail);
}

int run() {
  try {
    limit_resources();
    start_vips();
    filter_system_calls();
    return do_job() ? 0 : 1;
  } catch (const SandboxError&) {  // main: nobody else is there to
    return media_wire::kNoSandbox;
  } catch (const StartError&) {  // the same
    return media_wire::kNoLibrary;
  }
}

}  // namespace
}  // namespace chancery::media_worker

// Without the exits of a hundred libraries, which the sandbox may not like.
int main() { ::_exit(chancery::media_worker::run()); }
