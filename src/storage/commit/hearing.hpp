// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Hearing: readers of the feed that want some kinds of mutations, told apart by what they can be
// called with.
//
//   feed.add_reader(storage::hear(
//       [this](const storage::PutPusher& put) { … },
//       [this](const storage::AppendEvent& append, storage::StreamPosition position) { … }));
//
// Changes without such a mutation pass by; in the others each is heard in its place. Whoever needs
// what stands around a mutation takes the whole change.

#include "storage/commit/change.hpp"
#include "storage/commit/committer.hpp"

#include <concepts>
#include <cstddef>
#include <utility>
#include <variant>

namespace chancery::storage {

namespace detail {

template <typename... Functions>
struct Ears : Functions... {
  using Functions::operator()...;
};

template <typename Ear, typename Heard>
concept Hears = std::invocable<const Ear&, const Heard&> ||
                std::invocable<const Ear&, const Heard&, StreamPosition>;

template <typename Ear, std::size_t... kKinds>
constexpr std::size_t count_kinds(std::index_sequence<kKinds...>) {
  return (std::size_t{Hears<Ear, std::variant_alternative_t<kKinds, Mutation>>} + ... + 0);
}

// Calls `ear` if it hears this kind and `mutation` is of it.
template <std::size_t kKind, typename Ear>
bool hear_kind(const Ear& ear, const Mutation& mutation, StreamPosition position) {
  using Heard = std::variant_alternative_t<kKind, Mutation>;
  if constexpr (!Hears<Ear, Heard>) {
    return false;
  } else {
    const Heard* heard = std::get_if<kKind>(&mutation);
    if (heard == nullptr) return false;
    if constexpr (std::invocable<const Ear&, const Heard&>)
      ear(*heard);
    else
      ear(*heard, position);
    return true;
  }
}

template <typename Ear, std::size_t... kKinds>
FeedReader reader_of(Ear ear, std::index_sequence<kKinds...>) {
  MutationKinds wanted;
  (wanted.set(kKinds, Hears<Ear, std::variant_alternative_t<kKinds, Mutation>>), ...);
  return {wanted, [ear = std::move(ear)](const CommittedChange& committed) {
            for (const Mutation& mutation : committed.change.mutations) {
              (void)(hear_kind<kKinds>(ear, mutation, committed.position) || ...);
            }
          }};
}

}  // namespace detail

// One function for several kinds that have what it looks at.
template <typename... Heard, typename Function>
[[nodiscard]] auto each_of(Function function) {
  return [function = std::move(function)]<typename One>(const One& one)
    requires(std::same_as<One, Heard> || ...)
  { function(one); };
}

// Each function takes a mutation, and the change's position if it likes.
template <typename... Functions>
[[nodiscard]] FeedReader hear(Functions... functions) {
  using Kinds = std::make_index_sequence<std::variant_size_v<Mutation>>;
  static_assert(((detail::count_kinds<Functions>(Kinds{}) > 0) && ...), "it hears no mutation");
  return detail::reader_of(detail::Ears<Functions...>{std::move(functions)...}, Kinds{});
}

}  // namespace chancery::storage
