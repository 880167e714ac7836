// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/commit/committer.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <thread>
#include <utility>

namespace chancery::storage {
namespace {

// A batch is everything that waits, up to this and what is joined to it: what the last change of it
// waits for.
constexpr std::size_t kMostChangesABatch = 1'024;
// Batches that followers have not heard of; while there are more, no other is written.
constexpr std::size_t kMostUnheardBatches = 16;

struct Waiting {
  Change change;
  runtime::Handover<StreamPosition> result;
  std::uint64_t position = 0;  // 0 until it is committed
  // Until the followers have heard, which is after the answer.
  std::optional<runtime::OutsideWork> outside = std::nullopt;
};

static_assert(std::variant_size_v<Mutation> <= MutationKinds().size());

MutationKinds kinds_in(const Change& change) {
  MutationKinds kinds;
  for (const Mutation& mutation : change.mutations) kinds.set(mutation.index());
  return kinds;
}

void tell(const std::vector<FeedReader>& whom, const std::deque<Waiting>& batch) {
  for (const Waiting& one : batch) {
    if (one.position == 0) continue;
    const CommittedChange committed{.position = {one.position}, .change = one.change};
    const MutationKinds kinds = kinds_in(one.change);
    for (const FeedReader& reader : whom) reader.tell(committed, kinds);
  }
}

// The followers' thread: what they do after a batch, such as waking all who wait in a crowded room,
// holds up neither its answers nor the next commit.
class Followers {
 public:
  Followers() : thread_([this] { run(); }) {
    ::pthread_setname_np(thread_.native_handle(), "followers");
  }
  ~Followers() { stop(); }
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  // Before the first batch.
  void add(FeedReader follower) { followers_.push_back(std::move(follower)); }

  // Waits where they are far behind.
  void hear(std::deque<Waiting> batch) {
    {
      std::unique_lock lock(mutex_);
      place_.wait(lock, [this] { return unheard_.size() < kMostUnheardBatches; });
      unheard_.push_back(std::move(batch));
    }
    news_.notify_one();
  }

  // When they have heard of everything.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    news_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    while (true) {
      std::deque<Waiting> batch;
      {
        std::unique_lock lock(mutex_);
        news_.wait(lock, [this] { return stopping_ || !unheard_.empty(); });
        if (unheard_.empty()) return;
        batch = std::move(unheard_.front());
        unheard_.pop_front();
      }
      place_.notify_one();
      tell(followers_, batch);
    }
  }

  std::vector<FeedReader> followers_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::condition_variable place_;  // for another batch
  std::deque<std::deque<Waiting>> unheard_;
  bool stopping_ = false;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace

struct Committer::State {
  explicit State(std::unique_ptr<BatchWriter> with)
      : writer(std::move(with)), last(writer->load_last_position().value) {}

  void run();
  void write_batch(std::deque<Waiting> batch);
  void fail_batch(std::deque<Waiting>& batch, const std::string& reason);
  void answer_batch(std::deque<Waiting>& batch, std::vector<std::exception_ptr>& results);

  std::unique_ptr<BatchWriter> writer;
  std::vector<FeedReader> readers;
  Followers followers;
  std::atomic<std::uint64_t> last;
  std::atomic<bool> healthy = true;

  std::mutex mutex;
  std::condition_variable news;
  std::deque<Waiting> waiting;
  bool stopping = false;
  std::jthread thread;
};

void Committer::State::run() {
  while (true) {
    std::deque<Waiting> batch;
    {
      std::unique_lock lock(mutex);
      news.wait(lock, [&] { return stopping || !waiting.empty(); });
      if (waiting.empty()) return;
      std::size_t most = std::min(waiting.size(), kMostChangesABatch);
      while (most < waiting.size() && waiting[most].change.joined == Change::Joined::to_previous) {
        ++most;
      }
      const auto count = static_cast<std::ptrdiff_t>(most);
      std::move(waiting.begin(), waiting.begin() + count, std::back_inserter(batch));
      waiting.erase(waiting.begin(), waiting.begin() + count);
    }
    write_batch(std::move(batch));
  }
}

void Committer::State::write_batch(std::deque<Waiting> batch) {
  std::vector<const Change*> changes;
  changes.reserve(batch.size());
  for (const Waiting& one : batch) changes.push_back(&one.change);
  std::vector<std::exception_ptr> results;
  try {
    results = writer->write(changes, {last.load()});
  } catch (const std::exception& failure) {  // the thread goes on with the next batch
    if (healthy.exchange(false)) {
      base::log_error("commit_failed",
                      {{"reason", failure.what()}, {"changes", std::int64_t(batch.size())}});
    }
    fail_batch(batch, failure.what());
    return;
  }
  if (!healthy.exchange(true)) base::log_info("commits_again");

  std::uint64_t position = last.load();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!results[i]) batch[i].position = ++position;
  }
  // Every reader has heard of the whole batch before anyone is answered: who reads after the
  // answer sees what was written.
  tell(readers, batch);
  last.store(position);
  answer_batch(batch, results);
  followers.hear(std::move(batch));
}

void Committer::State::answer_batch(std::deque<Waiting>& batch,
                                    std::vector<std::exception_ptr>& results) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!results[i]) {
      batch[i].result.set({batch[i].position});
      continue;
    }
    // An exception goes whole to the one task that waits for it: that of the last of those joined.
    std::exception_ptr failure = std::exchange(results[i], {});
    const bool is_last =
        i + 1 == batch.size() || batch[i + 1].change.joined != Change::Joined::to_previous;
    if (is_last) batch[i].result.fail(std::move(failure));
  }
}

// Each gets an exception of its own: they end on different threads.
void Committer::State::fail_batch(std::deque<Waiting>& batch, const std::string& reason) {
  for (Waiting& one : batch) {
    std::exception_ptr failure = std::make_exception_ptr(StorageError(reason));
    one.result.fail(std::move(failure));
  }
}

Committer::Committer(std::unique_ptr<BatchWriter> writer)
    : state_(std::make_unique<State>(std::move(writer))) {
  state_->thread = std::jthread([state = state_.get()] { state->run(); });
  ::pthread_setname_np(state_->thread.native_handle(), "committer");
}

Committer::~Committer() { stop(); }

runtime::Task<StreamPosition> Committer::commit(Change change) {
  runtime::Handover<StreamPosition> result;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) throw StorageError("the committer has stopped");
    state_->waiting.push_back(
        {.change = std::move(change), .result = result, .outside = runtime::OutsideWork()});
  }
  state_->news.notify_one();
  co_return co_await result.wait();
}

runtime::Task<StreamPosition> Committer::commit_together(std::vector<Change> changes) {
  CHANCERY_ASSERT(!changes.empty());
  runtime::Handover<StreamPosition> result;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) throw StorageError("the committer has stopped");
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (i > 0) changes[i].joined = Change::Joined::to_previous;
      const bool is_last = i + 1 == changes.size();
      // Those before the last are told nothing: they share its fate.
      state_->waiting.push_back({.change = std::move(changes[i]),
                                 .result = is_last ? result : runtime::Handover<StreamPosition>(),
                                 .outside = runtime::OutsideWork()});
    }
  }
  state_->news.notify_one();
  co_return co_await result.wait();
}

void Committer::add_reader(FeedReader reader) { state_->readers.push_back(std::move(reader)); }

void Committer::add_follower(FeedReader follower) { state_->followers.add(std::move(follower)); }

StreamPosition Committer::last_position() const { return {state_->last.load()}; }

bool Committer::is_healthy() const { return state_->healthy.load(); }

void Committer::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->news.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
  state_->followers.stop();
}

}  // namespace chancery::storage
