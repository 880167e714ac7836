// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Operator acts: what the command line does to accounts, tokens and links.
//
// An act is a name and a JSON object, and so is its answer, so that it can be done in this program
// or handed to the server that has the data folder.
//
// Concurrency: any scheduler.
// Failure:     ApiError, with a text for the operator.

#include "base/json.hpp"
#include "domain/audit/record_search.hpp"
#include "server/account_modules.hpp"
#include "server/stores.hpp"

#include <string>

namespace chancery::server {

class OperatorActs {
 public:
  struct Facts {
    std::string public_url;
    std::string keys_file;
  };
  OperatorActs(Stores& stores, AccountModules& accounts, PeopleModules& people, Facts facts)
      : stores_(stores), accounts_(accounts), people_(people), facts_(std::move(facts)) {}

  // Throws ApiError unrecognized when there is no such act.
  runtime::Task<base::JsonObject> perform(std::string act, base::JsonObject arguments);

 private:
  using Act = runtime::Task<base::JsonObject> (OperatorActs::*)(base::JsonObject);
  [[nodiscard]] static Act find_act(std::string_view name);

  runtime::Task<base::JsonObject> create_user(base::JsonObject arguments);
  runtime::Task<base::JsonObject> list_users(base::JsonObject arguments);
  runtime::Task<base::JsonObject> deactivate_user(base::JsonObject arguments);
  runtime::Task<base::JsonObject> set_password(base::JsonObject arguments);
  runtime::Task<base::JsonObject> set_role(base::JsonObject arguments);
  runtime::Task<base::JsonObject> lock_user(base::JsonObject arguments);
  runtime::Task<base::JsonObject> suspend_user(base::JsonObject arguments);
  runtime::Task<base::JsonObject> create_token(base::JsonObject arguments);
  runtime::Task<base::JsonObject> list_tokens(base::JsonObject arguments);
  runtime::Task<base::JsonObject> revoke_token(base::JsonObject arguments);
  runtime::Task<base::JsonObject> make_setup_link(base::JsonObject arguments);
  runtime::Task<base::JsonObject> list_audit(base::JsonObject arguments);
  runtime::Task<base::JsonObject> show_keys(base::JsonObject arguments);
  runtime::Task<base::JsonObject> describe_database(base::JsonObject arguments);

  // What "who", "act", "since", "before" and "limit" ask for. Throws ApiError invalid_param.
  [[nodiscard]] audit::Wanted read_wanted(const base::JsonObject& arguments) const;
  // The account that "user" names. Throws ApiError not_found.
  runtime::Task<storage::StoredAccount> get_account(const base::JsonObject& arguments);
  runtime::Task<protocol::UserId> get_user(const base::JsonObject& arguments);
  // After an act: whom it was about and, if that was an owner `before`, how many can still act.
  runtime::Task<base::JsonObject> answer_about(storage::StoredAccount before);

  Stores& stores_;
  AccountModules& accounts_;
  PeopleModules& people_;
  Facts facts_;
};

}  // namespace chancery::server
