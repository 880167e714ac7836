-- oldest readable server: 1
-- Who was erased is asked for whenever the server starts.

CREATE INDEX accounts_erased ON accounts (user_id) WHERE erased = 1;
