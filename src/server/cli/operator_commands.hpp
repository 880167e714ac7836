// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// chancery user, audit, key and db: what an operator does without a browser.

#include "server/cli/arguments.hpp"
#include "server/cli/exit_code.hpp"

namespace chancery::cli {

[[nodiscard]] ExitCode run_user_create(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_list(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_deactivate(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_set_password(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_set_role(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_lock(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_unlock(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_suspend(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_unsuspend(const Arguments& arguments);
[[nodiscard]] ExitCode run_user_setup_link(const Arguments& arguments);
[[nodiscard]] ExitCode run_token_create(const Arguments& arguments);
[[nodiscard]] ExitCode run_token_list(const Arguments& arguments);
[[nodiscard]] ExitCode run_token_revoke(const Arguments& arguments);
[[nodiscard]] ExitCode run_audit_list(const Arguments& arguments);
[[nodiscard]] ExitCode run_key_show(const Arguments& arguments);
[[nodiscard]] ExitCode run_db_info(const Arguments& arguments);
// Opens the database alone, without the rest of the server.
[[nodiscard]] ExitCode run_db_migrate(const Arguments& arguments);
[[nodiscard]] ExitCode run_db_check(const Arguments& arguments);
[[nodiscard]] ExitCode run_db_forget_index(const Arguments& arguments);

}  // namespace chancery::cli
