// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_engine.hpp"

#include "base/append_number.hpp"
#include "domain/sync/json_lists.hpp"
#include "domain/sync/sliding_choice.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <optional>

namespace chancery::sync {

namespace {

constexpr std::size_t kRoomsATurn = 16;      // before others of this thread have theirs
constexpr std::size_t kUsualAnswer = 1'000;  // bytes: a message or two

protocol::ApiError unknown_pos() {
  return {protocol::ErrorCode::unknown_pos, "This position is not known: begin anew without 'pos'"};
}

std::optional<SlidingPos> read_pos(const SlidingRequest& request) {
  const std::optional<std::string>& text = request.body.pos;
  if (!text || text->empty()) return std::nullopt;
  const auto pos = parse_sliding_pos(*text);
  if (!pos) throw unknown_pos();
  return pos;
}

// Rules that say the same as before are the same from here on: what was made of them serves again.
void use_known_rules(SlidingRequest& request, const SlidingConnection& connection) {
  const std::shared_ptr<const SlidingRules>& known = connection.known().rules;
  if (known && known != request.body.rules && *known == *request.body.rules) {
    request.body.rules = known;
  }
}

// What an answer begins with, up to where its rooms do.
void begin_answer(std::string& out, const SlidingAnswer& answer) {
  out += '{';
  begin_member(out, "pos");
  base::append_quoted(out, sliding_pos_text({.position = answer.until,
                                             .birth = answer.connection.birth(),
                                             .step = answer.step}));
  if (const std::optional<std::string>& transaction = answer.request.body.transaction) {
    begin_member(out, "txn_id");
    base::append_quoted(out, *transaction);
  }
  begin_member(out, "lists");
  out += '{';
  for (const auto& [name, list] : answer.connection.arrangement().lists) {
    begin_member(out, name);
    out += R"({"count":)";
    base::append_number(out, list.second.size());
    out += '}';
  }
  out += R"(},"rooms":{)";
}

}  // namespace

runtime::Task<SlidingConnectionPtr> SlidingEngine::open(const SlidingRequest& request,
                                                        const std::optional<SlidingPos>& from) {
  storage::SlidingConnectionKey key{.user = request.session.user,
                                    .device = request.session.device,
                                    .connection = request.body.connection};
  if (from) co_return co_await ports_.connections.get(std::move(key), *from);
  co_return co_await ports_.connections.begin(std::move(key));
}

runtime::Task<std::string> SlidingEngine::sync(SlidingRequest request) {
  const std::optional<SlidingPos> from = read_pos(request);
  const SlidingConnectionPtr in_memory =
      from ? ports_.connections.find_in_memory(request.session, request.body.connection, *from)
           : nullptr;
  const SlidingConnectionPtr connection = in_memory ? in_memory : co_await open(request, from);
  const Question question{
      .request = request,
      .connection = connection,
      .request_number = connection->begin_request(),
      .from = from.value_or(SlidingPos{.position = {}, .birth = connection->birth(), .step = 0}),
      .is_first = !from.has_value()};
  const std::shared_ptr<runtime::Bell> bell = ports_.wake_ups.bell_of(request.session.user);
  // Who still waits on this connection finds that it is not the newest any more.
  if (connection->is_waited_on()) bell->ring();
  const SlidingConnection::Waiting waiting(*connection);
  if (!ports_.extensions.acknowledge_at_once(request, ports_.feed.last_position())) {
    co_await ports_.extensions.acknowledge(request);
  }
  const runtime::SteadyTime deadline = ports_.clock.steady_now() + request.timeout;
  while (true) {
    // The ticket before the position: what is committed in between rings.
    const std::uint64_t ticket = bell->ticket();
    std::optional<std::string> body;
    std::size_t bytes = 0;
    {
      const runtime::Turnstile::Turn inside = co_await connection->enter();
      if (!connection->is_newest(question.request_number)) co_return empty_answer(question);
      settle(question);
      use_known_rules(request, *connection);
      if (!has_patience(question, deadline) || !is_up_to_date(question)) {
        Answer made = co_await answer(question);
        if (made.has_news || !has_patience(question, deadline)) {
          connection->tell(std::move(made.telling));
          bytes = connection->weigh();
          body = std::move(made.body);
        }
      }
    }
    if (body) {
      if (!connection->is_newest(question.request_number)) co_return empty_answer(question);
      ports_.connections.note_use(connection, bytes);
      co_return *std::move(body);
    }
    (void)co_await bell->wait(ticket, deadline, request.gone);
  }
}

// A newer request took the connection over: whoever reads this answer all the same may go on from
// where they are.
std::string SlidingEngine::empty_answer(const Question& question) const {
  std::string out = "{";
  begin_member(out, "pos");
  base::append_quoted(out, question.request.body.pos.value_or(sliding_pos_text(question.from)));
  out += R"(,"lists":{},"rooms":{},"extensions":{}})";
  return out;
}

void SlidingEngine::settle(const Question& question) {
  if (!question.connection->settle(question.from.step)) throw unknown_pos();
  if (question.connection->is_overgrown()) {
    ports_.connections.forget(question.connection);
    throw unknown_pos();
  }
}

bool SlidingEngine::has_patience(const Question& question, runtime::SteadyTime deadline) const {
  return !question.is_first && ports_.wake_ups.may_wait() && ports_.clock.steady_now() < deadline;
}

bool SlidingEngine::is_up_to_date(const Question& question) const {
  const ToldOfAll& known = question.connection->known();
  const storage::StreamPosition last = ports_.feed.last_position();
  return known.position == last && !must_look_at_all(question) &&
         ports_.extensions.is_up_to_date(question.request, known, last);
}

runtime::Task<SlidingEngine::Answer> SlidingEngine::answer(const Question& question) {
  SlidingConnection& connection = *question.connection;
  const SlidingRequest& request = question.request;
  const devices::DeviceAddress device{request.session.user, request.session.device};
  connection.member_chain() = ports_.sent_members.continue_or_begin(
      device, connection.member_chain(), {question.from.step});
  // Before the position, and that before anything is read: who begins to type while the answer is
  // made is told of with the next.
  const rooms::Typing::Changes typing = ports_.typing.changed_since(connection.known().typing);
  std::optional<Moment> at_once =
      look_at_once(ports_.memberships, ports_.feed, request.session.user);
  const Moment moment = at_once
                            ? *std::move(at_once)
                            : co_await look(ports_.memberships, ports_.feed, request.session.user);
  if (!ports_.lists.arrange_at_once(connection, *request.body.rules, moment)) {
    co_await ports_.lists.arrange(connection, *request.body.rules, moment);
  }
  const SlidingAnswer answer{.request = request,
                             .connection = connection,
                             .until = moment.until,
                             .step = connection.next_step(),
                             .view = {.user = request.session.user,
                                      .device = request.session.device,
                                      .now = ports_.clock.now(),
                                      .room_id = rooms::RoomIdMember::left_out}};
  ToldOfAll all = connection.known();
  all.step = answer.step;
  all.position = moment.until;
  all.has_rest = false;
  all.arrangement = connection.arrangement().version;
  all.rules = request.body.rules;
  all.typing = typing.serial;
  TellingDraft draft(connection, std::move(all));
  const std::vector<RoomWanted> wanted = choose_rooms(question, moment, typing);
  Answer made;
  made.body.reserve(kUsualAnswer);
  begin_answer(made.body, answer);
  made.has_news = co_await tell_rooms(made.body, answer, wanted, draft);
  made.has_news |= co_await tell_removed_rooms(made.body, answer, draft);
  made.body += R"(},"extensions":{)";
  made.has_news |= co_await ports_.extensions.add(made.body, answer, wanted, draft);
  made.body += "}}";
  made.telling = std::move(draft).finish();
  co_return made;
}

// Whether rooms that did not change may have something to tell.
bool SlidingEngine::must_look_at_all(const Question& question) const {
  const ToldOfAll& known = question.connection->known();
  return known.has_rest || known.rules != question.request.body.rules ||
         known.arrangement != question.connection->arrangement().version;
}

std::vector<RoomWanted> SlidingEngine::choose_rooms(const Question& question, const Moment& moment,
                                                    const rooms::Typing::Changes& typing) const {
  const SlidingRules& rules = *question.request.body.rules;
  RoomChoice choice(question.request.body.rules, *question.connection, *moment.rooms);
  const bool knows_typing = !rules.typing || typing.rooms;
  auto changed =
      must_look_at_all(question) || !knows_typing
          ? std::nullopt
          : changes_in(ports_.changed_rooms, *moment.rooms, question.connection->known().position);
  if (!changed) {
    choice.add_all();
    return choice.finish();
  }
  if (rules.typing) {
    for (const storage::RoomNumber room : *typing.rooms) {
      if (moment.rooms->find(room) != nullptr) changed->push_back({.room = room});
    }
  }
  choice.add_changed(*changed);
  return choice.finish();
}

runtime::Task<bool> SlidingEngine::tell_rooms(std::string& out, const SlidingAnswer& answer,
                                              const std::vector<RoomWanted>& wanted,
                                              TellingDraft& draft) {
  const std::size_t begin = out.size();
  std::size_t told_rooms = 0;
  std::size_t looked_at = 0;
  for (const RoomWanted& one : wanted) {
    if (out.size() - begin > limits_.most_bytes || told_rooms >= limits_.most_rooms) {
      draft.all().has_rest = true;
      break;
    }
    if (++looked_at % kRoomsATurn == 0) co_await runtime::yield_now();
    std::optional<SlidingRooms::Told> told = co_await ports_.rooms.tell(out, answer, one);
    if (!told) continue;
    draft.set(one.room.room, told->room);
    draft.show(one.room.room, std::move(told->shown));
    // What was left is not in the lists any more once its client knows.
    const bool is_over = told->room.membership == rooms::Membership::leave ||
                         told->room.membership == rooms::Membership::ban;
    if (is_over) answer.connection.arrangement().version = 0;
    if (told->is_news) ++told_rooms;
  }
  co_return told_rooms > 0;
}

runtime::Task<bool> SlidingEngine::tell_removed_rooms(std::string& out, const SlidingAnswer& answer,
                                                      TellingDraft& draft) {
  const storage::StreamPosition known = answer.connection.known().position;
  // To whom nothing was told yet there is nothing to take back.
  if (known.value == 0 || !ports_.removed_rooms.may_have(answer.view.user, known)) co_return false;
  bool has_news = false;
  const auto stays =
      co_await ports_.removed_rooms.load_stays(answer.view.user, known, answer.until);
  for (const storage::RemovedStay& stay : stays) {
    auto told = SlidingRooms::tell_removed(out, answer, stay);
    if (!told) continue;
    draft.set(stay.room, told->room);
    has_news = true;
  }
  co_return has_news;
}

}  // namespace chancery::sync
