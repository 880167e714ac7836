// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/composition.hpp"

#include "domain/policy/refusal.hpp"
#include "domain/rooms/client_event.hpp"
#include "protocol/api_error.hpp"
#include "protocol/depth.hpp"
#include "protocol/policy_server.hpp"
#include "protocol/sticky.hpp"
#include "storage/commit/change.hpp"
#include "storage/record.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chancery::rooms {
namespace {

constexpr std::string_view kCreateType = "m.room.create";
constexpr std::string_view kMemberType = "m.room.member";

storage::Nonce make_nonce(runtime::Random& random) {
  storage::Nonce nonce;
  const std::string bytes = random.bytes(nonce.size());
  std::ranges::copy(bytes, nonce.begin());
  return nonce;
}

// The id of an event of versions 1 and 2, where ids are given.
protocol::EventId make_event_id(runtime::Random& random, const protocol::ServerName& server) {
  constexpr std::size_t kLength = 18;
  return protocol::EventId::trusted("$" + random.alphanumeric(kLength) + ":" + server.text());
}

// What the actor does by it: leaving is left to people who may not take part. So are redactions;
// that they are of one's own Sending has seen to.
policy::Capability capability_for(const Actor& actor, const NewEvent& event) {
  if (event.redacts) return policy::Capability::withdraw;
  const bool is_leave = event.type == kMemberType && event.state_key == actor.user.text() &&
                        base::find_string(event.content, "membership") == "leave";
  return is_leave ? policy::Capability::withdraw : policy::Capability::take_part;
}

// The rule by which the actor may do this in rooms at all.
std::string ask_policy(const Actor& actor, policy::Capability capability,
                       const protocol::RoomId& room, base::Timestamp now) {
  const policy::Verdict verdict =
      policy::decide(actor.subject, {.capability = capability}, room.text(), now);
  return std::string(policy::require(verdict, actor.subject));
}

[[noreturn]] void throw_inadmissible(const protocol::AdmissionError& error) {
  if (error.rule == "size") {
    throw protocol::ApiError(protocol::ErrorCode::too_large, "The event is too large")
        .because(error.reason);
  }
  throw protocol::ApiError(protocol::ErrorCode::bad_json, error.reason).because(error.rule);
}

std::string_view act_of(const protocol::VerifiedEvent& event) {
  if (event.type() == kCreateType) return "room.create";
  if (event.type() == kMemberType) return "room.set_membership";
  if (event.type() == "m.room.redaction") return "room.redact";
  return event.is_state() ? "room.set_state" : "room.send";
}

// The relation of `content` that lookups need; empty strings when there is none.
void note_relation(const base::JsonObject& content, storage::AppendEvent& append) {
  const base::JsonObject* relation = base::find_object(content, "m.relates_to");
  if (relation == nullptr) return;
  const auto type = base::find_string(*relation, "rel_type");
  const auto event = base::find_string(*relation, "event_id");
  constexpr std::size_t kLongest = 255;
  if (!type || !event || event->empty() || event->size() > kLongest || type->size() > kLongest) {
    return;
  }
  append.relation_type = *type;
  append.related_event = *event;
}

// Rules that look at what is sent alone: whoever sends it, it can never be. They are told only to
// whom may know of the room: rules that refuse outsiders come before them, or the room is new.
struct ContentRule {
  std::string_view rule;
  std::string_view text;  // for the client
};
constexpr std::array kContentRules{
    ContentRule{"create.additional_creators", "'additional_creators' must be a list of user ids"},
    ContentRule{"create.room_version", "This room version is not known"},
    ContentRule{"power_levels.creator", "Creators have no power level in a room of this version"},
    ContentRule{"power_levels.not_integer", "Power levels must be integers"},
    ContentRule{"power_levels.users", "'users' must have integers by user ids"},
    ContentRule{"state_key.no_owner", "No user can own a state key of this form"},
    ContentRule{"state_key.too_long", "The state key is too long"}};

std::string_view text_of_denial(std::string_view rule) {
  // The words of get_room for a room that is not there: whoever is outside cannot tell.
  if (rule.ends_with("sender.not_joined") || rule.ends_with(".sender_not_joined")) {
    return "You are not in this room";
  }
  // Said by the rules to members alone.
  if (rule == "member.invite.joined") return "This person is in the room already";
  return "You are not allowed to do this in this room";
}

}  // namespace

bool is_of_notices(const Room& room, const protocol::UserId& notices) {
  return !notices.empty() && room.core()->create->event->sender() == notices;
}

void throw_denied(const protocol::Denied& denied) {
  const auto* of_content = std::ranges::find(kContentRules, denied.rule, &ContentRule::rule);
  if (of_content != kContentRules.end()) {
    throw protocol::ApiError(protocol::ErrorCode::bad_json, std::string(of_content->text))
        .because(std::string(denied.rule));
  }
  throw protocol::ApiError(protocol::ErrorCode::forbidden, std::string(text_of_denial(denied.rule)))
      .because(std::string(denied.rule));
}

// Whoever makes a room asks for all of it: that its state cannot be is no lack of permission.
[[noreturn]] void throw_impossible(const protocol::Denied& denied) {
  throw protocol::ApiError(protocol::ErrorCode::invalid_room_state,
                           "A room cannot begin with such a state")
      .because(std::string(denied.rule));
}

// The events that authorise a draft, by their keys.
struct Composition::Gathered final : protocol::AuthState {
  std::vector<std::pair<storage::StateKey, CachedEventPtr>> found;
  CachedEventPtr create;

  [[nodiscard]] const protocol::VerifiedEvent* find(std::string_view type,
                                                    std::string_view key) const override {
    if (type == kCreateType && key.empty()) return create ? create->event.get() : nullptr;
    for (const auto& [name, event] : found) {
      if (name.first == type && name.second == key) return event->event.get();
    }
    return nullptr;
  }
};

Composition::Composition(WritePorts& ports, const Actor& actor, RoomPtr room)
    : ports_(ports),
      actor_(actor),
      room_(std::move(room)),
      version_(&room_->version()),
      id_(room_->id()),
      number_(room_->number()),
      head_(room_->head()) {
  if (room_->has_ended()) {
    throw protocol::ApiError(protocol::ErrorCode::not_found, "There is no such room")
        .because("room.removed");
  }
}

Composition::Composition(WritePorts& ports, const Actor& actor, Fresh fresh)
    : ports_(ports),
      actor_(actor),
      version_(fresh.version),
      id_(std::move(fresh.id)),
      number_(ports.rooms.next_room_number()) {}

protocol::EventDraft Composition::draft_of(NewEvent& event) const {
  protocol::EventDraft draft{.room = id_,
                             .sender = std::move(event.sender),
                             .type = std::move(event.type),
                             .state_key = std::move(event.state_key),
                             .content = std::move(event.content),
                             .redacts = std::move(event.redacts),
                             .sent_at = event.sent_at.value_or(ports_.clock.now()),
                             .sticky_for = event.sticky_for,
                             .depth = protocol::depth_after(head_.depth, *version_),
                             .prev_events = head_.forward_extremities,
                             .auth_events = {},
                             .given_id = {},
                             .reference_hashes = {}};
  if (version_->format == protocol::EventFormat::ids_given) {
    draft.given_id = make_event_id(ports_.random, ports_.server);
  }
  return draft;
}

runtime::Task<CachedEventPtr> Composition::find_state_event(const storage::StateKey& key) {
  if (const auto appended = state_.find(key); appended != state_.end()) co_return appended->second;
  if (!room_) co_return nullptr;
  if (key.second.empty()) {
    const std::shared_ptr<const CoreState> core = room_->core();
    const CoreSlot slot = find_core_slot(key.first);
    if (slot != nullptr) co_return (*core).*slot;
  }
  const storage::EventNumber number = room_->find_state(key.first, key.second);
  if (number.value == 0) co_return nullptr;
  if (CachedEventPtr event = ports_.rooms.events().find_in_memory(number)) co_return event;
  co_return co_await ports_.rooms.events().get(number);
}

runtime::Task<CachedEventPtr> Composition::find_state(std::string type, std::string key) {
  const storage::StateKey name{std::move(type), std::move(key)};
  co_return co_await find_state_event(name);
}

runtime::Task<Composition::Gathered> Composition::gather(const protocol::EventDraft& draft) {
  Gathered gathered;
  gathered.create = co_await find_state_event({std::string(kCreateType), ""});
  for (protocol::StateKey& key : protocol::auth_event_keys(draft, *version_)) {
    CachedEventPtr event = co_await find_state_event(key);
    if (event) gathered.found.emplace_back(std::move(key), std::move(event));
  }
  co_return gathered;
}

// What no path may get around, whatever the room's own rules say.
void Composition::check_member(const NewEvent& event) const {
  if (!room_ || event.type != kMemberType || !event.state_key) return;
  const auto user = protocol::UserId::trusted(*event.state_key);
  const std::optional<Member> member = room_->find_member(user);
  const Membership before = member ? member->membership : Membership::leave;
  const auto after = find_membership(base::find_string(event.content, "membership").value_or(""));
  const bool enters =
      after == Membership::join || after == Membership::invite || after == Membership::knock;
  if (enters && before != Membership::join) ports_.rooms.require_not_blocked(id_);
  const bool declines =
      after == Membership::leave && before == Membership::invite && event.sender == user;
  if (declines && is_of_notices(*room_, ports_.notices)) {
    throw protocol::ApiError(protocol::ErrorCode::cannot_leave_server_notice_room,
                             "What the server has to say cannot be declined");
  }
}

runtime::Task<CachedEventPtr> Composition::append(NewEvent event) {
  check_member(event);
  policy_rule_ = ask_policy(actor_, capability_for(actor_, event), id_, ports_.clock.now());
  const std::string transaction = std::move(event.transaction);
  const std::string delay_id = std::move(event.delay_id);
  protocol::EventDraft draft = draft_of(event);
  const Gathered gathered = co_await gather(draft);
  for (const auto& [key, authorising] : gathered.found) {
    draft.auth_events.push_back(authorising->event->id());
  }
  if (version_->format == protocol::EventFormat::ids_given) {
    co_await note_reference_hashes(draft);
  }
  auto admitted = protocol::admit_draft(std::move(draft), *version_);
  if (!admitted) throw_inadmissible(admitted.error());

  auto cached = std::make_shared<CachedEvent>();
  cached->event = *std::move(admitted);
  const protocol::Verdict verdict = protocol::check_event_auth(*cached->event, gathered);
  if (const auto* denied = std::get_if<protocol::Denied>(&verdict)) {
    // A create event that cannot be is a mistake in what was sent, not in what follows from it.
    if (!room_ && cached->event->type() != kCreateType) throw_impossible(*denied);
    throw_denied(*denied);
  }
  co_await check_invite(*cached->event);
  if (CachedEventPtr policy = find_policy()) {
    cached->event = co_await recommended(std::move(cached->event), std::move(policy));
  }

  cached->number = ports_.rooms.next_event_number();
  cached->room = number_;
  cached->transaction = transaction;
  cached->delay_id = delay_id;
  if (!transaction.empty()) cached->sender_device = actor_.device.text();
  cached->sticky_until =
      protocol::sticky_until(*cached->event, ports_.clock.now()).value_or(base::Timestamp{});
  cached->client_text = client_text_of(*cached->event);

  storage::Change change;
  if (!room_ && changes_.empty()) start_room(*cached->event, change);
  co_await update_state(*cached, change);
  store(cached, change);
  record(*cached, change);
  changes_.push_back(std::move(change));
  events_.push_back(cached);
  co_return cached;
}

// Asked when the rules have let it pass: who may invite nobody learns nothing of anyone's wishes.
runtime::Task<> Composition::check_invite(const protocol::VerifiedEvent& event) {
  if (event.type() != kMemberType || !event.state_key()) co_return;
  if (base::find_string(event.content(), "membership") != "invite") co_return;
  const auto invited = protocol::UserId::trusted(*event.state_key());
  const protocol::InviteFate fate = co_await ports_.invites.decide(invited, event.sender());
  if (fate != protocol::InviteFate::blocked) co_return;
  throw protocol::ApiError(protocol::ErrorCode::invite_blocked,
                           "This person does not accept the invite");
}

namespace {

bool is_own_leave(const protocol::VerifiedEvent& event) {
  return event.type() == kMemberType && event.state_key() == event.sender().text() &&
         base::find_string(event.content(), "membership") == "leave";
}

}  // namespace

CachedEventPtr Composition::find_policy() const {
  if (!state_.empty()) {
    static const storage::StateKey kPolicy{std::string(protocol::kPolicyType), ""};
    if (const auto appended = state_.find(kPolicy); appended != state_.end()) {
      return appended->second;
    }
  }
  return room_ ? room_->core()->policy : nullptr;
}

bool Composition::has_joined(const protocol::ServerName& server) const {
  if (room_) return room_->has_joined(server);
  return std::ranges::any_of(state_, [&](const auto& entry) {
    const auto& [key, event] = entry;
    return key.first == kMemberType &&
           protocol::UserId::trusted(key.second).server_name() == server.text() &&
           base::find_string(event->event->content(), "membership") == "join";
  });
}

// Asked last, when all else has let it pass: nobody else hears of an event that cannot be. The
// room's turn is held meanwhile, for the signature covers what the event builds on.
runtime::Task<protocol::EventPtr> Composition::recommended(protocol::EventPtr event,
                                                           CachedEventPtr policy) {
  if (!protocol::needs_recommendation(*event)) co_return event;
  if (actor_.leaving == Actor::Leaving::unasked && is_own_leave(*event)) co_return event;
  const auto server = protocol::find_policy_server(
      policy->event.get(), [this](const protocol::ServerName& name) { return has_joined(name); });
  if (!server) co_return event;
  std::string signature;
  if (ports_.policy_servers != nullptr) {
    signature = co_await ports_.policy_servers->sign(event, *server, actor_.gone);
  }
  auto made = protocol::with_policy_signature(*event, server->name, signature);
  if (!made && made.error().rule == "size") throw_inadmissible(made.error());
  if (!made || protocol::check_recommendation(**made, *server) != protocol::Recommendation::given) {
    throw protocol::ApiError(protocol::ErrorCode::forbidden,
                             "This room's policy server did not sign the event by the room's key")
        .because("policy_server.signature");
  }
  co_return *std::move(made);
}

void Composition::start_room(const protocol::VerifiedEvent& create, storage::Change& change) {
  id_ = create.room();
  preconditions_.push_back(storage::RequireRoomAbsent{id_});
  change.mutations.push_back(
      storage::CreateRoom{.number = number_, .room = id_, .version = std::string(version_->name)});
}

// Versions 1 and 2 write the hash of each event beside its id.
runtime::Task<> Composition::note_reference_hashes(protocol::EventDraft& draft) {
  std::vector<protocol::EventId> wanted = draft.prev_events;
  wanted.insert(wanted.end(), draft.auth_events.begin(), draft.auth_events.end());
  for (const protocol::EventId& id : wanted) {
    const auto here =
        std::ranges::find(events_, id, [](const auto& event) { return event->event->id(); });
    const CachedEventPtr event =
        here != events_.end() ? CachedEventPtr(*here) : co_await ports_.rooms.events().find(id);
    if (!event) continue;
    draft.reference_hashes[id] = protocol::reference_hash(event->event->json(), *version_);
  }
}

runtime::Task<> Composition::update_state(CachedEvent& event, storage::Change& change) {
  const protocol::VerifiedEvent& what = *event.event;
  const std::optional<std::string>& state_key = what.state_key();
  if (!state_key) {
    event.state_after = head_.state;
    co_return;
  }
  const storage::StateKey key{std::string(what.type()), *state_key};
  const CachedEventPtr before = co_await find_state_event(key);
  if (before) {
    event.replaces = before->number;
    show_replaced(event, *before->event);
  }
  std::vector<storage::StateEntry> entries;
  entries.push_back({key, event.number});
  storage::StateUpdate update =
      co_await storage::update_state(ports_.rooms.state_nodes(), head_.state, std::move(entries));
  ports_.rooms.keep_state_nodes(update.written);
  event.state_after = update.root;
  change.mutations.push_back(storage::PutStateNodes{std::move(update.written)});
}

void Composition::store(const std::shared_ptr<CachedEvent>& cached, storage::Change& change) {
  const CachedEvent& event = *cached;
  const protocol::VerifiedEvent& what = *event.event;
  keys::FreshLock fresh =
      ports_.keys.lock_for(id_.text(), what.sender().text(), ports_.clock.now());
  for (storage::PutWrappedKey& made : fresh.made) {
    keys_made_.push_back(made);
    change.mutations.push_back(std::move(made));
  }
  storage::AppendEvent append{
      .number = event.number,
      .room = number_,
      .event = event.event,
      .record = storage::seal_record(what.canonical(), fresh.lock, what.id().text(),
                                     make_nonce(ports_.random)),
      .state_after = event.state_after,
      .replaces = event.replaces,
      .relation_type = {},
      .related_event = {},
      .device = event.sender_device,
      .transaction = event.transaction,
      .delay_id = event.delay_id,
      .sticky_until = event.sticky_until,
      .now = ports_.clock.now()};
  note_relation(what.content(), append);
  change.mutations.push_back(std::move(append));

  head_.state = event.state_after;
  head_.depth = what.depth();
  head_.forward_extremities = {what.id()};
  change.mutations.push_back(
      storage::SetRoomHead{.room = number_,
                           .state = head_.state,
                           .depth = head_.depth,
                           .forward_extremities = head_.forward_extremities});
  const std::optional<std::string>& state_key = what.state_key();
  if (!state_key) return;
  state_[{std::string(what.type()), *state_key}] = cached;
  if (what.type() != kMemberType) return;
  std::string membership(base::find_string(what.content(), "membership").value_or("leave"));
  using Forgotten = storage::SetMembership::Forgotten;
  const bool is_out = membership == "leave" || membership == "ban";
  change.mutations.push_back(storage::SetMembership{
      .room = number_,
      .user = protocol::UserId::trusted(*state_key),
      .membership = std::move(membership),
      .event = event.number,
      .forgotten = is_out && ports_.leaving == WritePorts::Leaving::forgets ? Forgotten::yes
                                                                            : Forgotten::no});
}

void Composition::record(const CachedEvent& event, storage::Change& change) {
  change.audit = ports_.recorder.record({.kind = "user",
                                         .who = actor_.user.text(),
                                         .device = actor_.device.text(),
                                         .act = std::string(act_of(*event.event)),
                                         .object = event.event->id().text(),
                                         .context = id_.text(),
                                         .rule = policy_rule_});
}

void Composition::also(storage::Mutation mutation) {
  changes_.back().mutations.push_back(std::move(mutation));
}

void Composition::require(storage::Precondition precondition) {
  preconditions_.push_back(std::move(precondition));
}

void Composition::replace(CachedEventPtr redacted, std::string_view canonical) {
  keys::FreshLock fresh = ports_.keys.lock_for(id_.text(), redacted->event->sender().text(),
                                               redacted->event->origin_server_ts());
  for (storage::PutWrappedKey& made : fresh.made) {
    keys_made_.push_back(made);
    also(std::move(made));
  }
  const std::string& id = redacted->event->id().text();
  also(storage::ReplaceEventRecord{
      .number = redacted->number,
      .record = storage::seal_record(canonical, fresh.lock, id, make_nonce(ports_.random)),
      .redacted_because = events_.back()->event->id()});
  replacements_.push_back(std::move(redacted));
}

Composition::Preparation::Preparation(RoomPtr room,
                                      const std::vector<std::shared_ptr<CachedEvent>>& events,
                                      const std::vector<CachedEventPtr>& replacements)
    : room_(std::move(room)) {
  for (const std::shared_ptr<CachedEvent>& event : events) room_->prepare(event);
  for (const CachedEventPtr& event : replacements) room_->prepare_replacement(event);
}

Composition::Preparation::~Preparation() {
  if (room_) room_->drop_prepared();
}

runtime::Task<storage::StreamPosition> Composition::commit() {
  std::vector<Composition*> alone{this};
  co_return co_await commit_all(std::move(alone));
}

runtime::Task<storage::StreamPosition> Composition::commit_all(std::vector<Composition*> parts) {
  std::vector<storage::Precondition> preconditions;
  std::vector<storage::Change> changes;
  std::vector<Preparation> prepared;
  for (Composition* part : parts) {
    std::ranges::move(part->preconditions_, std::back_inserter(preconditions));
    std::ranges::move(part->changes_, std::back_inserter(changes));
    part->changes_.clear();
    if (part->room_) prepared.emplace_back(part->room_, part->events_, part->replacements_);
  }
  changes.front().preconditions = std::move(preconditions);
  Composition& first = *parts.front();
  storage::StreamPosition position;
  if (changes.size() == 1) {
    position = co_await first.ports_.committer.commit(std::move(changes.front()));
  } else {
    position = co_await first.ports_.committer.commit_together(std::move(changes));
  }
  for (Composition* part : parts) part->ports_.keys.note_stored(part->keys_made_);
  co_return position;
}

}  // namespace chancery::rooms
