// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/networks.hpp"

#include "domain/rooms/directory.hpp"
#include "http/path_pattern.hpp"
#include "protocol/api_error.hpp"
#include "runtime/task_group.hpp"

#include <algorithm>
#include <set>

namespace chancery::appservices {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

std::string query_of(const Networks::Fields& fields) {
  std::string query;
  for (const auto& [name, value] : fields) {
    query += query.empty() ? '?' : '&';
    query += http::percent_encode(name) + "=" + http::percent_encode(value);
  }
  return query;
}

// A description of a network that clients can show, with every instance named.
std::optional<base::JsonObject> check_description(const base::Json& answer,
                                                  const std::string& service) {
  if (!answer.is_object()) return std::nullopt;
  base::JsonObject described = answer.get_object();
  const bool is_whole = base::find_array(described, "user_fields") != nullptr &&
                        base::find_array(described, "location_fields") != nullptr &&
                        base::find_object(described, "field_types") != nullptr;
  if (!is_whole) return std::nullopt;
  if (!base::find_string(described, "icon")) described["icon"] = "";
  base::JsonArray instances;
  if (const base::JsonArray* listed = base::find_array(described, "instances")) {
    for (const base::Json& each : *listed) {
      if (!each.is_object()) continue;
      base::JsonObject instance = each.get_object();
      if (const auto network = base::find_string(instance, "network_id")) {
        instance["instance_id"] = rooms::network_instance(service, *network);
      }
      instances.emplace_back(std::move(instance));
    }
  }
  described["instances"] = std::move(instances);
  return described;
}

bool is_found_thing(const base::Json& thing, std::string_view name) {
  if (!thing.is_object()) return false;
  const base::JsonObject& object = thing.get_object();
  return base::find_string(object, name) && base::find_string(object, "protocol") &&
         base::find_object(object, "fields") != nullptr;
}

}  // namespace

std::vector<const Service*> Networks::services_of(std::string_view protocol) const {
  std::vector<const Service*> found;
  for (const auto& service : ports_.registry.services()) {
    const auto& protocols = service->facts().protocols;
    const bool has_it = std::ranges::find(protocols, protocol) != protocols.end();
    if (has_it && service->is_reachable()) found.push_back(service.get());
  }
  return found;
}

runtime::Task<> Networks::ask(Question question, std::optional<base::Json>& answer,
                              runtime::CancelToken gone) {
  ServiceRequest request{.path = "/_matrix/app/v1/thirdparty" + question.path,
                         .legacy = "/_matrix/app/unstable/thirdparty" + question.path,
                         .time = kPatience};
  const http::OutboundResult result =
      co_await ports_.client.send(*question.service, std::move(request), std::move(gone));
  if (!is_success(result)) co_return;
  if (auto parsed = base::parse_json(result->body)) answer = *std::move(parsed);
}

runtime::Task<Networks::Answers> Networks::ask_all(std::vector<Question> questions,
                                                   runtime::CancelToken gone) {
  Answers answers(questions.size());
  runtime::TaskGroup asking("third-party lookups");
  for (std::size_t i = 0; i < questions.size(); ++i) {
    asking.spawn(ask(std::move(questions[i]), answers[i], gone));
  }
  co_await asking.join();
  gone.throw_if_cancelled();
  co_return answers;
}

runtime::Task<std::optional<base::JsonObject>> Networks::load(std::string protocol,
                                                              runtime::CancelToken gone) {
  {
    const std::lock_guard lock(mutex_);
    const auto kept = kept_.find(protocol);
    if (kept != kept_.end() && ports_.clock.steady_now() < kept->second.until) {
      co_return kept->second.description;
    }
  }
  const std::vector<const Service*> services = services_of(protocol);
  if (services.empty()) co_return std::nullopt;
  std::vector<Question> questions;
  for (const Service* service : services) {
    questions.push_back(
        {.service = service, .path = "/protocol/" + http::percent_encode(protocol)});
  }
  const Answers answers = co_await ask_all(std::move(questions), std::move(gone));
  std::optional<base::JsonObject> merged;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) continue;
    auto described = check_description(*answers[i], services[i]->id());
    if (!described) continue;
    if (!merged) {
      merged = std::move(described);
      continue;
    }
    base::JsonArray& all = merged->at("instances").get_array();
    for (const base::Json& instance : described->at("instances").get_array()) {
      all.push_back(instance);
    }
  }
  const std::lock_guard lock(mutex_);
  const auto kept_for = merged ? std::chrono::seconds(kKept) : kAbsenceKept;
  kept_.insert_or_assign(
      protocol, Kept{.description = merged, .until = ports_.clock.steady_now() + kept_for});
  co_return merged;
}

runtime::Task<base::JsonObject> Networks::describe_all(runtime::CancelToken gone) {
  std::set<std::string> names;
  for (const auto& service : ports_.registry.services()) {
    names.insert(service->facts().protocols.begin(), service->facts().protocols.end());
  }
  std::vector<std::optional<base::JsonObject>> loaded(names.size());
  runtime::TaskGroup loading("third-party networks");
  const auto load_into = [](Networks& networks, std::string name,
                            std::optional<base::JsonObject>& into,
                            runtime::CancelToken cancel) -> runtime::Task<> {
    into = co_await networks.load(std::move(name), std::move(cancel));
  };
  std::size_t number = 0;
  for (const std::string& name : names) {
    loading.spawn(load_into(*this, name, loaded[number++], gone));
  }
  co_await loading.join();
  gone.throw_if_cancelled();
  base::JsonObject all;
  number = 0;
  for (const std::string& name : names) {
    if (auto& described = loaded[number++]) all[name] = *std::move(described);
  }
  co_return all;
}

runtime::Task<base::JsonObject> Networks::describe(std::string protocol,
                                                   runtime::CancelToken gone) {
  auto described = co_await load(std::move(protocol), std::move(gone));
  if (!described) throw ApiError(ErrorCode::not_found, "No such network");
  co_return *std::move(described);
}

runtime::Task<base::JsonArray> Networks::gather(Sought sought, std::vector<Question> questions,
                                                runtime::CancelToken gone) {
  const std::string_view name = sought == Sought::users ? "userid" : "alias";
  base::JsonArray found;
  for (const auto& answer : co_await ask_all(std::move(questions), std::move(gone))) {
    if (!answer || !answer->is_array()) continue;
    std::size_t of_service = 0;
    for (const base::Json& thing : answer->get_array()) {
      if (!is_found_thing(thing, name)) continue;
      if (++of_service > kMostFound) break;
      found.push_back(thing);
    }
  }
  co_return found;
}

runtime::Task<base::JsonArray> Networks::find(Sought sought, std::string protocol, Fields fields,
                                              runtime::CancelToken gone) {
  const std::vector<const Service*> services = services_of(protocol);
  if (services.empty()) throw ApiError(ErrorCode::not_found, "No such network");
  const std::string path = (sought == Sought::users ? "/user/" : "/location/") +
                           http::percent_encode(protocol) + query_of(fields);
  std::vector<Question> questions;
  for (const Service* service : services) questions.push_back({.service = service, .path = path});
  co_return co_await gather(sought, std::move(questions), std::move(gone));
}

runtime::Task<base::JsonArray> Networks::find_behind(protocol::UserId user,
                                                     runtime::CancelToken gone) {
  std::vector<Question> questions;
  for (const auto& service : ports_.registry.services()) {
    if (!service->is_reachable() || !service->covers(user)) continue;
    questions.push_back(
        {.service = service.get(), .path = "/user" + query_of({{"userid", user.text()}})});
  }
  co_return co_await gather(Sought::users, std::move(questions), std::move(gone));
}

runtime::Task<base::JsonArray> Networks::find_behind(protocol::RoomAlias alias,
                                                     runtime::CancelToken gone) {
  std::vector<Question> questions;
  for (const auto& service : ports_.registry.services()) {
    if (!service->is_reachable() || !service->covers(alias)) continue;
    questions.push_back(
        {.service = service.get(), .path = "/location" + query_of({{"alias", alias.text()}})});
  }
  co_return co_await gather(Sought::locations, std::move(questions), std::move(gone));
}

}  // namespace chancery::appservices
